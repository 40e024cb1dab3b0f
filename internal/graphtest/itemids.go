package graphtest

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"sync"
)

const (
	rootNumber = "101"                               // of the root's id in the old store
	newRoot    = "sea8cc6beffdb43d7976fbc7da445c639" // in the new one it is the same for all (onedrive-api-docs #1890)
)

// itemIDs translates ids of the new store, which say nothing of the backend's. It is safe for concurrent use.
type itemIDs struct {
	mu      sync.Mutex
	backend map[string]string // by what follows "CID!"
}

// tail is what follows "CID!" in the new store's id of an item.
func (ids *itemIDs) tail(resource string) string {
	sum := sha256.Sum256([]byte("item " + resource))
	tail := "s" + hex.EncodeToString(sum[:16])
	ids.mu.Lock()
	defer ids.mu.Unlock()
	if ids.backend == nil {
		ids.backend = map[string]string{}
	}
	ids.backend[tail] = resource
	return tail
}

func (ids *itemIDs) find(tail string) (resource string, ok bool) {
	ids.mu.Lock()
	defer ids.mu.Unlock()
	resource, ok = ids.backend[tail]
	return resource, ok
}

// brokenID is the id of the drive that is offered and cannot be opened.
func brokenID(owner string) string {
	sum := sha256.Sum256([]byte("drive " + owner))
	return "b!" + hex.EncodeToString(sum[:])
}

var itemForm = regexp.MustCompile(`^([0-9A-Fa-f]{1,16})!(?:(\d{1,39})|([sS][0-9A-Fa-f]{32}))$`)
