package graph

import (
	"math/big"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// An item of a personal drive is CID!something in Graph too. Graph writes the CID with or without its leading zeros, and in
// either case; here it is compared without regard to both, and sent as Graph last wrote it. Nothing is assumed of what
// follows the exclamation mark.

// padCID is an account's id with all its 16 digits, in lower case.
func padCID(s string) (string, bool) {
	if s == "" || len(s) > 16 || strings.Trim(s, "0123456789abcdefABCDEF") != "" {
		return "", false
	}
	return strings.Repeat("0", 16-len(s)) + strings.ToLower(s), true
}

// resourceID is an id of Graph as it stands in an id of v5.0. owner is empty if it is no item of a personal drive.
func (b *Backend) resourceID(id string) (owner, resource string) {
	prefix, tail, found := strings.Cut(id, "!")
	owner, ok := padCID(prefix)
	if !found || !ok {
		return "", ""
	}
	if b.opts.NumericIDs {
		tail = toNumber(tail)
	}
	return owner, strings.ToUpper(strings.TrimLeft(prefix, "0")) + "!" + tail
}

// toNumber writes the 128 bits of the new store's ids as a number. Numbers of the old store are far smaller.
func toNumber(tail string) string {
	if len(tail) != 33 || tail[0] != 's' {
		return tail
	}
	n, ok := new(big.Int).SetString(tail[1:], 16)
	if !ok || n.BitLen() <= 64 {
		return tail
	}
	return n.String()
}

func fromNumber(tail string) string {
	n, ok := new(big.Int).SetString(tail, 10)
	if !ok || n.BitLen() <= 64 || n.BitLen() > 128 {
		return tail
	}
	digits := n.Text(16)
	return "s" + strings.Repeat("0", 32-len(digits)) + digits
}

// graphID is an id of v5.0 as Graph gave it.
func (b *Backend) graphID(ref backend.Ref) string {
	_, tail, _ := strings.Cut(ref.ID, "!")
	if b.opts.NumericIDs {
		tail = fromNumber(tail)
	}
	prefix := b.forms(ref.Owner).item
	return prefix + "!" + tail
}

// forms are how Graph writes an account's id. Of drives that were not met yet a guess is made.
func (b *Backend) forms(owner string) driveForms {
	b.mu.Lock()
	defer b.mu.Unlock()
	if known, ok := b.drives[owner]; ok {
		return known
	}
	return driveForms{drive: owner, item: strings.ToUpper(strings.TrimLeft(owner, "0"))}
}

// learn keeps how Graph writes the id of somebody else's drive.
func (b *Backend) learn(owner, drive, item string) {
	prefix, _, _ := strings.Cut(item, "!")
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known := b.drives[owner]; known || drive == "" {
		return
	}
	if len(b.drives) >= maxCached {
		clear(b.drives)
	}
	b.drives[owner] = driveForms{drive: drive, item: prefix}
}

func (b *Backend) drivePath(owner string) string {
	return "/drives/" + url.PathEscape(b.forms(owner).drive)
}
