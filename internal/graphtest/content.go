package graphtest

import (
	"errors"
	"io"
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func getContent(c *call) (*answer, error) {
	if _, asked := c.custom["format"]; asked {
		return nil, unplayed("conversions")
	}
	item, err := c.find()
	if err != nil {
		return nil, err
	}
	content, err := c.backend.Content(c.ctx(), item.Ref)
	if err != nil {
		return nil, err
	}
	if err := content.Close(); err != nil {
		return nil, err
	}
	return redirect(http.StatusFound, c.downloadURL(item.Ref)), nil
}

// putContent stores a file in one request.
func putContent(c *call) (*answer, error) {
	if c.r.ContentLength > c.service.set.simpleLimit {
		return nil, c.tooLarge()
	}
	body := &limited{r: c.r.Body, left: c.service.set.simpleLimit}
	a, err := c.store(body)
	if body.over {
		return nil, c.tooLarge()
	}
	if body.err != nil && !errors.Is(err, backend.ErrQuota) {
		return nil, badRequest("The request's body ended before its time.")
	}
	return a, err
}

func (c *call) tooLarge() error {
	return fail(http.StatusRequestEntityTooLarge, codeInvalidRequest, "Files above %d bytes need an upload session.", c.service.set.simpleLimit)
}

func (c *call) store(body io.Reader) (*answer, error) {
	behavior, err := c.conflictOf(conflictReplace, nil)
	if err != nil {
		return nil, err
	}
	if len(c.path) == 0 {
		item, err := c.findOwn()
		if err != nil {
			return nil, err
		}
		if err := c.checkMatch(item); err != nil {
			return nil, err
		}
		if item, err = c.backend.ReplaceContent(c.ctx(), item.Ref, body, backend.WriteOptions{By: c.user}); err != nil {
			return nil, err
		}
		c.extras.times.delete(item.ID)
		return c.answerItem(http.StatusOK, item)
	}
	folder, name, err := c.place()
	if err != nil {
		return nil, err
	}
	name, existing, err := c.nameFor(c.ctx(), folder.Ref, name, behavior)
	if err != nil {
		return nil, err
	}
	if existing != nil {
		if err := c.checkMatch(*existing); err != nil {
			return nil, err
		}
	}
	item, isNew, err := c.backend.WriteFile(c.ctx(), folder.Ref, name, body, backend.WriteOptions{By: c.user, Overwrite: overwrite(behavior)})
	if err != nil {
		return nil, err
	}
	c.extras.times.delete(item.ID)
	if isNew {
		return c.answerItem(http.StatusCreated, item)
	}
	return c.answerItem(http.StatusOK, item)
}

// limited reads no more than a limit, and remembers why it ended.
type limited struct {
	r    io.Reader
	left int64
	over bool
	err  error
}

var errOverLimit = errors.New("more than may come in one request")

func (l *limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if l.left -= int64(n); l.left < 0 {
		l.over = true
		return 0, errOverLimit
	}
	if err != nil && !errors.Is(err, io.EOF) {
		l.err = err
	}
	return n, err
}
