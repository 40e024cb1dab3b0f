package graphtest

import (
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/graphtest/facts"
)

// maxBody bounds JSON bodies.
const maxBody = 4 << 20

// readBody reads the JSON body of a request. Nothing at all is an empty object.
func readBody(r *http.Request) (object, error) {
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, badRequest("The request's body ended before its time.")
	}
	switch {
	case len(text) == 0:
		return object{}, nil
	case len(text) > maxBody:
		return nil, fail(http.StatusRequestEntityTooLarge, "requestTooLarge", "The body is too large.")
	case media != "application/json":
		return nil, fail(http.StatusUnsupportedMediaType, codeBadRequest, "The body's Content-Type is application/json, not %q.", media)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, badRequest("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, badRequest("The payload has more than one JSON value.")
	}
	body, ok := value.(object)
	if !ok {
		return nil, badRequest("The payload is no JSON object.")
	}
	return body, nil
}

// readEntity reads a body of this type. Names and types that Graph does not have are refused, and so are properties that
// the operation does not set: Graph ignores some of those, and a client that sends them means something by it.
func readEntity(r *http.Request, typ string, writable ...string) (object, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if problems := facts.Check(typ, body); len(problems) > 0 {
		return nil, badRequest("The body does not fit microsoft.graph.%s: %s.", typ, strings.Join(problems, "; "))
	}
	return body, onlyThese(body, writable)
}

// readParameters reads the body of an action.
func readParameters(r *http.Request, typ, action string, supported ...string) (object, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	if problems := facts.CheckParameters(facts.Operations(typ, action)[0], body); len(problems) > 0 {
		return nil, badRequest("The body does not fit %s: %s.", action, strings.Join(problems, "; "))
	}
	return body, onlyThese(body, supported)
}

func onlyThese(body object, names []string) error {
	for _, name := range slices.Sorted(maps.Keys(body)) {
		if !slices.Contains(names, name) && name != "@odata.type" {
			return unplayed("setting %q here", name)
		}
	}
	return nil
}
