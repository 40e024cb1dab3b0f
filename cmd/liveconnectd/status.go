package main

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

//go:embed status.html
var statusText string

// What the status page shows at most.
const (
	maxShownRequests = 50
	maxShownItems    = 500 // of an account
	maxShownAccounts = 50  // on a page
)

// statusPage is what the status page shows. No token and no secret is on it.
type statusPage struct {
	Ready     bool
	Version   programInfo
	Now       time.Time
	Ahead     time.Duration
	Origin    string
	Listening string
	CA        string
	Hosts     []string
	Clients   []shownClient
	Accounts  []shownAccount
	Offset    int // accounts before these
	Next      int // offset of the next page; 0 if this is the last
	Requests  []loggedRequest
	Faults    []faultState
}

type shownClient struct {
	ID, Name  string
	Secret    bool
	Redirects []string
}

type shownAccount struct {
	backend.User
	Used, Total int64
	Percent     int
	Items       []shownItem
	More        int // items that are not shown
}

type shownItem struct {
	backend.Item
	Items []shownItem
}

// serveStatus answers the page at /.
func (e *emulator) serveStatus(w http.ResponseWriter, r *http.Request) {
	page := statusPage{
		Version: thisProgram(), Now: e.service.Clock.Now().UTC(), Ahead: e.service.Clock.Offset().Round(time.Second), Origin: e.origin,
		Listening: e.listening, CA: e.opts.ca, Hosts: e.hosts, Faults: e.faults.list(),
	}
	e.service.Log.Settle(r.Context())
	page.Requests = e.requestsAfter(0)
	page.Requests = page.Requests[max(0, len(page.Requests)-maxShownRequests):]
	slices.Reverse(page.Requests)
	if now := e.started.Load(); now != nil {
		page.Offset, _ = strconv.Atoi(r.URL.Query().Get("accounts"))
		page.Offset = max(0, page.Offset)
		if err := page.show(r.Context(), now); err != nil {
			writeControlError(w, &controlError{http.StatusInternalServerError, "the accounts cannot be read: " + err.Error()})
			return
		}
	}
	t := template.Must(template.New("status").Funcs(template.FuncMap{"size": sizeText}).Parse(statusText))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:")
	if !page.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	if r.Method != http.MethodHead {
		_ = t.Execute(w, page) // fails when the browser is gone
	}
}

// show adds the accounts and applications.
func (p *statusPage) show(ctx context.Context, now *world) error {
	p.Ready = true
	for _, c := range now.clients {
		p.Clients = append(p.Clients, shownClient{ID: c.ID, Name: c.Name, Secret: c.Secret != "", Redirects: c.RedirectURLs})
	}
	users, err := now.store.AllUsers(ctx, backend.Page{Offset: p.Offset, Limit: maxShownAccounts})
	if err != nil {
		return err
	}
	if users.More {
		p.Next = p.Offset + maxShownAccounts
	}
	for _, u := range users.Items {
		a := shownAccount{User: u}
		total, free, err := now.store.Quota(ctx, u.ID)
		if err != nil {
			return err
		}
		a.Total, a.Used = total, total-free
		if total > 0 {
			a.Percent = int(min(100, max(0, a.Used*100/total)))
		}
		room := maxShownItems
		if a.Items, err = showFolder(ctx, now, backend.Ref{Owner: u.ID}, &room); err != nil {
			return err
		}
		a.More = max(0, -room)
		p.Accounts = append(p.Accounts, a)
	}
	return nil
}

// showFolder lists what is below a folder while there is room, and counts into it below zero what is left out of the
// folders that it lists.
func showFolder(ctx context.Context, now *world, folder backend.Ref, room *int) ([]shownItem, error) {
	children, err := now.store.Children(ctx, folder, backend.Query{Page: backend.Page{Limit: max(1, *room)}})
	if err != nil {
		return nil, err
	}
	var shown []shownItem
	for _, child := range children.Items {
		if *room <= 0 {
			break
		}
		*room--
		item := shownItem{Item: child}
		if child.Kind.IsFolder() && child.Count > 0 {
			if item.Items, err = showFolder(ctx, now, child.Ref, room); err != nil {
				return nil, err
			}
		}
		shown = append(shown, item)
	}
	if rest := children.Total - len(shown); rest > 0 {
		*room = min(*room, 0) - rest
	}
	return shown, nil
}

// sizeText is a number of bytes for people.
func sizeText(n int64) string {
	size, unit := float64(n), 0
	for size >= 1000 && unit < 4 {
		size, unit = size/1024, unit+1
	}
	switch {
	case n == 1:
		return "1 byte"
	case unit == 0:
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", size, [...]string{"bytes", "KiB", "MiB", "GiB", "TiB"}[unit])
}
