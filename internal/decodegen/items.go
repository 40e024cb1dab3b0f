package main

import (
	"go/ast"
	"slices"
)

// itemTypes returns the structs that newItem makes, in its order, the one for unknown types last.
func (p *pkg) itemTypes() []string {
	var types []string
	for _, file := range p.files {
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || f.Name.Name != "newItem" {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && name(call.Fun) == "new" {
					types = append(types, name(call.Args[0]))
				}
				return true
			})
		}
	}
	return types
}

// items writes what reads items of all types: a struct with the fields of all of them, because the type of an item
// comes after fields that only some types have.
func (w *writer) items() {
	types := w.pkg.itemTypes()
	if len(types) < 2 {
		w.fail("found no function newItem that makes the items")
		return
	}
	common, err := w.pkg.fields("ItemInfo")
	if err != nil {
		w.fail("%v", err)
		return
	}
	all := slices.Clone(common)
	own := map[string][]field{}
	for _, typ := range types[:len(types)-1] {
		fields, err := w.pkg.fields(typ)
		if err != nil {
			w.fail("%v", err)
			return
		}
		for _, f := range fields {
			same := slices.IndexFunc(all, func(g field) bool { return g.name == f.name || g.json == f.json })
			switch {
			case same < 0:
				all = append(all, f)
			case all[same].name != f.name || all[same].json != f.json || typeText(all[same].typ) != typeText(f.typ):
				w.fail("%s.%s is not what another item has under that name", typ, f.name)
			}
			if !slices.ContainsFunc(common, func(g field) bool { return g.name == f.name }) {
				own[typ] = append(own[typ], f)
			}
		}
	}

	w.printf("\n// itemFields are the fields of all items: their type comes after fields that only some have.\n")
	w.printf("type itemFields struct {\nItemInfo\n")
	for _, f := range all[len(common):] {
		w.printf("%s %s\n", f.name, typeText(f.typ))
	}
	w.printf("}\n\nfunc (v *itemFields) read(d *jsonscan.Decoder, to *anyItem) {\n*v = itemFields{}\nstart := d.Start()\n")
	w.printf("v.members(d)\nif d.Failed() {\nreturn\n}\nto.Item = newItem(v.Type)\nswitch item := to.Item.(type) {\n")
	for _, typ := range types[:len(types)-1] {
		w.printf("case *%s:\nitem.ItemInfo = v.ItemInfo\n", typ)
		for _, f := range own[typ] {
			w.printf("item.%s = v.%s\n", f.name, f.name)
		}
	}
	w.printf("case *%s:\nitem.ItemInfo = v.ItemInfo\nitem.JSON = append(item.JSON, d.Since(start)...)\n", types[len(types)-1])
	w.printf("}\n}\n\nfunc (v *itemFields) members(d *jsonscan.Decoder) {\n")
	w.members("itemFields", all)
	w.printf("}\n")
}

// typeText returns a type as it is written.
func typeText(typ ast.Expr) string {
	switch typ := typ.(type) {
	case *ast.StarExpr:
		return "*" + typeText(typ.X)
	case *ast.ArrayType:
		return "[]" + typeText(typ.Elt)
	default:
		return name(typ)
	}
}
