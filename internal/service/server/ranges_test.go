package server_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Ranges that a file does not have are refused; what is no range of bytes is ignored (RFC 9110).
func TestRangesOfContent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files := map[string]string{"": w.put("me/skydrive", "empty.txt", ""), "0123456789": w.put("me/skydrive", "ten.txt", "0123456789")}
	for _, test := range []struct {
		content, asked string
		status         int
		sent, span     string
	}{
		{"", "bytes=-5", http.StatusRequestedRangeNotSatisfiable, "", "bytes */0"},
		{"", "bytes=-0", http.StatusRequestedRangeNotSatisfiable, "", "bytes */0"},
		{"0123456789", "bytes=-0", http.StatusRequestedRangeNotSatisfiable, "", "bytes */10"},
		{"0123456789", "bytes=10-", http.StatusRequestedRangeNotSatisfiable, "", "bytes */10"},
		{"", "bytes=0-", http.StatusOK, "", ""},
		{"0123456789", "items=1-2", http.StatusOK, "0123456789", ""},
		{"0123456789", "bytes=5-2", http.StatusOK, "0123456789", ""},
		{"0123456789", "bytes=x", http.StatusOK, "0123456789", ""},
		{"0123456789", "bytes=-3", http.StatusPartialContent, "789", "bytes 7-9/10"},
		{"0123456789", "bytes=2-4", http.StatusPartialContent, "234", "bytes 2-4/10"},
	} {
		link := w.get(files[test.content] + "/content").header.Get("Location")
		a := w.anonymous().do(http.MethodGet, link, nil, "Range", test.asked)
		assert.Equal(t, test.status, a.status, test.asked)
		assert.Equal(t, test.span, a.header.Get("Content-Range"), test.asked)
		if test.status != http.StatusRequestedRangeNotSatisfiable {
			assert.Equal(t, test.sent, a.body, test.asked)
		}
	}
}
