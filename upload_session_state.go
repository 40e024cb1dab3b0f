package liveconnect

import (
	"errors"
	"fmt"
	"io"
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
	// Source is what Upload is going to send, if it is at hand: its fingerprint is part of the State from the beginning
	// then, for a State that is stored before Upload. It is read to its end.
	Source io.ReaderAt
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
// the server is asked how far it is. One that is stored before Upload needs SessionOptions.Source, or nothing tells the
// source of the rest from another one of the same size.
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
	// Fingerprint is the SHA-256 of the source, in hexadecimal digits, so that no other one is taken for the rest of it.
	// Session makes it of SessionOptions.Source, Upload of its own source before it sends anything.
	Fingerprint string `json:"fingerprint,omitempty"`
}

func (s *SessionState) validate() error {
	err := errors.Join(
		checkName("file name", s.Name), checkID("user id", s.UserID), checkSessionSize(s.Size), folderPath("folder id", s.FolderID).err,
	)
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

// State returns what to store of the session. It may be called while Upload runs, also from Progress.
func (u *UploadSession) State() SessionState {
	if u == nil {
		return SessionState{}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.state
}

func (u *UploadSession) setFingerprint(sum string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.state.Fingerprint = sum
}

func (u *UploadSession) setItem(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.state.ItemID = id
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
