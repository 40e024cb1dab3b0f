package liveconnect

import (
	"bytes"
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/jsonscan"
)

// The tests of this file are for the generated code only, and go where it goes.

// Every type that the generated code knows is compared with encoding/json, and the other way round.
func TestGeneratedKnowsAnswers(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("decode_generated.go")
	require.NoError(t, err)
	dispatch, _, _ := strings.Cut(string(source), "\tdefault:")
	assert.Equal(t, len(manyAnswers), strings.Count(dispatch, "\tcase *"), "the list manyAnswers in decode_test.go is not that of the generated code")
	for _, answer := range manyAnswers {
		assert.True(t, readGenerated(new(jsonscan.Decoder), []byte(`{"data":[]}`), fresh(answer)), "%T", answer)
	}
}

// What the service writes is not left to encoding/json.
func TestGeneratedReadsSamples(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]any{
		"recorded/photo_list.json": wirePage[Photo]{}, "recorded/album_list.json": wirePage[Album]{},
		"recorded/item_list_2016.json": wirePage[anyItem]{}, "recorded/search_list.json": wirePage[anyItem]{},
		"recorded/folder_list_2012.json": wirePage[anyItem]{}, "recorded/contact_list.json": wirePage[Contact]{},
		"recorded/friend_list.json": wirePage[Friend]{}, "recorded/user_me.json": User{}, "recorded/user_me_emails.json": User{},
		"recorded/file.json": File{}, "recorded/folder.json": Folder{}, "recorded/folder_root.json": Folder{},
		"recorded/upload.json": UploadedFile{}, "documented/event.json": Event{},
		"documented/photo_list.json": wirePage[Photo]{}, "documented/video_list.json": wirePage[Video]{},
		"documented/audio_list.json": wirePage[Audio]{}, "documented/file_list.json": wirePage[anyItem]{},
		"documented/folder_list.json": wirePage[Folder]{}, "documented/album_list.json": wirePage[Album]{},
		"documented/comment_list.json": wirePage[Comment]{}, "documented/tag.json": Tag{},
		"documented/calendar_list.json": wirePage[Calendar]{}, "documented/application_list.json": wirePage[Application]{},
		"documented/contact_list.json": wirePage[Contact]{}, "documented/user.json": User{}, "documented/activity.json": Activity{},
	} {
		content, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		assert.True(t, sameAsJSON(t, content, answer), "%s: left to encoding/json", name)
	}
}

// One odd object does not leave its neighbours to encoding/json.
func TestGeneratedLeavesOneObject(t *testing.T) {
	t.Parallel()
	content := []byte(`{"data":[{"id":"a"},{"ID":"b"},{"id":"c","name":"\ud83d\ude00"},{"id":"d"}]}`)
	assert.True(t, sameAsJSON(t, content, wirePage[Photo]{}))
	assert.True(t, sameAsJSON(t, content, wirePage[anyItem]{}))
}

// pageOf is a list of n objects, taken in turns from lists in testdata.
func pageOf(t *testing.T, n int, names ...string) []byte {
	t.Helper()
	var objects []json.RawMessage
	for _, name := range names {
		content, err := os.ReadFile("testdata/" + name)
		require.NoError(t, err)
		var list struct{ Data []json.RawMessage }
		require.NoError(t, json.Unmarshal(content, &list))
		objects = append(objects, list.Data...)
	}
	page := bytes.NewBufferString(`{"data":[`)
	for i := range n {
		if i > 0 {
			page.WriteByte(',')
		}
		require.NoError(t, json.Compact(page, objects[i%len(objects)]))
	}
	page.WriteString(`]}`)
	return page.Bytes()
}

func TestGeneratedBudget(t *testing.T) {
	photos := pageOf(t, 100, "recorded/photo_list.json", "documented/photo_list.json")
	mixed := pageOf(t, 100, "recorded/item_list_2016.json", "documented/video_list.json", "documented/audio_list.json")
	within(t, "100 photos", 330, 230_000, func(d *jsonscan.Decoder) bool {
		return readGenerated(d, photos, new(wirePage[Photo]))
	})
	within(t, "100 mixed items", 290, 130_000, func(d *jsonscan.Decoder) bool {
		return readGenerated(d, mixed, new(wirePage[anyItem]))
	})
	within(t, "a file", 3, 400, func(d *jsonscan.Decoder) bool {
		return readGenerated(d, []byte(`{"id":"a","name":"b","size":5}`), new(File))
	})
}

// within checks how many allocations and bytes something takes.
func within(t *testing.T, what string, allocs, size float64, read func(*jsonscan.Decoder) bool) {
	t.Helper()
	d := new(jsonscan.Decoder)
	const runs = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	gotAllocs := testing.AllocsPerRun(runs-1, func() { // and once before, to warm up
		if !read(d) {
			t.Errorf("%s: left to encoding/json", what)
		}
	})
	runtime.ReadMemStats(&after)
	gotSize := float64(after.TotalAlloc-before.TotalAlloc) / runs
	t.Logf("%s: %.0f allocations, %.0f bytes", what, gotAllocs, gotSize)
	assert.LessOrEqual(t, gotAllocs, allocs, what)
	assert.LessOrEqual(t, gotSize, size, what)
}

// What 1,000 photos take is little more than what is kept of them.
func TestGeneratedKeepsWhatItTakes(t *testing.T) {
	content := pageOf(t, 1000, "recorded/photo_list.json", "documented/photo_list.json")
	var before, read, kept runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	page := new(wirePage[Photo])
	require.True(t, readGenerated(new(jsonscan.Decoder), content, page))
	runtime.ReadMemStats(&read)
	runtime.GC()
	runtime.ReadMemStats(&kept)
	runtime.KeepAlive(page)
	runtime.KeepAlive(content)
	taken, left := read.TotalAlloc-before.TotalAlloc, kept.HeapAlloc-before.HeapAlloc
	t.Logf("%d bytes taken, %d kept", taken, left)
	assert.LessOrEqual(t, float64(taken), 1.5*float64(left))
}
