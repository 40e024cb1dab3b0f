package facts

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Resource is what the path of a URL stands for.
type Resource struct {
	Type      string     // of the resource, or of the elements of a collection
	Many      bool       // a collection
	Stream    bool       // bytes
	Of        string     // of bytes: the type that they belong to
	Operation *Operation // the action or function at the end of the path
}

// starts are the entity sets and singletons of Graph that the table covers.
var starts = map[string]string{
	"me": "user", "users": "Collection(user)", "drive": "drive", "drives": "Collection(drive)",
	"shares": "Collection(sharedDriveItem)",
}

// byPath is an item that is named by its way from another: root:/a/b: or items/ID:/a. It stands for an item.
var byPath = regexp.MustCompile(`(/root|/items/[^/:]+|/special/[^/:]+):/[^:]*(:|$)`)

// functionCall is the last segment of a call with parameters in parentheses.
var functionCall = regexp.MustCompile(`^([A-Za-z.]+)\((.*)\)$`)

// Resolve finds what an escaped path below /v1.0 stands for, such as "/me/drive/items/ID/children".
func Resolve(path string) (Resource, error) {
	// What a search looks for may have a slash or a colon in it, and always stands last.
	path, search, isSearch := strings.Cut(path, "/search(")
	path = strings.TrimSuffix(byPath.ReplaceAllString(path, "$1"), "/")
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if isSearch {
		segments = append(segments, "search("+search)
	}
	typ, ok := starts[segments[0]]
	if !ok {
		return Resource{}, fmt.Errorf("no resource %q", segments[0])
	}
	r := Resource{}
	r.Type, r.Many = element(typ)
	for _, segment := range segments[1:] {
		if err := r.step(segment); err != nil {
			return r, fmt.Errorf("at %q: %w", segment, err)
		}
	}
	return r, nil
}

var errNothing = errors.New("nothing of that name")

// step goes on to the next segment.
func (r *Resource) step(segment string) error {
	if segment == "" || r.Stream || r.Operation != nil && r.Operation.Action {
		return errNothing
	}
	name := segment
	if call := functionCall.FindStringSubmatch(segment); call != nil {
		name = call[1]
	}
	name = strings.TrimPrefix(name, "microsoft.graph.")
	bound := r.Type
	if r.Many {
		bound = "Collection(" + r.Type + ")"
	}
	if ops := Operations(bound, name); ops != nil {
		r.Operation = &ops[len(ops)-1]
		r.Type, r.Many = element(ops[0].Returns)
		return nil
	}
	if r.Many { // a key
		if segment == "$count" {
			r.Type, r.Many = "Edm.Int32", false
			return nil
		}
		r.Many = false
		return nil
	}
	return r.member(name)
}

func (r *Resource) member(name string) error {
	if name == "$value" && r.Type == "profilePhoto" {
		r.Stream, r.Of = true, r.Type
		return nil
	}
	typ, ok := Navigation(r.Type, name)
	if !ok {
		typ, ok = Property(r.Type, name)
	}
	if !ok && r.Type == "thumbnailSet" && customThumbnail.MatchString(name) {
		typ, ok = "thumbnail", true
	}
	if !ok {
		return errNothing
	}
	r.Of, r.Stream = r.Type, typ == "Edm.Stream"
	r.Type, r.Many = element(typ)
	return nil
}
