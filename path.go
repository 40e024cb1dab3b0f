package liveconnect

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// Me is the signed-in user, wherever a user id may stand.
const Me = "me"

// Folders that have a name of their own. They stand wherever a folder id may stand; [SpecialFolder] names another
// user's. (Reference pages "Folders and files" and "File and folder properties"; the service dropped PublicDocuments in
// later years.)
const (
	Root            = "me/skydrive"
	MyDocuments     = "me/skydrive/my_documents"
	MyPhotos        = "me/skydrive/my_photos"
	CameraRoll      = "me/skydrive/camera_roll"
	PublicDocuments = "me/skydrive/public_documents"
)

// SpecialFolder returns the same folder of another user: SpecialFolder(userID, MyPhotos).
func SpecialFolder(userID, folder string) string {
	return userID + strings.TrimPrefix(folder, Me)
}

// urlPath is a request's path below the base URL, as text and percent-encoded; both start with a slash. What was wrong
// with its making comes along, and is told before anything is sent.
type urlPath struct {
	plain, escaped string
	err            error
}

// add appends checked segments.
func (p urlPath) add(segments ...string) urlPath {
	for _, segment := range segments {
		p.plain += "/" + segment
		p.escaped += "/" + escapeSegment(segment)
	}
	return p
}

// escapeSegment is url.PathEscape, but leaves the exclamation mark of every item id readable.
func escapeSegment(segment string) string {
	return strings.ReplaceAll(url.PathEscape(segment), "%21", "!")
}

// addName appends the name of a file or folder.
func (p urlPath) addName(what, name string) urlPath {
	p.err = errors.Join(p.err, checkName(what, name))
	return p.add(name)
}

// objectPath is the path of an object by its id, which must not be able to lead anywhere else.
func objectPath(what, id string) urlPath {
	if err := errors.Join(checkID(what, id), checkKind(what, id)); err != nil {
		return urlPath{err: err}
	}
	return urlPath{}.add(id)
}

// idKinds are what the ids of each kind of objects begin with, before the first full stop. Photos, videos and audio are
// files, and albums are folders; the first documents gave them prefixes of their own. The ids of users have none.
var idKinds = map[string][]string{
	"user id":             {},
	"item id":             {"file", "folder", "album", "photo", "video", "audio", "notebook"},
	"folder id":           {"folder", "album"},
	"album id":            {"folder", "album"},
	"file id":             {"file", "photo", "video", "audio", "notebook"},
	"photo id":            {"file", "photo"},
	"video id":            {"file", "video"},
	"audio id":            {"file", "audio"},
	"comment id":          {"comment"},
	"tag id":              {"tag"},
	"contact id":          {"contact"},
	"calendar id":         {"calendar"},
	"calendar or user id": {"calendar"},
	"event id":            {"event"},
	"application id":      {"application"},

	"parent folder id":      {"folder", "album"},
	"destination folder id": {"folder", "album"},
}

// checkKind refuses the id of something else. What begins in a way that is not known is left to the service.
func checkKind(what, id string) error {
	prefix, _, found := strings.Cut(id, ".")
	if allowed, known := idKinds[what]; !found || !known || slices.Contains(allowed, prefix) {
		return nil
	}
	for _, prefixes := range idKinds {
		if slices.Contains(prefixes, prefix) {
			return fmt.Errorf("%s %q: that is the id of another kind of object, which begins with %q", what, id, prefix+".")
		}
	}
	return nil
}

// folderPath is the path of a folder by its id, or by one of the names [Root], [MyDocuments] ….
func folderPath(what, id string) urlPath {
	owner, rest, named := strings.Cut(id, "/skydrive")
	if !named {
		return objectPath(what, id)
	}
	if err := checkID("user id of the "+what, owner); err != nil {
		return urlPath{err: err}
	}
	switch rest {
	case "":
		return urlPath{}.add(owner, "skydrive")
	case "/my_documents", "/my_photos", "/camera_roll", "/public_documents":
		return urlPath{}.add(owner, "skydrive", rest[1:])
	}
	return urlPath{err: fmt.Errorf("%s %q: the special folders are my_documents, my_photos, camera_roll and public_documents", what, id)}
}

// itemPath is the path of any drive item; a folder's name will do as well as an id.
func itemPath(id string) urlPath { return folderPath("item id", id) }

func checkID(what, id string) error {
	switch {
	case id == "":
		return fmt.Errorf("%s is empty", what)
	case len(id) > 512:
		return fmt.Errorf("%s of %d bytes: want at most 512", what, len(id))
	case !utf8.ValidString(id):
		return fmt.Errorf("%s %q is not valid UTF-8", what, id)
	case strings.ContainsFunc(id, isControl):
		return fmt.Errorf("%s %q holds a control character", what, id)
	case strings.ContainsAny(id, `/\?#%`) || strings.Contains(id, "..") || id == ".":
		return fmt.Errorf(`%s %q: want an id as the service gave it, without .. and any of / \ ? # %%`, what, id)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }

// checkName refuses the names that the service refuses, before a file is sent in vain. (The list is in the service's own
// error message; the quotation mark and control characters were refused by some of its versions.)
func checkName(what, name string) error {
	const forbidden = `\/:;*<>|?"`
	switch {
	case name == "":
		return fmt.Errorf("%s is empty", what)
	case !utf8.ValidString(name):
		return fmt.Errorf("%s %q is not valid UTF-8", what, name)
	case strings.ContainsFunc(name, isControl):
		return fmt.Errorf("%s %q holds a control character", what, name)
	case strings.ContainsAny(name, forbidden):
		return fmt.Errorf("%s %q: the service allows none of %s", what, name, forbidden)
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, "."):
		return fmt.Errorf("%s %q: the service allows no full stop at the start or the end", what, name)
	}
	return nil
}

// checkNewName checks a name in a change; leaving it out is fine.
func checkNewName(what string, name Opt[string]) error {
	if name.IsNull() {
		return fmt.Errorf("%s cannot be null", what)
	}
	if value, ok := name.Get(); ok {
		return checkName(what, value)
	}
	return nil
}
