package backend

// Page says which part of a list is wanted. A Backend that keeps its accounts elsewhere fetches that part and no more,
// where the place behind it allows that.
type Page struct {
	Offset int // so many are left out
	Limit  int // at most so many are given; 0: all that follow
}

// Order is an order of items.
type Order int

// The orders of items. Names are compared without regard to case; items that are equal otherwise come in the order in
// which they were made or, by OrderUpdated, changed.
const (
	OrderDefault Order = iota // that of the list
	OrderName
	OrderUpdated
	OrderSize
)

// Query says which items of a list are wanted, and in which order. Offset and Limit count only items that are wanted.
type Query struct {
	Page

	Kinds      []Kind // empty: all
	Order      Order
	Descending bool // turns the order round
}

// List is the part of a list that was asked for.
type List[T any] struct {
	Items []T
	More  bool // there are others behind them
	// Total is how many there are in the whole list; -1 if that cannot be told without looking at all of them.
	Total int
}

// All takes the items out of a list that was asked for without limit.
func All[T any](list List[T], err error) ([]T, error) { return list.Items, err }
