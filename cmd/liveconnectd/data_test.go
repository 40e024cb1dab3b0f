package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDataOutlivesTheProgram(t *testing.T) {
	t.Parallel()
	args := []string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}
	hello, _, stop := start(t, args...)
	s := &service{t: t, hello: hello, http: newHTTP(t)}
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
	s = &service{t: t, hello: second, http: newHTTP(t)}
	assert.Contains(t, s.getAs(hello.AccessToken, "/me/skydrive/files").body, `"kept.txt"`, "with the token of before")
	renewed := s.do("POST", second.Login+"/oauth20_token.srf", url.Values{
		"grant_type": {"refresh_token"}, "client_id": {hello.ClientID}, "client_secret": {hello.ClientSecret},
		"refresh_token": {hello.RefreshToken},
	}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	assert.Equal(t, http.StatusOK, renewed.status, renewed.body)
}
