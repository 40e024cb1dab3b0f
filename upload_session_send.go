package liveconnect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/exact"
	"github.com/go-liveconnect/liveconnect/internal/revocable"
)

// minFragmentSize is where a server that finds fragments too large is taken at its word.
const minFragmentSize = 64 << 10

// maxSetbacks is how often in one Upload the server may want bytes again that it had, or not move at all.
const maxSetbacks = 10

// sending is one run of Upload.
type sending struct {
	session  *UploadSession
	core     *core
	op       string
	source   io.ReaderAt
	meter    *meter
	total    int64
	fragment int64 // bytes

	unsure   bool  // the server has to be asked where it stands
	doubtful int64 // the end of a fragment whose answer was lost
	known    int64 // the server cannot have more bytes than this
	faults   int   // without a byte in between
	setbacks int
}

func newSending(u *UploadSession, c *core, op string, source io.ReaderAt, opts *FragmentOptions) *sending {
	if opts == nil {
		opts = &FragmentOptions{}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	s := &sending{
		session: u, core: c, op: op, source: source, total: u.state.Size, fragment: opts.Size,
		meter: newMeter(opts.Progress, u.state.Size), unsure: !u.fresh,
	}
	if !u.fresh {
		s.known = s.total // what an earlier run has sent is not known
	}
	u.fresh = false
	if s.fragment == 0 {
		s.fragment = DefaultFragmentSize
	}
	if u.state.Received > 0 {
		s.meter.resume(u.state.Received, false)
	}
	return s
}

// all sends what is missing, and makes the file.
func (s *sending) all(ctx context.Context) error {
	if err := s.checkSource(); err != nil {
		return err
	}
	if s.total == 0 {
		return s.putEmpty(ctx)
	}
	if err := s.compareSource(ctx); err != nil {
		return err
	}
	for {
		at := s.session.State().Received
		var err error
		switch {
		case at < s.total && s.unsure:
			err = s.ask(ctx, at)
		case at < s.total:
			err = s.sendFragment(ctx, at, min(at+s.fragment, s.total))
		default:
			if err := s.checkSource(); err != nil { // it may have grown
				return err
			}
			err = s.end(ctx)
		}
		if err != nil || s.session.State().ItemID != "" {
			return err
		}
	}
}

// compareSource makes sure that the source is the one that the session was begun with. What goes with one fragment is
// never continued by another run.
func (s *sending) compareSource(ctx context.Context) error {
	before := s.session.State().Fingerprint
	if before == "" && s.total <= s.fragment {
		return nil
	}
	now, err := fingerprint(ctx, s.source, s.total)
	switch {
	case err != nil:
		return asError(s.op, err)
	case before != "" && before != now:
		return &Error{Op: s.op, Err: fmt.Errorf("%w: it is another one than that of the session, of which the server has %d bytes",
			ErrSourceChanged, s.session.State().Received)}
	}
	s.session.setFingerprint(now)
	return nil
}

// fingerprint reads all of a source, and ends with the context also where a read hangs.
func fingerprint(ctx context.Context, source io.ReaderAt, size int64) (string, error) {
	reader := revocable.New(io.NopCloser(exact.NewReader(io.NewSectionReader(source, 0, math.MaxInt64), size)), revocable.Options{})
	stop := context.AfterFunc(ctx, reader.Revoke)
	defer stop()
	hash := sha256.New()
	_, err := io.Copy(hash, reader)
	reader.End(ctx)
	reader.Panicked().Resume()
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case errors.Is(err, exact.ErrLength):
		return "", fmt.Errorf("%w: %w", ErrSourceLength, err)
	case err != nil:
		return "", fmt.Errorf("%w: %w", errSource, err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// checkSource makes sure that the source ends where it was announced to.
func (s *sending) checkSource() error {
	var one [1]byte
	if n, _ := s.source.ReadAt(one[:], s.total); n > 0 {
		return &Error{Op: s.op, Err: fmt.Errorf("%w: more than %d bytes", ErrSourceLength, s.total)}
	}
	if s.total == 0 {
		return nil
	}
	n, err := s.source.ReadAt(one[:], s.total-1)
	switch {
	case n == 1:
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return &Error{Op: s.op, Err: fmt.Errorf("%w: fewer than %d bytes", ErrSourceLength, s.total)}
	}
	return &Error{Op: s.op, Err: fmt.Errorf("%w: %w", errSource, err)}
}

// sendFragment sends the bytes from at to end. A fault is no error as long as it makes sense to go on.
func (s *sending) sendFragment(ctx context.Context, at, end int64) error {
	position, err := s.post(ctx, at, end, false)
	failure, ok := errors.AsType[*Error](err)
	switch {
	case err == nil && position < 0:
		return s.moveTo(at, end, end) // three clients do no more than that
	case err == nil, outOfStep(err) && position >= 0:
		return s.moveTo(at, end, position)
	case errors.Is(err, ErrTooLarge) && s.fragment > minFragmentSize:
		s.fragment = max(s.fragment/2, minFragmentSize)
		return nil
	case !ok || !worthRepeating(failure) || ctx.Err() != nil:
		return err
	}
	s.faults++
	policy := s.core.retry
	if s.faults >= policy.MaxAttempts || failure.RetryAfter > policy.MaxRetryAfter || !s.core.budget.Take() {
		return err
	}
	s.unsure, s.doubtful = true, end
	wait := policy.backoff(s.faults)
	if !s.core.waitAfter(ctx, failure, max(wait, failure.RetryAfter)) {
		return failure
	}
	return nil
}

// ask finds out where the server stands by sending it one byte: it takes that, or says which one it wants. On a line
// that breaks often, a whole fragment would never get an answer.
func (s *sending) ask(ctx context.Context, at int64) error {
	position, err := s.post(ctx, at, at+1, true)
	switch {
	case err == nil && position < 0:
		position = at + 1
	case err == nil, outOfStep(err) && position >= 0:
	case outOfStep(err) && s.doubtful > at:
		// It does not tell. Then it may have all of the fragment whose answer was lost.
		position, s.doubtful = s.doubtful, 0
		return s.moveTo(at, position, position)
	default:
		return err
	}
	again := s.faults > 0
	s.unsure, s.doubtful = false, 0
	if err := s.moveTo(at, position, position); err != nil {
		return err
	}
	s.known = position // and nothing of an earlier run beyond that
	s.meter.resume(position, again)
	return nil
}

// post sends the bytes from at to end as a fragment. Only a question is repeated by itself, and it is no progress.
func (s *sending) post(ctx context.Context, at, end int64, question bool) (position int64, err error) {
	r, err := s.session.packet(s.op, packetFragment)
	if err != nil {
		return -1, err
	}
	s.known = max(s.known, end)
	body, err := newUploadBody(io.NewSectionReader(s.source, at, end-at), &UploadOptions{Size: end - at})
	if err != nil {
		return -1, invalidArgument(s.op, "%v", err)
	}
	if !question {
		body.meter, body.from = s.meter, at
	}
	r.body, r.noToken, r.unsafe = body, true, !question
	r.headers["Content-Range"] = fmt.Sprintf("bytes %d-%d/%d", at, end-1, s.total)
	position, _, err = bitsCall(ctx, s.core, r)
	return position, err
}

// moveTo notes which byte the server wants next, after the bytes from at to end were sent.
func (s *sending) moveTo(at, end, position int64) error {
	switch {
	case position > s.known:
		return s.unexpected("the storage host says to have %d bytes, and was sent %d", position, s.known)
	case position <= at, position < end && position-at < (end-at)/2:
		if s.setbacks++; s.setbacks > maxSetbacks {
			return s.unexpected("the storage host takes next to nothing, and keeps asking for byte %d", position)
		}
	case position > at+1:
		s.faults = 0
	}
	if position != end {
		s.meter.resume(position, true)
	}
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	s.session.state.Received = position
	return nil
}

func (s *sending) unexpected(format string, args ...any) error {
	err := fmt.Errorf("%w: "+format, append([]any{ErrUnexpectedContent}, args...)...)
	return &Error{Op: s.op, Method: http.MethodPost, Err: withoutSecrets(err)}
}

// end closes the session. When that fails because the session is not known any more, an answer to an earlier try may
// have been lost, and the file be there.
func (s *sending) end(ctx context.Context) error {
	r, err := s.session.packet(s.op, packetClose)
	if err != nil {
		return err
	}
	position, header, err := bitsCall(ctx, s.core, r)
	switch {
	case err == nil:
		return s.made(ctx, header.Get("X-Resource-Id"))
	case outOfStep(err) && position >= 0 && position < s.total:
		return s.moveTo(s.total, s.total, position)
	case errors.Is(err, ErrSessionNotFound):
		if item := s.session.find(ctx, s.op); item != nil && item.Size == s.total && !item.UpdatedTime.Before(s.session.State().Created) {
			s.session.setItem(item.ID)
			return nil
		}
	}
	return err
}

// made notes the id of the file. Without one in the answer, the file is looked for by its name.
func (s *sending) made(ctx context.Context, resource string) error {
	if resource != "" {
		s.session.setItem("file." + s.session.State().UserID + "." + resource)
		return nil
	}
	if item := s.session.find(ctx, s.op); item != nil {
		s.session.setItem(item.ID)
		return nil
	}
	return s.unexpected("the session has ended without a file")
}

// putEmpty makes an empty file, which is nothing for a session.
func (s *sending) putEmpty(ctx context.Context) error {
	state := s.session.State()
	folder, err := s.session.folder(ctx, s.op)
	if err != nil {
		return err
	}
	r := request{op: s.op, path: folder.add("files", state.Name)}
	file, err := s.session.service.upload(ctx, r, strings.NewReader(""), nil)
	if err == nil {
		s.session.setItem(file.ID)
	}
	return err
}

// folder is the path of the folder that the file goes to.
func (u *UploadSession) folder(ctx context.Context, op string) (urlPath, error) {
	state := u.State()
	names, err := splitPath(state.Path)
	id := state.FolderID
	for _, name := range names {
		if err != nil {
			break
		}
		var child *ItemInfo
		if child, err = u.child(ctx, op, folderPath("folder id", id), name); child == nil && err == nil {
			err = &Error{Op: op, Err: fmt.Errorf("%w: there is no folder %q", ErrNotFound, name)}
		} else if err == nil {
			id = child.ID
		}
	}
	if err != nil {
		return urlPath{}, err
	}
	return folderPath("folder id", id), nil
}

func (u *UploadSession) child(ctx context.Context, op string, folder urlPath, name string) (*ItemInfo, error) {
	return named(newLister[ItemInfo](u.service, op, folder.add("files"), (*ListOptions)(nil)).all(ctx), name)
}

// find looks for the file of the session; nil if it cannot be found.
func (u *UploadSession) find(ctx context.Context, op string) *ItemInfo {
	folder, err := u.folder(ctx, op)
	if err != nil {
		return nil
	}
	item, err := u.child(ctx, op, folder, u.State().Name)
	if err != nil {
		return nil
	}
	return item
}

// compare gets the file that was made, and compares its size.
func (u *UploadSession) compare(ctx context.Context, op string) (*UploadedFile, error) {
	state := u.State()
	file, err := get[struct {
		UploadedFile
		Size int64 `json:"size"`
	}](ctx, u.service, op, objectPath("item id", state.ItemID))
	if err != nil {
		return nil, err
	}
	if file.Size != state.Size {
		return nil, &Error{Op: op, Err: fmt.Errorf("%w: the service has %d bytes, the source %d", ErrSizeMismatch, file.Size, state.Size)}
	}
	return &file.UploadedFile, nil
}
