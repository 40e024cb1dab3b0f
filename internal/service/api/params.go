package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"math"
	"net/url"
	"strconv"
	"strings"
)

// params are parameters in the order in which they came. The first of several equal ones counts, and its name's
// letter case does not matter. url.Values would do, but url.ParseQuery refuses what the service let pass: a stray
// per cent sign, a semicolon.
type params []param

type param struct{ key, value string }

// parseParams reads a query or a form. What cannot be unescaped is taken as it stands.
func parseParams(raw string) params {
	if raw == "" {
		return nil
	}
	var out params
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		out = append(out, param{unescapeQuery(key), unescapeQuery(value)})
	}
	return out
}

func unescapeQuery(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

// lookup returns the first value of a parameter.
func (p params) lookup(key string) (string, bool) {
	for _, kv := range p {
		if strings.EqualFold(kv.key, key) {
			return kv.value, true
		}
	}
	return "", false
}

func (p params) get(key string) string {
	v, _ := p.lookup(key)
	return v
}

// flag reads a boolean parameter: true and false in any letter case, and the default for anything else.
func (p params) flag(key string, otherwise bool) bool {
	switch strings.ToLower(p.get(key)) {
	case "true":
		return true
	case "false":
		return false
	}
	return otherwise
}

// values copies the parameters, leaving one out.
func (p params) values(without string) url.Values {
	out := make(url.Values, len(p))
	for _, kv := range p {
		if !strings.EqualFold(kv.key, without) {
			out.Add(kv.key, kv.value)
		}
	}
	return out
}

// count reads a parameter that is a number of entries. Numbers beyond any list are as good as the largest one.
func (p params) count(key string, least, otherwise int) (int, error) {
	raw, ok := p.lookup(key)
	if !ok || raw == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(raw), 10, 64)
	if err != nil && !isDigits(raw) || n < int64(least) {
		return 0, errParameter(key, "a whole number of at least "+strconv.Itoa(least))
	}
	return int(min(n, math.MaxInt32)), nil
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// overwrite reads the parameter of that name, which official SDKs and other clients write in every letter case, and
// the request header that one edition of the documents has in its place.
func (c *call) overwrite() (backend.Overwrite, error) {
	raw, ok := c.params().lookup("overwrite")
	if !ok || raw == "" {
		raw = c.r.Header.Get("Overwrite")
	}
	switch strings.ToLower(raw) {
	case "", "true":
		return backend.OverwriteReplace, nil
	case "false":
		return backend.OverwriteFail, nil
	case "choosenewname":
		return backend.OverwriteNewName, nil
	}
	return 0, errParameter("overwrite", "one of these: true, false, ChooseNewName")
}
