package api

import (
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

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

// specialFolders are the friendly names, and the names that the folders have; every other word after skydrive is a path
// of the drive.
var specialFolders = map[string]string{
	"my_documents": "Documents", "my_photos": "Pictures", "camera_roll": "SkyDrive camera roll", "public_documents": "Public",
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
		if len(rest) > 1 && specialFolders[strings.ToLower(rest[1])] != "" {
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
	if wire.IsHex(s, 16) {
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
		ref, ok := wire.ParseItemID(rest)
		return target{kind: targetItem, prefix: prefix, ref: ref}, ok
	case "contact":
		id, ok := parsePersonalID(rest)
		return target{kind: targetContact, id: id}, ok
	case "calendar":
		id, ok := parsePersonalID(rest)
		return target{kind: targetCalendar, id: id}, ok
	case "event":
		calendar, event, _ := strings.Cut(rest, ".")
		calendar, knownCalendar := parsePersonalID(calendar)
		event, knownEvent := parsePersonalID(event)
		return target{kind: targetEvent, parent: calendar, id: event}, knownCalendar && knownEvent
	case "application":
		return target{kind: targetApplication, id: strings.ToLower(rest)}, wire.IsHex(rest, 16)
	case "comment", "tag":
		return parseAnnotationID(prefix, rest)
	}
	return target{}, false
}

// parsePersonalID reads what follows "contact.", "calendar." or "event.": 32 hexadecimal digits, or an id of Outlook, which
// is much longer and means another with its letters in another case.
func parsePersonalID(s string) (id string, ok bool) {
	if wire.IsHex(s, 32) {
		return strings.ToLower(s), true
	}
	digits := strings.TrimRight(s, "=")
	return s, len(s) >= 60 && len(s) <= 512 && len(s)-len(digits) <= 2 && isTagAlphabet(digits)
}

// parseAnnotationID reads what follows "comment." or "tag.".
func parseAnnotationID(prefix, rest string) (target, bool) {
	parts := strings.Split(rest, ".")
	if len(parts) != 3 || !wire.IsHex(parts[0], 16) {
		return target{}, false
	}
	owner := strings.ToLower(parts[0])
	item, ok := wire.ParseResource(parts[1], owner)
	if !ok {
		return target{}, false
	}
	t := target{ref: backend.Ref{Owner: owner, ID: wire.ResourceID(owner, item)}}
	if prefix == "tag" {
		t.kind, t.id = targetTag, parts[2]
		return t, isTagPart(parts[2])
	}
	t.kind = targetComment
	t.id, ok = wire.ParseResource(parts[2], owner)
	return t, ok
}

// matchesKind reports whether an id with this prefix can be that of an item of this kind. Within the two families the
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

func isTagPart(s string) bool {
	return s != "" && len(s) <= 64 && isTagAlphabet(s)
}

func isTagAlphabet(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func number(resource string) string {
	_, n, _ := strings.Cut(resource, "!")
	return n
}

func commentID(c backend.Comment) string {
	owner := c.Item.Owner
	return "comment." + owner + "." + owner + "!" + number(c.Item.ID) + "." + wire.ResourceID(owner, c.ID)
}

func tagID(t backend.Tag) string {
	owner := t.Item.Owner
	return "tag." + owner + "." + owner + "!" + number(t.Item.ID) + "." + t.ID
}

// apiSegments drops the version.
func apiSegments(segments []string) []string {
	if len(segments) > 0 && strings.EqualFold(segments[0], "v5.0") {
		return segments[1:]
	}
	return segments
}
