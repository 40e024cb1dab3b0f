package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"time"
)

// Auto uploads a file of any size into a folder or album: by PUT /FOLDER_ID/files/NAME up to 100 MB ([MaxPutSize]), by
// an upload session above, which begins with POST /items/UID!N/NAME; scope wl.skydrive_update. [Root] and the other
// special folders stand for their ids.
//
// source is read from where it stands to its end; a fault makes it go back. For an [io.ReaderAt] of a known size, pass
// an [io.SectionReader]. Of opts, a session knows only Size, which must be the source's own if it is set, and Progress:
// it always overwrites, so another Overwrite is refused for a file that needs one, and photos are not shrunk.
//
// A session that the server forgets is begun anew, once; one that fails is cancelled. For one that can be resumed later, see [UploadsService.Session].
//
// Errors: those of Put and of [UploadSession.Upload].
func (s *UploadsService) Auto(ctx context.Context, folderID, name string, source io.ReadSeeker, opts *UploadOptions) (*UploadedFile, error) {
	const op = "Uploads.Auto"
	r := request{op: op, path: folderPath("folder id", folderID).add("files").addName("file name", name), err: opts.validate()}
	if err := r.invalid(); err != nil {
		return nil, err
	}
	if opts == nil {
		opts = &UploadOptions{}
	}
	content, size, err := readerAtOf(source, opts)
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	if size <= MaxPutSize {
		return (*service)(s).upload(ctx, r, source, opts)
	}
	if unsafeOverwrite(opts.Overwrite) {
		return nil, invalidArgument(op, "a file of %d bytes needs an upload session, which overwrites: Overwrite cannot be %q", size, opts.Overwrite)
	}
	file, err := (*service)(s).autoSession(ctx, op, folderID, name, content, size, opts)
	if errors.Is(err, ErrSessionNotFound) {
		return (*service)(s).autoSession(ctx, op, folderID, name, content, size, opts)
	}
	return file, err
}

// autoSession uploads by one session.
func (s *service) autoSession(
	ctx context.Context, op, folderID, name string, content io.ReaderAt, size int64, opts *UploadOptions,
) (*UploadedFile, error) {
	session, err := s.newSession(ctx, op, folderID, name, size, nil)
	if err != nil {
		return nil, err
	}
	file, err := session.upload(ctx, op, content, &FragmentOptions{Progress: opts.Progress})
	if err != nil && !errors.Is(err, ErrSizeMismatch) {
		session.giveUp(ctx)
		return nil, withoutPosition(err)
	}
	return file, err
}

// giveUpTime is how long the end of an upload may take that has failed already.
const giveUpTime = 10 * time.Second

// giveUp cancels the session as well as it can, also after the end of the context.
func (u *UploadSession) giveUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveUpTime)
	defer cancel()
	_ = u.Cancel(detached(ctx)) // there is an error already
}

// withoutPosition takes back what withPosition says: nobody can go on with a session that was cancelled.
func withoutPosition(err error) error {
	if failure, ok := errors.AsType[*Error](err); ok {
		if position, ok := errors.AsType[*positionError](failure.Err); ok {
			failure.Err = position.err
		}
	}
	return err
}

// readerAtOf is a source from where it stands, and how much there is. What is added to it later shows behind that.
func readerAtOf(source io.ReadSeeker, opts *UploadOptions) (content io.ReaderAt, size int64, err error) {
	switch {
	case opts.Open != nil:
		return nil, 0, errors.New("the source is given: Open has no meaning")
	case isNil(source):
		return nil, 0, errors.New("the body is nil; for an empty file, pass a reader that is at its end")
	}
	start, end, err := extent(source)
	if err != nil {
		return nil, 0, fmt.Errorf("the source cannot seek: %w", err)
	}
	size = max(end-start, 0)
	if opts.Size > 0 && opts.Size != size {
		return nil, 0, fmt.Errorf("the source has %d bytes, not %d", size, opts.Size)
	}
	at, ok := source.(io.ReaderAt)
	if !ok {
		at = &seekingReaderAt{source: source}
	}
	return io.NewSectionReader(at, start, math.MaxInt64-start), size, nil
}

// seekingReaderAt reads anywhere in a source that can only seek.
type seekingReaderAt struct {
	mu     sync.Mutex
	source io.ReadSeeker
}

func (s *seekingReaderAt) ReadAt(p []byte, offset int64) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.source.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(s.source, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
