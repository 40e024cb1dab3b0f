package graphtest

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func createUploadSession(c *call) (*answer, error) {
	if len(c.path) == 0 { // as seen in microsoft-graph-docs #2699
		return nil, invalid("File name not provided in url")
	}
	body, err := readParameters(c.r, "driveItem", "createUploadSession", "item")
	if err != nil {
		return nil, err
	}
	about := inner(body, "item")
	if err := onlyThese(about, []string{"name", "description", "fileSize", "fileSystemInfo", conflictBehavior, oldConflictBehavior}); err != nil {
		return nil, err
	}
	behavior, err := c.conflictOf(conflictFail, about)
	if err != nil {
		return nil, err
	}
	c.writes.Lock()
	folder, name, err := c.place()
	c.writes.Unlock()
	if err != nil {
		return nil, err
	}
	if given := text(about, "name"); given != "" && given != name {
		return nil, invalid("The name %q is not that of the URL, %q.", given, name)
	}
	free, existing, err := c.nameFor(c.ctx(), folder.Ref, name, behavior)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		if err := c.checkMatch(*existing); err != nil {
			return nil, err
		}
	}
	if err := c.fits(about); err != nil {
		return nil, err
	}
	made := &session{
		id: newSecret(""), user: c.user, folder: folder.Ref, name: free, behavior: behavior,
		description: text(about, "description"), times: inner(about, "fileSystemInfo"),
	}
	if err := c.uploads.add(made, c.now()); err != nil {
		return nil, err
	}
	answered := c.uploads.progress(made)
	answered["@odata.context"] = c.context("microsoft.graph.uploadSession")
	answered["uploadUrl"] = c.origins.files + uploadPath + made.id
	return ok(answered), nil
}

// fits refuses at once what the account has no room for, if the client says how much will come.
func (c *call) fits(about object) error {
	size, ok := integer(about, "fileSize")
	if !ok {
		return nil
	}
	_, available, err := c.backend.Quota(c.ctx(), c.user)
	if err == nil && size > available {
		err = backend.ErrQuota
	}
	return driveFailure(err)
}

// uploadSession answers for an uploadUrl.
func (c *call) uploadSession(id string) (*answer, error) {
	s, done := c.uploads.find(id, c.now())
	if s == nil || done && c.r.Method != http.MethodPut {
		return nil, sessionGone()
	}
	switch c.r.Method {
	case http.MethodGet:
		s.mu.Lock()
		defer s.mu.Unlock()
		return ok(c.uploads.progress(s)), nil
	case http.MethodDelete:
		c.uploads.remove(id)
		return noContent(), nil
	case http.MethodPut:
		if done { // as seen in onedrive-api-docs #79
			f := fail(http.StatusRequestedRangeNotSatisfiable, "invalidRange", "Uploaded fragment overlaps with existing data.")
			f.extra = object{"nextExpectedRanges": []string{"0-"}}
			return nil, f
		}
		return c.fragment(s)
	}
	return nil, fail(http.StatusMethodNotAllowed, codeInvalidRequest, "The method is not allowed here.")
}
