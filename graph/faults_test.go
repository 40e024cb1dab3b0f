package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/graph"
	"github.com/go-liveconnect/liveconnect/internal/graphtest"
)

type pageJSON struct {
	Data []struct {
		Name string `json:"name"`
	} `json:"data"`
	Paging struct {
		Next string `json:"next"`
	} `json:"paging"`
}

func (w *world) page(target string) (p pageJSON) {
	w.Helper()
	r := w.send("GET", target, nil)
	require.Equal(w, 200, r.status, "%s", r.body)
	require.NoError(w, json.Unmarshal(r.body, &p))
	return p
}

// A page after a page is one call of Graph each, and all of them together are the folder, even if Graph's own links to the
// rest expire on the way.
func TestPagesByOffset(t *testing.T) {
	t.Parallel()
	for _, expire := range []bool{false, true} {
		t.Run(fmt.Sprint("expire ", expire), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			for i := range 25 {
				_, err := w.server.Account().AddFile(fmt.Sprintf("Many/%02d.txt", i), []byte("x"))
				require.NoError(t, err)
			}
			many, err := w.server.Account().AddFolder("Many")
			require.NoError(t, err)
			folder := "folder." + w.server.Account().ID + "." + many
			w.send("GET", folder, nil)
			var names []string
			for next := folder + "/files?limit=7&offset=0"; next != ""; {
				before := next
				p := w.page(next)
				for _, item := range p.Data {
					names = append(names, item.Name)
				}
				if !expire {
					assert.LessOrEqual(t, w.graph, 2, "the folder and its list")
					seen := w.server.Requests()
					last := seen[len(seen)-1]
					assert.True(t, strings.HasSuffix(before, "offset=0") || last.Operation == "GET item" || last.Query.Has("$skiptoken"),
						"the list goes on where it was: %s", last.Query.Encode())
				}
				if expire {
					w.server.ExpirePages()
				}
				next = strings.TrimPrefix(p.Paging.Next, "/")
			}
			require.Len(t, names, 25)
			for i, name := range names {
				assert.Equal(t, fmt.Sprintf("%02d.txt", i), name)
			}
			assert.Len(t, w.page(folder+"/files?limit=7&offset=23").Data, 2, "from the middle")
		})
	}
}

// What Graph says of an error arrives in v5.0's words.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		fault  graphtest.Fault
		status int
		code   string
		after  string
	}{
		{"throttled for long", graphtest.Fault{Do: graphtest.Throttled("120")}, 420, "request_throttled", "120"},
		{"throttled for good", graphtest.Fault{Do: graphtest.Throttled("")}, 420, "request_throttled", ""},
		{"throttled once", graphtest.Fault{Count: 1, Do: graphtest.Throttled("")}, 200, "", ""},
		{"away once", graphtest.Fault{Count: 1, Do: graphtest.Busy("")}, 200, "", ""},
		{"away for good", graphtest.Fault{Do: graphtest.Busy("")}, 503, "server_busy", ""},
		{"broken", graphtest.Fault{Do: graphtest.Error(500, "generalException", "")}, 500, "server_internal_error", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.send("GET", "me", nil)
			test.fault.Host, test.fault.Path = graphtest.Graph, "/items/"
			w.server.Fault(test.fault)
			r := w.send("GET", w.file, nil)
			assert.Equal(t, test.status, r.status, "%s", r.body)
			if test.code != "" {
				assert.Contains(t, string(r.body), test.code)
			}
			assert.Equal(t, test.after, r.header.Get("Retry-After"))
		})
	}
}

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t)
	token := server.Account().Token()
	client := graph.HTTPClient(oauth2.StaticTokenSource(token), graph.WithTransport(graph.HandlerTransport{Handler: server}))
	live, err := liveconnect.NewClient(client)
	require.NoError(t, err)
	server.ExpireToken(token.AccessToken)
	_, err = live.Users.Get(t.Context(), liveconnect.Me)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), token.AccessToken)
	var failed *liveconnect.Error
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, http.StatusUnauthorized, failed.StatusCode)

	weak := graph.HTTPClient(oauth2.StaticTokenSource(server.Account().Token("User.Read")), graph.WithTransport(graph.HandlerTransport{Handler: server}))
	live, err = liveconnect.NewClient(weak)
	require.NoError(t, err)
	user, err := live.Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err, "a token without files still says who it is of")
	assert.Equal(t, server.Account().ID, user.ID)
	_, err = live.Folders.Root(t.Context(), liveconnect.Me)
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
}

// A copy ends well however its monitor says so, and if nothing is left of the monitor.
func TestCopyEndings(t *testing.T) {
	t.Parallel()
	for name, ending := range map[string]graphtest.CopyEnding{
		"completed": graphtest.CopyCompleted, "see other": graphtest.CopySeeOther, "bare": graphtest.CopySeeOtherBare, "no id": graphtest.CopyWithoutID,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.server.SetCopies(ending, 0)
			made := w.object(w.send("COPY", w.file, fields{"destination": w.album}))
			assert.Equal(t, w.album, made["parent_id"])
			assert.NotEqual(t, w.file, made["id"])
		})
	}
}

// Nobody takes what Graph does not have for lost.
func TestStrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, graph.WithStrict())
	for _, path := range []string{w.photo + "/comments", w.photo + "/tags", "me/friends"} {
		r := w.send("GET", path, nil)
		assert.Equal(t, 400, r.status, "%s: %s", path, r.body)
		assert.Contains(t, string(r.body), "request_url_invalid")
	}
}

// A folder that Graph names and cannot open is empty, and does not end the list that it is in.
func TestVault(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t, graphtest.WithAccount(graphtest.WithVault()))
	client := newClient(t, server)
	list, err := client.Folders.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	for _, folder := range list.Data {
		_, err := client.Items.List(t.Context(), folder.ID, nil)
		require.NoError(t, err, folder.Name)
	}
}

// Ids of today's store work for programs that know only numbers.
func TestNumericIDs(t *testing.T) {
	t.Parallel()
	server := graphtest.NewServer(t, graphtest.WithAccount(graphtest.WithNewIDs()))
	client := newClient(t, server, graph.WithNumericIDs())
	up, err := client.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", strings.NewReader("hello"), nil)
	require.NoError(t, err)
	assert.Regexp(t, `^file\.[0-9a-f]{16}\.[0-9A-F]+!\d+$`, up.ID)
	assert.Equal(t, "hello", download(t, client, up.ID))
}
