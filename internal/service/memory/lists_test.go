package memory_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// crowd fills a folder with items of several kinds, and changes many of them.
func crowd(t *testing.T, w *world, folder backend.Ref, count int) {
	t.Helper()
	ctx := context.Background()
	picture, err := os.ReadFile("testdata/dot.gif")
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	name := func() string {
		return fmt.Sprintf("%c%c %d", "aBcÄß"[random.IntN(3)], 'A'+rune(random.IntN(60)), random.IntN(1_000_000))
	}
	var made []backend.Item
	for range count {
		var item backend.Item
		switch random.IntN(5) {
		case 0:
			item, err = w.CreateFolder(ctx, folder, backend.KindFolder, name(), "", ann)
		case 1:
			item, err = w.CreateFolder(ctx, folder, backend.KindAlbum, name(), "an album", ann)
		case 2:
			item, _, err = w.WriteFile(ctx, folder, name()+".gif", strings.NewReader(string(picture)), backend.WriteOptions{})
		default:
			item, _, err = w.WriteFile(ctx, folder, name()+".txt", strings.NewReader(strings.Repeat("x", random.IntN(9))), backend.WriteOptions{})
		}
		require.NoError(t, err)
		made = append(made, item)
		other := made[random.IntN(len(made))]
		switch changed := name(); random.IntN(6) {
		case 0:
			_, err = w.UpdateItem(ctx, other.Ref, backend.ItemChange{Name: &changed, Description: &changed})
		case 1:
			err = w.DeleteItem(ctx, other.Ref)
			made = slices.DeleteFunc(made, func(i backend.Item) bool { return i.Ref == other.Ref })
		case 2:
			err = w.ShareItem(other.Ref, bob, "")
		case 3:
			if !other.Kind.IsFolder() {
				_, err = w.ReplaceContent(ctx, other.Ref, strings.NewReader(strings.Repeat("y", random.IntN(9))), backend.WriteOptions{})
			} else {
				_, _, err = w.WriteFile(ctx, other.Ref, name(), strings.NewReader("below"), backend.WriteOptions{})
			}
		}
		require.NoError(t, err)
	}
}

// Each page of each list in each order is what is cut out of the whole list, sorted.
func TestPages(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	folder := w.folder(w.root, "crowd")
	crowd(t, w, folder.Ref, lessOnDisk(600, 150))
	orders := map[backend.Order]func(a, b backend.Item) int{
		backend.OrderDefault: func(_, _ backend.Item) int { return 0 },
		backend.OrderName:    func(a, b backend.Item) int { return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)) },
		backend.OrderUpdated: func(a, b backend.Item) int { return a.Updated.Compare(b.Updated) },
		backend.OrderSize:    func(a, b backend.Item) int { return cmp.Compare(a.Size, b.Size) },
	}
	for what, list := range map[string]func(backend.Query) (backend.List[backend.Item], error){
		"children":    func(q backend.Query) (backend.List[backend.Item], error) { return w.Children(ctx, folder.Ref, q) },
		"recent":      func(q backend.Query) (backend.List[backend.Item], error) { return w.Recent(ctx, ann, q) },
		"shared":      func(q backend.Query) (backend.List[backend.Item], error) { return w.SharedWith(ctx, bob, "", q) },
		"shared by":   func(q backend.Query) (backend.List[backend.Item], error) { return w.SharedWith(ctx, bob, ann, q) },
		"shared by b": func(q backend.Query) (backend.List[backend.Item], error) { return w.SharedWith(ctx, bob, bob, q) },
	} {
		all, err := backend.All(list(backend.Query{}))
		require.NoError(t, err)
		for order, compare := range orders {
			for _, kinds := range [][]backend.Kind{nil, {backend.KindPhoto}, {backend.KindAlbum, backend.KindFile}, {backend.KindVideo}} {
				for _, descending := range []bool{false, true} {
					want := slices.DeleteFunc(slices.Clone(all), func(i backend.Item) bool { return kinds != nil && !slices.Contains(kinds, i.Kind) })
					if order != backend.OrderDefault { // what is equal comes by age
						slices.SortFunc(want, func(a, b backend.Item) int { return cmp.Compare(a.ID, b.ID) })
					}
					slices.SortStableFunc(want, compare)
					if descending {
						slices.Reverse(want)
					}
					page := backend.Page{Offset: rand.IntN(len(want) + 3), Limit: rand.IntN(30)}
					got, err := list(backend.Query{Page: page, Kinds: kinds, Order: order, Descending: descending})
					require.NoError(t, err)
					rest := want[min(page.Offset, len(want)):]
					if page.Limit > 0 {
						rest = rest[:min(page.Limit, len(rest))]
					}
					require.Equal(t, len(want), got.Total, what)
					require.Equal(t, page.Offset+len(rest) < len(want), got.More, what)
					require.Equal(t, append([]backend.Item{}, rest...), got.Items, "%s %v %v %+v", what, order, kinds, page)
				}
			}
		}
	}
}

// A search finds what has all words, as somebody would who looks at each item.
func TestSearchFindsAll(t *testing.T) {
	t.Parallel()
	ctx, w := context.Background(), newWorld(t)
	folder := w.folder(w.root, "crowd")
	crowd(t, w, folder.Ref, lessOnDisk(600, 150))
	all, err := backend.All(w.Children(ctx, w.root, backend.Query{}))
	require.NoError(t, err)
	for i := 0; i < len(all); i++ {
		if all[i].Kind.IsFolder() {
			below, err := backend.All(w.Children(ctx, all[i].Ref, backend.Query{}))
			require.NoError(t, err)
			all = append(all, below...)
		}
	}
	for _, text := range []string{"a", "1", "12", ".gif", "an album", "al 7", "9 a", "txt", "b", "zzz", "C", "public", "77 .txt x"} {
		var want []string
		for _, item := range all {
			hay := strings.ToLower(item.Name + "\n" + item.Description)
			if !slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(word string) bool { return !strings.Contains(hay, word) }) {
				want = append(want, item.Name)
			}
		}
		list, err := w.Search(ctx, ann, text, backend.Page{})
		require.NoError(t, err)
		assert.ElementsMatch(t, want, names(list.Items), text)
		assert.Equal(t, len(want), list.Total)
		page := backend.Page{Offset: rand.IntN(len(want) + 1), Limit: 1 + rand.IntN(9)}
		part, err := w.Search(ctx, ann, text, page)
		require.NoError(t, err)
		end := min(page.Offset+page.Limit, len(want))
		assert.Equal(t, list.Items[page.Offset:end], part.Items, text)
		assert.Equal(t, end < len(want), part.More)
	}
}

// A page takes the memory of its items, however many there are besides. (Other tests would disturb this one.)
//
//nolint:paralleltest // it measures the memory of the process
func TestPagesDoNotCopy(t *testing.T) {
	ctx := context.Background()
	bytes := func(items int) (all []uint64) {
		w := newWorld(t)
		folder := w.folder(w.root, "folder")
		for i := range items {
			w.folder(folder.Ref, fmt.Sprintf("item %d", i))
		}
		limit := backend.Page{Offset: items / 2, Limit: 50}
		for _, list := range []func() (backend.List[backend.Item], error){
			func() (backend.List[backend.Item], error) {
				return w.Children(ctx, folder.Ref, backend.Query{Page: limit, Order: backend.OrderSize})
			},
			func() (backend.List[backend.Item], error) {
				return w.Children(ctx, folder.Ref, backend.Query{Page: limit, Kinds: []backend.Kind{backend.KindFolder}, Order: backend.OrderName})
			},
			func() (backend.List[backend.Item], error) { return w.Search(ctx, ann, "item", backend.Page{Limit: 50}) },
		} {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := list()
			runtime.ReadMemStats(&after)
			require.NoError(t, err)
			all = append(all, after.TotalAlloc-before.TotalAlloc)
		}
		return all
	}
	few, many := bytes(lessOnDisk(500, 200)), bytes(lessOnDisk(20_000, 800))
	for i := range few {
		assert.Less(t, many[i], few[i]*2, "list %d", i)
	}
}

// What is written for a comment or a tag does not grow with the others.
func TestAnnotationsAreWrittenAlone(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	spy := &spy{records: allKinds(t)}
	s, err := memory.Open(memory.Options{}, spy)
	require.NoError(t, err)
	file := backend.Ref{Owner: ann, ID: "8C8CE076CA27823F!106"}
	var comments, tags []int
	for range 200 {
		_, err := s.AddComment(ctx, file, ann, "a comment")
		require.NoError(t, err)
		comments = append(comments, spy.written)
		_, err = s.AddTag(ctx, file, backend.Tag{X: 10})
		require.NoError(t, err)
		tags = append(tags, spy.written)
	}
	assert.InDelta(t, comments[0], comments[199], 20)
	assert.InDelta(t, tags[0], tags[199], 20)
}

// spy is an Archive that says how much the last change was.
type spy struct {
	records
	written int // bytes
}

func (s *spy) Append(change []memory.Record, _ []string) func() error {
	s.written = 0
	for _, r := range change {
		s.written += len(r.Value)
	}
	return func() error { return nil }
}
