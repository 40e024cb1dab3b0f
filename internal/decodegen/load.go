package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// pkg is what has to be known of the root package.
type pkg struct {
	files    []*ast.File
	types    map[string]ast.Expr // by name
	generic  map[string]bool     // functions with type parameters
	decoders map[string]bool     // types with a method UnmarshalJSON
}

// field is one member of an object.
type field struct {
	name string // in Go
	json string
	typ  ast.Expr
}

// load parses the package in dir, without its tests and without what was generated before.
func load(dir string) (*pkg, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	p := &pkg{types: map[string]ast.Expr{}, generic: map[string]bool{}, decoders: map[string]bool{}}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || filepath.Base(name) == output {
			continue
		}
		content, err := os.ReadFile(name) //nolint:gosec // one of the package's own files
		if err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, file)
		for _, decl := range file.Decls {
			p.declare(decl)
		}
	}
	if len(p.types) == 0 {
		return nil, fmt.Errorf("no Go package in %s", dir)
	}
	return p, nil
}

func (p *pkg) declare(decl ast.Decl) {
	switch decl := decl.(type) {
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			if spec, ok := spec.(*ast.TypeSpec); ok && spec.TypeParams == nil {
				p.types[spec.Name.Name] = spec.Type
			}
		}
	case *ast.FuncDecl:
		if decl.Recv == nil {
			p.generic[decl.Name.Name] = decl.Type.TypeParams != nil
			return
		}
		if star, ok := decl.Recv.List[0].Type.(*ast.StarExpr); ok && decl.Name.Name == "UnmarshalJSON" {
			if name, ok := star.X.(*ast.Ident); ok {
				p.decoders[name.Name] = true
			}
		}
	}
}

// answers returns the names of the types that calls read: the structs that the package's generic functions are used
// with.
func (p *pkg) answers() []string {
	var names []string
	p.instances(func(function, argument string) {
		if p.generic[function] {
			names = append(names, argument)
		}
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// lists returns which of the answers come in lists.
func (p *pkg) lists() map[string]bool {
	lists := map[string]bool{}
	p.instances(func(function, argument string) {
		if function == "newLister" || function == "lister" {
			lists[argument] = true
		}
	})
	return lists
}

// instances calls f for every name that is used with a struct of the package as its first type argument.
func (p *pkg) instances(f func(name, argument string)) {
	for _, file := range p.files {
		ast.Inspect(file, func(n ast.Node) bool {
			var of, argument ast.Expr
			switch n := n.(type) {
			case *ast.IndexExpr:
				of, argument = n.X, n.Index
			case *ast.IndexListExpr:
				of, argument = n.X, n.Indices[0]
			default:
				return true
			}
			name, ok := of.(*ast.Ident)
			typ, isName := argument.(*ast.Ident)
			if ok && isName && p.isStruct(typ) && !leftOut[typ.Name] {
				f(name.Name, typ.Name)
			}
			return true
		})
	}
}

// leftOut are the answers for encoding/json.
var leftOut = map[string]bool{
	"wirePermissions": true, // a map, in a short answer
}

func (p *pkg) isStruct(typ ast.Expr) bool {
	name, ok := typ.(*ast.Ident)
	if !ok {
		return false
	}
	_, ok = p.types[name.Name].(*ast.StructType)
	return ok
}

// fields returns the members of a struct as encoding/json finds them. It refuses what needs encoding/json's rules for
// conflicts.
func (p *pkg) fields(typeName string) ([]field, error) {
	structType, ok := p.types[typeName].(*ast.StructType)
	if !ok {
		return nil, fmt.Errorf("%s is not a struct", typeName)
	}
	var fields []field
	for _, f := range structType.Fields.List {
		if len(f.Names) == 0 {
			embedded, ok := f.Type.(*ast.Ident)
			if !ok || f.Tag != nil {
				return nil, fmt.Errorf("%s: cannot embed this", typeName)
			}
			promoted, err := p.fields(embedded.Name)
			if err != nil {
				return nil, err
			}
			fields = append(fields, promoted...)
			continue
		}
		for _, name := range f.Names {
			if !name.IsExported() {
				continue
			}
			member, err := jsonName(name.Name, f.Tag)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", typeName, err)
			}
			fields = append(fields, field{name.Name, member, f.Type})
		}
	}
	seen := map[string]bool{}
	for _, f := range fields {
		if seen[f.json] || seen[f.name] {
			return nil, fmt.Errorf("%s has %s twice", typeName, f.json)
		}
		seen[f.json], seen[f.name] = true, true
	}
	return fields, nil
}

// jsonName returns a field's name in JSON, which must be one that no other name is taken for.
func jsonName(name string, tag *ast.BasicLit) (string, error) {
	text := ""
	if tag != nil {
		var err error
		if text, err = strconv.Unquote(tag.Value); err != nil {
			return "", err
		}
	}
	member, options, _ := strings.Cut(reflect.StructTag(text).Get("json"), ",")
	for _, c := range member {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return "", fmt.Errorf("%s: want a JSON name of small letters, digits and underscores", name)
		}
	}
	if member == "" || member == "error" {
		return "", fmt.Errorf("%s has no JSON name, or that of an error", name)
	}
	for option := range strings.SplitSeq(options, ",") {
		if option != "" && option != "omitempty" && option != "omitzero" {
			return "", fmt.Errorf("%s: cannot read with the option %s", name, option)
		}
	}
	return member, nil
}
