package server_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// "Path /v5.0//me/skydrive (lovattj always; pyonedrive for each next page) and trailing slashes. ! and %21 are the same
// id. + in a path is a plus."
func TestClientsSendDoubledAndTrailingSlashes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "f")
	for name, path := range map[string]string{
		"doubled slash":          "/v5.0//" + folder,
		"doubled slash in front": "//v5.0/" + folder,
		"trailing slash":         "/v5.0/" + folder + "/",
		"both":                   "/v5.0//" + folder + "//",
		"escaped mark":           "/v5.0/" + strings.Replace(folder, "!", "%21", 1),
		"plain mark":             "/v5.0/" + folder,
	} {
		t.Run(name, func(t *testing.T) {
			a := w.send("GET " + path + "?access_token={query} HTTP/1.1\nHost: {host}\n\n")
			require.Equal(t, "HTTP/1.1 200 OK", a.line, "and no 301")
			assert.Equal(t, folder, a.field("id"))
		})
	}
	for name, path := range map[string]string{
		"doubled slash, root":   "/v5.0//me/skydrive",
		"trailing slash, root":  "/v5.0/me/skydrive/",
		"trailing slash, files": "/v5.0/me/skydrive/files/",
		"doubled slash, page":   "/v5.0//" + folder + "/files?offset=0&limit=2",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "HTTP/1.1 200 OK", w.send("GET "+path+" HTTP/1.1\n"+bearer+"\n").line)
		})
	}
	t.Run("plus in a path", func(t *testing.T) {
		a := w.send("PUT /v5.0/" + folder + "/files/a+b%2Bc.txt HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nx")
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Equal(t, "a+b+c.txt", a.field("name"))
	})
	t.Run("trailing slash, upload", func(t *testing.T) {
		a := w.send("PUT /v5.0/" + folder + "/files/slash.txt/ HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nx")
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.Equal(t, "slash.txt", a.field("name"))
	})
}

// "Verbs MOVE, COPY; and POST ?method=MOVE|COPY (libcmis for every move; the JSONP form of hello.js)."
func TestClientsSendMoveAndCopy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const body = "Content-Type: application/json\nContent-Length: {length}\n\n{\"destination\":\"DEST\"}"
	for name, request := range map[string]string{
		"MOVE":              "MOVE /v5.0/ID HTTP/1.1\n" + bearer + body,
		"COPY":              "COPY /v5.0/ID HTTP/1.1\n" + bearer + body,
		"POST, method=MOVE": "POST /v5.0/ID?method=MOVE HTTP/1.1\n" + bearer + body,
		"POST, method=COPY": "POST /v5.0/ID?method=COPY HTTP/1.1\n" + bearer + body,
		"GET, method=move":  "GET /v5.0/ID?method=move&destination=DEST&access_token={query} HTTP/1.1\nHost: {host}\n\n",
		"GET, method=copy":  "GET /v5.0/ID?method=copy&destination=DEST&access_token={query} HTTP/1.1\nHost: {host}\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			from, to := w.mkdir("me/skydrive", name+" from"), w.mkdir("me/skydrive", name+" to")
			id := w.put(from, "a.txt", "x")
			a := w.send(strings.NewReplacer("ID", id, "DEST", to).Replace(request))
			require.Equal(t, http.StatusCreated, a.status, a.body)
			assert.Equal(t, to, a.field("parent_id"))
			assert.Equal(t, []string{"a.txt"}, w.get(to+"/files").names())
			stays := 0
			if strings.Contains(strings.ToUpper(name), "COPY") {
				stays = 1
			}
			assert.Len(t, w.get(from+"/files").data(), stays)
		})
	}
}

// "Token as ?access_token= or Authorization: bearer|Bearer; some send both kinds in one session; GET with the query,
// writes with the header."
func TestClientsSendTheTokenInQueryOrHeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, head := range map[string]string{
		"query":               "GET /v5.0/me?access_token={query} HTTP/1.1\nHost: {host}\n",
		"bearer":              "GET /v5.0/me HTTP/1.1\nHost: {host}\nAuthorization: bearer {token}\n",
		"Bearer":              "GET /v5.0/me HTTP/1.1\nHost: {host}\nAuthorization: Bearer {token}\n",
		"BEARER":              "GET /v5.0/me HTTP/1.1\nHost: {host}\nauthorization: BEARER {token}\n",
		"both in one request": "GET /v5.0/me?access_token={query} HTTP/1.1\nHost: {host}\nAuthorization: Bearer {token}\n",
		"query in a JSONP":    "GET /v5.0/me?callback=f&access_token={query} HTTP/1.1\nHost: {host}\nReferer: https://app.example/\n",
	} {
		t.Run(name, func(t *testing.T) {
			a := w.send(head + "\n")
			require.Equal(t, http.StatusOK, a.status, a.body)
			assert.Contains(t, a.body, robertoID)
			assert.True(t, w.lastRequest().HadToken)
		})
	}
	t.Run("both kinds in one session", func(t *testing.T) {
		a := w.send("POST /v5.0/me/skydrive HTTP/1.1\n" + bearer + "Content-Type: application/json\nContent-Length: {length}\n\n{\"name\":\"session\"}")
		require.Equal(t, http.StatusCreated, a.status, a.body)
		a = w.send("GET /v5.0/" + a.field("id").(string) + "?access_token={query} HTTP/1.1\nHost: {host}\n\n")
		assert.Equal(t, "session", a.field("name"))
	})
	t.Run("in a form", func(t *testing.T) {
		a := w.send("POST /v5.0/me/skydrive HTTP/1.1\nHost: {host}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: {length}\n\n" +
			"name=formed&access_token={query}")
		assert.Equal(t, http.StatusCreated, a.status, a.body)
	})
}

// "Booleans and enums in any case; overwrite also on COPY/MOVE."
func TestClientsSendBooleansAndEnumsInAnyCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder, other := w.mkdir("me/skydrive", "f"), w.mkdir("me/skydrive", "other")
	w.put(folder, "a.txt", "first")
	for query, status := range map[string]int{
		"overwrite=True":                              http.StatusOK,
		"overwrite=true":                              http.StatusOK,
		"overwrite=False":                             http.StatusConflict,
		"overwrite=false":                             http.StatusConflict,
		"overwrite=ChooseNewName":                     http.StatusCreated,
		"overwrite=choosenewname":                     http.StatusCreated,
		"downsize_photo_uploads=False":                http.StatusOK,
		"downsize_photo_uploads=false&overwrite=TRUE": http.StatusOK,
	} {
		t.Run("PUT "+query, func(t *testing.T) {
			a := w.send("PUT /v5.0/" + folder + "/files/a.txt?" + query + " HTTP/1.1\n" + bearer + "Content-Length: {length}\n\nnext")
			assert.Equal(t, status, a.status, a.body)
		})
	}
	t.Run("photo as it is", func(t *testing.T) {
		a := w.send("PUT /v5.0/" + folder + "/files/p.jpg?downsize_photo_uploads=False HTTP/1.1\n" + bearer + "Content-Length: {length}\n\n" + jpegOf(t, 2100, 10))
		require.Equal(t, http.StatusCreated, a.status, a.body)
		assert.InDelta(t, 2100, w.get(a.field("id").(string)).field("width"), 0)
	})
	// That MOVE and COPY take it is all that is known: a taken name stays an error.
	for i, query := range []string{"overwrite=False", "overwrite=True", "overwrite=choosenewname", "overwrite=ChooseNewName"} {
		for _, verb := range []string{"COPY", "MOVE"} {
			t.Run(verb+" "+query, func(t *testing.T) {
				name := verb + strconv.Itoa(i)
				from, to := w.mkdir(other, name), w.mkdir(folder, name)
				request := verb + " /v5.0/" + w.put(from, "a.txt", "x") + "?" + query + " HTTP/1.1\n" + bearer +
					"Content-Type: application/json\nContent-Length: {length}\n\n{\"destination\":\"" + to + "\"}"
				assert.Equal(t, http.StatusCreated, w.send(request).status)
				taken := strings.Replace(request, "{\"destination\":\""+to, "{\"destination\":\""+from, 1)
				if verb == "COPY" {
					w.send(taken).failed(http.StatusConflict, "resource_already_exists")
				}
			})
		}
	}
	t.Run("sort and filter", func(t *testing.T) {
		a := w.send("GET /v5.0/" + folder + "/files?filter=Photos&sort_by=Name&sort_order=Descending HTTP/1.1\n" + bearer + "\n")
		assert.Equal(t, []string{"p.jpg"}, a.names())
	})
}

// "Query suppress_response_codes, suppress_redirects on nearly every SDK call (values true and false), download=true,
// sort_by, sort_order, unknown keys ignored; the same key twice (pyonedrive sends limit twice on next pages)."
func TestClientsSendUnknownAndRepeatedParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	folder := w.mkdir("me/skydrive", "f")
	file := w.put(folder, "b.txt", "2")
	w.put(folder, "a.txt", "1")
	w.put(folder, "c.txt", "3")
	list := func(query string) []string {
		return w.send("GET /v5.0/" + folder + "/files?" + query + " HTTP/1.1\n" + bearer + "\n").names()
	}
	for query, want := range map[string][]string{
		"suppress_response_codes=true&suppress_redirects=true":   {"b.txt", "a.txt", "c.txt"},
		"suppress_response_codes=false&suppress_redirects=false": {"b.txt", "a.txt", "c.txt"},
		"sort_by=name&sort_order=descending":                     {"c.txt", "b.txt", "a.txt"},
		"sort_by=name&nonsense=1&x_http_live_library=Web":        {"a.txt", "b.txt", "c.txt"},
		"limit=2&offset=1&limit=2":                               {"a.txt", "c.txt"},
		"&&limit=1&=&limit=1&":                                   {"b.txt"},
	} {
		t.Run(query, func(t *testing.T) { assert.Equal(t, want, list(query)) })
	}
	t.Run("download=true", func(t *testing.T) {
		a := w.send("GET /v5.0/" + file + "/content?download=true HTTP/1.1\n" + bearer + "\n")
		require.Equal(t, "HTTP/1.1 302 Found", a.line)
		got := w.anonymous().do(http.MethodGet, a.header.Get("Location"), nil)
		assert.Equal(t, `attachment; filename=b.txt`, got.header.Get("Content-Disposition"))
	})
	t.Run("writes", func(t *testing.T) {
		a := w.send("POST /v5.0/" + folder + "?suppress_response_codes=true&suppress_redirects=true HTTP/1.1\n" + bearer +
			"Content-Type: application/json;charset=UTF-8\nContent-Length: {length}\n\n{\"name\":\"sub\"}")
		assert.Equal(t, http.StatusCreated, a.status, a.body)
	})
}

// "destination = id (all) or me/skydrive (krizalys' default target)."
func TestClientsSendADestination(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	from, to := w.mkdir("me/skydrive", "from"), w.mkdir("me/skydrive", "to")
	root := "folder." + robertoID
	for destination, parent := range map[string]string{to: to, "me/skydrive": root, root: root} {
		for _, verb := range []string{"MOVE", "COPY"} {
			t.Run(verb+" to "+destination, func(t *testing.T) {
				id := w.put(from, strings.NewReplacer("/", "-", "!", "-").Replace(verb+destination), "x")
				a := w.send(verb + " /v5.0/" + id + " HTTP/1.1\n" + bearer + "Content-Type: application/json\nContent-Length: {length}\n\n{\"destination\":\"" + destination + "\"}")
				require.Equal(t, http.StatusCreated, a.status, a.body)
				assert.Equal(t, parent, a.field("parent_id"))
			})
		}
	}
}

// "Header X-HTTP-Live-Library: android/4.4_5.0, Windows/.Net4_1.0Client."
func TestClientsSendTheLibraryHeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, library := range []string{"android/4.4_5.0", "Windows/.Net4_1.0Client", "Web/chrome_5.0"} {
		t.Run(library, func(t *testing.T) {
			a := w.send("GET /v5.0/me HTTP/1.1\n" + bearer + "X-HTTP-Live-Library: " + library + "\n\n")
			assert.Equal(t, http.StatusOK, a.status, a.body)
			assert.Equal(t, library, w.lastRequest().Header.Get("X-HTTP-Live-Library"))
		})
	}
}
