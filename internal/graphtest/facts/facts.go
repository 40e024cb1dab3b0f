// Package facts knows the names and types of Microsoft Graph v1.0, as far as an account's files, calendars, contacts and
// profile need them, and checks requests and answers against them. The table is carried over from Graph's own metadata;
// nothing here knows what the fake Graph or a client of Graph does.
package facts

import (
	"bufio"
	"embed"
	"slices"
	"strings"
	"sync"
)

//go:embed types.tsv operations.tsv
var files embed.FS

// Operation is an action or function that is bound to a type.
type Operation struct {
	Action     bool // called by POST, with its parameters in the body
	Returns    string
	Parameters map[string]string // types by name
}

// entry is what the table says of a structured type.
type entry struct {
	base       string
	properties map[string]string
	navigation map[string]string
}

// tables is all of it.
type tables struct {
	types      map[string]*entry
	enums      map[string][]string
	operations map[string]map[string][]Operation // by type and name
}

var load = sync.OnceValue(func() *tables {
	t := &tables{types: map[string]*entry{}, enums: map[string][]string{}, operations: map[string]map[string][]Operation{}}
	eachLine("types.tsv", func(f []string) {
		switch f[0] {
		case "type":
			t.types[f[1]] = &entry{base: f[2], properties: map[string]string{}, navigation: map[string]string{}}
		case "enum":
			t.enums[f[1]] = strings.Split(f[2], ",")
		case "prop":
			t.types[f[1]].properties[f[2]] = f[3]
		case "nav":
			t.types[f[1]].navigation[f[2]] = f[3]
		}
	})
	eachLine("operations.tsv", func(f []string) {
		op := Operation{Action: f[0] == "action", Returns: strings.TrimPrefix(f[3], "-"), Parameters: map[string]string{}}
		for _, parameter := range f[4:] {
			name, typ, _ := strings.Cut(parameter, ":")
			op.Parameters[name] = typ
		}
		if t.operations[f[1]] == nil {
			t.operations[f[1]] = map[string][]Operation{}
		}
		t.operations[f[1]][f[2]] = append(t.operations[f[1]][f[2]], op)
	})
	return t
})

func eachLine(name string, use func(fields []string)) {
	file, err := files.Open(name)
	if err != nil {
		panic(err) // it is embedded
	}
	defer file.Close() //nolint:errcheck // it was only read
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if text := lines.Text(); text != "" && text[0] != '#' {
			use(strings.Split(text, "\t"))
		}
	}
}

// Property returns the type of a structural property, such as "Edm.String" or "Collection(emailAddress)".
func Property(typ, name string) (string, bool) {
	found, ok := lookup(typ, func(e *entry) (string, bool) { p, ok := e.properties[name]; return p, ok })
	return strings.TrimSuffix(found, "!"), ok
}

// Navigation returns the type that a navigation property leads to.
func Navigation(typ, name string) (string, bool) {
	return lookup(typ, func(e *entry) (string, bool) { n, ok := e.navigation[name]; return n, ok })
}

// Operations returns the overloads of an action or function that is bound to a type, or to one that it derives from.
func Operations(typ, name string) []Operation {
	t := load()
	for typ != "" && typ != "-" {
		if ops := t.operations[typ][name]; ops != nil {
			return ops
		}
		e := t.types[typ]
		if e == nil {
			return nil
		}
		typ = e.base
	}
	return nil
}

// lookup asks a type, and then those that it derives from.
func lookup(typ string, ask func(*entry) (string, bool)) (string, bool) {
	t := load()
	for e := t.types[typ]; e != nil; e = t.types[e.base] {
		if found, ok := ask(e); ok {
			return found, true
		}
	}
	return "", false
}

// Member reports whether an enumeration has this member.
func Member(enum, name string) bool { return slices.Contains(load().enums[enum], name) }

// Known reports whether the table has this type.
func Known(typ string) bool {
	t := load()
	return t.types[typ] != nil || t.enums[typ] != nil
}

// element is T of Collection(T).
func element(typ string) (string, bool) {
	if inner, ok := strings.CutPrefix(typ, "Collection("); ok {
		return strings.TrimSuffix(inner, ")"), true
	}
	return typ, false
}
