package tree_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/tree"
)

// randomTree grows a tree of folders and files with names in no order, some of them alike but for their case.
func randomTree(rng *rand.Rand, id string, depth int) *treeNode {
	folder := treeFolder(id, "")
	for i := range 2 + rng.IntN(5) {
		child := fmt.Sprintf("%s-%d", id, i)
		name := string([]rune{[]rune("aAbBzZ_äÄ写")[rng.IntN(10)], []rune("01yY")[rng.IntN(4)], rune('0' + i)})
		if depth > 0 && rng.IntN(3) > 0 {
			below := randomTree(rng, child, depth-1)
			below.Name = name
			folder.children = append(folder.children, below)
		} else {
			folder.children = append(folder.children, treeFile(child, name, ""))
		}
	}
	return folder
}

// treeOrder is the order that Walk promises, by the plainest way to find it.
func treeOrder(n *treeNode, prefix string) []string {
	children := slices.Clone(n.children)
	slices.SortFunc(children, func(a, b *treeNode) int {
		if c := strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	var paths []string
	for _, child := range children {
		paths = append(paths, prefix+child.Name)
		paths = append(paths, treeOrder(child, prefix+child.Name+"/")...)
	}
	return paths
}

func walkPaths(t *testing.T, ctx context.Context, client *liveconnect.Client, opts *tree.WalkOptions) []string { //nolint:revive // t first, as everywhere
	t.Helper()
	var paths []string
	for entry, err := range tree.Walk(ctx, client, "root", opts) {
		require.NoError(t, err, entry.Path)
		assert.Equal(t, strings.Count(entry.Path, "/"), entry.Depth)
		paths = append(paths, entry.Path)
	}
	return paths
}

func TestWalkOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		root := randomTree(rand.New(rand.NewPCG(seed, 1)), "root", 3)
		want := treeOrder(root, "")
		for concurrency := 1; concurrency <= 8; concurrency++ {
			synctest.Test(t, func(t *testing.T) {
				service := newTreeService(root)
				service.before = func(*http.Request) int { // lists come back in any order
					time.Sleep(time.Duration(rand.IntN(100)) * time.Millisecond)
					return 0
				}
				for _, buffer := range []int{0, 1, 7} {
					opts := &tree.WalkOptions{Concurrency: concurrency, Buffer: buffer}
					require.Equal(t, want, walkPaths(t, t.Context(), service.client(t), opts), "seed %d, concurrency %d", seed, concurrency)
				}
			})
		}
	}
}

// TestWalkLatency walks through 1,000 folders, each of which takes 50 ms to list.
func TestWalkLatency(t *testing.T) {
	t.Parallel()
	root := treeFolder("root", "")
	for i := range 25 {
		year := treeFolder(fmt.Sprintf("y%d", i), fmt.Sprintf("%02d", i))
		for j := range 39 {
			id := fmt.Sprintf("y%d-%d", i, j)
			year.children = append(year.children, treeFolder(id, fmt.Sprintf("%02d", j), treeFile(id+"f", "photo.jpg", "x")))
		}
		root.children = append(root.children, year)
	}
	took := map[int]time.Duration{}
	for _, concurrency := range []int{1, 0, 8, 16} {
		synctest.Test(t, func(t *testing.T) {
			service := newTreeService(root)
			var now, most atomic.Int64
			service.before = func(*http.Request) int {
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(50 * time.Millisecond)
				now.Add(-1)
				return 0
			}
			started := time.Now()
			paths := walkPaths(t, t.Context(), service.client(t), &tree.WalkOptions{Concurrency: concurrency})
			took[concurrency] = time.Since(started)
			assert.Len(t, paths, 25+2*25*39)
			assert.Len(t, service.seen("GET"), 1001)
			limit := int64(concurrency)
			if limit == 0 {
				limit = 4
			}
			assert.LessOrEqual(t, most.Load(), limit)
		})
	}
	for _, concurrency := range []int{0, 8, 16} {
		ratio := float64(took[1]) / float64(took[concurrency])
		fmt.Printf("walk: 1,001 folders at 50 ms: one by one %v, concurrency %d %v, %.1f times faster\n", took[1], concurrency, took[concurrency], ratio)
		assert.Greater(t, ratio, 3.5)
	}
	assert.Greater(t, float64(took[1])/float64(took[8]), 7.0)
}

// TestWalkThrottled checks that all lists wait when the service tells one of them to.
func TestWalkThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		root := randomTree(rand.New(rand.NewPCG(3, 1)), "root", 3)
		service := newTreeService(root)
		var count atomic.Int64
		var told atomic.Pointer[time.Time]
		service.before = func(*http.Request) int {
			if at := told.Load(); at != nil && time.Now().After(*at) && time.Since(*at) < 30*time.Second {
				t.Error("a request during the wait")
			}
			time.Sleep(10 * time.Millisecond)
			if count.Add(1) == 12 {
				now := time.Now()
				told.Store(&now)
				return 420
			}
			return 0
		}
		started := time.Now()
		paths := walkPaths(t, t.Context(), service.client(t), &tree.WalkOptions{Concurrency: 4})
		assert.Equal(t, treeOrder(root, ""), paths)
		assert.GreaterOrEqual(t, time.Since(started), 30*time.Second)
	})
}

func TestWalkFailingFolder(t *testing.T) {
	t.Parallel()
	root := treeFolder("root", "",
		treeFolder("f1", "a", treeFile("1", "1", "")),
		treeFolder("f2", "b", treeFile("2", "2", ""), treeFolder("f21", "deep", treeFile("21", "21", ""))),
		treeFolder("f3", "c", treeFile("3", "3", "")))
	service := newTreeService(root)
	service.before = func(r *http.Request) int {
		if strings.Contains(r.URL.Path, "/f2/") {
			return http.StatusForbidden
		}
		return 0
	}
	for _, stop := range []bool{false, true} {
		for _, concurrency := range []int{1, 4} {
			var seen []string
			for entry, err := range tree.Walk(t.Context(), service.client(t), "root", &tree.WalkOptions{StopOnError: stop, Concurrency: concurrency}) {
				if err != nil {
					require.ErrorIs(t, err, liveconnect.ErrForbidden)
					assert.Equal(t, "b", entry.Path)
					assert.Equal(t, "f2", entry.Item.Info().ID)
					seen = append(seen, "error")
					continue
				}
				seen = append(seen, entry.Path)
			}
			want := []string{"a", "a/1", "b", "error"}
			if !stop {
				want = append(want, "c", "c/3")
			}
			assert.Equal(t, want, seen)
		}
	}
	// The folder of the walk itself.
	count := 0
	for entry, err := range tree.Walk(t.Context(), service.client(t), "nothing", nil) {
		count++
		require.ErrorIs(t, err, liveconnect.ErrNotFound)
		assert.Equal(t, tree.Entry{Path: "."}, entry)
	}
	assert.Equal(t, 1, count)
}

// TestWalkBreak leaves the loop at every place, and begins it again.
func TestWalkBreak(t *testing.T) {
	t.Parallel()
	root := randomTree(rand.New(rand.NewPCG(5, 1)), "root", 3)
	want := treeOrder(root, "")
	service := newTreeService(root)
	walk := tree.Walk(t.Context(), service.client(t), "root", &tree.WalkOptions{Concurrency: 3, Buffer: 5})
	for stop := 0; stop < len(want); stop += 1 + stop/4 {
		var seen []string
		for entry, err := range walk {
			require.NoError(t, err)
			seen = append(seen, entry.Path)
			if len(seen) > stop {
				break
			}
		}
		require.Equal(t, want[:stop+1], seen)
	}
}

func TestWalkCancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := newTreeService(randomTree(rand.New(rand.NewPCG(5, 1)), "root", 4))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		service.before = func(r *http.Request) int {
			select {
			case <-r.Context().Done():
			case <-time.After(time.Second):
			}
			return 0
		}
		var seen, errs int
		for _, err := range tree.Walk(ctx, service.client(t), "root", nil) {
			if err != nil {
				require.ErrorIs(t, err, context.Canceled)
				errs++
				continue
			}
			if seen++; seen == 5 {
				cancel()
			}
		}
		assert.Equal(t, 5, seen)
		assert.Equal(t, 1, errs)
	})
}

// TestWalkBuffer stops in the loop, and looks at how far the walk runs ahead.
func TestWalkBuffer(t *testing.T) {
	t.Parallel()
	root := treeFolder("root", "")
	for i := range 200 {
		folder := treeFolder(fmt.Sprintf("f%d", i), fmt.Sprintf("%03d", i))
		for j := range 10 {
			folder.children = append(folder.children, treeFile(fmt.Sprintf("f%d-%d", i, j), fmt.Sprint(j), ""))
		}
		root.children = append(root.children, folder)
	}
	for concurrency, most := range map[int]int{1: 2, 4: 1 + 50/10 + 4} {
		synctest.Test(t, func(t *testing.T) {
			service := newTreeService(root)
			for range tree.Walk(t.Context(), service.client(t), "root", &tree.WalkOptions{Concurrency: concurrency, Buffer: 50}) {
				synctest.Wait() // until the walk does nothing more by itself
				assert.LessOrEqual(t, len(service.seen("GET")), most)
				break
			}
		})
	}
}

func TestWalkEnter(t *testing.T) {
	t.Parallel()
	root := treeFolder("root", "", treeFolder("f1", "a", treeFile("1", "1", "")), treeFolder("f2", "b", treeFolder("f21", "a", treeFile("2", "2", ""))))
	service := newTreeService(root)
	var asked []string
	opts := &tree.WalkOptions{Enter: func(e tree.Entry) bool {
		asked = append(asked, e.Path)
		return e.IsFolder() && e.Path != "a"
	}}
	assert.Equal(t, []string{"a", "b", "b/a", "b/a/2"}, walkPaths(t, t.Context(), service.client(t), opts))
	assert.Equal(t, []string{"a", "b", "b/a"}, asked)
	assert.Empty(t, service.seen("GET /f1"))
}

// TestWalkHostile walks where a careless client would never come back.
func TestWalkHostile(t *testing.T) {
	t.Parallel()
	circle := treeFolder("root", "", treeFolder("f1", "a/b", treeFolder("f2", "x")))
	circle.children[0].children[0].children = []*treeNode{circle.children[0], treeFile("1", "z", "")}
	var seen []string
	for entry, err := range tree.Walk(t.Context(), newTreeService(circle).client(t), "root", nil) {
		if err != nil {
			require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
			seen = append(seen, "error")
		}
		seen = append(seen, entry.Path)
	}
	assert.Equal(t, []string{"a∕b", "a∕b/x", "a∕b/x/a∕b", "error", "a∕b/x/a∕b", "a∕b/x/z"}, seen)

	endless := newTreeService(treeFolder("root", ""))
	endless.before = func(r *http.Request) int {
		id := strings.Split(r.URL.Path, "/")[2]
		endless.mu.Lock()
		defer endless.mu.Unlock()
		endless.nodes[id].children = []*treeNode{treeFolder(id+"x", "x")}
		endless.nodes[id+"x"] = endless.nodes[id].children[0]
		return 0
	}
	depth := 0
	for entry, err := range tree.Walk(t.Context(), endless.client(t), "root", nil) {
		if err != nil {
			require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
		}
		depth = max(depth, entry.Depth)
	}
	assert.Equal(t, 400, depth)

	refused := 0
	for _, err := range tree.Walk(t.Context(), endless.client(t), "root", &tree.WalkOptions{Concurrency: -1}) {
		refused++
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
	}
	assert.Equal(t, 1, refused)
}
