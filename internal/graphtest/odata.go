package graphtest

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/graphtest/facts"
)

const downloadURL = "@microsoft.graph.downloadUrl"

// query is the OData options of a request.
type query struct {
	selected []string // nil: all
	expanded map[string]query
	orderby  []order
	top      int // 0: not said
	skip     int
	filter   string
	count    bool
	token    string // $skiptoken

	custom map[string]string // options without a $
}

type order struct {
	property   string
	descending bool
}

// rules say which options an operation takes, beyond $select.
type rules struct {
	typ    string   // of what is answered
	takes  []string // "$top", "$orderby", "startdatetime" …
	orders []string // properties for $orderby
	expand []string
	bare   bool // the $ may be left away, as the OneDrive documents do it
}

// queryValues splits a query. url.ParseQuery refuses semicolons, which stand in nested options.
func queryValues(raw string) (map[string]string, error) {
	values := map[string]string{}
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		key, keyErr := url.QueryUnescape(name)
		text, err := url.QueryUnescape(value)
		if err != nil || keyErr != nil {
			return nil, badRequest("The query is not escaped properly.")
		}
		if _, twice := values[key]; twice {
			return nil, badRequest("Query option '%s' was specified more than once, but it must be specified at most once.", key)
		}
		values[key] = text
	}
	return values, nil
}

// systemOptions are the options that OData has names for.
var systemOptions = []string{"select", "expand", "orderby", "top", "skip", "filter", "count", "skiptoken", "search"}

// parseQuery reads the options. What the operation does not take is refused, so that no client believes that it worked.
func parseQuery(values map[string]string, r rules) (q query, err error) {
	q.custom = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values[name]
		option := name
		if r.bare && slices.Contains(systemOptions, name) {
			option = "$" + name
		}
		if option == "$skip" && r.typ == "driveItem" {
			return q, invalid("$skip is not supported on this API. Only URLs returned by the API can be used to page.")
		}
		if option != "$select" && !slices.ContainsFunc(r.takes, func(take string) bool { return strings.EqualFold(take, option) }) {
			return q, badRequest("The query option '%s' is not supported here.", name)
		}
		if !strings.HasPrefix(option, "$") {
			q.custom[strings.ToLower(option)] = value
			continue
		}
		if err := q.set(option, value, r); err != nil {
			return q, err
		}
	}
	return q, nil
}

func (q *query) set(option, value string, r rules) (err error) {
	switch option {
	case "$select":
		q.selected, err = parseSelect(value, r.typ)
	case "$expand":
		q.expanded, err = parseExpand(value, r)
	case "$orderby":
		q.orderby, err = parseOrder(value, r.orders)
	case "$top":
		if q.top, err = strconv.Atoi(value); err != nil || q.top < 1 {
			return badRequest("Invalid value '%s' for $top query option found. The $top query option requires a positive integer value.", value)
		}
	case "$skip":
		if q.skip, err = strconv.Atoi(value); err != nil || q.skip < 0 {
			return badRequest("Invalid value '%s' for $skip query option found.", value)
		}
	case "$count":
		if q.count, err = strconv.ParseBool(value); err != nil {
			return badRequest("Invalid value '%s' for $count query option found.", value)
		}
	case "$filter":
		q.filter = value
	case "$skiptoken":
		q.token = value
	}
	return err
}

func parseSelect(value, typ string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(value, ",") {
		name = strings.TrimSpace(name)
		_, property := facts.Property(typ, name)
		_, navigation := facts.Navigation(typ, name)
		if !property && !navigation && name != downloadURL && (typ != "thumbnailSet" || customSize(name) == 0) {
			return nil, badRequest("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, typ)
		}
		names = append(names, name)
	}
	return names, nil
}

// parseExpand reads children($select=id,name),thumbnails.
func parseExpand(value string, r rules) (map[string]query, error) {
	expanded := map[string]query{}
	for _, part := range splitOutside(value, ',') {
		name, nested, hasNested := strings.Cut(strings.TrimSpace(part), "(")
		to, ok := facts.Navigation(r.typ, name)
		if !ok {
			return nil, badRequest("Parsing OData Select and Expand failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", name, r.typ)
		}
		if !slices.Contains(r.expand, name) {
			return nil, unplayed("$expand=%s of a %s", name, r.typ)
		}
		var q query
		if hasNested {
			inner, closed := strings.CutSuffix(nested, ")")
			if !closed {
				return nil, badRequest("Parsing OData Select and Expand failed: a parenthesis is not closed.")
			}
			values, err := queryValues(strings.ReplaceAll(url.PathEscape(inner), ";", "&"))
			if err != nil {
				return nil, err
			}
			typ := strings.TrimSuffix(strings.TrimPrefix(to, "Collection("), ")")
			if q, err = parseQuery(values, rules{typ: typ, bare: r.bare}); err != nil {
				return nil, err
			}
		}
		expanded[name] = q
	}
	return expanded, nil
}

// splitOutside splits where a separator stands outside of parentheses.
func splitOutside(text string, separator rune) []string {
	depth := 0
	return strings.FieldsFunc(text, func(r rune) bool {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		return r == separator && depth == 0
	})
}

func parseOrder(value string, allowed []string) ([]order, error) {
	var orders []order
	for part := range strings.SplitSeq(value, ",") {
		words := strings.Fields(part)
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "asc" && words[1] != "desc" {
			return nil, badRequest("Syntax error in $orderby: %q.", value)
		}
		if !slices.Contains(allowed, words[0]) {
			return nil, invalid("The list cannot be ordered by %q; it can be by %s.", words[0], strings.Join(allowed, ", "))
		}
		orders = append(orders, order{words[0], len(words) == 2 && words[1] == "desc"})
	}
	return orders, nil
}

// pick keeps what was selected of an object. Its id stays, as in the documented answers.
func (q query) pick(full object) object {
	if q.selected == nil {
		return full
	}
	some := object{}
	for name, value := range full {
		annotation := strings.HasPrefix(name, "@odata.")
		_, isExpanded := q.expanded[name]
		if annotation || isExpanded || name == "id" || slices.Contains(q.selected, name) {
			some[name] = value
		}
	}
	return some
}
