package memory_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Many clients change one tree at once. Whatever they do, the tree must hold together afterwards.
func TestManyChangeOneTree(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	name := "Everybody"
	_, err := w.UpdateItem(ctx, w.special("public_documents").Ref, backend.ItemChange{Name: &name})
	require.NoError(t, err)
	var folders []backend.Ref
	for i := range 12 {
		parent := w.root
		if i > 3 {
			parent = folders[i-4]
		}
		folders = append(folders, w.folder(parent, fmt.Sprintf("folder %d", i)).Ref)
	}
	var group sync.WaitGroup
	for client := range 12 {
		group.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(client)))
			for range lessOnDisk(300, 40) {
				assert.NoError(t, expected(change(ctx, w, random, folders)))
			}
		})
	}
	group.Wait()

	total, available, err := w.Quota(ctx, ann)
	require.NoError(t, err)
	seen := map[string]bool{}
	assert.Equal(t, total-available, checkTree(t, w, w.root, seen))
	found, err := backend.All(w.Search(ctx, ann, "e", backend.Page{})) // every name in this test has one
	require.NoError(t, err)
	assert.Equal(t, len(seen), len(found), "everything that is kept can be reached from the root")
	assert.Greater(t, len(seen), 20, "something is left to check")
}

// change does something to the tree at random.
func change(ctx context.Context, w *world, random *rand.Rand, folders []backend.Ref) error {
	pick := func() backend.Ref { return folders[random.IntN(len(folders))] }
	name := fmt.Sprintf("file %d.txt", random.IntN(8))
	content := strings.NewReader(strings.Repeat("x", random.IntN(100)))
	switch random.IntN(10) {
	case 0:
		_, err := w.CreateFolder(ctx, pick(), backend.KindFolder, name, "", ann)
		return err
	case 1:
		_, err := w.MoveItem(ctx, pick(), pick())
		return err
	case 2:
		_, err := w.UpdateItem(ctx, pick(), backend.ItemChange{Name: &name})
		return err
	}
	item, _, err := w.WriteFile(ctx, pick(), name, content, backend.WriteOptions{Overwrite: backend.Overwrite(random.IntN(3))})
	if err != nil {
		return err
	}
	switch random.IntN(6) {
	case 0:
		return w.DeleteItem(ctx, item.Ref)
	case 1:
		_, err = w.MoveItem(ctx, item.Ref, pick())
	case 2:
		_, err = w.CopyItem(ctx, item.Ref, pick(), ann)
	case 3:
		_, err = w.ReplaceContent(ctx, item.Ref, strings.NewReader("replaced"), backend.WriteOptions{})
	case 4:
		_, err = backend.All(w.Children(ctx, pick(), backend.Query{}))
	case 5:
		if random.IntN(200) == 0 {
			err = w.DeleteItem(ctx, pick())
		}
	}
	return err
}

// expected drops the errors that clients in each other's way must get.
func expected(err error) error {
	var exists *backend.ExistsError
	if errors.As(err, &exists) || errors.Is(err, backend.ErrMoveInside) || errors.Is(err, backend.ErrNotFound) {
		return nil
	}
	return err
}

// checkTree compares what each item says of itself with what is below it, and returns the bytes there.
func checkTree(t *testing.T, w *world, folder backend.Ref, seen map[string]bool) (size int64) {
	t.Helper()
	own := w.item(folder)
	children := w.children(folder)
	assert.Equal(t, own.Count, len(children))
	taken := map[string]bool{}
	for _, child := range children {
		assert.Equal(t, folder.ID, child.Parent)
		assert.False(t, seen[child.ID], "reached twice")
		assert.False(t, taken[strings.ToLower(child.Name)], "two of a name")
		assert.False(t, own.Updated.Before(child.Updated))
		seen[child.ID], taken[strings.ToLower(child.Name)] = true, true
		if child.Kind.IsFolder() {
			size += checkTree(t, w, child.Ref, seen)
		} else {
			size += child.Size
		}
	}
	assert.Equal(t, own.Size, size)
	return size
}
