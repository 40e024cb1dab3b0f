package graphtest

import (
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// driveID is the id of an account's drive, as the drive itself gives it.
func (s *service) driveID(owner string) string {
	t := s.traits(owner)
	if t.dropZeros && !t.mixedCase {
		return strings.TrimLeft(owner, "0")
	}
	return owner
}

// driveIDInReference is the same id, as items give it in their references.
func (s *service) driveIDInReference(owner string) string {
	switch t := s.traits(owner); {
	case t.mixedCase && t.dropZeros:
		return strings.ToUpper(strings.TrimLeft(owner, "0"))
	case t.mixedCase:
		return strings.ToUpper(owner)
	}
	return s.driveID(owner)
}

// owner finds the account of a driveId. It has to be one that was given out for the drive, in any case.
func (s *service) owner(driveID string) (string, bool) {
	id := strings.ToLower(driveID)
	owner := strings.Repeat("0", max(0, 16-len(id))) + id
	if !s.hasAccount(owner) {
		return "", false
	}
	return owner, id == s.driveID(owner) || id == strings.ToLower(s.driveIDInReference(owner))
}

// itemID is an item's id as Graph gives it.
func (s *service) itemID(ref backend.Ref) string {
	cid, number, found := strings.Cut(ref.ID, "!")
	if !found {
		cid, number = strings.ToUpper(strings.TrimLeft(ref.Owner, "0")), rootNumber
	}
	if s.traits(ref.Owner).newIDs {
		if ref.ID == "" {
			number = newRoot
		} else {
			number = s.ids.tail(ref.ID)
		}
	}
	return cid + "!" + number
}

// itemRef finds what an id stands for in a drive. An id of the wrong form is 400, not 404
// (microsoft-graph-docs-contrib #1449); whether there is such an item is the backend's to say.
func (s *service) itemRef(owner, id string) (backend.Ref, error) {
	ref := backend.Ref{Owner: owner}
	if id == "root" {
		return ref, nil
	}
	parts := itemForm.FindStringSubmatch(id)
	if parts == nil {
		return ref, invalid("The resource id %q is malformed.", id)
	}
	cid := strings.ToUpper(strings.TrimLeft(parts[1], "0"))
	isNew := parts[3] != ""
	if cid != strings.ToUpper(strings.TrimLeft(owner, "0")) || isNew != s.traits(owner).newIDs {
		return ref, notFound() // ids of the old store are dead when a drive has moved
	}
	switch tail := strings.ToLower(parts[2] + parts[3]); {
	case tail == newRoot, tail == rootNumber:
		return ref, nil
	case isNew:
		resource, ok := s.ids.find(tail)
		if !ok {
			return ref, notFound()
		}
		ref.ID = resource
	default:
		ref.ID = cid + "!" + tail
	}
	return ref, nil
}
