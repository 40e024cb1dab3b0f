package memory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

func TestUpload(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	item, created, err := w.WriteFile(context.Background(), w.root, "a.txt", strings.NewReader("hello"), backend.WriteOptions{By: bob})
	require.NoError(t, err)
	assert.True(t, created)
	assert.Equal(t, backend.Item{
		Ref: backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!105"}, Kind: backend.KindFile, Name: "a.txt",
		From: backend.Person{ID: bob, Name: "Bob Kelly"}, Size: 5, Access: "Just me", Embeddable: true,
		Created: item.Updated, Updated: item.Updated, ClientUpdated: item.Updated, Revision: item.Revision,
	}, item)
	assert.NotEmpty(t, item.Revision)
	assert.Equal(t, item, w.item(item.Ref))
	c, err := w.Content(context.Background(), item.Ref)
	require.NoError(t, err)
	assert.Equal(t, [4]any{int64(5), "text/plain", "a.txt", item.Revision}, [4]any{c.Size, c.Type, c.Name, c.Revision})
	assert.Equal(t, "hello", w.read(item.Ref))
}

func TestUploadKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	jpeg := imagetest.JPEG(200, 100, nil)
	tests := []struct {
		name    string
		content []byte
		want    backend.Kind
	}{
		{"a.jpg", jpeg, backend.KindPhoto},
		{"b.bin", jpeg, backend.KindPhoto},
		{"c.gif", imagetest.GIF(2, 2), backend.KindPhoto},
		{"d.jpg", jpeg[:len(jpeg)/2], backend.KindFile},
		{"e.jpg", nil, backend.KindFile},
		{"f.mp4", nil, backend.KindVideo},
		{"g.FLAC", nil, backend.KindAudio},
		{"h.one", []byte("x"), backend.KindNotebook},
		{"i.onetoc2", []byte("x"), backend.KindNotebook},
		{"j.docx", []byte("x"), backend.KindFile},
	}
	for _, tt := range tests {
		item := w.upload(w.root, tt.name, bytes.NewReader(tt.content), backend.WriteOptions{Downsize: true})
		assert.Equal(t, tt.want, item.Kind, tt.name)
		assert.Equal(t, tt.want == backend.KindPhoto, item.Photo != nil, tt.name)
		assert.Equal(t, tt.want == backend.KindVideo, item.Video != nil, tt.name)
		assert.Equal(t, tt.want == backend.KindAudio, item.Audio != nil, tt.name)
		assert.Equal(t, tt.want == backend.KindPhoto || tt.want == backend.KindVideo, item.TagsEnabled, tt.name)
		if tt.want == backend.KindNotebook {
			_, err := w.Content(context.Background(), item.Ref)
			assert.ErrorIs(t, err, backend.ErrNoContent)
		}
	}
}

func TestUploadPhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := imagetest.JPEG(3000, 600, &imagetest.Exif{
		Orientation: 6, Make: "Contoso", Model: "C 100", Taken: "2012:08:17 14:25:00", Offset: "+02:00",
		FNumber: imagetest.Rational{Num: 22, Den: 1}, Focal: imagetest.Rational{Num: 120, Den: 1},
		Exposure: imagetest.Rational{Num: 1, Den: 180}, NorthSouth: "S", EastWest: "E",
		Latitude:  [3]imagetest.Rational{{Num: 33, Den: 1}, {Num: 30, Den: 1}, {Num: 0, Den: 1}},
		Longitude: [3]imagetest.Rational{{Num: 151, Den: 1}, {Num: 0, Den: 1}, {Num: 0, Den: 1}},
	})
	want := &backend.PhotoInfo{
		Taken: time.Date(2012, 8, 17, 12, 25, 0, 0, time.UTC), CameraMake: "Contoso", CameraModel: "C 100",
		FocalRatio: 22, FocalLength: 120, ExposureNumerator: 1, ExposureDenominator: 180, Turned: true,
		Location: &backend.Location{Latitude: -33.5, Longitude: 151},
	}
	full := w.upload(w.root, "full.jpg", bytes.NewReader(file), backend.WriteOptions{})
	assert.Equal(t, [3]any{3000, 600, int64(len(file))}, [3]any{full.Width, full.Height, full.Size})
	assert.Equal(t, want, full.Photo)
	assert.Equal(t, string(file), w.read(full.Ref))

	small := w.upload(w.root, "small.jpg", bytes.NewReader(file), backend.WriteOptions{Downsize: true})
	assert.Equal(t, [2]int{2048, 410}, [2]int{small.Width, small.Height})
	assert.Equal(t, want, small.Photo)
	assert.Less(t, small.Size, full.Size)
	assert.Len(t, w.read(small.Ref), int(small.Size))

	small.Photo.Location.Latitude = 0
	assert.Equal(t, want, w.item(small.Ref).Photo, "what is returned is a copy")
}

func TestOverwrite(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	old := w.upload(w.root, "a.txt", strings.NewReader("old"), backend.WriteOptions{By: ann})
	_, err := w.AddComment(ctx, old.Ref, ann, "nice")
	require.NoError(t, err)

	_, _, err = w.WriteFile(ctx, w.root, "A.TXT", strings.NewReader("new"), backend.WriteOptions{Overwrite: backend.OverwriteFail})
	var exists *backend.ExistsError
	require.ErrorAs(t, err, &exists)
	assert.Equal(t, "A.TXT", exists.Name)
	assert.Equal(t, "old", w.read(old.Ref))

	item, created, err := w.WriteFile(ctx, w.root, "A.TXT", bytes.NewReader(imagetest.PNG(3, 2)), backend.WriteOptions{By: bob})
	require.NoError(t, err)
	assert.False(t, created)
	want := old
	want.Kind, want.Photo, want.Width, want.Height, want.TagsEnabled = backend.KindPhoto, &backend.PhotoInfo{}, 3, 2, true
	want.Comments, want.Size, want.Updated, want.ClientUpdated, want.Revision = 1, item.Size, item.Updated, item.Updated, item.Revision
	assert.Equal(t, want, item, "only the content and what follows from it is new")
	assert.NotEqual(t, old.Revision, item.Revision)
	assert.True(t, item.Updated.After(old.Updated))

	for _, want := range []string{"a(1).txt", "a(2).txt"} {
		item, created, err := w.WriteFile(ctx, w.root, "a.txt", strings.NewReader("x"), backend.WriteOptions{Overwrite: backend.OverwriteNewName})
		require.NoError(t, err)
		assert.True(t, created)
		assert.Equal(t, want, item.Name)
	}
	_, _, err = w.WriteFile(ctx, w.root, "documents", strings.NewReader("x"), backend.WriteOptions{})
	assert.ErrorAs(t, err, &exists, "a folder is not overwritten")
	assert.Equal(t, "Documents(1)", w.upload(w.root, "Documents", strings.NewReader("x"), backend.WriteOptions{Overwrite: backend.OverwriteNewName}).Name)
}

func TestUploadErrors(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	old := w.upload(w.root, "a.txt", strings.NewReader("old"), backend.WriteOptions{})
	root := w.item(w.root)
	for _, want := range []error{io.ErrUnexpectedEOF, context.Canceled, io.ErrClosedPipe, io.ErrNoProgress} {
		for _, length := range []int{0, 1, 64 << 10, 100_000} {
			broken := func() io.Reader {
				return io.MultiReader(bytes.NewReader(make([]byte, length)), iotest.ErrReader(want))
			}
			_, _, err := w.WriteFile(ctx, w.root, "a.txt", broken(), backend.WriteOptions{})
			assert.True(t, err == want, "%v after %d bytes", want, length) //nolint:errorlint // the very error is promised
			_, _, err = w.WriteFile(ctx, w.root, "b.txt", broken(), backend.WriteOptions{})
			assert.True(t, err == want) //nolint:errorlint // the very error is promised
			_, err = w.ReplaceContent(ctx, old.Ref, broken(), backend.WriteOptions{})
			assert.True(t, err == want) //nolint:errorlint // the very error is promised
		}
	}
	_, _, err := w.WriteFile(ctx, w.root, "b.txt", idle{}, backend.WriteOptions{})
	assert.ErrorIs(t, err, io.ErrNoProgress)
	for ref, want := range map[backend.Ref]error{
		old.Ref:                     backend.ErrNotFolder,
		{Owner: ann, ID: "X!1"}:     backend.ErrNotFound,
		{Owner: "1234567890abcdef"}: backend.ErrNotFound,
	} {
		_, _, err := w.WriteFile(ctx, ref, "b.txt", strings.NewReader("x"), backend.WriteOptions{})
		assert.ErrorIs(t, err, want)
	}
	_, err = w.ReplaceContent(ctx, w.root, strings.NewReader("x"), backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrNoContent)
	_, err = w.Content(ctx, w.root)
	assert.ErrorIs(t, err, backend.ErrNoContent)
	assert.Equal(t, root, w.item(w.root), "nothing has changed")
	assert.Equal(t, "old", w.read(old.Ref))
}

// idle reads nothing, for ever.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

func TestQuota(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	quota := func() [2]int64 {
		total, available, err := w.Quota(ctx, ann)
		require.NoError(t, err)
		return [2]int64{total, available}
	}
	assert.Equal(t, [2]int64{26843545600, 26843545600}, quota())
	require.NoError(t, w.SetQuota(ann, 10))
	file := w.upload(w.root, "a.txt", strings.NewReader("123456"), backend.WriteOptions{})
	assert.Equal(t, [2]int64{10, 4}, quota())

	read := 0
	endless := readerFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil })
	_, _, err := w.WriteFile(ctx, w.root, "b.txt", endless, backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrQuota)
	assert.Less(t, read, 1<<20, "it stops early")
	_, err = w.CopyItem(ctx, file.Ref, w.special("my_documents").Ref, ann)
	assert.ErrorIs(t, err, backend.ErrQuota)

	w.upload(w.root, "a.txt", strings.NewReader("1234567890"), backend.WriteOptions{})
	assert.Equal(t, [2]int64{10, 0}, quota())
	_, err = w.ReplaceContent(ctx, file.Ref, strings.NewReader("12345678901"), backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrQuota)
	w.upload(w.root, "empty.txt", strings.NewReader(""), backend.WriteOptions{})

	require.NoError(t, w.SetQuota(ann, 5))
	assert.Equal(t, [2]int64{5, 0}, quota())
	w.upload(w.root, "a.txt", strings.NewReader("12345678"), backend.WriteOptions{})

	// While one upload is read, another one takes the room.
	require.NoError(t, w.SetQuota(ann, 20))
	slow := io.MultiReader(strings.NewReader("1234567"), readerFunc(func([]byte) (int, error) {
		w.upload(w.root, "fast.txt", strings.NewReader("1234567"), backend.WriteOptions{})
		return 0, io.EOF
	}))
	_, _, err = w.WriteFile(ctx, w.root, "slow.txt", slow, backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrQuota)
	assert.Equal(t, [2]int64{20, 5}, quota())
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// That the drive can be used while an upload is read shows that no lock is held.
func TestUploadHoldsNoLock(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	content := io.MultiReader(strings.NewReader("x"), readerFunc(func([]byte) (int, error) {
		w.folder(w.root, "meanwhile")
		return 0, io.EOF
	}))
	w.upload(w.root, "a.txt", content, backend.WriteOptions{})
	assert.Contains(t, names(w.children(w.root)), "meanwhile")
}

func TestReplacedFileMayBeGone(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	file := w.upload(w.root, "a.txt", strings.NewReader("old"), backend.WriteOptions{})
	content := readerFunc(func([]byte) (int, error) { return 0, errors.Join(w.DeleteItem(ctx, file.Ref), io.EOF) })
	_, err := w.ReplaceContent(ctx, file.Ref, eof{content}, backend.WriteOptions{})
	assert.ErrorIs(t, err, backend.ErrNotFound)
	assert.Zero(t, w.item(w.root).Size)
}

// eof makes every error a plain io.EOF.
type eof struct{ io.Reader }

func (r eof) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil {
		err = io.EOF
	}
	return n, err
}

func TestContentIsASnapshot(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	b := make([]byte, 300_001)
	random := rand.NewChaCha8([32]byte{})
	_, err := random.Read(b)
	require.NoError(t, err)
	item := w.upload(w.root, "a.bin", iotest.HalfReader(bytes.NewReader(b)), backend.WriteOptions{})
	c, err := w.Content(ctx, item.Ref)
	require.NoError(t, err)
	half := make([]byte, 150_000)
	_, err = io.ReadFull(c, half)
	require.NoError(t, err)

	_, err = w.ReplaceContent(ctx, item.Ref, strings.NewReader("new"), backend.WriteOptions{})
	require.NoError(t, err)
	require.NoError(t, w.DeleteItem(ctx, item.Ref))
	rest, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(b, append(half, rest...)))

	_, err = c.Seek(0, io.SeekStart)
	require.NoError(t, err)
	assert.NoError(t, iotest.TestReader(c, b))
	_, err = c.Seek(-1, io.SeekStart)
	assert.Error(t, err)
}

// The first name that is free is taken, also when one has become free again.
func TestNewNames(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	add := func() backend.Item {
		return w.upload(w.root, "a.txt", strings.NewReader("x"), backend.WriteOptions{Overwrite: backend.OverwriteNewName})
	}
	var items []backend.Item
	for i := range 20 {
		items = append(items, add())
		if i > 0 {
			assert.Equal(t, fmt.Sprintf("a(%d).txt", i), items[i].Name)
		}
	}
	name := "other"
	_, err := w.UpdateItem(ctx, items[7].Ref, backend.ItemChange{Name: &name})
	require.NoError(t, err)
	require.NoError(t, w.DeleteItem(ctx, items[3].Ref))
	w.folder(w.root, "A(20).TXT")
	for _, want := range []string{"a(3).txt", "a(7).txt", "a(21).txt", "a(22).txt"} {
		assert.Equal(t, want, add().Name)
	}
}
