package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/faults"
)

func TestFaultsAreCountedAndEnd(t *testing.T) {
	t.Parallel()
	s := newService(t)
	a := s.control("POST", "/faults", `[
		{"do": "error", "status": 503, "code": "server_busy", "retry_after": "4", "path": "/me$", "skip": 1, "count": 1},
		{"do": "error_page", "status": 502, "method": "put"}]`)
	assert.Equal(t, http.StatusCreated, a.status)
	assert.Equal(t, http.StatusOK, s.get("me").status, "the first is skipped")
	busy := s.get("me")
	assert.Equal(t, http.StatusServiceUnavailable, busy.status)
	assert.Equal(t, "4", busy.header.Get("Retry-After"))
	assert.Contains(t, busy.body, `"code":"server_busy"`)
	assert.Equal(t, http.StatusOK, s.get("me").status)
	assert.Equal(t, http.StatusBadGateway, s.do("PUT", s.hello.API+"/me/skydrive/files/a", "x").status)

	var list struct{ Faults []faultState }
	s.control("GET", "/faults", "").into(&list)
	require.Len(t, list.Faults, 2)
	assert.Equal(t, 1, list.Faults[0].Hits)
	s.control("DELETE", "/faults/"+list.Faults[1].ID, "")
	assert.Equal(t, http.StatusUnauthorized, s.do("PUT", s.hello.API+"/me/skydrive/files/a", "x").status)
	s.control("DELETE", "/faults", "")
	assert.JSONEq(t, `{"faults": []}`, s.control("GET", "/faults", "").body)

	var log struct{ Requests []loggedRequest }
	s.control("GET", "/requests", "").into(&log)
	var intercepted []int
	for _, r := range log.Requests {
		if r.Intercepted {
			intercepted = append(intercepted, r.Status)
			assert.Positive(t, r.BytesOut)
		}
	}
	assert.Equal(t, []int{503, 502}, intercepted)
}

func TestFaultsOnOneHost(t *testing.T) {
	t.Parallel()
	s := newService(t)
	source, _ := s.do("PUT", s.hello.API+"/me/skydrive/files/a.txt", "0123456789", "Authorization", "Bearer "+s.hello.AccessToken).field("source").(string)
	s.control("POST", "/faults", `{"do": "ignore_range", "host": "storage"}`)
	whole := s.do("GET", source, "", "Range", "bytes=2-3")
	assert.Equal(t, http.StatusOK, whole.status)
	assert.Equal(t, "0123456789", whole.body)
	s.control("DELETE", "/faults", "")
	assert.Equal(t, "23", s.do("GET", source, "", "Range", "bytes=2-3").body)

	s.control("POST", "/faults", `{"do": "answer", "host": "login", "status": 500, "header": {"X-Why": "fault"}, "body": "no"}`)
	a := s.do("GET", s.hello.Login+"/oauth20_desktop.srf", "")
	assert.Equal(t, "no", a.body)
	assert.Equal(t, "fault", a.header.Get("X-Why"))
	assert.Equal(t, http.StatusOK, s.get("me").status)
}

func TestFaultsThatExpire(t *testing.T) {
	t.Parallel()
	s := newService(t)
	source, _ := s.do("PUT", s.hello.API+"/me/skydrive/files/a.txt", "a", "Authorization", "Bearer "+s.hello.AccessToken).field("source").(string)
	s.control("POST", "/faults", `{"do": "expired_link", "host": "storage", "count": 1}`)
	assert.Equal(t, http.StatusGone, s.do("GET", source, "").status)
	s.control("POST", "/faults", `{"do": "expired_token", "count": 1}`)
	assert.Equal(t, http.StatusUnauthorized, s.get("me").status)
	assert.Equal(t, http.StatusUnauthorized, s.get("me").status, "it stays expired")
}

func TestFaultsBreakConnections(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for _, fault := range []string{`{"do": "drop"}`, `{"do": "drop", "reset": true}`, `{"do": "cut_response", "after": 3}`, `{"do": "stall", "count": 1}`} {
		s.control("POST", "/faults", fault)
		ended := make(chan error, 1)
		go func() {
			req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.hello.API+"/me", http.NoBody)
			resp, err := s.http.Do(req)
			if err == nil {
				_, err = readAll(resp)
			}
			ended <- err
		}()
		if strings.Contains(fault, "stall") {
			require.Eventually(t, func() bool { return strings.Contains(s.control("GET", "/faults", "").body, `"hits": 1`) }, waitLimit, pollEvery)
			s.control("DELETE", "/faults", "")
			require.NoError(t, <-ended, "a fault that is removed lets go")
			continue
		}
		require.Error(t, <-ended, fault)
		s.control("DELETE", "/faults", "")
	}
}

func TestStalledRequestsDoNotKeepItFromEnding(t *testing.T) {
	t.Parallel()
	hello, _, stop := start(t, "-addr", "127.0.0.1:0")
	s := &program{t: t, hello: hello, http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	s.control("POST", "/faults", `{"do": "stall"}`)
	ended := make(chan error, 1)
	go func() {
		req, _ := http.NewRequest(http.MethodGet, hello.API+"/me", http.NoBody)
		resp, err := s.http.Do(req)
		if err == nil {
			_, err = readAll(resp)
		}
		ended <- err
	}()
	require.Eventually(t, func() bool { return strings.Contains(s.control("GET", "/faults", "").body, `"hits": 1`) }, waitLimit, pollEvery)
	require.NoError(t, stop())
	require.NoError(t, <-ended, "it is let go, and answered")
}

func TestEachKindOfFaultCanBeMade(t *testing.T) {
	t.Parallel()
	for name := range effectKinds(func(string) {}) {
		spec := faultSpec{Do: name, Status: 500, Code: "x", Seconds: 1, Bytes: 1}
		rule, err := spec.rule(func(string) {})
		require.NoError(t, err, name)
		assert.NotNil(t, rule.Do, name)
	}
}

// FuzzFaults: what is taken as faults can be put to work, and is listed as it was.
func FuzzFaults(f *testing.F) {
	f.Add([]byte(`{"do": "throttled", "seconds": 5, "path": "/files$", "count": 1}`))
	f.Add([]byte(`[{"do": "drop", "reset": true}, {"do": "answer", "status": 200, "header": {"a": "b"}}]`))
	f.Add([]byte(`[null]`))
	f.Add([]byte(`{"do": "stall", "seconds": 1e300}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var specs oneOrMore[faultSpec]
		if readJSON(text, &specs) != nil {
			return
		}
		list := faultList{set: new(faults.Set)}
		added, err := list.add(specs)
		if err != nil {
			return
		}
		again, err := json.Marshal(list.list())
		if err != nil {
			t.Fatal(err)
		}
		same, _ := json.Marshal(added)
		if string(again) != string(same) {
			t.Fatalf("%s became %s", same, again)
		}
		list.Clear()
	})
}
