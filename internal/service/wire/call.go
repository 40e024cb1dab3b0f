package wire

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// The methods of the API that net/http has no name for.
const (
	MethodMove = "MOVE"
	MethodCopy = "COPY"
)

// apiMethods are the methods that the method parameter may stand in for.
var apiMethods = []string{
	http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, MethodMove, MethodCopy,
}

// Call is a request on its way through the service, whichever host it is for.
type Call struct {
	W      http.ResponseWriter
	R      *http.Request
	ID     string // of the request, as its answer and the log name it
	Origin string // where the caller reached the service, such as "https://live.example.com"
	Method string // after the method parameter was applied
	Query  Params
	Form   Params // the body, when it was a form
	Facts
}

// Facts are what the log of requests learns from whoever answered one.
type Facts struct {
	Route    string // row of endpoints.tsv, such as "photos.list"; empty where there is none
	User     string // cid of the token
	Code     string // of the error, if the answer was one
	HadToken bool   // a token came along, valid or not
	RawPlus  bool   // a plus sign in the token was not escaped
}

// NewCall begins to look at a request.
func NewCall(w http.ResponseWriter, r *http.Request) *Call {
	query := ParseParams(r.URL.RawQuery)
	return &Call{W: w, R: r, ID: "API." + NewUUID(), Method: effectiveMethod(r, query), Query: query}
}

// Context is that of the request.
func (c *Call) Context() context.Context { return c.R.Context() }

// Params are those of the query; the web library puts them into its form body.
func (c *Call) Params() Params {
	if len(c.Form) == 0 {
		return c.Query
	}
	return append(c.Query[:len(c.Query):len(c.Query)], c.Form...)
}

// Token finds the access token that came along: in the Authorization header, in the query, or in the form that the web
// library posted. In the latter two a blank is a plus sign that was not escaped, as several clients did not.
func (c *Call) Token() string {
	scheme, token, ok := strings.Cut(c.R.Header.Get("Authorization"), " ")
	if ok = ok && strings.EqualFold(scheme, "bearer"); ok {
		token = strings.TrimSpace(token)
	} else {
		token, ok = c.Params().Lookup("access_token")
		if strings.Contains(token, " ") { // tokens have none
			token, c.RawPlus = strings.ReplaceAll(token, " ", "+"), true
		}
	}
	c.HadToken = ok
	return token
}

// effectiveMethod applies the method parameter: JSONP can only GET, and some phones could only GET and POST.
func effectiveMethod(r *http.Request, query Params) string {
	if r.Method != http.MethodGet && r.Method != http.MethodPost {
		return r.Method
	}
	if m := query.Get("method"); IsMethod(m) {
		return strings.ToUpper(m)
	}
	return r.Method
}

// IsMethod reports whether a method parameter names a method of the API, in any letter case.
func IsMethod(name string) bool { return slices.Contains(apiMethods, strings.ToUpper(name)) }
