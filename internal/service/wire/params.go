package wire

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Params are parameters in the order in which they came. The first of several equal ones counts, and its name's
// letter case does not matter. url.Values would do, but url.ParseQuery refuses what the service let pass: a stray
// per cent sign, a semicolon.
type Params []param

type param struct{ key, value string }

// ParseParams reads a query or a form. What cannot be unescaped is taken as it stands.
func ParseParams(raw string) Params {
	if raw == "" {
		return nil
	}
	var out Params
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		out = append(out, param{UnescapeQuery(key), UnescapeQuery(value)})
	}
	return out
}

// UnescapeQuery takes what cannot be unescaped as it stands.
func UnescapeQuery(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// Lookup returns the first value of a parameter.
func (p Params) Lookup(key string) (string, bool) {
	for _, kv := range p {
		if strings.EqualFold(kv.key, key) {
			return kv.value, true
		}
	}
	return "", false
}

// Get returns the first value of a parameter, empty if there is none.
func (p Params) Get(key string) string {
	v, _ := p.Lookup(key)
	return v
}

// Flag reads a boolean parameter: true and false in any letter case, and the default for anything else.
func (p Params) Flag(key string, otherwise bool) bool {
	switch strings.ToLower(p.Get(key)) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// Without leaves a parameter out.
func (p Params) Without(key string) Params {
	return slices.DeleteFunc(slices.Clone(p), func(kv param) bool { return strings.EqualFold(kv.key, key) })
}

// Values copies the parameters.
func (p Params) Values() url.Values {
	out := make(url.Values, len(p))
	for _, kv := range p {
		out.Add(kv.key, kv.value)
	}
	return out
}

// Count reads a parameter that is a number of entries. Numbers beyond any list are as good as the largest one.
func (p Params) Count(key string, least, otherwise int) (int, error) {
	raw, ok := p.Lookup(key)
	if !ok || raw == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(raw), 10, 64)
	if err != nil && !isDigits(raw) || n < int64(least) {
		return 0, BadParameter(key, "a whole number of at least "+strconv.Itoa(least))
	}
	return int(min(n, math.MaxInt32)), nil
}
