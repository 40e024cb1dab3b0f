package disk_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// What somebody else has in the folder, or a store that has lost its database, is not taken for a new store.
func TestContentWithoutADatabase(t *testing.T) {
	t.Parallel()
	for _, empty := range []bool{false, true} {
		dir := filled(t)
		require.NoError(t, os.Remove(filepath.Join(dir, database)))
		if empty {
			require.NoError(t, os.WriteFile(filepath.Join(dir, database), nil, 0o600))
		}
		before := tree(t, dir)
		_, err := disk.Open(dir, memory.Options{})
		require.ErrorIs(t, err, disk.ErrForeign)
		assert.Contains(t, err.Error(), "-check")
		assert.Equal(t, before, tree(t, dir))
	}
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "content", "holiday"), 0o700))
	_, err := disk.Open(dir, memory.Options{})
	require.ErrorIs(t, err, disk.ErrForeign)
	assert.Empty(t, tree(t, dir))
}

// Only what the store has made is removed, even if somebody else's files are named in the same manner.
func TestForeignFilesStay(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	_, _, err := s.WriteFile(ctx, backend.Ref{Owner: ann}, "a", strings.NewReader("x"), backend.WriteOptions{})
	require.NoError(t, err)
	_, err = s.BeginFile(ctx, backend.Ref{Owner: ann}, "b", 1, backend.WriteOptions{})
	require.NoError(t, err)
	foreign := []string{filepath.Join(dir, "content", strings.Repeat("ab", 16)), filepath.Join(dir, "content", "README")}
	for _, file := range foreign {
		require.NoError(t, os.WriteFile(file, []byte("mine"), 0o600))
	}
	require.NoError(t, s.Close())
	s = open(t, dir, memory.Options{})
	files, err := os.ReadDir(filepath.Join(dir, "content"))
	require.NoError(t, err)
	assert.Len(t, files, 3, "the upload that was cut off is gone")
	require.NoError(t, s.Erase())
	left := tree(t, dir)
	assert.Len(t, left, 3, "and the database, which is empty")
	for _, file := range foreign {
		assert.Equal(t, "mine", left[file])
	}
}

// mended repairs a store, and gives what that reported and the store.
func mended(t *testing.T, dir string) (report string, s *disk.Store) {
	t.Helper()
	var said []string
	say := func(line string) { said = append(said, line) }
	before := tree(t, dir)
	require.NoError(t, disk.Check(dir, say))
	assert.Equal(t, before, tree(t, dir), "looking changes nothing")
	require.NotEmpty(t, said)
	said = nil
	require.NoError(t, disk.Repair(dir, say))
	var again []string
	require.NoError(t, disk.Check(dir, func(line string) { again = append(again, line) }))
	assert.Empty(t, again, "it is repaired")
	for path, text := range before { // nothing is deleted
		found := false
		for _, now := range tree(t, dir) {
			found = found || now == text
		}
		assert.True(t, found, path)
	}
	return strings.Join(said, "\n"), open(t, dir, memory.Options{})
}

func TestRepairNothing(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	open := open(t, dir, memory.Options{})
	assert.ErrorIs(t, disk.Check(dir, func(string) {}), disk.ErrInUse)
	assert.ErrorIs(t, disk.Repair(dir, func(string) {}), disk.ErrInUse)
	require.NoError(t, open.Close())
	before := tree(t, dir)
	require.NoError(t, disk.Repair(dir, func(line string) { t.Error(line) }))
	assert.Equal(t, before, tree(t, dir))
	assert.NoError(t, disk.Check(t.TempDir(), func(line string) { t.Error(line) }), "no store yet")
	assert.Error(t, disk.Check(filepath.Join(dir, "nowhere"), func(string) {}))
}

func TestRepairContent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	root := backend.Ref{Owner: ann}
	for _, name := range []string{"one", "two", "three"} {
		_, _, err := s.WriteFile(ctx, root, name, strings.NewReader(name), backend.WriteOptions{})
		require.NoError(t, err)
	}
	require.NoError(t, s.SaveGrants([]backend.Grant{{Token: "x"}}, nil))
	require.NoError(t, s.SetSetting("a", "b"))
	require.NoError(t, s.Close())
	contents, err := filepath.Glob(filepath.Join(dir, "content", "*"))
	require.NoError(t, err)
	for _, file := range contents {
		switch b, err := os.ReadFile(file); {
		case err != nil:
			require.NoError(t, err)
		case string(b) == "one":
			require.NoError(t, os.Remove(file))
		case string(b) == "two":
			require.NoError(t, os.WriteFile(file, []byte("owt"), 0o600))
		}
	}
	report, s := mended(t, dir)
	assert.Contains(t, report, "missing")
	assert.Contains(t, report, "not what was stored")
	items, err := backend.All(s.Children(ctx, root, backend.Query{}))
	require.NoError(t, err)
	names := []string{}
	for _, item := range items {
		names = append(names, item.Name)
	}
	assert.Equal(t, []string{"Pictures", "Public", "Documents", "three"}, names)
	total, free, err := s.Quota(ctx, ann)
	require.NoError(t, err)
	assert.Equal(t, int64(5), total-free)
	grants, err := s.Grants()
	require.NoError(t, err)
	assert.Len(t, grants, 1)
	var setting string
	_, err = s.Setting("a", &setting)
	require.NoError(t, err)
	assert.Equal(t, "b", setting)
	item, _, err := s.WriteFile(ctx, root, "four", strings.NewReader("4"), backend.WriteOptions{})
	require.NoError(t, err)
	for _, other := range items {
		assert.NotEqual(t, other.ID, item.ID)
	}
}

// Of each record that is damaged or lost, the rest is saved.
func TestRepairRecords(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	db, err := bbolt.Open(filepath.Join(dir, database), 0o600, nil)
	require.NoError(t, err)
	type key struct{ bucket, name string }
	var keys []key
	require.NoError(t, db.View(func(tx *bbolt.Tx) error {
		state := tx.Bucket([]byte("state"))
		return state.ForEachBucket(func(bucket []byte) error {
			return state.Bucket(bucket).ForEach(func(name, _ []byte) error {
				keys = append(keys, key{string(bucket), string(name)})
				return nil
			})
		})
	}))
	require.NoError(t, db.Close())
	for i, k := range keys {
		copied := snapshot(t, dir)
		db, err := bbolt.Open(filepath.Join(copied, database), 0o600, nil)
		require.NoError(t, err)
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte("state")).Bucket([]byte(k.bucket))
			if i%2 == 0 {
				return b.Delete([]byte(k.name))
			}
			value := bytes.Clone(b.Get([]byte(k.name)))
			value[len(value)/2] ^= 1
			return b.Put([]byte(k.name), value)
		}))
		require.NoError(t, db.Close())
		report, s := mended(t, copied)
		assert.NotEmpty(t, report)
		if _, err := s.User(context.Background(), ann); err == nil {
			_, err := describe(s.Store, ann, true)
			require.NoError(t, err, "%v: %s", k, report)
		} else {
			assert.Equal(t, key{"accounts", ann}, k)
		}
		require.NoError(t, s.Close())
	}
}

func TestRepairWithoutADatabase(t *testing.T) {
	t.Parallel()
	for _, garbage := range []bool{false, true} {
		dir := filled(t)
		require.NoError(t, os.Remove(filepath.Join(dir, database)))
		if garbage {
			require.NoError(t, os.WriteFile(filepath.Join(dir, database), bytes.Repeat([]byte("no database "), 10_000), 0o600))
		}
		report, s := mended(t, dir)
		assert.Contains(t, report, "content.unused")
		users, err := backend.All(s.AllUsers(context.Background(), backend.Page{}))
		require.NoError(t, err)
		assert.Empty(t, users)
	}
}
