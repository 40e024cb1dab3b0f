package tree_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// treeNode is an item of a treeService.
type treeNode struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Size     int64  `json:"size"`
	Updated  string `json:"updated_time"`
	content  string
	children []*treeNode
	served   func() // called when the content is asked for
}

const treeTime = "2012-05-06T07:08:09+0000"

func treeFolder(id, name string, children ...*treeNode) *treeNode {
	return &treeNode{ID: id, Name: name, Type: "folder", Updated: treeTime, children: children}
}

func treeFile(id, name, content string) *treeNode {
	return &treeNode{ID: id, Name: name, Type: "file", Updated: treeTime, Size: int64(len(content)), content: content}
}

// treeService is a service that takes every name, however bad. It answers in memory, without connections.
type treeService struct {
	before func(*http.Request) (status int) // called first; 0 goes on with the request

	mu       sync.Mutex
	nodes    map[string]*treeNode
	requests []string // "GET /folder.1/files"
	ranges   []string
	served   int64 // bytes of content
}

func newTreeService(root *treeNode) *treeService {
	s := &treeService{nodes: map[string]*treeNode{}}
	s.add(root)
	return s
}

func (s *treeService) add(n *treeNode) {
	if s.nodes[n.ID] != nil {
		return // a circle
	}
	s.nodes[n.ID] = n
	for _, child := range n.children {
		s.add(child)
	}
}

// client makes a client that has no connections.
func (s *treeService) client(t *testing.T) *liveconnect.Client {
	t.Helper()
	client, err := liveconnect.NewClient(&http.Client{Transport: s})
	require.NoError(t, err)
	return client
}

// RoundTrip answers a request.
func (s *treeService) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	recorder.Body.Grow(1 << 10)
	s.ServeHTTP(recorder, r)
	if r.Body != nil {
		_ = r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	resp := recorder.Result()
	resp.Request = r
	return resp, nil
}

func (s *treeService) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/v5.0/")
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" /"+path)
	s.mu.Unlock()
	if s.before != nil {
		if status := s.before(r); status != 0 {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(status)
			return
		}
	}
	id, rest, _ := strings.Cut(path, "/")
	id, _ = url.PathUnescape(id)
	s.mu.Lock()
	node := s.nodes[id]
	s.mu.Unlock()
	switch {
	case node == nil:
		http.Error(w, `{"error":{"code":"resource_not_found","message":"there is no `+id+`"}}`, http.StatusNotFound)
	case r.Method == http.MethodGet && rest == "files":
		s.list(w, r, node)
	case r.Method == http.MethodGet && rest == "content":
		s.serve(w, r, node)
	case r.Method == http.MethodPut:
		s.put(w, r, node, strings.TrimPrefix(rest, "files/"))
	case r.Method == http.MethodPost:
		folder := treeFolder("", "")
		_ = json.NewDecoder(r.Body).Decode(folder)
		_ = json.NewEncoder(w).Encode(map[string]string{"id": s.attach(node, folder)})
	default:
		_ = json.NewEncoder(w).Encode(node)
	}
}

// list answers pages as the service does.
func (s *treeService) list(w http.ResponseWriter, r *http.Request, node *treeNode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
	data := append([]*treeNode{}, node.children[min(offset, len(node.children)):]...)
	paging := map[string]string{}
	if limit > 0 && len(data) > limit {
		data = data[:limit]
		paging["next"] = fmt.Sprintf("/%s/files?offset=%d&limit=%d", node.ID, offset+limit, limit)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": data, "paging": paging})
}

func (s *treeService) serve(w http.ResponseWriter, r *http.Request, node *treeNode) {
	if node.served != nil {
		node.served()
	}
	content, status := node.content, http.StatusOK
	if wanted := r.Header.Get("Range"); wanted != "" {
		from, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(wanted, "bytes="), "-"))
		if from >= len(content) {
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
			return
		}
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(content)-1, len(content)))
		content, status = content[from:], http.StatusPartialContent
		s.mu.Lock()
		s.ranges = append(s.ranges, wanted)
		s.mu.Unlock()
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(content)))
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
	w.WriteHeader(status)
	n, _ := io.WriteString(w, content)
	s.mu.Lock()
	s.served += int64(n)
	s.mu.Unlock()
}

func (s *treeService) put(w http.ResponseWriter, r *http.Request, folder *treeNode, escaped string) {
	name, _ := url.PathUnescape(escaped)
	content, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	file := treeFile("", name, string(content))
	file.Updated = "2037-01-01T00:00:00+0000"
	_ = json.NewEncoder(w).Encode(map[string]string{"id": s.attach(folder, file)})
}

// attach puts an item into a folder, in place of one with the same name, and returns its id.
func (s *treeService) attach(folder, item *treeNode) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	item.ID = fmt.Sprintf("new%d", len(s.nodes))
	at := slices.IndexFunc(folder.children, func(n *treeNode) bool { return strings.EqualFold(n.Name, item.Name) })
	if at >= 0 {
		item.ID = folder.children[at].ID
		folder.children[at] = item
	} else {
		folder.children = append(folder.children, item)
	}
	s.nodes[item.ID] = item
	return item.ID
}

// seen returns the requests with a prefix.
func (s *treeService) seen(prefix string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []string
	for _, request := range s.requests {
		if strings.HasPrefix(request, prefix) {
			found = append(found, request)
		}
	}
	return found
}
