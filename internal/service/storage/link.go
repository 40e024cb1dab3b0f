package storage

import (
	"cmp"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
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

// Links makes storage links that need no access token and cannot be made by others.
type Links struct {
	key        [32]byte
	lifetime   time.Duration
	now        func() time.Time
	origin     string       // of all links; empty: that of the request
	generation atomic.Int64 // of the links that are good
}

// NewLinks makes links of a lifetime, on the origin of the request if none is given.
func NewLinks(now func() time.Time, lifetime time.Duration, origin string) *Links {
	l := &Links{now: now, lifetime: lifetime, origin: origin}
	_, _ = rand.Read(l.key[:]) // never fails, says crypto/rand
	return l
}

// Expire ends the life of all links that were given out so far.
func (s *Links) Expire() { s.generation.Add(1) }

// File is where an item's bytes are.
func (s *Links) File(c *wire.Call, item backend.Item) string {
	if item.Direct != nil && item.Direct.Content != "" {
		return item.Direct.Content
	}
	return s.url(c, link{kind: linkContent, ref: item.Ref, download: download(c)}, item.Name)
}

// Picture is where an item's image is, fitted into box × box pixels (0: the stored size).
func (s *Links) Picture(c *wire.Call, item backend.Item, box int) string {
	if item.Direct != nil {
		picture, _ := item.Direct.Picture(box)
		return picture.URL
	}
	return s.url(c, link{kind: linkPicture, ref: item.Ref, box: box, download: download(c)}, item.Name)
}

// UserPicture is where a profile's picture is.
func (s *Links) UserPicture(c *wire.Call, user string, pixels int) string {
	return s.url(c, link{kind: linkUser, ref: backend.Ref{ID: user}, box: pixels}, "UserTile")
}

// Logo is where an application's logo is.
func (s *Links) Logo(c *wire.Call, application string) string {
	return s.url(c, link{kind: linkLogo, ref: backend.Ref{ID: application}, download: download(c)}, "logo")
}

// download reports whether links are to be ones that a browser saves.
func download(c *wire.Call) bool { return c.Params().Flag("download", false) }

// url is a whole link. With return_ssl_resources=false it is a plain one even for callers on https.
func (s *Links) url(c *wire.Call, l link, name string) string {
	base := cmp.Or(s.origin, c.Origin)
	if rest, ok := strings.CutPrefix(base, "https://"); ok && !c.Params().Flag("return_ssl_resources", true) {
		base = "http://" + rest
	}
	return base + s.path(l, name)
}

var (
	errLinkForged  = errors.New("the link is not valid")
	errLinkExpired = errors.New("the link has expired")
)

// macLength is how much of the HMAC a link carries.
const macLength = 16

func (s *Links) mac(payload []byte) []byte {
	h := hmac.New(sha256.New, s.key[:])
	h.Write(payload)
	return h.Sum(nil)[:macLength]
}

// path is the link without its origin. Scaled pictures carried two more parameters.
func (s *Links) path(l link, name string) string {
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
func (s *Links) open(segment string) (link, error) {
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
