package liveconnect_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDocumentedCalls compares the calls that comments name with testdata/endpoints.tsv. The doc comment of what a row
// names must say one of its calls, and its scope; and each call that any comment names must be in a row.
func TestDocumentedCalls(t *testing.T) {
	t.Parallel()
	docs, comments := readComments(t)
	known := map[string][]string{} // the parameters of each call, of all rows
	for _, r := range readCalls(t) {
		calls, required := r.documented()
		for _, call := range calls {
			known[call.target] = append(append(known[call.target], "suppress_redirects"), call.params...)
		}
		for _, name := range r.calls {
			if list, isAll := strings.CutSuffix(name, ".All"); isAll {
				name = list + ".List" // whose pages it reads, as its comment says
			}
			if name == "ParseUploadRedirect" {
				continue // reads the answer to a call, and makes none
			}
			doc := docs[name]
			said := slices.DeleteFunc(callsIn(doc), func(said httpCall) bool {
				return !slices.ContainsFunc(calls, func(call httpCall) bool { return call.target == said.target })
			})
			assert.NotEmpty(t, said, "row %s: the doc comment of %s names none of %v", r.id, name, calls)
			for _, call := range said {
				assert.Subset(t, call.params, required, "row %s: the parameters in the doc comment of %s", r.id, name)
			}
			assert.Regexp(t, regexp.QuoteMeta(r.scope)+`(\W|$)`, doc, "row %s: the doc comment of %s does not name the scope", r.id, name)
		}
	}
	for place, comment := range comments {
		for _, call := range callsIn(comment) {
			params, isKnown := known[call.target]
			assert.True(t, isKnown, "%s: no row has %s", place, call.target)
			assert.Subset(t, params, call.params, "%s: the parameters of %s", place, call.target)
		}
	}
}

// httpCall is a call as comments name it: "GET /PHOTO_ID/picture?type=…", with ids in capital letters; or, of an upload
// session, "POST Create-Session", the packet that it sends.
type httpCall struct {
	target string // "GET /PHOTO_ID/picture"
	params []string
}

var callPattern = regexp.MustCompile(`\b([A-Z]{3,}) (/[A-Za-z][^\s,;:)]*|[A-Z][a-z]+-Session\b|Fragment\b)`)

func callsIn(comment string) (calls []httpCall) {
	for _, found := range callPattern.FindAllStringSubmatch(comment, -1) {
		path, query, _ := strings.Cut(strings.TrimRight(found[2], "."), "?")
		call := httpCall{target: found[1] + " " + path}
		for _, parameter := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' }) {
			name, _, _ := strings.Cut(parameter, "=")
			call.params = append(call.params, name)
		}
		calls = append(calls, call)
	}
	return calls
}

// documented returns the calls of a row, alternatives of each other, and the parameters that make the call what it is:
// those that the row gives values.
func (r callRow) documented() (calls []httpCall, required []string) {
	target, note, _ := strings.Cut(strings.NewReplacer("login: ", "", "storage: ", "").Replace(r.path), ", ")
	if target == "same URL" {
		return []httpCall{{target: r.verb + " " + note}}, nil
	}
	target, _, _ = strings.Cut(target, " (")
	path, query, _ := strings.Cut(target, "?")
	var params []string
	for _, parameter := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' }) {
		name, _, hasValue := strings.Cut(parameter, "=")
		params = append(params, name)
		if hasValue {
			required = append(required, name)
		}
	}
	names := map[string]string{"OWNER": "USER_ID", "PARENT": "FOLDER_ID", "ITEM": "ITEM_ID"}
	alternatives := strings.Split(strings.ReplaceAll(path, " or ", "|"), "|")
	base := alternatives[0][:strings.LastIndex(alternatives[0], "/")+1]
	for _, alternative := range alternatives {
		if !strings.HasPrefix(alternative, "/") {
			alternative = base + alternative
		}
		segments := strings.Split(alternative, "/")
		for i, segment := range segments {
			if name, ok := names[segment]; ok {
				segments[i] = name
			}
		}
		calls = append(calls, httpCall{r.verb + " " + strings.Join(segments, "/"), params})
	}
	return calls, required
}

// readComments returns the doc comments of functions and methods by their names in testdata/endpoints.tsv, and all
// comments by where they stand, without their line ends.
func readComments(t *testing.T) (docs, comments map[string]string) {
	t.Helper()
	docs, comments = map[string]string{}, map[string]string{}
	for _, dir := range []string{".", "tree"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			parsed, err := parser.ParseFile(set, file, nil, parser.ParseComments|parser.SkipObjectResolution)
			require.NoError(t, err)
			for _, comment := range parsed.Comments {
				comments[set.Position(comment.Pos()).String()] = strings.Join(strings.Fields(comment.Text()), " ")
			}
			for _, declared := range parsed.Decls {
				if function, ok := declared.(*ast.FuncDecl); ok && dir == "." {
					name := strings.Replace(receiver(function), "Service.", ".", 1) + function.Name.Name
					docs[name] = strings.Join(strings.Fields(function.Doc.Text()), " ")
				}
			}
		}
	}
	return docs, comments
}
