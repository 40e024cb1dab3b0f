package memory

import (
	"cmp"
	"slices"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// narrow is up to how many items only the order by age and the one by name are kept; the others are made when somebody
// asks.
const narrow = 64

// itemOrders are the orders of items, by backend.Order.
var itemOrders = [...]ordering[*node]{
	backend.OrderDefault: {byAge, nodeClass},
	backend.OrderName: {func(a, b *node) int {
		return cmp.Or(compareFolded(a.name, b.name), byAge(a, b))
	}, nodeClass},
	backend.OrderUpdated: {func(a, b *node) int {
		return cmp.Or(
			cmp.Compare(a.updated.seconds, b.updated.seconds), cmp.Compare(a.updated.nanoseconds, b.updated.nanoseconds),
			cmp.Compare(a.changed, b.changed), byAge(a, b))
	}, nodeClass},
	backend.OrderSize: {func(a, b *node) int { return cmp.Or(cmp.Compare(a.size, b.size), byAge(a, b)) }, nodeClass},
}

func nodeClass(n *node) class { return n.kind }

// byAge sorts in the order in which items were made; items of different accounts, by the accounts.
func byAge(a, b *node) int {
	return cmp.Or(cmp.Compare(a.owner.made, b.owner.made), cmp.Compare(a.number, b.number))
}

func newListing() *listing {
	l := &listing{}
	for order := range l.orders {
		l.orders[order].ordering = &itemOrders[order]
	}
	return l
}

// in is the items in an order.
func (l *listing) in(order backend.Order) *index[*node] {
	x := &l.orders[order]
	if x.root != nil || l.len() == 0 {
		return x
	}
	made := index[*node]{ordering: &itemOrders[order]}
	for n := range l.orders[backend.OrderDefault].from(allClasses, 0, false) {
		made.add(n)
	}
	return &made
}

func (l *listing) len() int { return l.orders[backend.OrderDefault].count(allClasses) }

// fill puts items into an empty listing, an order at a time, so that the orders can be made at once.
func (l *listing) fill(nodes []*node, order backend.Order) {
	if len(nodes) > narrow || order == backend.OrderDefault || order == backend.OrderName {
		x := &l.orders[order]
		x.fill(slices.SortedFunc(slices.Values(nodes), x.compare))
	}
}

// add puts an item in.
func (l *listing) add(n *node) {
	l.orders[backend.OrderDefault].add(n)
	l.orders[backend.OrderName].add(n)
	l.replace(n)
}

// remove takes an item out. It must be called before anything of it changes that an order follows.
func (l *listing) remove(n *node) {
	l.taken = nil
	l.displace(n)
	l.orders[backend.OrderName].remove(n)
	l.orders[backend.OrderDefault].remove(n)
}

// displace takes an item out of the orders that follow its size and its time of change.
func (l *listing) displace(n *node) {
	for _, order := range []backend.Order{backend.OrderUpdated, backend.OrderSize} {
		if x := &l.orders[order]; x.root != nil {
			x.remove(n)
		}
	}
}

// replace puts an item back that was displaced.
func (l *listing) replace(n *node) {
	for _, order := range []backend.Order{backend.OrderUpdated, backend.OrderSize} {
		if x := &l.orders[order]; x.root != nil {
			x.add(n)
		} else if l.len() > narrow {
			*x = *l.in(order)
		}
	}
}

// show gives the part of a list that is asked for.
func (l *listing) show(query backend.Query, newestFirst bool, show func(*node) backend.Item) backend.List[backend.Item] {
	set := allClasses
	if len(query.Kinds) > 0 {
		set = 0
		for _, kind := range query.Kinds {
			set |= 1 << classOf(kind)
		}
	}
	if newestFirst && query.Order == backend.OrderDefault {
		query.Order, query.Descending = backend.OrderUpdated, !query.Descending
	}
	x := l.in(query.Order)
	return pageOf(x.from(set, query.Offset, query.Descending), query.Page, x.count(set), show)
}
