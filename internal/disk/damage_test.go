package disk_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/disk"
	"github.com/go-liveconnect/liveconnect/internal/liveserver"
	"github.com/go-liveconnect/liveconnect/internal/memory"
)

const database = "liveconnect.db"

func TestOneProcessAtATime(t *testing.T) {
	t.Parallel()
	s, dir := newStore(t)
	_, err := disk.Open(dir, memory.Options{})
	require.ErrorIs(t, err, disk.ErrInUse)
	assert.Contains(t, err.Error(), dir)
	require.NoError(t, s.Close())
	open(t, dir, memory.Options{})
}

func TestClosedStore(t *testing.T) {
	t.Parallel()
	s, _ := newStore(t)
	assert.Error(t, s.SaveGrants([]liveserver.Grant{{}}, nil), "no token")
	require.NoError(t, s.SetQuota(ann, 2), "nothing was harmed by that")
	require.NoError(t, s.Close())
	assert.Error(t, s.SetQuota(ann, 1))
	assert.Error(t, s.SaveGrants([]liveserver.Grant{{Token: "x"}}, nil))
	require.NoError(t, s.Close())
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]error{"2": disk.ErrNewer, "0": disk.ErrDamaged, "x": disk.ErrDamaged, "": disk.ErrDamaged} {
		s, dir := newStore(t)
		require.NoError(t, s.Close())
		db, err := bbolt.Open(filepath.Join(dir, database), 0o600, nil)
		require.NoError(t, err)
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte(format))
		}))
		require.NoError(t, db.Close())
		before, err := os.ReadFile(filepath.Join(dir, database))
		require.NoError(t, err)
		_, err = disk.Open(dir, memory.Options{})
		require.ErrorIs(t, err, want, format)
		assert.Contains(t, err.Error(), "format is ")
		after, err := os.ReadFile(filepath.Join(dir, database))
		require.NoError(t, err)
		assert.Equal(t, before, after, "nothing is changed")
	}
}

// filled is the directory of a closed store with all kinds of records.
func filled(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	s, dir := newStore(t)
	c := &changes{Store: s}
	drive, accounts := c.drive(ctx), c.accounts(ctx)
	for _, change := range append(drive[:len(drive)-1], accounts[:6]...) {
		require.NoError(t, change())
	}
	require.NoError(t, s.Close())
	return dir
}

// tree is the files below a directory, with their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		files[path] = string(b)
		return err
	}))
	return files
}

func TestDamagedContent(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	contents, err := filepath.Glob(filepath.Join(dir, "content", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, contents)
	for _, file := range contents {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		if len(content) > 0 {
			require.NoError(t, os.Truncate(file, int64(len(content)-1)))
			refused(t, dir, filepath.Base(file))
		}
		require.NoError(t, os.Remove(file))
		refused(t, dir, filepath.Base(file))
		require.NoError(t, os.WriteFile(file, content, 0o600))
	}
	open(t, dir, memory.Options{})
}

// refused checks that a store is not opened, that the error says why, and that nothing is lost by trying.
func refused(t *testing.T, dir, why string) {
	t.Helper()
	stray := filepath.Join(dir, "content", strings.Repeat("0", 32))
	require.NoError(t, os.WriteFile(stray, nil, 0o600))
	before := tree(t, dir)
	_, err := disk.Open(dir, memory.Options{})
	require.ErrorIs(t, err, disk.ErrDamaged)
	assert.Contains(t, err.Error(), why)
	assert.Contains(t, err.Error(), dir)
	assert.Equal(t, before, tree(t, dir))
	require.NoError(t, os.Remove(stray))
}

func TestDamagedDatabase(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	file := filepath.Join(dir, database)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, content := range []string{"no database", strings.Repeat("no database ", 10_000), string(whole[:len(whole)/2]), string(whole[:20_000]), string(whole[:100])} {
		rewrite(t, file, []byte(content))
		refused(t, dir, "damaged")
	}
	rewrite(t, file, whole)
	open(t, dir, memory.Options{})
}

// rewrite puts a new file in the place of one that may still be locked.
func rewrite(t *testing.T, file string, content []byte) {
	t.Helper()
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.WriteFile(file, content, 0o600))
}

// Whichever byte of the database is wrong: the store is refused, or it is the same as ever.
func TestWrongByte(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	s := open(t, dir, memory.Options{})
	want := everything(t, s)
	require.NoError(t, s.Close())
	file := filepath.Join(dir, database)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	pages := 2 * os.Getpagesize() // of the first two, one takes the place of the other when that is damaged
	found := 0
	for range 150 {
		at, bits := pages+rand.IntN(len(whole)-pages), byte(1+rand.IntN(255))
		damaged := append([]byte{}, whole...)
		damaged[at] ^= bits
		rewrite(t, file, damaged)
		s, err := disk.Open(dir, memory.Options{})
		if err != nil {
			assert.True(t, errors.Is(err, disk.ErrDamaged) || errors.Is(err, disk.ErrNewer), "byte %d ^ %d: %v", at, bits, err)
			found++
			continue
		}
		require.Equal(t, want, everything(t, s), "byte %d ^ %d", at, bits)
		require.NoError(t, s.Close())
	}
	assert.Positive(t, found)
}

// A record is gone without a trace in the others.
func TestLostRecord(t *testing.T) {
	t.Parallel()
	for _, bucket := range []string{"items", "accounts", "calendars", "contacts", "grants"} {
		dir := filled(t)
		s := open(t, dir, memory.Options{})
		require.NoError(t, s.SaveGrants([]liveserver.Grant{{Token: "x"}}, nil))
		require.NoError(t, s.Close())
		db, err := bbolt.Open(filepath.Join(dir, database), 0o600, nil)
		require.NoError(t, err)
		require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
			records := tx.Bucket([]byte("state")).Bucket([]byte(bucket))
			last, _ := records.Cursor().Last()
			return records.Delete(last)
		}))
		require.NoError(t, db.Close())
		refused(t, dir, "records are missing")
	}
}

func TestDirectoriesThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	readOnly := filepath.Join(t.TempDir(), "read-only")
	require.NoError(t, os.Mkdir(readOnly, 0o500))
	if os.Geteuid() == 0 { // who may write everywhere, but not here
		readOnly = "/sys/kernel"
	}
	for _, dir := range []string{file, filepath.Join(file, "below"), readOnly, filepath.Join(readOnly, "below")} {
		_, err := disk.Open(dir, memory.Options{})
		require.Error(t, err, dir)
		assert.Contains(t, err.Error(), "open the store in "+dir)
	}
}
