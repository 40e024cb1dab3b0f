package api

import (
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// maxFields bounds a JSON or form body: none of the API's objects comes near.
const maxFields = 1 << 20

// readBody reads the fields of a write, in whichever of the three encodings they come: JSON, a form with dotted
// names, or (JSONP, which has no body) dotted names in the query. The Content-Type is only a hint. curl says "form"
// of JSON, some libraries say nothing at all. Files are left alone.
func (c *call) readBody() error {
	if c.method == http.MethodGet || c.method == http.MethodDelete || c.route.flags&rawBody != 0 || c.isMultipart() {
		return nil
	}
	if c.r.Method == http.MethodGet {
		c.body = nest(c.query)
		return nil
	}
	text, err := c.bodyText()
	if err != nil {
		return err
	}
	kind := c.mediaType()
	switch {
	case strings.TrimSpace(text) == "":
		c.body = object{}
	case strings.HasPrefix(strings.TrimLeft(text, " \t\r\n\uFEFF"), "{"):
		c.body, err = readObject(text)
	case kind == "application/json" || !strings.Contains(text, "="):
		err = errNotJSON
	default:
		c.form = parseParams(strings.TrimSpace(text))
		c.body = nest(c.form)
	}
	if err != nil {
		// The message is ours: the service's was not recorded.
		return errBody("It must be a JSON object.")
	}
	return nil
}

// bodyText reads the whole body, within bounds.
func (c *call) bodyText() (string, error) {
	src, err := c.bodyReader(maxFields)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(src)
	return string(raw), err
}

// bodyReader gives the body, unpacked if it came compressed (one client packs its uploads), and fails with 413 past
// the limit.
func (c *call) bodyReader(limit int64) (io.Reader, error) {
	var src io.Reader = c.r.Body
	packed := strings.EqualFold(c.r.Header.Get("Content-Encoding"), "gzip")
	if c.r.ContentLength > limit {
		return nil, errTooLarge()
	}
	if packed {
		unzip, err := gzip.NewReader(src)
		if err != nil {
			return nil, errBody("It isn't in the format that its Content-Encoding names.")
		}
		src = unzip
	}
	return &limitedReader{src: src, left: limit}, nil
}

// limitedReader fails when there is more than the limit. (io.LimitReader would pretend that the body ended there.)
type limitedReader struct {
	src  io.Reader
	left int64
}

func (r *limitedReader) Read(p []byte) (int, error) {
	if int64(len(p)) > r.left+1 {
		p = p[:r.left+1]
	}
	n, err := r.src.Read(p)
	if int64(n) > r.left {
		return 0, errTooLarge()
	}
	r.left -= int64(n)
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) {
		err = errBody("It isn't in the format that its Content-Encoding names.")
	}
	return n, err
}

func (c *call) mediaType() string {
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return kind
}

func (c *call) isMultipart() bool { return strings.HasPrefix(c.mediaType(), "multipart/") }

// nest makes objects and arrays of dotted names, as the web library flattens them: "emails.personal",
// "work.0.employer.name".
func nest(fields params) object {
	root := object{}
	for _, kv := range fields {
		if strings.Count(kv.key, ".") < maxDepth {
			setField(root, strings.Split(kv.key, "."), kv.value)
		}
	}
	for k, v := range root {
		root[k] = arrays(v)
	}
	return root
}

// setField sets one value. What came first stays.
func setField(at object, path []string, value string) {
	for _, step := range path[:len(path)-1] {
		next, ok := at[step].(object)
		if !ok {
			if _, taken := at[step]; taken {
				return
			}
			next = object{}
			at[step] = next
		}
		at = next
	}
	last := path[len(path)-1]
	if _, taken := at[last]; !taken {
		at[last] = value
	}
}

// arrays turns objects whose names are 0, 1, 2 … into arrays.
func arrays(v any) any {
	o, ok := v.(object)
	if !ok {
		return v
	}
	list := make([]any, 0, len(o))
	for i := range len(o) {
		if element, ok := o[strconv.Itoa(i)]; ok {
			list = append(list, arrays(element))
		}
	}
	if len(list) == len(o) && len(list) > 0 {
		return list
	}
	for k := range o {
		o[k] = arrays(o[k])
	}
	return o
}

// text returns a field as text; absent and null fields are told apart by present. Numbers and booleans count as
// written: forms do not know the difference.
func (o object) text(name string) (value string, present bool) {
	switch v := o[name].(type) {
	case string:
		return v, true
	case numberText:
		return string(v), true
	case bool:
		return strconv.FormatBool(v), true
	case nil:
		_, present = o[name]
		return "", present
	}
	return "", false
}

// textPtr returns a field for an update: nil leaves the property alone, null empties it.
func (o object) textPtr(name string) *string {
	if v, ok := o.text(name); ok {
		return &v
	}
	return nil
}

// object returns a nested object; what is absent is empty.
func (o object) object(name string) object {
	v, _ := o[name].(object)
	return v
}

// list returns a nested array of objects.
func (o object) list(name string) []object {
	v, _ := o[name].([]any)
	var out []object
	for _, e := range v {
		if eo, ok := e.(object); ok {
			out = append(out, eo)
		}
	}
	return out
}

// flag reads a boolean field.
func (o object) flag(name string, otherwise bool) bool {
	v, _ := o.text(name)
	switch strings.ToLower(v) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// number reads a number field.
func (o object) number(name string) (value float64, present bool, err error) {
	text, present := o.text(name)
	if !present || text == "" {
		return 0, false, nil
	}
	value, err = strconv.ParseFloat(text, 64)
	if err != nil || value != value || value > 1e15 || value < -1e15 {
		return 0, false, errParameter(name, "a number")
	}
	return value, true, nil
}
