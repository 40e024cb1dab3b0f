package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Session begins the upload of a file of size bytes, at most 10 GB: POST /items/UID!N/NAME or, in the root folder and
// below it by [SessionOptions], POST /users/0xUID/LiveFolders/PATH/NAME at the storage host, with the headers of a BITS
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
	names, err := splitPath(opts.Path)
	err = errors.Join(folderPath("folder id", target).err, err, checkName("file name", name), checkSessionSize(size))
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	c, err := s.ready(ctx, op)
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
	if !isNil(opts.Source) {
		if session.state.Fingerprint, err = fingerprint(ctx, opts.Source, size); err != nil {
			return nil, asError(op, err)
		}
	}
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
func (s *UploadsService) ResumeSession(ctx context.Context, state SessionState) (*UploadSession, error) {
	const op = "Uploads.ResumeSession"
	c, err := (*service)(s).ready(ctx, op)
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

// Upload sends what the server does not have yet, ends the session, and compares the size of the file with that of the
// source: POST Fragment for one after the other, each with its Content-Range and without the token, then POST
// Close-Session with it, then GET /FILE_ID; scope wl.skydrive_update. source must give exactly the bytes that the session
// was made for; of those, no more than a fragment's piece is in memory. A source of more than one fragment is read twice:
// the first time for its fingerprint, which tells it from another one when the session is resumed.
//
// After a fault, and in a session that was resumed, the server is asked by a fragment of one byte how far it is, and the
// upload goes on from there. When Upload fails, it may be called again, or the session be resumed by its State; or
// [UploadSession.Cancel] drops it.
//
// Errors: [ErrSessionNotFound] when the server has forgotten the session, [ErrSourceChanged], [ErrSourceLength], [ErrSizeMismatch],
// [ErrQuotaExceeded], [ErrForbidden]. Reference page "Uploading large files to OneDrive by using BITS", and the clients
// that did so.
func (u *UploadSession) Upload(ctx context.Context, source io.ReaderAt, opts *FragmentOptions) (*UploadedFile, error) {
	return u.upload(ctx, "UploadSession.Upload", source, opts)
}

func (u *UploadSession) upload(ctx context.Context, op string, source io.ReaderAt, opts *FragmentOptions) (*UploadedFile, error) {
	if u == nil {
		return nil, &Error{Op: op, Err: ErrNotInitialized}
	}
	c, err := u.service.ready(ctx, op)
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
	failure, ok := errors.AsType[*Error](err)
	state := u.State()
	if !ok || errors.Is(err, ErrSessionNotFound) || errors.Is(err, ErrInvalidArgument) || state.SessionID == "" {
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

// Cancel ends the session without a file: POST Cancel-Session, scope wl.skydrive_update. The server drops what it
// has. A session that it does not know, or does not know any more, is no error.
func (u *UploadSession) Cancel(ctx context.Context) error {
	const op = "UploadSession.Cancel"
	if u == nil {
		return &Error{Op: op, Err: ErrNotInitialized}
	}
	c, err := u.service.ready(ctx, op)
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
			user, err := get[User](ctx, s, op, objectPath("user id", Me))
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
	found, err := get[Folder](ctx, s, op, folderPath("folder id", target))
	if err != nil {
		return driveFolder{}, err
	}
	if folder, ok := parseFolderID(found.ID); ok {
		return folder, nil
	}
	return driveFolder{}, &Error{Op: op, Err: withoutSecrets(fmt.Errorf("%w: the id of folder %q is %q", ErrUnexpectedContent, target, found.ID))}
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
