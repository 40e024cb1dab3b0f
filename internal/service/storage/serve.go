package storage

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Serves reports whether a path is one of the storage hosts.
func Serves(segments []string) bool {
	return len(segments) > 0 && (isLink(segments) || isBITS(segments))
}

// Serve answers a request for one of them. They were other hosts than the API's, so their answers have none of its
// headers.
func (h *Host) Serve(c *wire.Call, segments []string) {
	wire.SetCORS(c.W.Header())
	if isLink(segments) {
		h.serveLink(c, segments[0])
		return
	}
	h.serveBITS(c, segments)
}

// LogoOf finds the application whose logo a storage link leads to. Logos can be uploaded to it, which is the affair of the
// API's host.
func (s *Links) LogoOf(segments []string) (application string, ok bool) {
	if !isLink(segments) {
		return "", false
	}
	l, err := s.open(segments[0])
	return l.ref.ID, err == nil && l.kind == linkLogo
}

// isLink reports whether a path is a storage link.
func isLink(segments []string) bool { return strings.HasPrefix(segments[0], linkPrefix) }

// serveLink answers a storage link.
func (h *Host) serveLink(c *wire.Call, segment string) {
	if c.R.Method != http.MethodGet && c.R.Method != http.MethodHead {
		c.W.Header().Set("Allow", "GET, HEAD, OPTIONS")
		writeError(c, http.StatusMethodNotAllowed)
		return
	}
	l, err := h.links.open(segment)
	switch {
	case errors.Is(err, errLinkExpired):
		writeError(c, http.StatusGone)
		return
	case err != nil:
		writeError(c, http.StatusForbidden)
		return
	}
	content, err := h.openLink(c.Context(), l)
	if err != nil {
		writeError(c, wire.AsError(err, "").Status)
		return
	}
	defer content.Close() //nolint:errcheck // it was only read
	serveContent(c, content, l.download)
}

func (h *Host) openLink(ctx context.Context, l link) (backend.Content, error) {
	switch l.kind {
	case linkContent:
		return h.accounts.Content(ctx, l.ref)
	case linkPicture:
		return h.accounts.Picture(ctx, l.ref, l.box)
	case linkUser:
		return h.accounts.UserPicture(ctx, l.ref.ID, l.box)
	case linkLogo:
		return h.accounts.Logo(ctx, l.ref.ID)
	}
	return backend.Content{}, backend.ErrNotFound
}
