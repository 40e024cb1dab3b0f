package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// linkPrefix starts the path of every storage link, as it did in 2015: "/y2m<token>/<name>?psid=1".
const linkPrefix = "y2m"

// linkKind says what a storage link leads to.
type linkKind string

const (
	linkContent linkKind = "c" // an item's bytes
	linkPicture linkKind = "p" // an item's image, scaled
	linkUser    linkKind = "u" // a user's picture
	linkLogo    linkKind = "l" // an application's logo
)

// link is what a storage link stands for. It is carried by the link itself, so that nothing is kept.
type link struct {
	kind     linkKind
	ref      backend.Ref // of users and applications: ID only
	box      int         // pixels
	download bool
	expires  time.Time
}

// linkSigner makes storage links that need no access token and cannot be made by others.
type linkSigner struct {
	key        [32]byte
	lifetime   time.Duration
	now        func() time.Time
	generation atomic.Int64 // of the links that are good
}

var (
	errLinkForged  = errors.New("the link is not valid")
	errLinkExpired = errors.New("the link has expired")
)

// macLength is how much of the HMAC a link carries.
const macLength = 16

func (s *linkSigner) mac(payload []byte) []byte {
	h := hmac.New(sha256.New, s.key[:])
	h.Write(payload)
	return h.Sum(nil)[:macLength]
}

// path is the link without its origin. Scaled pictures carried two more parameters.
func (s *linkSigner) path(l link, name string) string {
	download := "0"
	if l.download {
		download = "1"
	}
	payload := []byte(strings.Join([]string{
		string(l.kind), l.ref.Owner, l.ref.ID, strconv.Itoa(l.box), download,
		strconv.FormatInt(s.now().Add(s.lifetime).UnixMilli(), 36), strconv.FormatInt(s.generation.Load(), 36),
	}, "|"))
	token := base64.RawURLEncoding.EncodeToString(append(payload, s.mac(payload)...))
	query := "?psid=1"
	if l.box > 0 {
		query += "&ck=1&ex=720"
	}
	return "/" + linkPrefix + token + "/" + url.PathEscape(name) + query
}

// open reads the first segment of a link.
func (s *linkSigner) open(segment string) (link, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimPrefix(segment, linkPrefix))
	if err != nil || len(raw) <= macLength {
		return link{}, errLinkForged
	}
	payload, mac := raw[:len(raw)-macLength], raw[len(raw)-macLength:]
	fields := strings.Split(string(payload), "|")
	if !hmac.Equal(mac, s.mac(payload)) || len(fields) != 7 {
		return link{}, errLinkForged
	}
	box, _ := strconv.Atoi(fields[3])
	millis, _ := strconv.ParseInt(fields[5], 36, 64)
	generation, _ := strconv.ParseInt(fields[6], 36, 64)
	l := link{
		kind: linkKind(fields[0]), ref: backend.Ref{Owner: fields[1], ID: fields[2]},
		box: box, download: fields[4] == "1", expires: time.UnixMilli(millis),
	}
	if !s.now().Before(l.expires) || generation != s.generation.Load() {
		return link{}, errLinkExpired
	}
	return l, nil
}

// apiURL is the URL of a path of the API.
func (c *call) apiURL(path string) string { return c.Origin + "/v5.0/" + path }

// storageURL makes a storage link. With return_ssl_resources=false it is a plain one even for callers on https.
func (c *call) storageURL(l link, name string) string {
	base := c.s.storage
	if base == "" {
		base = c.Origin
	}
	if rest, ok := strings.CutPrefix(base, "https://"); ok && !c.Params().Flag("return_ssl_resources", true) {
		base = "http://" + rest
	}
	return base + c.s.links.path(l, name)
}

// serveStorage answers a storage link. It plays another host, so its answers have none of the API's headers.
func (c *call) serveStorage(segment string) {
	wire.SetCORS(c.W.Header())
	if c.R.Method != http.MethodGet && c.R.Method != http.MethodHead {
		c.W.Header().Set("Allow", "GET, HEAD, OPTIONS")
		c.storageError(http.StatusMethodNotAllowed)
		return
	}
	l, err := c.s.links.open(segment)
	switch {
	case errors.Is(err, errLinkExpired):
		c.storageError(http.StatusGone)
		return
	case err != nil:
		c.storageError(http.StatusForbidden)
		return
	}
	content, err := c.openLink(l)
	if err != nil {
		c.storageError(wire.AsError(err, "").Status)
		return
	}
	defer content.Close() //nolint:errcheck // it was only read
	c.serveContent(content, l.download)
}

func (c *call) openLink(l link) (backend.Content, error) {
	switch l.kind {
	case linkContent:
		return c.s.backend.Content(c.Context(), l.ref)
	case linkPicture:
		return c.s.backend.Picture(c.Context(), l.ref, l.box)
	case linkUser:
		return c.s.backend.UserPicture(c.Context(), l.ref.ID, l.box)
	case linkLogo:
		return c.s.backend.Logo(c.Context(), l.ref.ID)
	}
	return backend.Content{}, backend.ErrNotFound
}

// serveContent sends the bytes, or the range of them that was asked for. No ETag and no Last-Modified: no client ever
// saw one.
func (c *call) serveContent(content backend.Content, download bool) {
	h := c.W.Header()
	h.Set("Content-Type", content.Type)
	if content.Type == "" {
		h.Set("Content-Type", "application/octet-stream")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if download {
		h.Set("Content-Disposition", attachment(content.Name))
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

// storageError is the short text that a storage host answered; its words are not recorded.
func (c *call) storageError(status int) {
	h := c.W.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	c.W.WriteHeader(status)
	if c.R.Method != http.MethodHead {
		_, _ = io.WriteString(c.W, http.StatusText(status))
	}
}
