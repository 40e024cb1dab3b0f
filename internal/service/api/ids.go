package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"strings"
)

// The ids of the API carry their type as a prefix: "file.8c8ce076ca27823f.8C8CE076CA27823F!126". The lower-case half
// is the account with its leading zeros, the upper-case half lacks them. Clients that lower-case whole paths, or write
// the exclamation mark as %21, meant the same item, so letter case is ignored on input and restored on output.

// targetKind says what the first segments of a path name.
type targetKind string

// What a path can start with. ITEM in the table of routes matches targetItem and targetDrive.
const (
	targetNone        targetKind = ""
	targetUser        targetKind = "USER"        // me, or a cid
	targetDrive       targetKind = "DRIVE"       // USER/skydrive
	targetItem        targetKind = "ITEM"        // an item's id, or USER/skydrive/SPECIAL
	targetContact     targetKind = "CONTACT"     // contact.{32 hex}
	targetCalendar    targetKind = "CALENDAR"    // calendar.{32 hex}
	targetEvent       targetKind = "EVENT"       // event.{32 hex}.{32 hex}
	targetComment     targetKind = "COMMENT"     // comment.{cid}.{cid}!{n}.{CID}!{m}
	targetTag         targetKind = "TAG"         // tag.{cid}.{cid}!{n}.{27 characters}
	targetApplication targetKind = "APPLICATION" // application.{16 hex}
)

// target is what a path is about.
type target struct {
	kind    targetKind
	owner   string      // USER, DRIVE, and ITEM by special name: "me" or a cid
	special string      // ITEM by special name
	prefix  string      // ITEM by id: "folder", "file" …
	ref     backend.Ref // ITEM by id; COMMENT and TAG: the item they are on
	id      string      // of the other kinds, without the prefix
	parent  string      // EVENT: the calendar
}

// specialFolders are the friendly names; every other word after skydrive is a path of the drive.
var specialFolders = map[string]bool{
	"my_documents": true, "my_photos": true, "camera_roll": true, "public_documents": true,
}

// parseTarget reads what a path starts with and returns the segments that follow.
func parseTarget(segments []string) (target, []string) {
	if len(segments) == 0 {
		return target{}, nil
	}
	first, rest := segments[0], segments[1:]
	if owner, ok := parseOwner(first); ok {
		if len(rest) == 0 || !strings.EqualFold(rest[0], "skydrive") {
			return target{kind: targetUser, owner: owner}, rest
		}
		if len(rest) > 1 && specialFolders[strings.ToLower(rest[1])] {
			return target{kind: targetItem, owner: owner, special: strings.ToLower(rest[1])}, rest[2:]
		}
		return target{kind: targetDrive, owner: owner}, rest[1:]
	}
	if t, ok := parseID(first); ok {
		return t, rest
	}
	return target{}, segments
}

func parseOwner(s string) (owner string, ok bool) {
	if strings.EqualFold(s, "me") {
		return "me", true
	}
	if isHex(s, 16) {
		return strings.ToLower(s), true
	}
	return "", false
}

// parseID reads a typed id.
func parseID(s string) (target, bool) {
	prefix, rest, found := strings.Cut(s, ".")
	if !found {
		return target{}, false
	}
	switch prefix = strings.ToLower(prefix); prefix {
	case "folder", "album", "file", "photo", "video", "audio", "notebook":
		ref, ok := parseItemID(rest)
		return target{kind: targetItem, prefix: prefix, ref: ref}, ok
	case "contact":
		return target{kind: targetContact, id: strings.ToLower(rest)}, isHex(rest, 32)
	case "calendar":
		return target{kind: targetCalendar, id: strings.ToLower(rest)}, isHex(rest, 32)
	case "event":
		calendar, event, _ := strings.Cut(strings.ToLower(rest), ".")
		return target{kind: targetEvent, parent: calendar, id: event}, isHex(calendar, 32) && isHex(event, 32)
	case "application":
		return target{kind: targetApplication, id: strings.ToLower(rest)}, isHex(rest, 16)
	case "comment", "tag":
		return parseAnnotationID(prefix, rest)
	}
	return target{}, false
}

// parseItemID reads "8c8ce076ca27823f.8C8CE076CA27823F!126", or only the account for its root folder.
func parseItemID(s string) (backend.Ref, bool) {
	account, resource, found := strings.Cut(s, ".")
	if !isHex(account, 16) {
		return backend.Ref{}, false
	}
	owner := strings.ToLower(account)
	if !found {
		return backend.Ref{Owner: owner}, true
	}
	n, ok := parseResource(resource, owner)
	return backend.Ref{Owner: owner, ID: resourceID(owner, n)}, ok
}

// parseAnnotationID reads what follows "comment." or "tag.".
func parseAnnotationID(prefix, rest string) (target, bool) {
	parts := strings.Split(rest, ".")
	if len(parts) != 3 || !isHex(parts[0], 16) {
		return target{}, false
	}
	owner := strings.ToLower(parts[0])
	item, ok := parseResource(parts[1], owner)
	if !ok {
		return target{}, false
	}
	t := target{ref: backend.Ref{Owner: owner, ID: resourceID(owner, item)}}
	if prefix == "tag" {
		t.kind, t.id = targetTag, parts[2]
		return t, isTagPart(parts[2])
	}
	t.kind = targetComment
	t.id, ok = parseResource(parts[2], owner)
	return t, ok
}

// parseResource reads "8C8CE076CA27823F!126" of an account, with or without its leading zeros, and returns the number.
func parseResource(s, owner string) (number string, ok bool) {
	account, number, found := strings.Cut(s, "!")
	if !found || !isDigits(number) || len(number) > 12 {
		return "", false
	}
	return number, strings.EqualFold(strings.TrimLeft(account, "0"), strings.TrimLeft(owner, "0"))
}

// resourceID is the upper-case half of an id.
func resourceID(owner, number string) string {
	return upperCID(owner) + "!" + number
}

func upperCID(owner string) string {
	return strings.ToUpper(strings.TrimLeft(owner, "0"))
}

// itemID is the id of an item, as the service writes it: folders and albums are "folder.", all others "file.".
func itemID(kind backend.Kind, ref backend.Ref) string {
	if ref.ID == "" {
		return "folder." + ref.Owner
	}
	if kind.IsFolder() {
		return "folder." + ref.Owner + "." + ref.ID
	}
	return "file." + ref.Owner + "." + ref.ID
}

// matchesKind tells whether an id with this prefix can be that of an item of this kind. Within the two families the
// prefix is free: documents of several years show album. and photo. for what others call folder. and file.
func matchesKind(prefix string, kind backend.Kind) bool {
	switch prefix {
	case "":
		return true
	case "folder", "album":
		return kind.IsFolder()
	}
	return !kind.IsFolder()
}

func number(resource string) string {
	_, n, _ := strings.Cut(resource, "!")
	return n
}

func commentID(c backend.Comment) string {
	owner := c.Item.Owner
	return "comment." + owner + "." + owner + "!" + number(c.Item.ID) + "." + resourceID(owner, c.ID)
}

func tagID(t backend.Tag) string {
	owner := t.Item.Owner
	return "tag." + owner + "." + owner + "!" + number(t.Item.ID) + "." + t.ID
}

func isHex(s string, length int) bool {
	if len(s) != length {
		return false
	}
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

func isTagPart(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
