package disk_test

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

const (
	ann = "8c8ce076ca27823f"
	bob = "0bee3874468ef5b6"
)

// roles are what the test program is instead, when a variable of the environment names a directory.
var roles = map[string]func(dir string){writerDir: writeUntilKilled}

func TestMain(m *testing.M) {
	for name, role := range roles {
		if dir := os.Getenv(name); dir != "" {
			role(dir)
			return
		}
	}
	goleak.VerifyTestMain(m)
}

// clock goes on by a second at every look.
func clock() func() time.Time {
	var mu sync.Mutex
	now := time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC)
	return func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(time.Second)
		return now
	}
}

func open(t *testing.T, dir string, opts memory.Options) *disk.Store {
	t.Helper()
	s, err := disk.Open(dir, opts)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// newStore opens a store with two accounts.
func newStore(t *testing.T) (s *disk.Store, dir string) {
	t.Helper()
	dir = t.TempDir()
	s = open(t, dir, memory.Options{Now: clock()})
	addUsers(t, s.Store)
	return s, dir
}

func addUsers(t *testing.T, s *memory.Store) {
	t.Helper()
	for _, u := range []backend.User{
		{ID: ann, LoginID: "a", FirstName: "Ann", LastName: "Beebe", Emails: backend.Emails{Preferred: "ann@example.com"}},
		{ID: bob, LoginID: "b", Name: "Bob Kelly", Work: []backend.Work{{Employer: "Contoso"}}},
	} {
		_, err := s.AddUser(u)
		require.NoError(t, err)
	}
}

// snapshot copies a store's directory as it is now, as a machine that loses its power would leave it at best.
func snapshot(t *testing.T, dir string) string {
	t.Helper()
	copied := t.TempDir()
	require.NoError(t, os.CopyFS(copied, os.DirFS(dir)))
	return copied
}
