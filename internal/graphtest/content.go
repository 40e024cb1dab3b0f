package graphtest

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// The first parts of paths at the files' hosts.
const (
	contentPath   = "/y4m"
	thumbnailPath = "/y3m"
	uploadPath    = "/up/"
	monitorPath   = "/monitor/"
)

// files answers for the hosts of content, upload sessions and monitors. What they need is in the URL; a token that comes
// along is refused, as it is documented and as clients have seen it.
func (c *call) files() (*answer, error) {
	if c.r.Header.Get("Authorization") != "" && !c.service.set.ignoresTokens {
		return nil, fail(http.StatusUnauthorized, "unauthenticated", "This URL carries its own authorization; send no Authorization header.")
	}
	path := c.r.URL.Path
	reads := c.r.Method == http.MethodGet || c.r.Method == http.MethodHead
	if id, ok := strings.CutPrefix(path, uploadPath); ok {
		c.entry.operation(c.r.Method + " upload session")
		a, err := c.uploadSession(id)
		return a, driveFailure(err)
	}
	switch {
	case !reads:
		return nil, fail(http.StatusMethodNotAllowed, codeInvalidRequest, "The method is not allowed here.")
	case strings.HasPrefix(path, monitorPath):
		c.entry.operation("GET monitor")
		return c.monitor(strings.TrimPrefix(path, monitorPath))
	case strings.HasPrefix(path, contentPath):
		c.entry.operation("GET content link")
		return c.serveLink(linkContent, strings.TrimPrefix(path, contentPath))
	case strings.HasPrefix(path, thumbnailPath):
		c.entry.operation("GET thumbnail link")
		return c.serveLink(linkThumbnail, strings.TrimPrefix(path, thumbnailPath))
	}
	return nil, notFound()
}

// serveLink gives the bytes that a link leads to. Ranges count here.
func (c *call) serveLink(kind, sealed string) (*answer, error) {
	l, state := c.open(kind, sealed)
	switch state {
	case linkForged:
		return nil, notFound()
	case linkExpired: // what Graph answers then is not known; clients are told to ask for another
		return nil, fail(http.StatusUnauthorized, "unauthenticated", "The link has expired; ask for a new one.")
	}
	ref := backend.Ref{Owner: l.Owner, ID: l.Item}
	read := c.backend.Content
	if kind == linkThumbnail {
		read = func(ctx context.Context, ref backend.Ref) (backend.Content, error) {
			return c.backend.Picture(ctx, ref, l.Box)
		}
	}
	content, err := read(c.ctx(), ref)
	if err != nil {
		return nil, driveFailure(err)
	}
	return &answer{stream: func() {
		defer content.Close() //nolint:errcheck // it was only read
		h := c.w.Header()
		h.Set("Content-Type", content.Type)
		h.Set("ETag", `"`+content.Revision+`"`)
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": content.Name}))
		http.ServeContent(c.w, c.r, "", content.Updated, content)
	}}, nil
}

func (c *call) downloadURL(ref backend.Ref) string {
	return c.origins.files + contentPath + c.seal(link{Kind: linkContent, Owner: ref.Owner, Item: ref.ID})
}

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
