package liveconnect

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"net/url"
)

// Page is a part of a list, as one answer of the service holds it.
type Page[T any] struct {
	Data []T
	// Next and Previous are the service's links to the neighbouring pages, such as "/me/albums?offset=5&limit=5". Both
	// are empty when the answer is the whole list. The Pages and All methods follow Next by themselves. As From of the
	// options, either goes on from here, also in another process.
	Next, Previous string
}

// wirePage is a list as the service writes it. There may be no paging object, an empty one, or null.
type wirePage[W any] struct {
	Data   []*W `json:"data"`
	Paging struct {
		Next     string `json:"next"`
		Previous string `json:"previous"`
	} `json:"paging"`
}

// errNotAList is for an answer that would pass for an empty list.
var errNotAList = fmt.Errorf("%w: a list has no data", ErrUnexpectedContent)

// UnmarshalJSON does not take an answer without data for an empty list. The documented collection of tags is one bare
// object, and so is a list of one.
func (p *wirePage[W]) UnmarshalJSON(b []byte) error {
	type plain wirePage[W]
	var answer struct {
		plain
		ID json.RawMessage `json:"id"`
	}
	if err := json.Unmarshal(b, &answer); err != nil {
		return err
	}
	*p = wirePage[W](answer.plain)
	if p.Data == nil && len(answer.ID) > 2 && answer.ID[0] == '"' {
		p.Data = []*W{new(W)}
		return json.Unmarshal(b, p.Data[0])
	}
	if p.Data == nil {
		return errNotAList
	}
	return nil
}

// lister makes the three forms of a list call from one description. W is what the service writes, T what users get.
type lister[W, T any] struct {
	service *service
	first   request
	convert func(*W) T
	belongs func(*W) bool // nil: everything does
}

// listOptions are the options of a list call; a nil pointer is the default.
type listOptions interface {
	validate() error
	// params returns a copy for go-querystring, so that the caller may change the options later; nil for none.
	params() any
	// from returns the link of a page to go on from; "" is the beginning.
	from() string
}

// newLister describes a list of one type of objects.
func newLister[W any](s *service, op string, path urlPath, opts listOptions) lister[W, *W] {
	l := lister[W, *W]{service: s, convert: func(w *W) *W { return w }}
	l.first = listRequest(op, path, opts)
	return l
}

func listRequest(op string, path urlPath, opts listOptions) request {
	r := request{op: op, method: http.MethodGet, path: path}
	if !r.check(opts.validate()) {
		return r
	}
	r.params = opts.params()
	if link := opts.from(); link != "" {
		query, err := nextQuery(link)
		r.check(err)
		r.params, r.extra = nil, query
	}
	return r
}

func (l lister[W, T]) page(ctx context.Context) (*Page[T], error) {
	return l.fetch(ctx, l.first)
}

func (l lister[W, T]) fetch(ctx context.Context, r request) (*Page[T], error) {
	wire, err := fetch[wirePage[W]](ctx, l.service, r)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Data: make([]T, 0, len(wire.Data)), Next: wire.Paging.Next, Previous: wire.Paging.Previous}
	for _, object := range wire.Data {
		if object != nil && (l.belongs == nil || l.belongs(object)) {
			page.Data = append(page.Data, l.convert(object))
		}
	}
	return page, nil
}

// maxEmptyPages is how many pages in a row may hold nothing and lead on all the same.
const maxEmptyPages = 100

// pages iterates over the pages. The sequence is lazy, may be ranged over again, and ends after the first error.
func (l lister[W, T]) pages(ctx context.Context) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		seen := map[string]bool{}
		empty := 0 // pages in a row
		for r := l.first; ; {
			page, err := l.fetch(ctx, r)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
			if empty++; len(page.Data) > 0 {
				empty = 0
			}
			if empty >= maxEmptyPages {
				yield(nil, &Error{Op: r.op, Err: fmt.Errorf("%w: %d empty pages in a row", ErrPagingLoop, empty)})
				return
			}
			if seen[page.Next] {
				yield(nil, &Error{Op: r.op, Err: fmt.Errorf("%w: %s came twice", ErrPagingLoop, shownLink(page.Next))})
				return
			}
			seen[page.Next] = true
			if r.extra, err = nextQuery(page.Next); err != nil {
				yield(nil, &Error{Op: r.op, Err: err})
				return
			}
		}
	}
}

// all iterates over the objects of all pages.
func (l lister[W, T]) all(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for page, err := range l.pages(ctx) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, object := range page.Data {
				if !yield(object, nil) {
					return
				}
			}
		}
	}
}

func shownLink(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return "the link"
	}
	return u.Path + "?offset=" + url.QueryEscape(u.Query().Get("offset"))
}

// nextQuery takes the parameters of a next link, and nothing else of it: the request goes to our own path on our own
// host, whatever the link says. Parameters that would change what the request does are left behind.
func nextQuery(link string) (url.Values, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("%w: the next link of a list is not a URL", ErrUnexpectedContent)
	}
	params := u.Query()
	for _, control := range []string{
		"access_token", "method", "callback", "pretty", "suppress_response_codes", "suppress_redirects",
	} {
		params.Del(control)
	}
	if len(params) == 0 {
		return nil, fmt.Errorf("%w: the next link of a list has no parameters", ErrUnexpectedContent)
	}
	return params, nil
}

// Collect reads a list to its end: the objects of an All method, or the pages of a Pages method. The error is the one
// that ended the list, and what came before it is returned all the same.
//
// Whoever deletes or moves what a list holds collects it first. The service pages by offset: with each object that goes,
// the rest moves up, and the next page begins too far down.
func Collect[T any](list iter.Seq2[T, error]) ([]T, error) {
	var all []T
	for object, err := range list {
		if err != nil {
			return all, err
		}
		all = append(all, object)
	}
	return all, nil
}
