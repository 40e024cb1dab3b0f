package graphtest

import (
	"crypto/sha1" //nolint:gosec // Graph offers it
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// maxHashed is the size up to which files are shown with their hashes. Graph leaves them out now and then, too.
const maxHashed = 16 << 20

// hashesOf are the hashes of a file, nil if there are none.
func (s *service) hashesOf(content backend.Content) object {
	if content.Size > maxHashed {
		return nil
	}
	if known, ok := s.extras.hashes.get(content.Revision); ok {
		return known
	}
	sums := map[string]hash.Hash{"sha1Hash": sha1.New(), "sha256Hash": sha256.New()} //nolint:gosec // see above
	quick := &quickXor{}
	if _, err := io.Copy(io.MultiWriter(sums["sha1Hash"], sums["sha256Hash"], quick), content); err != nil {
		return nil
	}
	hashes := object{"quickXorHash": quick.sum()}
	for name, sum := range sums {
		hashes[name] = strings.ToUpper(hex.EncodeToString(sum.Sum(nil)))
	}
	s.extras.hashes.put(content.Revision, hashes)
	return hashes
}
