package graphtest

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// forbidden are the names that OneDrive has for itself, in any case and with any extension.
var forbidden = map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}

// checkName refuses what OneDrive does not take as the name of a file or folder (documented: the characters, spaces at
// the ends, a dot at the end, the names of devices).
func checkName(name string) error {
	switch {
	case name == "":
		return invalid("The name is empty.")
	case !utf8.ValidString(name), strings.ContainsAny(name, "\"*:<>?/\\|"), strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		return invalid("The name %q has characters that are not allowed.", name)
	case strings.TrimSpace(name) != name, strings.HasSuffix(name, "."):
		return invalid("The name %q begins or ends with a space, or ends with a dot.", name)
	case utf8.RuneCountInString(name) > 255:
		return invalid("The name is longer than 255 characters.")
	case reserved(name):
		return invalid("The name %q is reserved.", name)
	}
	return nil
}

func reserved(name string) bool {
	lower := strings.ToLower(name)
	if lower == ".lock" || lower == "desktop.ini" || strings.HasPrefix(lower, "~$") || strings.Contains(lower, "_vti_") {
		return true
	}
	device, _, _ := strings.Cut(lower, ".")
	numbered := len(device) == 4 && (device[:3] == "com" || device[:3] == "lpt") && device[3] >= '0' && device[3] <= '9'
	return forbidden[device] || numbered
}

// freeName is the name, or the first of "name 1.ext", "name 2.ext" … that is free: the form of OneDrive's renaming.
func freeName(name string, taken []backend.Item) string {
	ext := path.Ext(name)
	base := strings.TrimSuffix(name, ext)
	candidate := name
	for i := 1; ; i++ {
		if _, found := named(taken, candidate); !found {
			return candidate
		}
		candidate = fmt.Sprintf("%s %d%s", base, i, ext)
	}
}

func named(items []backend.Item, name string) (backend.Item, bool) {
	for _, item := range items {
		if strings.EqualFold(item.Name, name) {
			return item, true
		}
	}
	return backend.Item{}, false
}

// conflict is what happens when a name is taken.
type conflict string

// The values of @microsoft.graph.conflictBehavior.
const (
	conflictFail    conflict = "fail"
	conflictReplace conflict = "replace"
	conflictRename  conflict = "rename"
)

// conflictBehavior is where they stand: in the URL, or in the body. The older name still works.
const (
	conflictBehavior    = "@microsoft.graph.conflictBehavior"
	oldConflictBehavior = "@name.conflictBehavior"
)
