package memory_test

import (
	"context"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

const (
	ann = "8c8ce076ca27823f"
	bob = "0bee3874468ef5b6" // its upper-case form drops the zero
)

// world is a store with two accounts and a clock that goes on by a second at every look.
type world struct {
	*memory.Store
	t    testing.TB
	root backend.Ref // of Ann
}

func newWorld(t testing.TB) *world {
	t.Helper()
	var ticks atomic.Int64
	start := time.Date(2013, 5, 15, 8, 0, 0, 0, time.UTC)
	s := newStore(t, memory.Options{Now: func() time.Time { return start.Add(time.Duration(ticks.Add(1)) * time.Second) }})
	for _, u := range []backend.User{
		{ID: ann, FirstName: "Ann", LastName: "Beebe", Emails: backend.Emails{Preferred: "ann@example.com"}},
		{ID: bob, Name: "Bob Kelly"},
	} {
		_, err := s.AddUser(u)
		require.NoError(t, err)
	}
	return &world{Store: s, t: t, root: backend.Ref{Owner: ann}}
}

func (w *world) upload(folder backend.Ref, name string, content io.Reader, opts backend.WriteOptions) backend.Item {
	w.t.Helper()
	item, _, err := w.WriteFile(context.Background(), folder, name, content, opts)
	require.NoError(w.t, err)
	return item
}

func (w *world) folder(parent backend.Ref, name string) backend.Item {
	w.t.Helper()
	item, err := w.CreateFolder(context.Background(), parent, backend.KindFolder, name, "", ann)
	require.NoError(w.t, err)
	return item
}

func (w *world) item(ref backend.Ref) backend.Item {
	w.t.Helper()
	item, err := w.Item(context.Background(), ref)
	require.NoError(w.t, err)
	return item
}

func (w *world) children(ref backend.Ref) []backend.Item {
	w.t.Helper()
	items, err := backend.All(w.Children(context.Background(), ref, backend.Query{}))
	require.NoError(w.t, err)
	return items
}

func (w *world) special(name string) backend.Item {
	w.t.Helper()
	item, err := w.Special(context.Background(), ann, name)
	require.NoError(w.t, err)
	return item
}

func (w *world) read(ref backend.Ref) string {
	w.t.Helper()
	c, err := w.Content(context.Background(), ref)
	require.NoError(w.t, err)
	b, err := io.ReadAll(c)
	require.NoError(w.t, err)
	require.Len(w.t, b, int(c.Size))
	require.NoError(w.t, c.Close())
	return string(b)
}

func names(items []backend.Item) []string {
	list := []string{}
	for _, item := range items {
		list = append(list, item.Name)
	}
	return list
}
