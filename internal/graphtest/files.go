package graphtest

import (
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// files answers for the hosts of content, upload sessions and monitors. What they need is in the URL; a token that comes
// along is refused, as it is documented and as clients have seen it.
func (c *call) files() (*answer, error) {
	if c.r.Header.Get("Authorization") != "" && !c.service.set.ignoresTokens {
		return nil, fail(http.StatusUnauthorized, "unauthenticated", "This URL carries its own authorization; send no Authorization header.")
	}
	path := c.r.URL.Path
	reads := c.r.Method == http.MethodGet || c.r.Method == http.MethodHead
	if id, ok := strings.CutPrefix(path, uploadPath); ok {
		c.entry.operation(c.r.Method + " upload session")
		a, err := c.uploadSession(id)
		return a, driveFailure(err)
	}
	switch {
	case !reads:
		return nil, fail(http.StatusMethodNotAllowed, codeInvalidRequest, "The method is not allowed here.")
	case strings.HasPrefix(path, monitorPath):
		c.entry.operation("GET monitor")
		return c.monitor(strings.TrimPrefix(path, monitorPath))
	case strings.HasPrefix(path, contentPath):
		c.entry.operation("GET content link")
		return c.serveLink(linkContent, strings.TrimPrefix(path, contentPath))
	case strings.HasPrefix(path, thumbnailPath):
		c.entry.operation("GET thumbnail link")
		return c.serveLink(linkThumbnail, strings.TrimPrefix(path, thumbnailPath))
	}
	return nil, notFound()
}

// serveLink gives the bytes that a link leads to. Ranges count here.
func (c *call) serveLink(kind, sealed string) (*answer, error) {
	l, state := c.open(kind, sealed)
	switch state {
	case linkForged:
		return nil, notFound()
	case linkExpired: // what Graph answers then is not known; clients are told to ask for another
		return nil, fail(http.StatusUnauthorized, "unauthenticated", "The link has expired; ask for a new one.")
	}
	ref := backend.Ref{Owner: l.Owner, ID: l.Item}
	read := c.backend.Content
	if kind == linkThumbnail {
		read = func(ctx context.Context, ref backend.Ref) (backend.Content, error) {
			return c.backend.Picture(ctx, ref, l.Box)
		}
	}
	content, err := read(c.ctx(), ref)
	if err != nil {
		return nil, driveFailure(err)
	}
	return &answer{stream: func() {
		defer content.Close() //nolint:errcheck // it was only read
		h := c.w.Header()
		h.Set("Content-Type", content.Type)
		h.Set("ETag", `"`+content.Revision+`"`)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": content.Name}))
		http.ServeContent(c.w, c.r, "", content.Updated, content)
	}}, nil
}
