package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGeneratedIsCurrent(t *testing.T) {
	t.Parallel()
	want, err := generate("../..")
	require.NoError(t, err)
	got, err := os.ReadFile("../../" + output)
	require.NoError(t, err)
	assert.True(t, string(want) == string(got), "%s is stale: run go generate", output)
}

// source is a package that can be generated for; tests put something in its place.
const source = `package p

type ItemInfo struct {
	ID   string ` + "`json:\"id\"`" + `
	Type Kind   ` + "`json:\"type\"`" + `
}

type Kind string

type File struct {
	ItemInfo
	Sizes []Size ` + "`json:\"sizes,omitempty\"`" + `
	When  *Time  ` + "`json:\"when\"`" + `
}

type Size struct {
	Width int ` + "`json:\"width\"`" + `
}

type Time struct{ text string }

func (t *Time) UnmarshalJSON([]byte) error { return nil }

type Other struct{ ItemInfo }

func newItem(k Kind) any {
	if k == "file" {
		return new(File)
	}
	return new(Other)
}

func newLister[T any]() {}

func get[T any]() {}

func calls() { newLister[File](); get[Size]() }
`

func generateFrom(t *testing.T, text string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "p.go"), []byte(text), 0o600))
	generated, err := generate(dir)
	return string(generated), err
}

func TestGenerates(t *testing.T) {
	t.Parallel()
	generated, err := generateFrom(t, source)
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), "", generated, 0)
	require.NoError(t, err)
	var functions []string
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok {
			functions = append(functions, f.Name.Name)
		}
	}
	assert.Equal(t, []string{"read", "read", "members", "readFile", "readSize"}, functions)
	assert.Contains(t, generated, "case *wirePage[File]:")
	assert.NotContains(t, generated, "case *wirePage[Size]:")
	assert.Contains(t, generated, "v.Type = Kind(d.Word())")
	assert.Contains(t, generated, "readSlice(d, &v.Sizes, readSize)")
}

// What the generated code could read otherwise than encoding/json is refused.
func TestRefuses(t *testing.T) {
	t.Parallel()
	for replace, want := range map[string]string{
		`json:"width"` + "|" + `json:"Width"`:            "small letters",
		`json:"width"` + "|" + `json:"width,string"`:     "option string",
		`json:"width"` + "|" + `xml:"width"`:             "no JSON name",
		`json:"sizes,omitempty"` + "|" + `json:"id"`:     "twice",
		"Width int|Width map[string]int":                 "cannot read v.Width",
		"Width int|Width uint8":                          "of type uint8",
		"[]Size|[]bool":                                  "elements of type bool",
		"*Time |[]Time ":                                 "elements of type Time",
		"newLister[File]()|get[File]()":                  "no lists",
		"newItem|makeItem":                               "no function newItem",
		"type Size struct {|type Size struct {\n\t*File": "cannot embed",
	} {
		from, to, _ := strings.Cut(replace, "|")
		require.Contains(t, source, from)
		_, err := generateFrom(t, strings.ReplaceAll(source, from, to))
		assert.ErrorContains(t, err, want, replace)
	}
	_, err := generate(t.TempDir())
	assert.ErrorContains(t, err, "no Go package")
	assert.Error(t, run(filepath.Join(t.TempDir(), "none")))
}
