package tree_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/tree"
)

// calls makes all calls of the package, and returns their errors by their names.
func calls(t *testing.T, client *liveconnect.Client, folderID string) map[string]error {
	t.Helper()
	errs := map[string]error{}
	count := 0
	for entry, err := range tree.Walk(t.Context(), client, folderID, nil) {
		count++
		assert.Equal(t, tree.Entry{Path: "."}, entry)
		errs["Walk"] = err
	}
	assert.Equal(t, 1, count)
	dir := t.TempDir()
	_, errs["Download"] = tree.Download(t.Context(), client, folderID, dir, nil)
	assert.Empty(t, treeOnDisk(t, dir))
	_, errs["Upload"] = tree.Upload(t.Context(), client, dir, folderID, nil)
	return errs
}

func TestClientThatNewClientDidNotMake(t *testing.T) {
	t.Parallel()
	for name, client := range map[string]*liveconnect.Client{"nil": nil, "zero": {}, "zero services": {
		Items: &liveconnect.ItemsService{}, Downloads: &liveconnect.DownloadsService{},
		Uploads: &liveconnect.UploadsService{}, Folders: &liveconnect.FoldersService{},
	}} {
		for call, err := range calls(t, client, "root") {
			require.ErrorIs(t, err, liveconnect.ErrNotInitialized, "%s client, %s", name, call)
		}
	}
}

func TestFolderIDs(t *testing.T) {
	t.Parallel()
	service := newTreeService(treeFolder("root", ""))
	for _, id := range []string{"", "..", "a/b", "a?b", "me/skydrive/nothing"} {
		for call, err := range calls(t, service.client(t), id) {
			require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, "%q, %s", id, call)
		}
	}
	assert.Empty(t, service.seen(""), "nothing was sent")
}
