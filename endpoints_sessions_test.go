package liveconnect_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// sessionCalls are the packets of upload sessions. A packet's session was made with all scopes, and is gone on with by c.
func sessionCalls() map[string]endpointCall {
	begin := func(w *world, c *liveconnect.Client) *liveconnect.UploadSession {
		session := must[*liveconnect.UploadSession](w)(w.full.Uploads.Session(w.Context(), w.folder, "new.txt", 11, nil))
		return must[*liveconnect.UploadSession](w)(c.Uploads.ResumeSession(w.Context(), session.State()))
	}
	upload := func(w *world, c *liveconnect.Client) error {
		up, err := begin(w, c).Upload(w.Context(), bitsContent("new content"), &liveconnect.FragmentOptions{Size: 4})
		if err == nil {
			assert.Equal(w, "new.txt", up.Name)
			assert.Equal(w, "new content", readAll(w.T, w.full, up.ID))
		}
		return err
	}
	return map[string]endpointCall{
		"bits.create": func(w *world, c *liveconnect.Client) error {
			if _, err := c.Uploads.Session(w.Context(), w.folder, "new.txt", 11, nil); err != nil {
				return err
			}
			_, err := c.Uploads.Session(w.Context(), liveconnect.Root, "new.txt", 11, &liveconnect.SessionOptions{Path: "Folder"})
			return err
		},
		"bits.fragment": upload,
		"bits.close":    upload,
		"bits.cancel": func(w *world, c *liveconnect.Client) error {
			return begin(w, c).Cancel(w.Context())
		},
	}
}

// requirePacket wants the row's packet in the log, and a new session at both of its paths.
func (r row) requirePacket(t *testing.T, requests []livetest.Request) {
	t.Helper()
	paths := []string{`^/items/[0-9A-F]+!\d+/new\.txt$`}
	if r.id == "bits.create" {
		paths = append(paths, `^/users/0x[0-9a-f]{16}/LiveFolders/Folder/new\.txt$`)
	}
	for _, path := range paths {
		pattern := regexp.MustCompile(path)
		require.True(t, slices.ContainsFunc(requests, func(q livetest.Request) bool {
			return q.Endpoint == r.id && q.Method == r.verb && fmt.Sprint(q.Status) == r.success && pattern.MatchString(q.Path) &&
				q.HadToken == (r.scope != "")
		}), "%s at %s was not seen in\n%s", r.id, path, join(requests))
	}
}
