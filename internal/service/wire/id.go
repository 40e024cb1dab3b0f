package wire

import (
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// The ids of the API carry their type as a prefix: "file.8c8ce076ca27823f.8C8CE076CA27823F!126". The lower-case half
// is the account with its leading zeros, the upper-case half lacks them. Clients that lower-case whole paths, or write
// the exclamation mark as %21, meant the same item, so letter case is ignored on input and restored on output.

// ParseItemID reads "8c8ce076ca27823f.8C8CE076CA27823F!126", or only the account for its root folder.
func ParseItemID(s string) (backend.Ref, bool) {
	account, resource, found := strings.Cut(s, ".")
	if !IsHex(account, 16) {
		return backend.Ref{}, false
	}
	owner := strings.ToLower(account)
	if !found {
		return backend.Ref{Owner: owner}, true
	}
	n, ok := ParseResource(resource, owner)
	return backend.Ref{Owner: owner, ID: ResourceID(owner, n)}, ok
}

// ParseResource reads "8C8CE076CA27823F!126" of an account, with or without its leading zeros, and returns the number.
func ParseResource(s, owner string) (number string, ok bool) {
	account, number, found := strings.Cut(s, "!")
	if !found || !isNumber(number) {
		return "", false
	}
	return number, strings.EqualFold(strings.TrimLeft(account, "0"), strings.TrimLeft(owner, "0"))
}

// isNumber reports whether s can follow the exclamation mark: a number, or what the store of 2025 has in its place, an s
// and 32 hexadecimal digits.
func isNumber(s string) bool {
	if len(s) == 33 && (s[0] == 's' || s[0] == 'S') {
		return IsHex(s[1:], 32)
	}
	return isDigits(s) && len(s) <= 39
}

// ResourceID is the upper-case half of an id.
func ResourceID(owner, number string) string {
	return UpperCID(owner) + "!" + number
}

// UpperCID is an account in upper case, without leading zeros.
func UpperCID(owner string) string {
	return strings.ToUpper(strings.TrimLeft(owner, "0"))
}

// ItemID is the id of an item, as the service writes it: folders and albums are "folder.", all others "file.".
func ItemID(item backend.Item) string {
	switch {
	case item.ID == "":
		return "folder." + item.Owner
	case item.Kind.IsFolder():
		return "folder." + item.Owner + "." + item.ID
	}
	return "file." + item.Owner + "." + item.ID
}

// IsHex reports whether s is that many hexadecimal digits.
func IsHex(s string, length int) bool {
	if len(s) != length {
		return false
	}
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// NewUUID makes a random UUID.
func NewUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails, says crypto/rand
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
