package facts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// CheckRequest returns what is wrong with a request to Graph: a path that leads nowhere, a body with names or types that
// Graph does not have. path is escaped and begins below /v1.0; body is JSON, or empty.
func CheckRequest(method, path string, body []byte) []string {
	resource, err := Resolve(path)
	if err != nil {
		return []string{method + " " + path + ": " + err.Error()}
	}
	action := resource.Operation != nil && resource.Operation.Action
	if action != (method == http.MethodPost && resource.Operation != nil) {
		return []string{method + " " + path + ": actions are called by POST, functions by GET"}
	}
	if len(body) == 0 || resource.Stream {
		return nil
	}
	value, err := decode(body)
	if err != nil {
		return []string{"the body is no JSON: " + err.Error()}
	}
	if action {
		return CheckParameters(*resource.Operation, value)
	}
	return Check(resource.Type, value)
}

// CheckAnswer returns what is wrong with an answer of Graph to a request for path.
func CheckAnswer(method, path string, status int, body []byte) []string {
	if len(body) == 0 || status == http.StatusNoContent {
		return nil
	}
	value, err := decode(body)
	if err != nil {
		return []string{"the answer is no JSON: " + err.Error()}
	}
	if status >= http.StatusBadRequest {
		return checkError(value)
	}
	resource, err := Resolve(path)
	if err != nil {
		return []string{path + " was answered: " + err.Error()}
	}
	switch {
	case resource.Stream: // what was written to
		return Check(resource.Of, value)
	case !resource.Many, method == http.MethodPost && resource.Operation == nil: // what was made
		return Check(resource.Type, value)
	}
	return checkList(resource.Type, value)
}

func checkList(typ string, value any) []string {
	var c checker
	list, ok := value.(map[string]any)
	if !ok || list["value"] == nil {
		return []string{"a collection is an object with a value"}
	}
	for _, name := range slices.Sorted(maps.Keys(list)) {
		if name != "value" && !annotations[name] {
			c.report(name, "no such annotation of a collection")
		}
	}
	c.value("Collection("+typ+")", list["value"], typ)
	return c.problems
}

// checkError checks the one form that errors have.
func checkError(value any) []string {
	var c checker
	outer, _ := value.(map[string]any)
	inner, ok := outer["error"].(map[string]any)
	if !ok {
		return []string{"an error is an object with an error"}
	}
	for _, name := range []string{"code", "message"} {
		if text, _ := inner[name].(string); text == "" {
			c.report("error."+name, "not there")
		}
	}
	details, ok := inner["innerError"].(map[string]any)
	if !ok {
		c.report("error.innerError", "not there")
	}
	for _, name := range []string{"date", "request-id", "client-request-id"} {
		if text, _ := details[name].(string); text == "" {
			c.report("error.innerError."+name, "not there")
		}
	}
	return c.problems
}

// decode reads one JSON value, numbers as they are written.
func decode(body []byte) (value any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if rest := strings.TrimSpace(string(body[d.InputOffset():])); rest != "" {
		return nil, fmt.Errorf("more than one value: %.20q", rest)
	}
	return value, nil
}
