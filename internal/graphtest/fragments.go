package graphtest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

var contentRange = regexp.MustCompile(`^bytes (\d{1,18})-(\d{1,18})/(\d{1,18})$`)

// span is the Content-Range of a fragment.
type span struct{ first, last, total int64 }

func (s span) length() int64 { return s.last - s.first + 1 }

// span reads the headers of a fragment, and refuses what can be refused without the session.
func (c *call) span() (s span, err error) {
	m := contentRange.FindStringSubmatch(c.r.Header.Get("Content-Range"))
	if m == nil {
		return s, invalid("The Content-Range header is missing or malformed.")
	}
	numbers := [3]int64{}
	for i := range numbers {
		numbers[i], _ = strconv.ParseInt(m[i+1], 10, 64) // the digits are few enough
	}
	s = span{numbers[0], numbers[1], numbers[2]}
	switch {
	case s.last < s.first, s.last >= s.total:
		return s, invalid("The Content-Range header is no range of the file.")
	case c.r.ContentLength != s.length():
		return s, invalid("The Content-Length is not that of the Content-Range.")
	case s.length() >= largestFragment:
		return s, fail(http.StatusRequestEntityTooLarge, codeInvalidRequest, "A fragment has less than %d bytes.", largestFragment)
	case s.last != s.total-1 && s.length()%fragmentUnit != 0:
		return s, invalid("The length of a fragment is a multiple of %d bytes, but for the last.", fragmentUnit)
	}
	return s, nil
}

// fragment takes the next bytes of a file, and makes the file of them when they are the last.
func (c *call) fragment(s *session) (*answer, error) {
	at, err := c.span()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil {
		if err := c.begin(s, at.total); err != nil {
			return nil, err
		}
	}
	switch {
	case at.total != s.total:
		return nil, invalid("The file's length was %d before, and is %d now.", s.total, at.total)
	case at.first < s.received && s.received < s.total:
		return nil, c.outOfRange(s, "fragmentOverlap", "The uploaded fragment has already been received.")
	case at.first > s.received:
		return nil, c.outOfRange(s, "fragmentOutOfOrder", "The uploaded fragment is out of order.")
	}
	if s.received < s.total { // otherwise only the commit is tried again
		if err := c.receive(s, at); err != nil {
			return nil, err
		}
	}
	if s.received < s.total {
		return &answer{status: http.StatusAccepted, body: c.uploads.progress(s)}, nil
	}
	return c.commit(s)
}

func (c *call) outOfRange(s *session, code, message string) error {
	f := fail(http.StatusRequestedRangeNotSatisfiable, "invalidRange", "%s (%s)", message, code)
	f.extra = c.uploads.progress(s)
	return f
}

// begin starts the file when its length is known.
func (c *call) begin(s *session, total int64) (err error) {
	name := s.name
	if s.behavior == conflictRename {
		if name, _, err = c.nameFor(c.ctx(), s.folder, name, s.behavior); err != nil {
			return err
		}
	}
	// The file outlives this request.
	ctx := context.WithoutCancel(c.ctx())
	s.pending, err = c.backend.BeginFile(ctx, s.folder, name, total, backend.WriteOptions{By: s.user, Overwrite: overwrite(s.behavior)})
	s.total = total
	return err
}

// acceptKey leads to how many bytes of a fragment are taken at most; see [AcceptPart].
type acceptKey struct{}

// receive writes the bytes of a fragment. What has come when the connection breaks stays, in whole units.
func (c *call) receive(s *session, at span) error {
	left := at.length()
	if most, ok := c.ctx().Value(acceptKey{}).(int64); ok {
		left = min(left, most/fragmentUnit*fragmentUnit)
	}
	block := make([]byte, fragmentUnit)
	for left > 0 {
		part := block[:min(left, fragmentUnit)]
		if _, err := io.ReadFull(c.r.Body, part); err != nil {
			return badRequest("The fragment ended before its time.")
		}
		if _, err := s.pending.Write(part); err != nil {
			return err
		}
		left -= int64(len(part))
		s.received += int64(len(part))
	}
	_, _ = io.Copy(io.Discard, c.r.Body) // what is not accepted is read all the same
	return nil
}

// commit puts the file into its folder. The session stays when the name is taken, until it is deleted.
func (c *call) commit(s *session) (*answer, error) {
	c.writes.Lock()
	item, isNew, err := s.pending.Commit(c.ctx())
	c.writes.Unlock()
	if err != nil {
		if exists := (*backend.ExistsError)(nil); errors.As(err, &exists) {
			f := nameExists(exists.Name)
			f.extra = c.uploads.progress(s)
			return nil, f
		}
		return nil, err
	}
	c.uploads.mu.Lock()
	s.done = true
	c.uploads.mu.Unlock()
	s.pending.Discard()
	c.extras.times.delete(item.ID)
	c.setTimes(item, s.times)
	if s.description != "" {
		if item, err = c.backend.UpdateItem(c.ctx(), item.Ref, backend.ItemChange{Description: &s.description}); err != nil {
			return nil, err
		}
	}
	c.user = s.user
	if isNew {
		return c.answerItem(http.StatusCreated, item)
	}
	return c.answerItem(http.StatusOK, item)
}
