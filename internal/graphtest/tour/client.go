// Package tour makes every call that package graphtest plays, for judges that look at the requests and the answers.
package tour

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
)

// Object is a JSON object.
type Object = map[string]any

// Client makes single calls, and fails the test when an answer has another status than was expected.
type Client struct {
	t      testing.TB
	server *graphtest.Server
	token  string
	http   *http.Client
}

// NewClient makes a client that is signed in to an account, with all scopes or with these.
func NewClient(t testing.TB, server *graphtest.Server, account *graphtest.Account, scopes ...string) *Client {
	t.Helper()
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{t: t, server: server, token: account.Token(scopes...).AccessToken, http: &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Reply is an answer.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
	JSON   Object // nil if the body is none
}

// Do sends a request. A path that begins with a slash is Graph's, and gets the token; a whole URL gets none. The body is
// text or bytes, or an object that is sent as JSON. Headers come in pairs.
func (c *Client) Do(method, path string, body any, headers ...string) Reply {
	c.t.Helper()
	var content io.Reader
	kind := ""
	switch body := body.(type) {
	case nil:
	case string:
		content, kind = strings.NewReader(body), "application/octet-stream"
	case []byte:
		content, kind = bytes.NewReader(body), "application/octet-stream"
	default:
		text, err := json.Marshal(body)
		c.must(err)
		content, kind = bytes.NewReader(text), "application/json"
	}
	own := strings.HasPrefix(path, "/")
	if own {
		path = c.server.GraphURL + path
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, path, content)
	c.must(err)
	if own {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.http.Do(r)
	c.must(err)
	reply := Reply{Status: resp.StatusCode, Header: resp.Header}
	reply.Body, err = io.ReadAll(resp.Body)
	c.must(err)
	c.must(resp.Body.Close())
	if json.Unmarshal(reply.Body, &reply.JSON) != nil {
		reply.JSON = nil
	}
	return reply
}

func (c *Client) must(err error) {
	if err != nil {
		c.t.Helper()
		c.t.Fatal(err)
	}
}

// Want is Do, and fails the test unless the status is this one.
func (c *Client) Want(status int, method, path string, body any, headers ...string) Reply {
	c.t.Helper()
	reply := c.Do(method, path, body, headers...)
	if reply.Status != status {
		c.t.Fatalf("%s %s: %d, not %d: %s", method, path, reply.Status, status, reply.Body)
	}
	return reply
}

// Get is a GET that is answered with 200 and JSON.
func (c *Client) Get(path string, headers ...string) Object {
	c.t.Helper()
	return c.Want(http.StatusOK, http.MethodGet, path, nil, headers...).JSON
}

// Code is the code of an error.
func (r Reply) Code() string {
	inner, _ := r.JSON["error"].(Object)
	code, _ := inner["code"].(string)
	return code
}

// Text is a string in an object.
func (r Reply) Text(name string) string {
	text, _ := r.JSON[name].(string)
	return text
}

// Text is a string in an object.
func Text(o Object, name string) string {
	text, _ := o[name].(string)
	return text
}

// Values are the elements of a collection.
func Values(o Object) []Object {
	list, _ := o["value"].([]any)
	values := make([]Object, len(list))
	for i, value := range list {
		values[i], _ = value.(Object)
	}
	return values
}

// Names are the names of a collection's elements.
func Names(o Object) []string {
	names := []string{}
	for _, value := range Values(o) {
		names = append(names, Text(value, "name"))
	}
	return names
}
