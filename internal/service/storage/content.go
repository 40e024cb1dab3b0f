package storage

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// serveContent sends the bytes, or the range of them that was asked for. No ETag and no Last-Modified: no client ever
// saw one.
func serveContent(c *wire.Call, content backend.Content, download bool) {
	h := c.W.Header()
	h.Set("Content-Type", content.Type)
	if content.Type == "" {
		h.Set("Content-Type", "application/octet-stream")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if download {
		h.Set("Content-Disposition", attachment(content.Name))
	}
	if asked := c.R.Header.Get("Range"); asked != "" && c.R.Header.Get("If-Range") == "" {
		satisfied, ok := readRanges(asked, content.Size)
		if !ok {
			h.Del("Content-Disposition")
			h.Set("Content-Range", fmt.Sprintf("bytes */%d", content.Size))
			writeError(c, http.StatusRequestedRangeNotSatisfiable)
			return
		}
		c.R.Header = c.R.Header.Clone()
		c.R.Header.Set("Range", satisfied)
	}
	http.ServeContent(c.W, c.R, "", time.Time{}, content)
}

// attachment names a download by RFC 5987, with a plain name for old programs in front.
func attachment(name string) string {
	plain := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '_'
		}
		return r
	}, name)
	header := mime.FormatMediaType("attachment", map[string]string{"filename": plain})
	if plain != name {
		header += "; filename*=UTF-8''" + wire.EscapeComponent(name)
	}
	return header
}

// writeError sends the short text that a storage host answered; its words are not recorded.
func writeError(c *wire.Call, status int) {
	h := c.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	c.W.WriteHeader(status)
	if c.R.Method != http.MethodHead {
		_, _ = io.WriteString(c.W, http.StatusText(status))
	}
}
