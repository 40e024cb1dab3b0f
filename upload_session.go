package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The limits of upload sessions. (Reference page "Uploading large files to OneDrive by using BITS"; that of a fragment
// was seen in clients.)
const (
	MaxSessionSize      = 10 << 30 // bytes of a file: 10 GB
	MaxFragmentSize     = 60 << 20 // bytes of a fragment: 60 MB
	DefaultFragmentSize = 10 << 20 // bytes of a fragment, if FragmentOptions do not say
)

// SessionOptions say more about where the file of an upload session goes. nil is the folder itself.
type SessionOptions struct {
	// Path leads to a folder below the root: "Documents/2012". The target must be [Root], or another user's. The folder
	// must exist.
	Path string
}

// FragmentOptions change how [UploadSession.Upload] sends. nil is the default.
type FragmentOptions struct {
	// Size is how many bytes go with one request: 10 MiB when it is 0, at most 60 MiB. After a fault no more than that
	// is sent twice.
	Size int64
	// Progress is told how far the upload has come: at most ten times a second, once at the end, and never after Upload
	// has returned. It is called while the source is read, and holds the upload up for as long as it takes.
	Progress func(Progress)
}

func (o *FragmentOptions) validate() error {
	if o != nil && (o.Size < 0 || o.Size > MaxFragmentSize) {
		return fmt.Errorf("fragment size %d: want at most %d bytes", o.Size, int64(MaxFragmentSize))
	}
	return nil
}

// SessionState is what has to be kept of an upload session to go on with it later, in another process or on another
// machine. It is made to be stored as JSON, and to be stored only once: an old state is as good as a new one, because
// the server is asked how far it is.
//
// It holds no access token. Whoever has it can add bytes to the upload, but neither finish it nor read anything.
type SessionState struct {
	URL       string    `json:"url"`        // of the file to be, at the storage host
	SessionID string    `json:"session_id"` // empty for an empty file, which needs no session
	UserID    string    `json:"user_id"`    // whose drive it is
	FolderID  string    `json:"folder_id"`
	Path      string    `json:"path,omitempty"` // from there, see SessionOptions
	Name      string    `json:"name"`
	Size      int64     `json:"size"`
	Received  int64     `json:"received"`          // bytes that the server is known to have
	Created   time.Time `json:"created,omitzero"`  // by the server's clock
	ItemID    string    `json:"item_id,omitempty"` // of the finished file
}

func (s *SessionState) validate() error {
	err := errors.Join(checkName("file name", s.Name), checkID("user id", s.UserID), checkSessionSize(s.Size))
	if _, pathErr := folderPath("folder id", s.FolderID); pathErr != nil {
		err = errors.Join(err, pathErr)
	}
	if _, pathErr := splitPath(s.Path); pathErr != nil {
		err = errors.Join(err, pathErr)
	}
	if s.ItemID != "" {
		err = errors.Join(err, checkID("item id", s.ItemID))
	}
	if at, urlErr := parseLocation(s.URL); urlErr != nil || at.RawQuery != "" || at.Fragment != "" {
		err = errors.Join(err, errors.New("url: want that of a file at the storage host"))
	}
	if s.Size > 0 && (s.SessionID == "" || strings.ContainsFunc(s.SessionID, isControl)) {
		err = errors.Join(err, errors.New("there is no session id that can be sent"))
	}
	if s.Received < 0 || s.Received > s.Size {
		err = errors.Join(err, fmt.Errorf("%d bytes received of %d", s.Received, s.Size))
	}
	return err
}

func checkSessionSize(size int64) error {
	if size < 0 || size > MaxSessionSize {
		return fmt.Errorf("size %d: want at most %d bytes, the documented 10 GB", size, int64(MaxSessionSize))
	}
	return nil
}

// UploadSession is the upload of one file in fragments, which survives broken connections, and with its State the
// process as well. Make it with [UploadsService.Session] or [UploadsService.ResumeSession].
type UploadSession struct {
	service *service
	sending sync.Mutex // held by Upload

	mu    sync.Mutex
	state SessionState
	fresh bool // nothing has been sent since the session was created here
}

// Session begins the upload of a file of size bytes, at most 10 GB: POST /items/UID!N/NAME or, in the root folder and
// below it by [SessionOptions], /users/0xUID/LiveFolders/PATH/NAME at the storage host, with the headers of a BITS
// session; scope wl.skydrive_update. For a special folder its id is looked up first, for [Root] that of the user. An
// empty file has no session: [UploadSession.Upload] sends it by PUT.
//
// Store the session's State before Upload if the upload is to survive the process. A session always overwrites a file
// of that name.
//
// Errors: [ErrNotFound] for the folder, [ErrForbidden], [ErrInvalidArgument] if the storage host must not get the token,
// see [WithStorageURL]. Reference page "Uploading large files to OneDrive by using BITS", and the clients that did so.
func (s *UploadsService) Session(ctx context.Context, target, name string, size int64, opts *SessionOptions) (*UploadSession, error) {
	return (*service)(s).newSession(ctx, "Uploads.Session", target, name, size, opts)
}

func (s *service) newSession(ctx context.Context, op, target, name string, size int64, opts *SessionOptions) (*UploadSession, error) {
	if opts == nil {
		opts = &SessionOptions{}
	}
	_, err := folderPath("folder id", target)
	names, pathErr := splitPath(opts.Path)
	if err = errors.Join(err, pathErr, checkName("file name", name), checkSessionSize(size)); err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	c, err := s.core(op)
	if err != nil {
		return nil, err
	}
	folder, err := s.locate(ctx, op, target)
	if err != nil {
		return nil, err
	}
	r := bitsRequest(op, packetCreate)
	if r.at, err = c.storageHost(folder.user); err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	switch {
	case folder.resource == "":
		r.path = r.path.add("users", "0x"+folder.user, "LiveFolders").add(names...).add(name)
	case len(names) > 0:
		return nil, invalidArgument(op, "a path begins at the root folder, not at %q", target)
	default:
		r.path = r.path.add("items", folder.resource, name)
	}
	at, err := c.url(&r)
	if err != nil {
		return nil, err
	}
	session := &UploadSession{service: s, fresh: true, state: SessionState{
		URL: at.String(), UserID: folder.user, FolderID: folder.id, Path: opts.Path, Name: name, Size: size,
	}}
	if size > 0 {
		err = session.create(ctx, c, r)
	}
	if err != nil {
		return nil, err
	}
	return session, nil
}

// ResumeSession goes on with a session of which a state was stored. It sends nothing: [UploadSession.Upload] asks the
// server where it stands.
//
// Errors: [ErrInvalidArgument] for a state that Session has not made, or whose host must not get the token.
func (s *UploadsService) ResumeSession(_ context.Context, state SessionState) (*UploadSession, error) {
	const op = "Uploads.ResumeSession"
	c, err := (*service)(s).core(op)
	if err != nil {
		return nil, err
	}
	if err := state.validate(); err != nil {
		return nil, invalidArgument(op, "the state of the session: %v", err)
	}
	session := &UploadSession{service: (*service)(s), state: state}
	r, err := session.packet(op, packetFragment)
	if err != nil {
		return nil, err
	}
	if _, err := c.url(&r); err != nil {
		return nil, err
	}
	return session, nil
}

// State returns what to store of the session. It may be called while Upload runs, also from Progress.
func (u *UploadSession) State() SessionState {
	if u == nil {
		return SessionState{}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.state
}

// Upload sends what the server does not have yet, ends the session, and compares the size of the file with that of the
// source: POST with fragments in order, each with its Content-Range and without the token, then the end of the session
// with it, then GET /FILE_ID; scope wl.skydrive_update. source must give exactly the bytes that the session was made
// for; of those, no more than a fragment's piece is in memory.
//
// After a fault, and in a session that was resumed, the server is asked by a fragment of one byte how far it is, and the
// upload goes on from there. When Upload fails, it may be called again, or the session be resumed by its State; or
// [UploadSession.Cancel] drops it.
//
// Errors: [ErrSessionNotFound] when the server has forgotten the session, [ErrSourceLength], [ErrSizeMismatch],
// [ErrQuotaExceeded], [ErrForbidden]. Reference page "Uploading large files to OneDrive by using BITS", and the clients
// that did so.
func (u *UploadSession) Upload(ctx context.Context, source io.ReaderAt, opts *FragmentOptions) (*UploadedFile, error) {
	return u.upload(ctx, "UploadSession.Upload", source, opts)
}

func (u *UploadSession) upload(ctx context.Context, op string, source io.ReaderAt, opts *FragmentOptions) (*UploadedFile, error) {
	if u == nil {
		return nil, &Error{Op: op, Err: ErrNotInitialized}
	}
	c, err := u.service.core(op)
	if err != nil {
		return nil, err
	}
	if isNil(source) {
		return nil, invalidArgument(op, "the source is nil")
	}
	if err := opts.validate(); err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	if !u.sending.TryLock() {
		return nil, invalidArgument(op, "the session is being uploaded already")
	}
	defer u.sending.Unlock()
	run := newSending(u, c, op, source, opts)
	if u.State().ItemID == "" {
		if err := run.all(ctx); err != nil {
			return nil, u.withPosition(err)
		}
	}
	file, err := u.compare(ctx, op)
	if err == nil {
		run.meter.finish()
	}
	return file, err
}

// withPosition adds to an error how far the upload has come, where that helps.
func (u *UploadSession) withPosition(err error) error {
	var failure *Error
	state := u.State()
	if !errors.As(err, &failure) || errors.Is(err, ErrSessionNotFound) || errors.Is(err, ErrInvalidArgument) || state.SessionID == "" {
		return err
	}
	told := *failure
	told.Err = &positionError{received: state.Received, size: state.Size, err: failure.Err}
	return &told
}

// positionError tells how much of an upload the server has.
type positionError struct {
	received, size int64
	err            error
}

func (e *positionError) Error() string {
	text := fmt.Sprintf("%d of %d bytes have arrived, and Upload goes on from there", e.received, e.size)
	if e.err != nil {
		text = strings.TrimPrefix(e.err.Error(), "liveconnect: ") + "; " + text
	}
	return text
}

func (e *positionError) Unwrap() error { return e.err }

// Cancel ends the session without a file: POST with the type Cancel-Session, scope wl.skydrive_update. The server drops
// what it has. A session that it does not know, or does not know any more, is no error.
func (u *UploadSession) Cancel(ctx context.Context) error {
	const op = "UploadSession.Cancel"
	if u == nil {
		return &Error{Op: op, Err: ErrNotInitialized}
	}
	c, err := u.service.core(op)
	if err != nil || u.State().SessionID == "" {
		return err
	}
	r, err := u.packet(op, packetCancel)
	if err == nil {
		_, _, err = bitsCall(ctx, c, r)
	}
	if errors.Is(err, ErrSessionNotFound) {
		return nil
	}
	return err
}

// driveFolder is a folder as storage hosts address it.
type driveFolder struct {
	user     string
	resource string // UID!N; empty for the root folder
	id       string // as the API addresses it
}

// locate finds out how to address a folder whose id, or special name, was checked.
func (s *service) locate(ctx context.Context, op, target string) (driveFolder, error) {
	owner, special, _ := strings.Cut(target, "/skydrive")
	if strings.Contains(target, "/") && special == "" {
		if owner == Me {
			user, err := get[User](ctx, s, op, Me)
			if err != nil {
				return driveFolder{}, err
			}
			owner = user.ID
		}
		return rootFolder(owner), nil
	}
	if folder, ok := parseFolderID(target); ok {
		return folder, nil
	}
	found, err := get[Folder](ctx, s, op, target)
	if err != nil {
		return driveFolder{}, err
	}
	if folder, ok := parseFolderID(found.ID); ok {
		return folder, nil
	}
	return driveFolder{}, &Error{Op: op, Err: fmt.Errorf("%w: the id of folder %q is %q", ErrUnexpectedContent, target, found.ID)}
}

func rootFolder(user string) driveFolder {
	return driveFolder{user: user, id: SpecialFolder(user, Root)}
}

// parseFolderID takes "folder.8c8ce076ca27823f.8C8CE076CA27823F!126" apart.
func parseFolderID(id string) (driveFolder, bool) {
	kind, rest, _ := strings.Cut(id, ".")
	user, resource, _ := strings.Cut(rest, ".")
	switch {
	case kind != "folder" && kind != "album", user == "":
		return driveFolder{}, false
	case resource == "":
		return rootFolder(user), true
	}
	return driveFolder{user: user, resource: resource, id: id}, true
}

// splitPath takes a path of folders apart.
func splitPath(path string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	names := strings.Split(path, "/")
	for _, name := range names {
		if err := checkName("folder name", name); err != nil {
			return nil, fmt.Errorf("path %q: %w", path, err)
		}
	}
	return names, nil
}

// storageHost is the storage host of a user's drive.
func (c *core) storageHost(user string) (*url.URL, error) {
	if user == "" {
		return nil, errors.New("the id of the user whose drive it is is not known")
	}
	for _, r := range user {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return nil, fmt.Errorf("user id %q: want letters and digits", user)
		}
	}
	return parseLocation(strings.ReplaceAll(c.storage, userPlace, user))
}

// create opens the session at the storage host.
func (u *UploadSession) create(ctx context.Context, c *core, r request) error {
	_, header, err := bitsCall(ctx, c, r)
	if err != nil {
		return err
	}
	u.state.SessionID = header.Get("BITS-Session-Id")
	if u.state.SessionID == "" {
		return &Error{Op: r.op, Method: r.method, Err: fmt.Errorf("%w: a session without an id", ErrUnexpectedContent)}
	}
	u.state.Created = time.Now()
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		u.state.Created = date
	}
	u.state.Created = u.state.Created.UTC().Truncate(time.Second)
	return nil
}
