package disk_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
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
	assert.Error(t, s.SaveGrants([]backend.Grant{{}}, nil), "no token")
	require.NoError(t, s.SetQuota(ann, 2), "nothing was harmed by that")
	require.NoError(t, s.Close())
	assert.Error(t, s.SetQuota(ann, 1))
	assert.Error(t, s.SaveGrants([]backend.Grant{{Token: "x"}}, nil))
	require.NoError(t, s.Close())
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]error{"3": disk.ErrNewer, "0": disk.ErrDamaged, "x": disk.ErrDamaged, "": disk.ErrDamaged} {
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

// Content that is cut, changed or missing is found by whoever reads it. All else can be read.
func TestDamagedContent(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	contents, err := filepath.Glob(filepath.Join(dir, "content", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, contents)
	s := open(t, dir, memory.Options{})
	whole := everything(t, s)
	require.NoError(t, s.Close())
	for _, file := range contents {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		damages := map[string]func() error{"missing": func() error { return os.Remove(file) }}
		if len(content) > 0 {
			damages["less than"] = func() error { return os.Truncate(file, int64(len(content)-1)) }
			flipped := bytes.Clone(content)
			flipped[rand.IntN(len(content))] ^= 1
			damages["not what was stored"] = func() error { return os.WriteFile(file, flipped, 0o600) }
		}
		for why, damage := range damages {
			require.NoError(t, damage())
			s := open(t, dir, memory.Options{})
			text := strings.Join(everything(t, s), "\n")
			if len(content) > 0 { // that of the notebook is empty, and never read
				assert.True(t, strings.Contains(text, why) && strings.Contains(text, filepath.Base(file)), why)
			}
			require.NoError(t, s.Close())
			problems := []string{}
			require.NoError(t, disk.Check(dir, func(p string) { problems = append(problems, p) }))
			assert.Contains(t, strings.Join(problems, "\n"), filepath.Base(file), why)
			require.NoError(t, os.WriteFile(file, content, 0o600))
		}
	}
	assert.Equal(t, whole, everything(t, open(t, dir, memory.Options{})))
}

// Each block of long content has a checksum of its own.
func TestDamagedBlock(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s, dir := newStore(t)
	const size, at = 1 << 20, 600_000
	item, _, err := s.WriteFile(ctx, backend.Ref{Owner: ann}, "long", memory.Generated(size, 7), backend.WriteOptions{})
	require.NoError(t, err)
	contents, err := filepath.Glob(filepath.Join(dir, "content", "*"))
	require.NoError(t, err)
	require.Len(t, contents, 1)
	b, err := os.ReadFile(contents[0])
	require.NoError(t, err)
	want := bytes.Clone(b)
	b[at] ^= 0x80
	require.NoError(t, os.WriteFile(contents[0], b, 0o600))
	c, err := s.Content(ctx, item.Ref)
	require.NoError(t, err, "the first block is good")
	got, err := io.ReadAll(c)
	require.ErrorIs(t, err, disk.ErrDamaged)
	assert.Equal(t, want[:len(got)], got, "nothing wrong is given")
	assert.Equal(t, 512<<10, len(got))
	_, err = c.Seek(900_000, io.SeekStart)
	require.NoError(t, err)
	got, err = io.ReadAll(c)
	require.NoError(t, err)
	assert.Equal(t, want[900_000:], got)
	require.NoError(t, c.Close())
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

// A byte of a record is wrong.
func TestWrongByte(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	file := filepath.Join(dir, database)
	whole, err := os.ReadFile(file)
	require.NoError(t, err)
	db, err := bbolt.Open(file, 0o600, &bbolt.Options{ReadOnly: true})
	require.NoError(t, err)
	var records [][]byte
	require.NoError(t, db.View(func(tx *bbolt.Tx) error {
		state := tx.Bucket([]byte("state"))
		return state.ForEachBucket(func(bucket []byte) error {
			return state.Bucket(bucket).ForEach(func(name, value []byte) error {
				records = append(records, append(bytes.Clone(name), value...)) // as they lie in the file
				return nil
			})
		})
	}))
	require.NoError(t, db.Close())
	require.Greater(t, len(records), 20)
	for _, record := range records {
		damaged := bytes.Clone(record)
		damaged[rand.IntN(len(damaged))] ^= byte(1 + rand.IntN(255))
		// Pages that are free now may have it too.
		require.Contains(t, string(whole), string(record))
		_, err := disk.Open(rewritten(t, dir, bytes.ReplaceAll(whole, record, damaged)), memory.Options{})
		require.ErrorIs(t, err, disk.ErrDamaged, "%q", damaged)
	}
}

// Pages that say that they go on and on.
func TestWrongPages(t *testing.T) {
	t.Parallel()
	dir := filled(t)
	whole, err := os.ReadFile(filepath.Join(dir, database))
	require.NoError(t, err)
	open(t, dir, memory.Options{})
	want, found := tree(t, dir), 0
	for page := 2 * os.Getpagesize(); page < len(whole); page += os.Getpagesize() {
		for _, field := range []int{10, 14} { // how many elements; how many more pages
			damaged := bytes.Clone(whole)
			damaged[page+field], damaged[page+field+1] = 0xff, 0xff
			if s, err := disk.Open(rewritten(t, dir, damaged), memory.Options{}); err == nil {
				require.NoError(t, s.Close()) // the page is free
			} else {
				require.ErrorIs(t, err, disk.ErrDamaged)
				found++
			}
		}
	}
	assert.Greater(t, found, 4)
	assert.Equal(t, want, tree(t, dir))
}

// rewritten is a copy of a store with another database.
func rewritten(t *testing.T, dir string, content []byte) string {
	t.Helper()
	copied := snapshot(t, dir)
	rewrite(t, filepath.Join(copied, database), content)
	return copied
}

// A record is gone without a trace in the others.
func TestLostRecord(t *testing.T) {
	t.Parallel()
	for _, bucket := range []string{"items", "accounts", "calendars", "contacts", "grants"} {
		dir := filled(t)
		s := open(t, dir, memory.Options{})
		require.NoError(t, s.SaveGrants([]backend.Grant{{Token: "x"}}, nil))
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
