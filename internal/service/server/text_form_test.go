package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The recorded body of an invalid token, byte for byte.
func TestErrorTextForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.token = "nonsense"
	a := w.get("me")
	assert.Equal(t, http.StatusUnauthorized, a.status)
	assert.Equal(t, "{\r   \"error\": {\r      \"code\": \"request_token_invalid\", \r      \"message\": \"The access token isn't valid.\"\r   }\r}", a.body)
	assert.Equal(t, `Bearer realm="OneDriveAPI", error="invalid_token"`, a.header.Get("WWW-Authenticate"))
}

func TestTextForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]struct{ path, want string }{
		"user": {"me", `{
   "id": "8c8ce076ca27823f", 
   "name": "Roberto Tamburello", 
   "first_name": "Roberto", 
   "last_name": "Tamburello", 
   "link": "https://profile.live.com/", 
   "gender": null, 
   "locale": "en_US", 
   "updated_time": "2014-05-19T10:00:00+0000"
}`},
		"root": {"me/skydrive", `{
   "id": "folder.8c8ce076ca27823f", 
   "from": {
      "name": null, 
      "id": null
   }, 
   "name": "SkyDrive", 
   "description": "", 
   "parent_id": null, 
   "size": 0, 
   "upload_location": "HOST/v5.0/folder.8c8ce076ca27823f/files/", 
   "comments_count": 0, 
   "comments_enabled": false, 
   "is_embeddable": false, 
   "count": 3, 
   "link": "https://skydrive.live.com?cid=8c8ce076ca27823f", 
   "type": "folder", 
   "shared_with": {
      "access": "Just me"
   }, 
   "created_time": null, 
   "updated_time": "2014-05-19T10:00:00+0000", 
   "client_updated_time": "2014-05-19T10:00:00+0000"
}`},
		"page": {"me/skydrive/files?limit=1&pretty=false&sort_by=name&filter=videos", `{"data":[],"paging":{}}`},
		"empty list": {"me/contacts", `{
   "data": [
      
   ], 
   "paging": {
      
   }
}`},
		"permissions": {"me/permissions?access_token=OTHER", `{
   "data": [
      {
         "wl.basic": 1, 
         "wl.skydrive": 1
      }
   ]
}`},
		"array of objects": {"me/applications", `{
   "data": [
      
   ], 
   "paging": {
      
   }
}`},
		"jsonp": {
			"me?pretty=false&callback=WL.Internal.jsonp.WLAPI_REQ_2_1&fields=x",
			`WL.Internal.jsonp.WLAPI_REQ_2_1({"id":"8c8ce076ca27823f","name":"Roberto Tamburello","first_name":"Roberto","last_name":"Tamburello","link":"https://profile.live.com/","gender":null,"locale":"en_US","updated_time":"2014-05-19T10:00:00+0000"});`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := w.as(robertoID, "wl.basic wl.skydrive wl.applications")
			a := w.get(strings.ReplaceAll(test.path, "access_token=OTHER", ""))
			require.Equal(t, http.StatusOK, a.status, a.body)
			want := strings.ReplaceAll(strings.ReplaceAll(test.want, "\n", "\r"), "HOST", w.url)
			if name == "permissions" {
				want = strings.Replace(want, "\"wl.basic\"", "\"wl.applications\": 1, \r         \"wl.basic\"", 1)
			}
			assert.Equal(t, want, a.body)
			assert.Equal(t, []string{"chunked"}, a.chunks)
		})
	}
}

func TestObjectsOfAnArrayAreJoined(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mkdir("me/skydrive", "one")
	a := w.get("me/skydrive/files")
	assert.Contains(t, a.body, "\r      }, {\r         \"id\": ")
	assert.True(t, strings.HasPrefix(a.body, "{\r   \"data\": [\r      {\r         \"id\": \"folder."), a.body)
	assert.True(t, strings.HasSuffix(a.body, "\r      }\r   ], \r   \"paging\": {\r      \r   }\r}"), a.body)
	assert.NotContains(t, a.body, "\n")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.get("me")
	for key, want := range map[string]string{
		"Cache-Control":               "private, no-cache, no-store, must-revalidate",
		"Content-Type":                "application/json; charset=UTF-8",
		"Server":                      "Live-API/16.2.1383.402 Microsoft-HTTPAPI/2.0",
		"X-Content-Type-Options":      "nosniff",
		"Access-Control-Allow-Origin": "*",
		"ETag":                        "",
		"Last-Modified":               "",
	} {
		assert.Equal(t, want, a.header.Get(key), key)
	}
	assert.Regexp(t, `^API\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, a.header.Get("X-HTTP-Live-Request-Id"))
	assert.NotEmpty(t, a.header.Get("X-HTTP-Live-Server"))
	assert.NotEmpty(t, a.header.Get("Date"))
}

// The recorded upload by JSONP: 201 has become 200, Location ends with a slash and has no token, and a body that the
// library spread over the query as 0=T&1=E is ignored.
func TestUploadByJSONP(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	query := "?0=T&1=E&2=S&3=T&method=PUT&interface_method=undefined&pretty=false&return_ssl_resources=false" +
		"&x_http_live_library=Web%2Fchrome_5.0&suppress_redirects=true&callback=WL.Internal.jsonp.WLAPI_REQ_2_1333&access_token=" +
		url.QueryEscape(w.token)
	w.token = ""
	a := w.get("me/skydrive/files/testfile8.txt" + query)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, "text/javascript; charset=UTF-8", a.header.Get("Content-Type"))
	assert.Regexp(t, `^`+w.url+`/v5\.0/file\.8c8ce076ca27823f\.8C8CE076CA27823F!\d+/$`, a.header.Get("Location"))
	assert.Regexp(t, `^WL\.Internal\.jsonp\.WLAPI_REQ_2_1333\(\{"id":"file\.[^"]+","name":"testfile8\.txt","source":"http://[^"]+/y2m[^"]+/testfile8\.txt\?psid=1"\}\);$`, a.body)
}

func TestCallback(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"alert(1)//", "a;b", "<script>", "a b", strings.Repeat("a", 300), "1a", "a.", "a[x]"} {
		a := w.get("me?callback=" + url.QueryEscape(name))
		a.failed(http.StatusBadRequest, "request_parameter_invalid")
		assert.Equal(t, "application/json; charset=UTF-8", a.header.Get("Content-Type"))
	}
	a := w.get("no/such/path?pretty=false&callback=f")
	assert.Equal(t, http.StatusOK, a.status, "errors too become 200")
	assert.Equal(t, `f({"error":{"code":"request_url_invalid","message":"The URL contains the path 'no/such/path', which isn't supported."}});`, a.body)
	a = w.do(http.MethodDelete, w.mkdir("me/skydrive", "gone")+"?callback=f&pretty=false", nil)
	assert.Equal(t, `f({});`, a.body)
}

func TestSuppressResponseCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.get("folder.8c8ce076ca27823f.8C8CE076CA27823F!9999?suppress_response_codes=TRUE&pretty=false")
	assert.Equal(t, http.StatusOK, a.status)
	assert.Equal(t, `{"error":{"code":"resource_not_found","message":"The resource 'folder.8c8ce076ca27823f.8C8CE076CA27823F!9999' doesn't exist."}}`, a.body)
	assert.Equal(t, http.StatusNotFound, w.get("folder.8c8ce076ca27823f.8C8CE076CA27823F!9999?suppress_response_codes=false").status)
	a = w.do(http.MethodDelete, w.mkdir("me/skydrive", "gone")+"?suppress_response_codes=true", nil)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Empty(t, a.body)
	assert.Equal(t, http.StatusCreated, w.json(http.MethodPost, "me/skydrive?suppress_response_codes=true", `{"name":"x"}`).status,
		"only errors are turned into 200")
}
