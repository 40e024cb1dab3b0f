package memory

import (
	"iter"
	"math/bits"
	"slices"
)

// index keeps elements in an order. In logarithmic time it finds an element, or the one at a place among those of some
// classes: it is a B+ tree whose branches count what is below them, class by class. (Of the libraries that have such
// trees none counts by class.)
type index[T any] struct {
	*ordering[T]

	root *branch[T] // nil when it is empty
}

// ordering says how elements are ordered. No two elements may be equal, and neither their order nor their class may
// change while they are in an index.
type ordering[T any] struct {
	compare func(a, b T) int
	class   func(T) class
}

type class uint8

// classSet is a set of classes.
type classSet uint8

const (
	classes    = 8
	allClasses = classSet(1<<classes - 1)
)

func (s classSet) has(c class) bool { return s>>c&1 != 0 }

// tally is a number of elements of each class.
type tally [classes]int32

func (t *tally) of(set classSet) int {
	sum := int32(0)
	for ; set != 0; set &= set - 1 {
		sum += t[bits.TrailingZeros8(uint8(set))]
	}
	return int(sum)
}

func (t *tally) add(other *tally) {
	for c := range t {
		t[c] += other[c]
	}
}

// branch is a node of the tree: a leaf with elements, or a fork with branches.
type branch[T any] struct {
	elements []T          // of a leaf; of a fork the first element of each branch
	branches []*branch[T] // of a fork
	tallies  []tally      // of a fork: what each branch has
	tally    tally        // what all of it has
}

// fanout is how many elements or branches there are at most.
const fanout = 128

func (x *index[T]) count(set classSet) int {
	if x.root == nil {
		return 0
	}
	return x.root.tally.of(set)
}

func (x *index[T]) add(e T) {
	if x.root == nil {
		x.root = &branch[T]{}
	}
	if right := x.root.add(x.ordering, e); right != nil {
		left := x.root
		x.root = &branch[T]{
			elements: []T{left.elements[0], right.elements[0]}, branches: []*branch[T]{left, right},
			tallies: []tally{left.tally, right.tally}, tally: left.tally,
		}
		x.root.tally.add(&right.tally)
	}
}

// fill puts elements into an empty index, which come in its order.
func (x *index[T]) fill(sorted []T) {
	var level []*branch[T]
	for leaf := range slices.Chunk(sorted, fanout) {
		b := &branch[T]{elements: slices.Clone(leaf)}
		for _, e := range leaf {
			b.tally[x.class(e)]++
		}
		level = append(level, b)
	}
	for len(level) > 1 {
		var above []*branch[T]
		for below := range slices.Chunk(level, fanout) {
			b := &branch[T]{branches: slices.Clone(below)}
			for _, part := range below {
				b.elements = append(b.elements, part.elements[0])
				b.tallies = append(b.tallies, part.tally)
				b.tally.add(&part.tally)
			}
			above = append(above, b)
		}
		level = above
	}
	if len(level) == 1 {
		x.root = level[0]
	}
}

// add puts e in. If there is too much then, b is left with the first part, and the rest returned.
func (b *branch[T]) add(o *ordering[T], e T) (right *branch[T]) {
	b.tally[o.class(e)]++
	i, found := slices.BinarySearchFunc(b.elements, e, o.compare)
	if b.branches == nil {
		b.elements = slices.Insert(b.elements, i, e)
	} else {
		if !found {
			i = max(i-1, 0)
		}
		split := b.branches[i].add(o, e)
		b.elements[i], b.tallies[i] = b.branches[i].elements[0], b.branches[i].tally
		if split != nil {
			i++
			b.elements = slices.Insert(b.elements, i, split.elements[0])
			b.branches = slices.Insert(b.branches, i, split)
			b.tallies = slices.Insert(b.tallies, i, split.tally)
		}
	}
	if len(b.elements) <= fanout {
		return nil
	}
	// What grows at its end is cut there, so that it stays full.
	if i < fanout {
		i = fanout / 2
	}
	return b.split(o, i)
}

// split takes away what begins at a place, and returns it. Both parts get memory of their own, of the size they need.
func (b *branch[T]) split(o *ordering[T], at int) *branch[T] {
	right := &branch[T]{elements: slices.Clone(b.elements[at:])}
	b.elements = slices.Clone(b.elements[:at])
	b.tally = tally{}
	if b.branches == nil {
		for _, part := range []*branch[T]{b, right} {
			for _, e := range part.elements {
				part.tally[o.class(e)]++
			}
		}
		return right
	}
	right.branches, right.tallies = slices.Clone(b.branches[at:]), slices.Clone(b.tallies[at:])
	b.branches, b.tallies = slices.Clone(b.branches[:at]), slices.Clone(b.tallies[:at])
	for _, part := range []*branch[T]{b, right} {
		for i := range part.tallies {
			part.tally.add(&part.tallies[i])
		}
	}
	return right
}

// remove takes out e, which must be there.
func (x *index[T]) remove(e T) {
	x.root.remove(x.ordering, e)
	for x.root != nil && len(x.root.elements) <= 1 {
		if len(x.root.branches) == 1 {
			x.root = x.root.branches[0]
			continue
		}
		if len(x.root.elements) == 0 {
			x.root = nil
		}
		break
	}
}

func (b *branch[T]) remove(o *ordering[T], e T) {
	b.tally[o.class(e)]--
	i, found := slices.BinarySearchFunc(b.elements, e, o.compare)
	if b.branches != nil {
		if !found {
			i = max(i-1, 0)
		}
		below := b.branches[i]
		below.remove(o, e)
		if len(below.elements) > 0 {
			b.elements[i], b.tallies[i] = below.elements[0], below.tally
			return
		}
		b.branches = slices.Delete(b.branches, i, i+1)
		b.tallies = slices.Delete(b.tallies, i, i+1)
	}
	b.elements = slices.Delete(b.elements, i, i+1)
}

// find returns the element for which compare gives zero; it compares in the order of the index.
func (x *index[T]) find(compare func(T) int) (e T, found bool) {
	for b := x.root; b != nil; {
		i, found := slices.BinarySearchFunc(b.elements, struct{}{}, func(e T, _ struct{}) int { return compare(e) })
		switch {
		case b.branches == nil && found:
			return b.elements[i], true
		case b.branches == nil:
			return e, false
		case !found:
			i = max(i-1, 0)
		}
		b = b.branches[i]
	}
	return e, false
}

func (x *index[T]) has(e T) bool {
	_, found := x.find(func(other T) int { return x.compare(other, e) })
	return found
}

// from gives the elements of some classes without the first ones, in order or from the last to the first.
func (x *index[T]) from(set classSet, skip int, descending bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		if x.root != nil {
			x.root.from(x.ordering, set, &skip, descending, yield)
		}
	}
}

func (b *branch[T]) from(o *ordering[T], set classSet, skip *int, descending bool, yield func(T) bool) bool {
	for i := range b.elements {
		if descending {
			i = len(b.elements) - 1 - i
		}
		n := 0
		switch {
		case b.branches != nil:
			n = b.tallies[i].of(set)
		case set.has(o.class(b.elements[i])):
			n = 1
		}
		switch {
		case n <= *skip:
			*skip -= n
		case n == 0:
		case b.branches != nil && !b.branches[i].from(o, set, skip, descending, yield):
			return false
		case b.branches == nil && !yield(b.elements[i]):
			return false
		}
	}
	return true
}

// after gives the elements that come behind e.
func (x *index[T]) after(e T) iter.Seq[T] {
	return func(yield func(T) bool) {
		if x.root != nil {
			x.root.after(x.ordering, e, yield)
		}
	}
}

func (b *branch[T]) after(o *ordering[T], e T, yield func(T) bool) bool {
	i, found := slices.BinarySearchFunc(b.elements, e, o.compare)
	switch {
	case b.branches != nil && !found:
		i = max(i-1, 0)
	case b.branches == nil && found:
		i++
	}
	for ; i < len(b.elements); i++ {
		if b.branches != nil {
			if !b.branches[i].after(o, e, yield) {
				return false
			}
		} else if !yield(b.elements[i]) {
			return false
		}
	}
	return true
}
