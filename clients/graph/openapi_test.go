package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

// description is Microsoft's OpenAPI description of files.
type description struct {
	router routers.Router
	doc    *openapi3.T
}

func loadDescription(t *testing.T) (*description, bool) {
	t.Helper()
	text, ok := reference(t, "openapi.yaml")
	if !ok {
		return nil, false
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	require.NoError(t, err)
	doc.Servers = openapi3.Servers{{URL: "/v1.0"}}
	doc.Security = nil
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			op.Security = nil
		}
	}
	router, err := gorillamux.NewRouter(doc)
	require.NoError(t, err)
	return &description{router, doc}, true
}

// The description knows an item in two ways: by its id, and by its path from the root. Everything else is rewritten to the
// first.
var (
	byParent   = regexp.MustCompile(`/items/[^/:]+:/[^:]*:?`)
	byRootPath = regexp.MustCompile(`/root:/[^:]*:?`)
	actions    = regexp.MustCompile(`/(copy|createLink|createUploadSession|recent|sharedWithMe|search)(\(.*\))?$`)
)

// known rewrites a path to the form that the description has; false for what it lacks.
func known(path, drive string) (string, bool) {
	if path == "/v1.0/me/drives" {
		path = "/v1.0/drives"
	}
	path = strings.Replace(path, "/v1.0/me/drive", "/v1.0/drives/"+drive, 1)
	path = byParent.ReplaceAllString(path, "/items/ID")
	path = byRootPath.ReplaceAllString(path, "/items/ID")
	path = actions.ReplaceAllStringFunc(path, func(action string) string {
		name := strings.TrimPrefix(action, "/")
		if name == "recent" || name == "sharedWithMe" {
			name += "()"
		}
		return "/microsoft.graph." + name
	})
	lacks := strings.Contains(path, "/thumbnails") || strings.Contains(path, "/special/") || strings.Contains(path, "/shares/") || !strings.Contains(path, "/drives")
	return path, !lacks
}

// verdict validates an exchange; what the description does not cover is reported by covered.
func (d *description) verdict(x graphtest.Exchange, drive string) (covered bool, err error) {
	path, ok := known(x.URL.EscapedPath(), drive)
	if !ok {
		return false, nil
	}
	query := x.URL.Query()
	query.Del("$skiptoken") // comes from the service, and is not described
	query.Del("@microsoft.graph.conflictBehavior")
	r, err := http.NewRequestWithContext(context.Background(), x.Method, "https://graph.microsoft.com"+path+"?"+query.Encode(), bytes.NewReader(x.Body))
	if err != nil {
		return true, err
	}
	r.URL.RawPath, r.Header = path, x.Header // as it came: the router compares the escaped form
	route, parameters, err := d.router.FindRoute(r)
	if err != nil {
		return true, fmt.Errorf("%s %s: %w", x.Method, path, err)
	}
	for name := range query {
		if !slices.ContainsFunc(append(slices.Clone(route.Operation.Parameters), route.PathItem.Parameters...), func(p *openapi3.ParameterRef) bool {
			return p.Value.In == "query" && p.Value.Name == name
		}) {
			return true, fmt.Errorf("%s %s: the description has no query option %s", x.Method, path, name)
		}
	}
	options := &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	options.ExcludeRequestBody = x.Method == http.MethodPut // bytes
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: parameters, Route: route, Options: options, QueryParams: query}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		return true, fmt.Errorf("request %s %s: %w", x.Method, path, err)
	}
	if err := d.unknown(route, x); err != nil {
		return true, err
	}
	header := x.AnswerHeader.Clone()
	header.Set("Content-Type", "application/json")
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: x.Status, Header: header, Options: options}
	out.SetBodyBytes(x.Answer)
	if len(x.Answer) == 0 { // 204, and redirects where the description has bytes
		return true, nil
	}
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		return true, fmt.Errorf("answer of %s %s: %w", x.Method, path, err)
	}
	return true, nil
}

// unknown finds properties of an answer that the description does not have: kin-openapi lets them pass, because every type
// is open there.
func (d *description) unknown(route *routers.Route, x graphtest.Exchange) error {
	if len(x.Answer) == 0 || x.Status >= http.StatusBadRequest {
		return nil
	}
	response := route.Operation.Responses.Value("2XX")
	if response == nil || response.Value.Content["application/json"] == nil {
		return nil
	}
	var value any
	if err := json.Unmarshal(x.Answer, &value); err != nil {
		return err
	}
	if extra := unknownIn(response.Value.Content["application/json"].Schema.Value, value, ""); len(extra) > 0 {
		return fmt.Errorf("%s %s: not in the description: %v", x.Method, x.URL.Path, extra)
	}
	return nil
}

// properties are those of a schema and of all that it is made of.
func properties(s *openapi3.Schema, into map[string]*openapi3.Schema) {
	for name, property := range s.Properties {
		into[name] = property.Value
	}
	for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf) {
		properties(part.Value, into)
	}
}

func itemsOf(s *openapi3.Schema) *openapi3.Schema {
	if s.Items != nil {
		return s.Items.Value
	}
	for _, part := range slices.Concat(s.AllOf, s.AnyOf, s.OneOf) {
		if items := itemsOf(part.Value); items != nil {
			return items
		}
	}
	return nil
}

func unknownIn(s *openapi3.Schema, value any, at string) (extra []string) {
	switch value := value.(type) {
	case map[string]any:
		all := map[string]*openapi3.Schema{}
		properties(s, all)
		for _, name := range slices.Sorted(maps.Keys(value)) {
			property := all[name]
			switch {
			case strings.Contains(name, "@"):
			case property == nil:
				extra = append(extra, at+"."+name)
			default:
				extra = append(extra, unknownIn(property, value[name], at+"."+name)...)
			}
		}
	case []any:
		items := itemsOf(s)
		for _, element := range value {
			if items == nil {
				return append(extra, at+"[]")
			}
			extra = append(extra, unknownIn(items, element, at+"[]")...)
		}
	}
	return extra
}

// Each request of the tour, and each answer, is as Microsoft describes it.
func TestOpenAPI(t *testing.T) {
	d, ok := loadDescription(t)
	if !ok {
		return
	}
	var mu sync.Mutex
	judged, beyond := map[string]bool{}, map[string]bool{}
	var problems []error
	drive := ""
	server := graphtest.NewServer(t, graphtest.WithRecorder(func(x graphtest.Exchange) {
		if x.Host != graphtest.Graph {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		covered, err := d.verdict(x, drive)
		shape := x.Method + " " + x.URL.Path
		if covered {
			judged[shape] = true
		} else {
			beyond[shape] = true
		}
		if err != nil {
			problems = append(problems, err)
		}
	}))
	drive = server.Account().DriveID()
	tour.Run(t, server)
	for _, problem := range problems {
		t.Error(problem)
	}
	t.Logf("%d kinds of exchanges judged, %d are not described", len(judged), len(beyond))
	assert.Greater(t, len(judged), 20)
}

// The judge is awake: what is not described is found.
func TestOpenAPIFinds(t *testing.T) {
	d, ok := loadDescription(t)
	if !ok {
		return
	}
	x := func(method, path, body, answer string) graphtest.Exchange {
		u, err := url.Parse("/v1.0" + path)
		require.NoError(t, err)
		return graphtest.Exchange{
			Host: graphtest.Graph, Method: method, URL: u, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body),
			Status: http.StatusOK, AnswerHeader: http.Header{}, Answer: []byte(answer),
		}
	}
	for name, bad := range map[string]graphtest.Exchange{
		"property": x("GET", "/drives/D/items/I", "", `{"id": "1", "naame": "a"}`),
		"type":     x("GET", "/drives/D/items/I", "", `{"id": "1", "size": "12"}`),
		"nested":   x("GET", "/drives/D/items/I/children", "", `{"value": [{"folder": {"count": 1}}]}`),
		"path":     x("GET", "/drives/D/items/I/kids", "", `{}`),
		"option":   x("GET", "/drives/D/items/I?$top=3", "", `{}`),
		"request":  x("POST", "/drives/D/items/I/children", `{"name": 3}`, `{}`),
	} {
		covered, err := d.verdict(bad, "D")
		assert.True(t, covered, name)
		assert.Error(t, err, name)
	}
}
