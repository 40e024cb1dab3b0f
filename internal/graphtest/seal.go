package graphtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"
)

// link is what stands in a URL that needs no token: of content, of a thumbnail, of the next page. Nothing is kept of the
// links that were given out; each is signed and says itself what it is for and until when.
type link struct {
	Kind    string // linkContent, linkThumbnail or linkPage
	Owner   string
	Item    string `json:",omitempty"`
	Box     int    `json:",omitempty"` // of a thumbnail
	Offset  int    `json:",omitempty"` // of a page
	Query   string `json:",omitempty"` // what the page is of
	Epoch   int64
	Expires int64 // Unix milliseconds
}

const (
	linkContent   = "content"
	linkThumbnail = "thumbnail"
	linkPage      = "page"
)

// linkLife is that of links to content: "short-lived", the documents say. Pages live as long.
const linkLife = time.Hour

type linkState int

const (
	linkValid linkState = iota
	linkExpired
	linkForged
)

// newKey makes the key that links are signed with.
func newKey() []byte {
	key := make([]byte, sha256.Size)
	_, _ = rand.Read(key) // never fails, says crypto/rand
	return key
}

// seal writes a link that holds from now on.
func (s *service) seal(l link) string {
	l.Epoch, l.Expires = s.epochs[l.Kind].Load(), s.now().Add(linkLife).UnixMilli()
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(text), text...))
}

// open reads a link.
func (s *service) open(kind, sealed string) (l link, state linkState) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < signature {
		return l, linkForged
	}
	if !hmac.Equal(raw[:signature], s.sign(raw[signature:])) || json.NewDecoder(bytes.NewReader(raw[signature:])).Decode(&l) != nil || l.Kind != kind {
		return l, linkForged
	}
	if l.Epoch != s.epochs[kind].Load() || s.now().UnixMilli() > l.Expires {
		return l, linkExpired
	}
	return l, linkValid
}

const signature = 12 // bytes

func (s *service) sign(text []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(text)
	return mac.Sum(nil)[:signature]
}
