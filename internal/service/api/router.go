package api

import (
	"strings"
)

// route is a line of the table in routes.go.
type route struct {
	id      string // row of endpoints.tsv
	method  string
	pattern string   // a targetKind, then words; NAME stands for any segment
	scopes  []string // any one of them will do; empty: any token, or what the handler demands
	flags   routeFlags
	handle  func(*call) (reply, error)
}

type routeFlags uint8

const (
	// rawBody: the body is a file's bytes. It is never looked at as JSON or a form, whatever its type says: clients
	// send files with every Content-Type there is.
	rawBody routeFlags = 1 << iota
	// anonymous: needs no token unless the path says me.
	anonymous
	// own: refused for paths of other users, because there is nothing that they could share.
	own
)

// findRoute finds the line for a path, and the file name if it ends with one. known reports whether the path exists with
// some method.
func findRoute(table []route, method string, t target, rest []string) (found *route, name string, known bool) {
	for i := range table {
		n, ok := table[i].matches(t.kind, rest)
		if !ok {
			continue
		}
		known = true
		if table[i].method == method {
			return &table[i], n, true
		}
	}
	return nil, "", known
}

// matches compares a pattern with a path.
func (r *route) matches(kind targetKind, rest []string) (name string, ok bool) {
	first, words, _ := strings.Cut(r.pattern, "/")
	switch want := targetKind(first); {
	case want == kind:
	case want == targetItem && kind == targetDrive: // the root folder is an item
	case kind == targetNone: // a path of words only
		words = r.pattern
		if strings.ToLower(first) != first {
			return "", false
		}
	default:
		return "", false
	}
	for _, segment := range rest {
		var word string
		word, words, _ = strings.Cut(words, "/")
		switch {
		case word == "NAME":
			name = segment
		case word == "" || !strings.EqualFold(word, segment):
			return "", false
		}
	}
	return name, words == ""
}
