package memory

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// words finds the texts that have some words in them, or parts of words. It knows in which texts each three bytes that
// follow each other are.
type words struct {
	texts map[trigram]index[uint32] // numbers of texts
}

// trigram is three bytes of a text.
type trigram uint32

var numbers = ordering[uint32]{cmp.Compare[uint32], func(uint32) class { return 0 }}

// trigrams are those of a text, each once.
func trigrams(text string) []trigram {
	grams := make([]trigram, 0, len(text))
	for i := 0; i+3 <= len(text); i++ {
		grams = append(grams, trigram(text[i])<<16|trigram(text[i+1])<<8|trigram(text[i+2]))
	}
	slices.Sort(grams)
	return slices.Compact(grams)
}

func (g trigram) String() string { return string(binary.BigEndian.AppendUint32(nil, uint32(g))[1:]) }

// add makes a text known, which begins and ends with a line break.
func (w *words) add(text string, number uint32) {
	if w.texts == nil {
		w.texts = map[trigram]index[uint32]{}
	}
	for _, g := range trigrams(text) {
		x, known := w.texts[g]
		if !known {
			x.ordering = &numbers
		}
		root := x.root
		if x.add(number); x.root != root {
			w.texts[g] = x
		}
	}
}

// remove forgets a text that was added.
func (w *words) remove(text string, number uint32) {
	for _, g := range trigrams(text) {
		x := w.texts[g]
		root := x.root
		if x.remove(number); x.root == nil {
			delete(w.texts, g)
		} else if x.root != root {
			w.texts[g] = x
		}
	}
}

// stride is how many texts a step of a search looks at, or how many it takes from each list.
const stride = 2048

// find gives the numbers behind a number, in order and up to a last one, of all texts that have the words, and of some
// others that have their parts. A search goes on behind last until it is done: each step takes a bounded time.
func (w *words) find(wanted []string, after uint32) (found []uint32, last uint32, done bool) {
	var all []index[uint32] // what is wanted is in each of these
	for _, word := range wanted {
		for _, g := range trigrams(word) {
			x, known := w.texts[g]
			if !known {
				return nil, after, true
			}
			all = append(all, x)
		}
	}
	if len(all) == 0 {
		return w.findShort(slices.MaxFunc(wanted, func(a, b string) int { return cmp.Compare(len(a), len(b)) }), after)
	}
	slices.SortFunc(all, func(a, b index[uint32]) int { return cmp.Compare(a.count(allClasses), b.count(allClasses)) })
	last = after
	looked := 0
	for number := range all[0].after(after) {
		if looked++; looked > stride {
			return found, last, false
		}
		last = number
		if !slices.ContainsFunc(all[1:], func(x index[uint32]) bool { return !x.has(number) }) {
			found = append(found, number)
		}
	}
	return found, last, true
}

// findShort finds a word that is shorter than what the texts are known by: all those that have it in them are merged.
func (w *words) findShort(word string, after uint32) (found []uint32, last uint32, done bool) {
	last, done = math.MaxUint32, true
	for g, x := range w.texts {
		if !strings.Contains(g.String(), word) {
			continue
		}
		taken := 0
		for number := range x.after(after) {
			if taken++; taken > stride {
				break
			}
			if number > last {
				break
			}
			found = append(found, number)
			if taken == stride {
				last, done = number, false
			}
		}
	}
	slices.Sort(found)
	found = slices.Compact(found)
	end, _ := slices.BinarySearch(found, last)
	return found[:min(end+1, len(found))], last, done
}
