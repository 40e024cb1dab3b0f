package memory

import (
	"iter"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// pageOf shows the elements of a page. They begin at its offset; total is how many there are in the whole list.
func pageOf[E, T any](elements iter.Seq[E], page backend.Page, total int, show func(E) T) backend.List[T] {
	left := max(0, total-page.Offset)
	size := left
	if page.Limit > 0 {
		size = min(size, page.Limit)
	}
	list := backend.List[T]{Items: make([]T, 0, size), More: size < left, Total: total}
	if size == 0 {
		return list
	}
	for e := range elements {
		if list.Items = append(list.Items, show(e)); len(list.Items) == size {
			break
		}
	}
	return list
}

// cut shows the elements of a page of a slice.
func cut[E, T any](all []E, page backend.Page, show func(E) T) backend.List[T] {
	rest := all[min(page.Offset, len(all)):]
	return pageOf(func(yield func(E) bool) {
		for _, e := range rest {
			if !yield(e) {
				return
			}
		}
	}, page, len(all), show)
}
