package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	args := []string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}
	hello, _, stop := start(t, args...)
	s := &program{t: t, hello: hello, http: newHTTP(t)}
	put := s.do("PUT", hello.API+"/me/skydrive/files/kept.txt?access_token="+url.QueryEscape(hello.AccessToken), "kept")
	require.Equal(t, http.StatusCreated, put.status, put.body)
	assert.Equal(t, http.StatusConflict, s.do("POST", hello.Control+"/reset", "").status)

	var out bytes.Buffer
	err := run(context.Background(), args, &out, io.Discard)
	assert.ErrorContains(t, err, "in use by another process")
	require.NoError(t, stop())

	second, _, stop := start(t, args...)
	defer func() { assert.NoError(t, stop()) }()
	assert.Equal(t, hello.UserID, second.UserID)
	assert.Equal(t, hello.ClientID, second.ClientID)
	assert.Equal(t, hello.ClientSecret, second.ClientSecret)
	s = &program{t: t, hello: second, http: newHTTP(t)}
	assert.Contains(t, s.getAs(hello.AccessToken, "/me/skydrive/files").body, `"kept.txt"`, "with the token of before")
	renewed := s.do("POST", second.Login+"/oauth20_token.srf", url.Values{
		"grant_type": {"refresh_token"}, "client_id": {hello.ClientID}, "client_secret": {hello.ClientSecret},
		"refresh_token": {hello.RefreshToken},
	}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	assert.Equal(t, http.StatusOK, renewed.status, renewed.body)
}

// A first start that failed is begun anew, and takes nothing away that is not its own.
func TestFirstStartFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	seed := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(seed, "a.txt"), []byte("a"), 0o600))
	bad := []string{"-addr", "127.0.0.1:0", "-data", dir, "-seed", seed, "-seed", filepath.Join(dir, "nowhere")}
	require.Error(t, run(t.Context(), bad, io.Discard, io.Discard))
	mine := filepath.Join(dir, "content", "holiday.jpg")
	require.NoError(t, os.WriteFile(mine, []byte("mine"), 0o600))
	require.Error(t, run(t.Context(), bad, io.Discard, io.Discard))
	hello, _, stop := start(t, "-addr", "127.0.0.1:0", "-data", dir, "-seed", seed)
	defer func() { assert.NoError(t, stop()) }()
	s := &program{t: t, hello: hello, http: newHTTP(t)}
	assert.Contains(t, s.getAs(hello.AccessToken, "/me/skydrive/files").body, `"a.txt"`)
	text, err := os.ReadFile(mine)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
}

// A folder with something in it is no place for a store, whatever happens at the start.
func TestForeignFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "content", "0123456789abcdef0123456789abcdef")
	require.NoError(t, os.MkdirAll(filepath.Dir(mine), 0o700))
	require.NoError(t, os.WriteFile(mine, []byte("mine"), 0o600))
	for _, seed := range []string{filepath.Join(dir, "nowhere"), t.TempDir()} {
		err := run(t.Context(), []string{"-addr", "127.0.0.1:0", "-data", dir, "-seed", seed}, io.Discard, io.Discard)
		require.ErrorContains(t, err, "no database that says what they are")
	}
	text, err := os.ReadFile(mine)
	require.NoError(t, err)
	assert.Equal(t, "mine", string(text))
}

func TestEmptyFlags(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"-data", "-accounts", "-ca", "-faults", "-check", "-repair", "-external-url"} {
		err := run(t.Context(), []string{"-addr", "127.0.0.1:0", flag, ""}, io.Discard, io.Discard)
		require.ErrorContains(t, err, flag+" is empty")
	}
}

func TestCheckAndRepair(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	args := []string{"-addr", "127.0.0.1:0", "-data", dir}
	hello, _, stop := start(t, args...)
	s := &program{t: t, hello: hello, http: newHTTP(t)}
	for _, name := range []string{"lost.txt", "kept.txt"} {
		put := s.do("PUT", hello.API+"/me/skydrive/files/"+name+"?access_token="+url.QueryEscape(hello.AccessToken), name)
		require.Equal(t, http.StatusCreated, put.status, put.body)
	}
	assert.ErrorContains(t, run(t.Context(), []string{"-check", dir}, io.Discard, io.Discard), "in use by another process")
	require.NoError(t, stop())
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-check", dir}, &out, io.Discard))
	assert.Contains(t, out.String(), "all is well")

	contents, err := filepath.Glob(filepath.Join(dir, "content", "*"))
	require.NoError(t, err)
	for _, file := range contents {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		if string(text) == "lost.txt" {
			require.NoError(t, os.Remove(file))
		}
	}
	out.Reset()
	err = run(t.Context(), []string{"-check", dir}, &out, io.Discard)
	require.ErrorContains(t, err, "-repair "+dir)
	assert.Contains(t, out.String(), "missing")

	hello, log, stop := start(t, args...)
	s = &program{t: t, hello: hello, http: newHTTP(t)}
	assert.Contains(t, log.String(), "the content of files is missing")
	assert.Contains(t, s.getAs(hello.AccessToken, "/me/skydrive/files").body, `"lost.txt"`, "all else can be used")
	require.NoError(t, stop())

	out.Reset()
	require.NoError(t, run(t.Context(), []string{"-repair", dir}, &out, io.Discard))
	assert.Contains(t, out.String(), "missing")
	hello, _, stop = start(t, args...)
	defer func() { assert.NoError(t, stop()) }()
	s = &program{t: t, hello: hello, http: newHTTP(t)}
	files := s.getAs(hello.AccessToken, "/me/skydrive/files").body
	assert.Contains(t, files, `"kept.txt"`)
	assert.NotContains(t, files, `"lost.txt"`)
}
