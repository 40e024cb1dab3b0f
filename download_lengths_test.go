package liveconnect_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// lengths is a server whose item has 10 bytes, and whose content is what a test says.
func lengths(t *testing.T, content func(w http.ResponseWriter, r *http.Request)) *liveconnect.Client {
	t.Helper()
	return newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/content") {
			answer(http.StatusOK, []byte(`{"id":"file.a.A!1","type":"file","size":10,"updated_time":"1999-02-07T19:22:10+0000"}`))(w, r)
			return
		}
		content(w, r)
	}).client(t, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{MaxAttempts: 1}))
}

// A download is as long as its item, whatever an answer says of itself.
func TestDownloadThatLiesAboutItsLength(t *testing.T) {
	t.Parallel()
	body := func(status int, text string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
			w.(http.Flusher).Flush()
		}
	}
	for name, test := range map[string]struct {
		content http.HandlerFunc
		part    liveconnect.Range
	}{
		"shorter":                     {body(200, "01234", "Content-Length", "5"), liveconnect.Range{}},
		"empty":                       {body(200, "", "Content-Length", "0"), liveconnect.Range{}},
		"longer":                      {body(200, "0123456789ab", "Content-Length", "12"), liveconnect.Range{}},
		"shorter, in chunks":          {body(200, "01234"), liveconnect.Range{}},
		"longer, in chunks":           {body(200, "0123456789ab"), liveconnect.Range{}},
		"longer than its range":       {body(206, "0123456789", "Content-Range", "bytes 0-4/10"), liveconnect.Range{}},
		"a range of another total":    {body(206, "01234", "Content-Range", "bytes 0-4/12", "Content-Length", "5"), liveconnect.Range{Length: 5}},
		"longer than the range asked": {body(206, "23456789", "Content-Range", "bytes 2-4/10"), liveconnect.Range{Offset: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := lengths(t, test.content).Downloads.Open(t.Context(), "file.a.A!1", &liveconnect.DownloadOptions{Range: test.part})
			if err == nil {
				_, err = io.ReadAll(d)
				require.NoError(t, d.Close())
			}
			require.ErrorIs(t, err, liveconnect.ErrContentChanged)
		})
	}
	whole := lengths(t, body(200, "0123456789"))
	assert.Equal(t, "0123456789", readAll(t, whole, "file.a.A!1"))
}

// A picture has no item that tells its length: it is whole only if its answer says so.
func TestPictureThatEndsWithItsConnection(t *testing.T) {
	t.Parallel()
	server := rawServer(t, func(conn net.Conn, _ string) {
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nConnection: close\r\n\r\nhalf a pict")
	})
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server+"/v5.0"))
	require.NoError(t, err)
	defer client.CloseIdleConnections()
	_, err = client.Photos.Picture(t.Context(), "file.a.A!1", "")
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
	require.ErrorContains(t, err, "whole")
}

// Content of no bytes is asked for once, and not again and again.
func TestDownloadOfNothing(t *testing.T) {
	t.Parallel()
	for name, fetch := range map[string]func(*liveconnect.Client) (string, error){
		"Open": func(c *liveconnect.Client) (string, error) {
			return allOf(c.Downloads.Open(t.Context(), "file.a.A!1", nil))
		},
		"Open, a range": func(c *liveconnect.Client) (string, error) {
			return allOf(c.Downloads.Open(t.Context(), "file.a.A!1", &liveconnect.DownloadOptions{Range: liveconnect.Range{Length: 100}}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked int
			client := newStub(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case !strings.HasSuffix(r.URL.Path, "/content"):
					answer(http.StatusOK, []byte(`{"id":"file.a.A!1","type":"file","size":0,"updated_time":"1999-02-07T19:22:10+0000"}`))(w, r)
				case r.Header.Get("Range") != "":
					asked++
					w.Header().Set("Content-Range", "bytes */0")
					w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				default:
					asked++
					w.Header().Set("Content-Length", "0")
				}
			}).client(t)
			_, err := fetch(client)
			if name == "Open" {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, liveconnect.ErrRangeNotSatisfiable)
			}
			assert.LessOrEqual(t, asked, 1, fmt.Sprint(err))
		})
	}
}
