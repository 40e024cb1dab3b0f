package tree_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/tree"
)

// calls makes all calls of the package, and returns their errors by their names.
func calls(t *testing.T, ctx context.Context, client *liveconnect.Client, folderID string) map[string]error { //nolint:revive // t first, as everywhere
	t.Helper()
	errs := map[string]error{}
	count := 0
	for entry, err := range tree.Walk(ctx, client, folderID, nil) {
		count++
		assert.Equal(t, tree.Entry{Path: "."}, entry)
		errs["Walk"] = err
	}
	assert.Equal(t, 1, count)
	dir := t.TempDir()
	_, errs["Download"] = tree.Download(ctx, client, folderID, dir, nil)
	assert.Empty(t, treeOnDisk(t, dir))
	_, errs["Upload"] = tree.Upload(ctx, client, dir, folderID, nil)
	return errs
}

func TestClientThatNewClientDidNotMake(t *testing.T) {
	t.Parallel()
	for name, client := range map[string]*liveconnect.Client{"nil": nil, "zero": {}, "zero services": {
		Items: &liveconnect.ItemsService{}, Downloads: &liveconnect.DownloadsService{},
		Uploads: &liveconnect.UploadsService{}, Folders: &liveconnect.FoldersService{},
	}} {
		for call, err := range calls(t, t.Context(), client, "root") {
			require.ErrorIs(t, err, liveconnect.ErrNotInitialized, "%s client, %s", name, call)
		}
	}
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	service := newTreeService(treeFolder("root", ""))
	for _, id := range []string{"", "..", "a/b", "a?b", "me/skydrive/nothing"} {
		for call, err := range calls(t, t.Context(), service.client(t), id) {
			require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, "%q, %s", id, call)
		}
	}
	for call, err := range calls(t, nil, service.client(t), "root") {
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, "nil context, %s", call)
	}
	assert.Empty(t, service.seen(""), "nothing was sent")
}
