package memory

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// An index is held against a sorted slice, while elements come and go in order, against it, and at random.
func TestIndex(t *testing.T) {
	t.Parallel()
	x := index[int]{ordering: &ordering[int]{compare: cmp.Compare[int], class: func(n int) class { return class(n % 3) }}}
	var want []int
	check := func() {
		t.Helper()
		for _, set := range []classSet{allClasses, 1, 2, 6, 8} {
			var chosen []int
			for _, n := range want {
				if set.has(class(n % 3)) {
					chosen = append(chosen, n)
				}
			}
			require.Equal(t, len(chosen), x.count(set))
			skip := rand.IntN(len(chosen) + 2)
			rest := func() []int { return chosen[min(skip, len(chosen)):] }
			require.True(t, slices.Equal(rest(), slices.Collect(x.from(set, skip, false))))
			slices.Reverse(chosen)
			require.True(t, slices.Equal(rest(), slices.Collect(x.from(set, skip, true))))
		}
		pivot := rand.IntN(100_000)
		i, there := slices.BinarySearch(want, pivot)
		_, found := x.find(func(n int) int { return cmp.Compare(n, pivot) })
		require.Equal(t, there, found)
		if there {
			i++
		}
		require.Equal(t, len(want)-i, len(slices.Collect(x.after(pivot))))
		if i < len(want) {
			for n := range x.after(pivot) {
				require.Equal(t, want[i], n)
				break
			}
		}
	}
	for range 20_000 {
		want = append(want, len(want))
		x.add(len(want) - 1)
	}
	check()
	for n := 60_000; n > 40_000; n-- {
		x.add(n)
	}
	for n := range 20_000 {
		want = append(want, 40_001+n)
	}
	check()
	x.root = nil
	x.fill(want)
	check()
	for round := range 40 {
		for range 2_000 {
			n := rand.IntN(100_000)
			i, found := slices.BinarySearch(want, n)
			switch {
			case found && round > 4:
				want = slices.Delete(want, i, i+1)
				x.remove(n)
			case !found:
				want = slices.Insert(want, i, n)
				x.add(n)
			}
		}
		check()
	}
	for len(want) > 0 {
		i := rand.IntN(len(want))
		x.remove(want[i])
		want = slices.Delete(want, i, i+1)
	}
	check()
	require.Nil(t, x.root)
}
