package disk_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// formatOne is a directory as the first version of this program left it.
func formatOne(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../memory/testdata/format1.json")
	require.NoError(t, err)
	var records map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &records))
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "content"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "content", "content name"), []byte("content"), 0o600))
	db, err := bbolt.Open(filepath.Join(dir, database), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.Update(func(tx *bbolt.Tx) error {
		state, err := tx.CreateBucket([]byte("state"))
		require.NoError(t, err)
		total := make([]byte, 12)
		binary.BigEndian.PutUint64(total, uint64(len(records)))
		for key, value := range records {
			var picture []byte
			if json.Unmarshal(value, &picture) == nil {
				value = picture
			}
			bucket, name, _ := strings.Cut(key, " ")
			b, err := state.CreateBucketIfNotExists([]byte(bucket))
			require.NoError(t, err)
			sum := crc32.ChecksumIEEE([]byte(bucket + "\x00" + name + "\x00" + string(value)))
			require.NoError(t, b.Put([]byte(name), append(binary.BigEndian.AppendUint32(nil, sum), value...)))
			binary.BigEndian.PutUint32(total[8:], binary.BigEndian.Uint32(total[8:])^sum)
		}
		meta, err := tx.CreateBucket([]byte("meta"))
		require.NoError(t, err)
		require.NoError(t, meta.Put([]byte("total"), total))
		return meta.Put([]byte("format"), []byte("1"))
	}))
	require.NoError(t, db.Close())
	return dir
}

// A store of the first version is read, and written as one of today.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := formatOne(t)
	s := open(t, dir, memory.Options{})
	want := everything(t, s)
	file, err := s.Child(ctx, backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!105"}, "file")
	require.NoError(t, err)
	assert.Equal(t, [2]int{1, 1}, [2]int{file.Comments, file.Tags})
	c, err := s.Content(ctx, file.Ref)
	require.NoError(t, err)
	text, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.Equal(t, "content", string(text))
	require.NoError(t, c.Close())
	require.NoError(t, s.Close())

	db, err := bbolt.Open(filepath.Join(dir, database), 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, db.View(func(tx *bbolt.Tx) error {
		assert.Equal(t, "2", string(tx.Bucket([]byte("meta")).Get([]byte("format"))))
		state := tx.Bucket([]byte("state"))
		assert.Equal(t, 1, state.Bucket([]byte("comments")).Inspect().KeyN)
		assert.Equal(t, 1, state.Bucket([]byte("tags")).Inspect().KeyN)
		return nil
	}))
	require.NoError(t, db.Close())
	s = open(t, dir, memory.Options{})
	assert.Equal(t, want, everything(t, s))
	_, err = s.AddComment(ctx, file.Ref, ann, "another")
	require.NoError(t, err)
}
