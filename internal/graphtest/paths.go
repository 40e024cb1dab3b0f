package graphtest

import (
	"net/url"
	"slices"
	"strings"
)

// target is what the path of a request names.
type target struct {
	shape string   // such as "item/children" or "me/contacts/{}": the operation, together with the method
	args  []string // what stands for the {}

	drive string // id of a drive, "" for the caller's own, or for none
	share string // a share id or an encoded sharing URL
	base  string // of an item: "root", "special/NAME", "share" or an id
	path  []string
}

// keyed are the collections of Outlook and of profiles whose elements have keys.
var keyed = map[string]bool{"contacts": true, "calendars": true, "events": true, "photos": true, "contactFolders": true, "calendarGroups": true, "calendarPermissions": true}

// parsePath reads an escaped path below /v1.0.
func parsePath(escaped string) (target, error) {
	// What a search looks for may have a slash or a colon in it, and always stands last.
	escaped, search, isSearch := strings.Cut(escaped, "/search(")
	base, rest, byPath := strings.Cut(escaped, ":")
	var t target
	if byPath {
		path, suffix, _ := strings.Cut(rest, ":")
		if strings.Contains(suffix, ":") || path != "" && path[0] != '/' || suffix != "" && suffix[0] != '/' {
			return t, invalid("The path has a colon where none can be; escape it as %%3A.")
		}
		if err := t.setPath(path); err != nil {
			return t, err
		}
		rest = suffix
	}
	segments, err := unescaped(base)
	if err != nil {
		return t, err
	}
	suffix, err := unescaped(rest)
	if err != nil {
		return t, err
	}
	if isSearch {
		query, err := url.PathUnescape(search)
		if err != nil {
			return t, badRequest("The path is not escaped properly.")
		}
		suffix = append(suffix, "search("+query)
	}
	t.read(segments, suffix, byPath)
	return t, nil
}

func unescaped(path string) ([]string, error) {
	var segments []string
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		segment, err := url.PathUnescape(part)
		if err != nil {
			return nil, badRequest("The path is not escaped properly.")
		}
		if segment != "" {
			segments = append(segments, strings.TrimPrefix(segment, "microsoft.graph."))
		}
	}
	return segments, nil
}

// setPath takes the names on the way to an item, as root:/A/B gives them.
func (t *target) setPath(path string) error {
	for part := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		name, err := url.PathUnescape(part)
		if err != nil {
			return badRequest("The path is not escaped properly.")
		}
		if part == "" {
			continue
		}
		if err := checkName(name); err != nil {
			return err
		}
		t.path = append(t.path, name)
	}
	return nil
}

// read gives the segments their meaning. What it does not know becomes a shape that no operation has.
func (t *target) read(segments, suffix []string, byPath bool) {
	take := func(n int) []string {
		n = min(n, len(segments))
		taken := segments[:n]
		segments = segments[n:]
		return taken
	}
	first := ""
	if len(segments) > 0 {
		first = segments[0]
	}
	switch {
	case first == "drive":
		take(1)
	case first == "drives" && len(segments) > 1:
		t.drive = take(2)[1]
	case first == "shares" && len(segments) > 1:
		t.share = take(2)[1]
		if len(segments) == 0 || segments[0] != "driveItem" && segments[0] != "root" {
			t.shape = strings.Join(append([]string{"share"}, segments...), "/")
			return
		}
		take(1)
		t.item("share", append(segments, suffix...))
		return
	case first == "me" && len(segments) > 1 && segments[1] == "drive":
		take(2)
	case first == "users" && len(segments) > 2 && segments[2] == "drive":
		t.drive = take(3)[1]
	default:
		t.keys(append(segments, suffix...))
		return
	}
	switch {
	case len(segments) == 0 && !byPath:
		t.function("drive", suffix)
	case len(segments) > 0 && segments[0] == "root":
		t.item("root", append(segments[1:], suffix...))
	case len(segments) > 1 && segments[0] == "items":
		t.item(segments[1], append(segments[2:], suffix...))
	case len(segments) > 1 && segments[0] == "special":
		t.item("special/"+segments[1], append(segments[2:], suffix...))
	default:
		t.function("drive", append(segments, suffix...))
	}
}

// keys is for everything that is not of a drive: me/contacts/{}.
func (t *target) keys(segments []string) {
	if len(segments) == 2 && segments[0] == "users" {
		t.shape, t.args = "me", segments[1:]
		return
	}
	segments = slices.Clone(segments)
	for i := 1; i < len(segments); i++ {
		if keyed[segments[i-1]] && segments[i] != "delta" {
			t.args = append(t.args, segments[i])
			segments[i] = "{}"
		}
	}
	t.shape = strings.Join(segments, "/")
}

func (t *target) item(base string, suffix []string) {
	t.base = base
	if len(suffix) > 1 && suffix[0] == "thumbnails" { // thumbnails/SET/SIZE/content
		suffix = slices.Clone(suffix)
		for i := 1; i < min(3, len(suffix)); i++ {
			t.args = append(t.args, suffix[i])
			suffix[i] = "{}"
		}
	}
	t.function("item", suffix)
}

// function ends the shape; the last segment may be a call such as search(q='…') or recent().
func (t *target) function(shape string, suffix []string) {
	for _, segment := range suffix {
		if name, arguments, ok := strings.Cut(segment, "("); ok {
			t.args = append(t.args, strings.TrimSuffix(arguments, ")"))
			segment = name
		}
		shape += "/" + segment
	}
	t.shape = shape
}

// searched is what search(q='…') looks for: quotes in it are doubled.
func searched(argument string) (string, error) {
	text, ok := strings.CutPrefix(argument, "q='")
	text, end := strings.CutSuffix(text, "'")
	if !ok || !end || strings.Contains(strings.ReplaceAll(text, "''", ""), "'") {
		return "", badRequest("Syntax error in the argument of search: it is q='TEXT', with quotes in the text doubled.")
	}
	return strings.ReplaceAll(text, "''", "'"), nil
}
