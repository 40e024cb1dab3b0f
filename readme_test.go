package liveconnect_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite what is made from the code: the table of calls in README.md, testdata/api.txt")

const (
	callsBegin = "<!-- calls:begin (made from testdata/endpoints.tsv by: go test -run TestReadmeCalls . -update) -->\n"
	callsEnd   = "<!-- calls:end -->\n"
)

// TestReadmeCalls wants README.md to have the table of calls, and every call in it to exist.
func TestReadmeCalls(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	known, calls := exportedNames(t), map[string]bool{}
	rows := readCalls(t)
	for _, r := range rows {
		for _, call := range r.calls {
			assert.Contains(t, known, call, "testdata/endpoints.tsv, row %s: the library has no such call", r.id)
			calls[call] = true
		}
		fmt.Fprintf(&table, "| %s | %s | %s |\n", code(r.calls...), code(r.verb+" "+r.path), code(r.scope))
	}
	block := callsBegin + fmt.Sprintf("<details>\n<summary>The %d calls of the API that the library makes and the emulator answers</summary>\n\n",
		len(rows)) + "| call | HTTP | scope |\n|---|---|---|\n" + table.String() + "\n</details>\n" + callsEnd

	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(readme), callsBegin)
	old, after, ended := strings.Cut(rest, callsEnd)
	require.True(t, found && ended, "README.md lacks the lines %s and %s", callsBegin, callsEnd)
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(before+block+after), 0o644))
		return
	}
	require.Equal(t, block, callsBegin+old+callsEnd, "README.md is stale; run: go test -run TestReadmeCalls . -update")
}

// Every exported call of a service is in the table, but for the forms of a list and what is made of other calls.
func TestEveryCallIsInTheTable(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, r := range readCalls(t) {
		for _, call := range r.calls {
			listed[call] = true
		}
	}
	made := []string{"Uploads.ResumeSession"}
	for _, method := range clientMethods() {
		list, isForm := strings.CutSuffix(strings.TrimSuffix(method.Name, "All"), "Pages")
		isForm = (isForm || strings.HasSuffix(method.Name, "All")) && (listed[list] || listed[list+"List"])
		if !isForm && !slices.Contains(made, method.Name) {
			assert.True(t, listed[method.Name], "testdata/endpoints.tsv has no row with %s", method.Name)
		}
	}
}

// callRow is a row of testdata/endpoints.tsv with the library's calls.
type callRow struct {
	row
	calls []string
}

func readCalls(t *testing.T) (rows []callRow) {
	t.Helper()
	last := map[string]string{}
	for line := range strings.Lines(string(fixture(t, "endpoints.tsv"))) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		last[fields[0]] = fields[len(fields)-1]
	}
	for _, r := range readRows(t) {
		rows = append(rows, callRow{r, strings.Split(last[r.id], ", ")})
	}
	return rows
}

// code writes texts as code in a cell of a table.
func code(texts ...string) string {
	var cells []string
	for _, text := range texts {
		if text != "" {
			cells = append(cells, "`"+strings.ReplaceAll(text, "|", `\|`)+"`")
		}
	}
	return strings.Join(cells, " ")
}

// exportedNames are what a row may name: "Albums.List", a method of a service; "UploadSession.Cancel", a method of
// another type; "LogoutURL", a function. Functions are not known to reflection, so they are read from the source.
func exportedNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, method := range clientMethods() {
		names[method.Name] = true
	}
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declared := range parsed.Decls {
			function, ok := declared.(*ast.FuncDecl)
			if !ok || !function.Name.IsExported() {
				continue
			}
			names[receiver(function)+function.Name.Name] = true
		}
	}
	return names
}

// receiver is the type that a method belongs to, and a full stop.
func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return ""
	}
	of := function.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	if name, ok := of.(*ast.Ident); ok {
		return name.Name + "."
	}
	return reflect.TypeOf(of).String() + "." // of a generic type, which no row names
}
