package graphtest

import (
	"context"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// overwrite is what the backend is to do if the name is taken after all.
func overwrite(behavior conflict) backend.Overwrite {
	switch behavior {
	case conflictReplace:
		return backend.OverwriteReplace
	case conflictRename:
		return backend.OverwriteNewName
	}
	return backend.OverwriteFail
}

// conflictOf reads the behavior from all the places where it may stand; the URL comes first. body may be nil.
func (c *call) conflictOf(fallback conflict, body object) (conflict, error) {
	for _, place := range []any{c.custom[strings.ToLower(conflictBehavior)], body[conflictBehavior], body[oldConflictBehavior]} {
		text, ok := place.(string)
		if !ok && place != nil {
			return "", invalid("%s is a string.", conflictBehavior)
		}
		switch c := conflict(text); c {
		case "":
		case conflictFail, conflictReplace, conflictRename:
			return c, nil
		default:
			return "", invalid("%s is fail, replace or rename, not %q.", conflictBehavior, text)
		}
	}
	return fallback, nil
}

// nameFor finds the name that a new item gets in a folder, and the item that has it already and is to be replaced.
func (s *service) nameFor(ctx context.Context, folder backend.Ref, name string, behavior conflict) (string, *backend.Item, error) {
	if err := checkName(name); err != nil {
		return "", nil, err
	}
	siblings, err := backend.All(s.backend.Children(ctx, folder, backend.Query{}))
	if err != nil {
		return "", nil, driveFailure(err)
	}
	existing, taken := named(siblings, name)
	switch {
	case !taken:
		return name, nil, nil
	case behavior == conflictRename:
		return freeName(name, siblings), nil, nil
	case behavior == conflictReplace:
		return name, &existing, nil
	}
	return "", nil, nameExists(name)
}
