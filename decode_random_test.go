package liveconnect

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Answers of the service with something wrong, odd or unusual in them, such as nobody has thought of. Set
// LIVECONNECT_ANSWERS for more than the usual number of them.
func TestDecodesRandom(t *testing.T) {
	t.Parallel()
	runs := 3000
	if text := os.Getenv("LIVECONNECT_ANSWERS"); text != "" {
		var err error
		runs, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	var trees []*node
	for _, text := range withParts(samples(t)) {
		if json.Valid(text) {
			trees = append(trees, parse(t, text))
		}
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	o := odd{rand.New(rand.NewPCG(seed, 0)), trees}
	generated := 0
	for range runs {
		tree := o.pick().clone()
		for range o.IntN(4) {
			o.change(tree)
		}
		text := o.write(nil, tree)
		if o.IntN(20) == 0 && len(text) > 0 {
			text = text[:o.IntN(len(text))]
		}
		for range 4 {
			if sameAsJSON(t, text, manyAnswers[o.IntN(len(manyAnswers))]) {
				generated++
			}
		}
	}
	t.Logf("%d manyAnswers, each read as 4 types; generated code read %d", runs, generated)
}

// node is a JSON value: an object, an array, or the text of another.
type node struct {
	kind     json.Delim // '{', '[' or 0
	names    []string
	children []*node
	text     string
}

func parse(t *testing.T, text []byte) *node {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value func() *node
	value = func() *node {
		token, err := d.Token()
		require.NoError(t, err)
		delim, ok := token.(json.Delim)
		if !ok {
			encoded, err := json.Marshal(token)
			require.NoError(t, err)
			return &node{text: string(encoded)}
		}
		n := &node{kind: delim}
		for d.More() {
			if delim == '{' {
				name, err := d.Token()
				require.NoError(t, err)
				n.names = append(n.names, name.(string))
			}
			n.children = append(n.children, value())
		}
		_, err = d.Token()
		require.NoError(t, err)
		return n
	}
	return value()
}

func (n *node) clone() *node {
	c := *n
	c.names = append([]string(nil), n.names...)
	c.children = nil
	for _, child := range n.children {
		c.children = append(c.children, child.clone())
	}
	return &c
}

// odd makes manyAnswers odd.
type odd struct {
	*rand.Rand
	trees []*node
}

func (o odd) pick() *node { return o.trees[o.IntN(len(o.trees))] }

// any returns a node somewhere in a tree.
func (o odd) any(n *node) *node {
	for len(n.children) > 0 && o.IntN(4) > 0 {
		n = n.children[o.IntN(len(n.children))]
	}
	return n
}

var oddValues = []string{
	`null`, `true`, `false`, `0`, `-0`, `7`, `"7"`, `"-7"`, `"07"`, `1.5`, `"1.5"`, `1e3`, `"1e3"`, `12345678901234567890`, `0.1e-7`, `""`,
	`"photo"`, `"folder"`, `"video"`, `"audio"`, `"album"`, `"notebook"`, `"new"`, `"a\u003db"`, `"\ud83d\ude00"`, `"\ud83d"`, `"é写"`, `"\"\\\n"`,
	"\"\xff\"", "\"\x01\"", `"2015-02-07T19:22:10+0000"`, `"2015-02-30T19:22:10+0000"`, `"2015-02-07"`, `[]`, `{}`, `[null]`, `[{}]`, `[1,"a"]`,
	`{"id":"a","name":null}`, `{"access":5}`, `tru`, `01`, `[1,]`, ``,
}

// change does something to a node of a tree.
func (o odd) change(tree *node) {
	n := o.any(tree)
	switch i := 0; {
	case len(n.children) == 0 || o.IntN(3) == 0:
		*n = node{text: oddValues[o.IntN(len(oddValues))]}
	default:
		i = o.IntN(len(n.children))
		switch o.IntN(6) {
		case 0: // twice
			n.children = append(n.children, n.children[i].clone())
			if n.kind == '{' {
				n.names = append(n.names, n.names[i])
			}
		case 1: // another object's member
			if other := o.any(o.pick()); other.kind == '{' && n.kind == '{' && len(other.names) > 0 {
				j := o.IntN(len(other.names))
				n.names, n.children = append(n.names, other.names[j]), append(n.children, other.children[j].clone())
			}
		case 2: // a name that is like it, or unknown
			if n.kind == '{' {
				n.names[i] = o.like(n.names[i])
			}
		case 3: // another order
			o.Shuffle(len(n.children), func(i, j int) {
				n.children[i], n.children[j] = n.children[j], n.children[i]
				if n.kind == '{' {
					n.names[i], n.names[j] = n.names[j], n.names[i]
				}
			})
		case 4:
			n.children[i] = o.any(o.pick()).clone()
		default:
			n.children[i] = &node{text: oddValues[o.IntN(len(oddValues))]}
		}
	}
}

func (o odd) like(name string) string {
	switch o.IntN(6) {
	case 0:
		return strings.ToUpper(name)
	case 1:
		return strings.ReplaceAll(name, "s", "ſ") // which is an s to encoding/json
	case 2:
		return strings.ReplaceAll(name, "_", "")
	case 3:
		return strings.ReplaceAll(name, "_", "-")
	case 4:
		return name + "x"
	default:
		return ""
	}
}

// write appends the text of a node, with blanks and escape sequences here and there.
func (o odd) write(b []byte, n *node) []byte {
	if n.kind == 0 {
		return append(o.blank(b), n.text...)
	}
	b = append(o.blank(b), byte(n.kind))
	for i, child := range n.children {
		if i > 0 {
			b = append(o.blank(b), ',')
		}
		if n.kind == '{' {
			name := strconv.Quote(n.names[i])
			if o.IntN(200) == 0 && len(name) > 2 {
				name = `"\u00` + strconv.FormatInt(int64(name[1]), 16) + name[2:]
			}
			b = append(o.blank(append(o.blank(b), name...)), ':')
		}
		b = o.write(b, child)
	}
	return append(o.blank(b), byte(n.kind)+2) // '}' and ']' come two after '{' and '['
}

func (o odd) blank(b []byte) []byte {
	if o.IntN(8) > 0 {
		return b
	}
	return append(b, []string{" ", "\r   ", "\n\t", "                 "}[o.IntN(4)]...)
}
