package graphtest

import (
	"crypto/rand"
	"crypto/sha256"
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

const signature = 12 // bytes
