package livetest

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Generated gives content of any size that takes no memory: each byte follows from the seed and its place. It can be
// read from any place, and is a source for an upload.
func Generated(size int64, seed uint64) *io.SectionReader { return memory.Generated(size, seed) }

// AddGenerated stores a file with [Generated] content in a folder, which is made if it is missing, and returns its id.
// It replaces a file of that name.
func (a *Account) AddGenerated(path string, size int64, seed uint64) (string, error) {
	names := strings.Split(path, "/")
	folder, err := a.folder(names[:len(names)-1])
	if err == nil {
		var file backend.Item
		file, err = a.server.store.AddSection(folder.Ref, names[len(names)-1], Generated(size, seed), a.ID)
		if err == nil {
			return itemID(file), nil
		}
	}
	return "", fmt.Errorf("livetest: add file %q: %w", path, err)
}

// ReplaceFile gives a file new content. It keeps its id and gets a new updated_time.
func (a *Account) ReplaceFile(itemID string, content []byte) error {
	opts := backend.WriteOptions{By: a.ID}
	if _, err := a.server.store.ReplaceContent(background(), a.ref(itemID), bytes.NewReader(content), opts); err != nil {
		return fmt.Errorf("livetest: replace %s: %w", itemID, err)
	}
	return nil
}

// Digest returns the size and the SHA-256 of a file, of those too whose content was not kept.
func (a *Account) Digest(itemID string) (size int64, sha256 [32]byte, err error) {
	size, sha256, err = a.server.store.Digest(a.ref(itemID))
	if err != nil {
		err = fmt.Errorf("livetest: digest of %s: %w", itemID, err)
	}
	return size, sha256, err
}

// ref finds an item of the account by its id.
func (a *Account) ref(itemID string) backend.Ref {
	ref := backend.Ref{Owner: a.ID}
	if parts := strings.SplitN(itemID, ".", 3); len(parts) == 3 {
		ref.ID = parts[2]
	}
	return ref
}
