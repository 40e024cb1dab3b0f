package graphtest

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// at finds a value by its path in an object, such as start/dateTime.
func at(o object, path string) any {
	var value any = o
	for name := range strings.SplitSeq(path, "/") {
		inner, ok := value.(object)
		if !ok {
			return nil
		}
		value = inner[name]
	}
	return value
}

// sortObjects orders a list as $orderby says. Texts are compared without regard to case, and null comes first.
func sortObjects(list []object, orders []order) {
	slices.SortStableFunc(list, func(a, b object) int {
		for _, by := range orders {
			c := compareValues(at(a, by.property), at(b, by.property))
			if by.descending {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}

func compareValues(a, b any) int {
	return cmp.Compare(strings.ToLower(sortable(a)), strings.ToLower(sortable(b)))
}

func sortable(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int:
		return fmt.Sprintf("%020d", v)
	case int64:
		return fmt.Sprintf("%020d", v)
	}
	return fmt.Sprint(v)
}

var (
	comparison = regexp.MustCompile(`^([A-Za-z/]+)\s+(eq|ne|gt|ge|lt|le)\s+(.+)$`)
	startsWith = regexp.MustCompile(`^(?i:startswith)\(\s*([A-Za-z/]+)\s*,\s*('.*')\s*\)$`)
	anyAddress = regexp.MustCompile(`^emailAddresses/any\(\s*(\w+)\s*:\s*(\w+)/address\s+eq\s+('.*')\s*\)$`)
)

// filterObjects keeps what a $filter lets through: comparisons, startswith and emailAddresses/any, joined by and. The
// documents show no more for the lists that take it.
func filterObjects(list []object, filter string) ([]object, error) {
	if filter == "" {
		return list, nil
	}
	var tests []func(object) bool
	for _, term := range splitAnd(filter) {
		test, err := parseTerm(strings.TrimSpace(term))
		if err != nil {
			return nil, err
		}
		tests = append(tests, test)
	}
	var kept []object
	for _, o := range list {
		if !slices.ContainsFunc(tests, func(test func(object) bool) bool { return !test(o) }) {
			kept = append(kept, o)
		}
	}
	return kept, nil
}

// splitAnd splits at each " and " that does not stand in quotes.
func splitAnd(filter string) []string {
	var terms []string
	quoted, start := false, 0
	for i := range len(filter) {
		switch {
		case filter[i] == '\'':
			quoted = !quoted
		case !quoted && strings.HasPrefix(filter[i:], " and "):
			terms = append(terms, filter[start:i])
			start = i + len(" and ")
		}
	}
	return append(terms, filter[start:])
}

func parseTerm(term string) (func(object) bool, error) {
	if m := startsWith.FindStringSubmatch(term); m != nil {
		prefix, err := literal(m[2])
		return func(o object) bool {
			text, _ := at(o, m[1]).(string)
			return strings.HasPrefix(strings.ToLower(text), strings.ToLower(fmt.Sprint(prefix)))
		}, err
	}
	if m := anyAddress.FindStringSubmatch(term); m != nil && m[1] == m[2] {
		want, err := literal(m[3])
		return func(o object) bool {
			addresses, _ := o["emailAddresses"].([]object)
			return slices.ContainsFunc(addresses, func(a object) bool { return compareValues(a["address"], want) == 0 })
		}, err
	}
	m := comparison.FindStringSubmatch(term)
	if m == nil {
		return nil, badRequest("Invalid filter clause: syntax error in %q.", term)
	}
	want, err := literal(m[3])
	return func(o object) bool {
		c := compareValues(at(o, m[1]), want)
		return map[string]bool{"eq": c == 0, "ne": c != 0, "gt": c > 0, "ge": c >= 0, "lt": c < 0, "le": c <= 0}[m[2]]
	}, err
}

// literal reads 'text', true, null, or a number.
func literal(text string) (any, error) {
	if inner, ok := strings.CutPrefix(text, "'"); ok {
		inner, closed := strings.CutSuffix(inner, "'")
		if !closed || strings.Contains(strings.ReplaceAll(inner, "''", ""), "'") {
			return nil, badRequest("Invalid filter clause: %s is no string.", text)
		}
		return strings.ReplaceAll(inner, "''", "'"), nil
	}
	switch text {
	case "true", "false":
		return text == "true", nil
	case "null":
		return nil, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	return text, nil // a date
}
