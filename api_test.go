package liveconnect_test

import (
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// public are the directories of the packages that others import.
var public = []string{".", "graph", "livetest", "tree"}

const apiFile = "testdata/api.txt"

// TestAPI wants testdata/api.txt to list what the public packages export, so that no change of it goes unseen. The form
// is that of the files in Go's own api directory.
func TestAPI(t *testing.T) {
	t.Parallel()
	packages := slices.DeleteFunc(slices.Clone(public), func(dir string) bool {
		_, err := os.Stat(dir)
		return err != nil && assert.Contains(t, toCome, dir, "a public package is missing")
	})
	exports := exportData(t, packages)
	load := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	var lines []string
	for _, dir := range packages {
		pkg, err := load.Import(path.Join(modulePath, dir))
		require.NoError(t, err)
		listing := apiListing{pkg: pkg, prefix: "pkg " + path.Join("liveconnect", dir) + ", "}
		for _, name := range pkg.Scope().Names() {
			if object := pkg.Scope().Lookup(name); object.Exported() {
				listing.object(object)
			}
		}
		slices.Sort(listing.lines)
		lines = append(lines, slices.Compact(listing.lines)...)
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		require.NoError(t, os.WriteFile(apiFile, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(apiFile)
	require.NoError(t, err)
	assert.Equal(t, string(want), got,
		"the exported API has changed. If it should, run: go test -run TestAPI . -update, and say so in CHANGELOG.md")
}

// exportData returns the files in which the compiler left what packages, and all that they import, export.
func exportData(t *testing.T, dirs []string) map[string]string {
	t.Helper()
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}")
	for _, dir := range dirs {
		list.Args = append(list.Args, path.Join(modulePath, dir))
	}
	list.Stderr = os.Stderr
	out, err := list.Output()
	require.NoError(t, err)
	files := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		files[path] = file
	}
	return files
}

// apiListing are the lines of one package.
type apiListing struct {
	pkg    *types.Package
	prefix string
	lines  []string
}

func (l *apiListing) add(format string, args ...any) {
	l.lines = append(l.lines, l.prefix+fmt.Sprintf(format, args...))
}

func (l *apiListing) text(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == l.pkg {
			return ""
		}
		return p.Name()
	})
}

// signature is what follows the name of a function, without the names of parameters: those may change.
func (l *apiListing) signature(f types.Object) string {
	unnamed := func(named *types.Tuple) *types.Tuple {
		var vars []*types.Var
		for v := range named.Variables() {
			vars = append(vars, types.NewParam(token.NoPos, nil, "", v.Type()))
		}
		return types.NewTuple(vars...)
	}
	of := f.Type().(*types.Signature)
	var params []string
	for param := range of.TypeParams().TypeParams() {
		params = append(params, l.text(param)+" "+l.text(param.Constraint()))
	}
	plain := types.NewSignatureType(nil, nil, nil, unnamed(of.Params()), unnamed(of.Results()), of.Variadic())
	text := strings.TrimPrefix(l.text(plain), "func")
	if params != nil {
		text = "[" + strings.Join(params, ", ") + "]" + text
	}
	return text
}

func (l *apiListing) object(object types.Object) {
	switch object := object.(type) {
	case *types.Const:
		l.add("const %s %s = %s", object.Name(), l.text(object.Type()), object.Val().ExactString())
	case *types.Var:
		l.add("var %s %s", object.Name(), l.text(object.Type()))
	case *types.Func:
		l.add("func %s%s", object.Name(), l.signature(object))
	case *types.TypeName:
		l.declared(object)
	}
}

// declared lists a type, its fields and its methods. Those of an alias count if nobody can import where it is from.
func (l *apiListing) declared(object *types.TypeName) {
	name := "type " + l.text(object.Type())
	if object.IsAlias() {
		of := types.Unalias(object.Type())
		l.add("%s = %s", name, l.text(of))
		if !strings.HasPrefix(types.TypeString(of, nil), modulePath+"/internal/") {
			return
		}
	}
	switch of := object.Type().Underlying().(type) {
	case *types.Struct:
		l.add("%s struct", name)
		l.fields(name, of)
	case *types.Interface:
		l.add("%s interface", name)
		for method := range of.Methods() {
			if method.Exported() {
				l.add("%s interface, %s%s", name, method.Name(), l.signature(method))
			} else {
				l.add("%s interface, unexported methods", name)
			}
		}
		return // its methods are said
	default:
		l.add("%s %s", name, l.text(of))
	}
	byValue := types.NewMethodSet(object.Type())
	for method := range types.NewMethodSet(types.NewPointer(object.Type())).Methods() {
		if !method.Obj().Exported() {
			continue
		}
		receiver := "*" + object.Name()
		if byValue.Lookup(l.pkg, method.Obj().Name()) != nil {
			receiver = object.Name()
		}
		l.add("method (%s) %s%s", receiver, method.Obj().Name(), l.signature(method.Obj()))
	}
}

// fields lists the exported fields of a struct, and those that it has from embedded types which are not exported.
func (l *apiListing) fields(name string, of *types.Struct) {
	for field := range of.Fields() {
		embedded, isStruct := field.Type().Underlying().(*types.Struct)
		switch {
		case field.Exported() && field.Embedded():
			l.add("%s struct, embedded %s", name, l.text(field.Type()))
		case field.Exported():
			l.add("%s struct, %s %s", name, field.Name(), l.text(field.Type()))
		case field.Embedded() && isStruct:
			l.fields(name, embedded)
		}
	}
}
