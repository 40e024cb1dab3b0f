package storage

import (
	"errors"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// The storage hosts took files of more than 100 MB by the upload protocol of Windows' Background Intelligent Transfer
// Service (BITS): a session, fragments in order, and the end of the session, all by POST to the URL of the file to be.
// Headers and statuses are those of its documents, and of the clients that worked.

// bitsProtocol is the one version of the protocol.
const bitsProtocol = "{7df0354d-249b-430f-820d-3d2a9bef4931}"

// isBITS reports whether a path is one where files are uploaded in sessions: /items/{UID!n}/{name}, or
// /users/0x{uid}/LiveFolders/{path…}/{name}.
func isBITS(segments []string) bool {
	switch strings.ToLower(segments[0]) {
	case "items":
		return len(segments) == 3
	case "users":
		return len(segments) >= 4 && strings.EqualFold(segments[2], "LiveFolders")
	}
	return false
}

// packet is a request of the upload protocol.
type packet struct {
	*wire.Call
	h     *Host
	path  []string
	grant login.Grant // where one is needed
}

// packets are the answers to each type of them, and the rows of the log.
var packets = map[string]struct {
	row    string
	answer func(*packet) (ack, error)
}{
	"create-session": {"bits.create", createSession},
	"fragment":       {"bits.fragment", receiveFragment},
	"close-session":  {"bits.close", closeSession},
	"cancel-session": {"bits.cancel", cancelSession},
	"ping":           {"", ping},
}

// serveBITS answers a packet.
func (h *Host) serveBITS(c *wire.Call, path []string) {
	if c.R.Method != http.MethodPost || !strings.EqualFold(c.R.Header.Get("X-Http-Method-Override"), "BITS_POST") {
		c.W.Header().Set("Allow", "POST, OPTIONS")
		writeError(c, http.StatusMethodNotAllowed)
		return
	}
	c.Token() // for the log: some packets need none
	kind, known := packets[strings.ToLower(c.R.Header.Get("BITS-Packet-Type"))]
	if !known {
		refuse(c, errPacket("unknown packet type"))
		return
	}
	c.Route = kind.row
	a, err := kind.answer(&packet{Call: c, h: h, path: path})
	if err != nil {
		refuse(c, err)
		return
	}
	a.write(c.W)
}

func ping(*packet) (ack, error) { return ack{received: -1}, nil }

// createSession opens a session for the file of the path.
func createSession(p *packet) (ack, error) {
	if err := p.authorize(); err != nil {
		return ack{}, err
	}
	// Only a client that says which versions it speaks can be turned away for speaking none of ours.
	if spoken := p.R.Header.Get("BITS-Supported-Protocols"); spoken != "" && !strings.Contains(strings.ToLower(spoken), bitsProtocol) {
		return ack{}, errPacket("no protocol in common")
	}
	folder, name, err := p.target()
	if err != nil {
		return ack{}, err
	}
	session := p.h.sessions.open(p.grant, p.place(), folder.Ref, name)
	return ack{status: http.StatusCreated, session: session.id, protocol: bitsProtocol, received: -1}, nil
}

// authorize wants a token that may change the drive.
func (p *packet) authorize() error {
	var err error
	if p.grant, err = p.h.login.Authenticate(p.Call); err != nil {
		return err
	}
	if p.grant.Anonymous() {
		return wire.TokenMissing()
	}
	return p.grant.Require([]string{"wl.skydrive_update"})
}

// place is the path that a session belongs to.
func (p *packet) place() string { return strings.ToLower(strings.Join(p.path, "/")) }

// target finds the folder and the name of the path.
func (p *packet) target() (folder backend.Item, name string, err error) {
	name = p.path[len(p.path)-1]
	if err := wire.CheckFileName(name); err != nil {
		return backend.Item{}, "", err
	}
	if strings.EqualFold(p.path[0], "items") {
		folder, err = p.folderByID(p.path[1])
	} else {
		folder, err = p.folderByPath(p.path[1], p.path[3:len(p.path)-1])
	}
	switch {
	case err != nil:
		return backend.Item{}, "", err
	case folder.Owner != p.grant.User:
		if err := p.grant.MayRead(p.Context(), p.h.accounts, folder); err != nil {
			return backend.Item{}, "", err
		}
		return backend.Item{}, "", wire.Forbidden()
	case !folder.Kind.IsFolder():
		return backend.Item{}, "", backend.ErrNotFound
	}
	return folder, name, nil
}

// folderByID finds a folder by what stands behind the second dot of its id. The root folder cannot be found so.
func (p *packet) folderByID(id string) (backend.Item, error) {
	account, _, _ := strings.Cut(id, "!")
	owner, ok := padCID(account)
	if !ok {
		return backend.Item{}, backend.ErrNotFound
	}
	n, ok := wire.ParseResource(id, owner)
	if !ok {
		return backend.Item{}, backend.ErrNotFound
	}
	item, err := p.h.accounts.Item(p.Context(), backend.Ref{Owner: owner, ID: wire.ResourceID(owner, n)})
	if err == nil && item.ID == "" {
		err = backend.ErrNotFound
	}
	return item, err
}

// folderByPath finds a folder by the names on the way to it; none is the root folder. None of them is made.
func (p *packet) folderByPath(account string, names []string) (backend.Item, error) {
	account, prefixed := strings.CutPrefix(strings.ToLower(account), "0x")
	owner, ok := padCID(account)
	if !ok || !prefixed {
		return backend.Item{}, backend.ErrNotFound
	}
	if owner != p.grant.User { // before anything is found out about the names of somebody else's folders
		return backend.Item{}, backend.ErrNotFound
	}
	at, err := p.h.accounts.Item(p.Context(), backend.Ref{Owner: owner})
	for _, name := range names {
		if err != nil {
			return backend.Item{}, err
		}
		if at, err = p.h.accounts.Child(p.Context(), at.Ref, name); err == nil && !at.Kind.IsFolder() {
			err = backend.ErrNotFound
		}
	}
	return at, err
}

// padCID gives an account's number the zeros back that some forms of it lack.
func padCID(s string) (cid string, ok bool) {
	if s == "" || len(s) > 16 {
		return "", false
	}
	cid = strings.ToLower(strings.Repeat("0", 16-len(s)) + s)
	return cid, wire.IsHex(cid, 16)
}

// receiveFragment takes the next bytes of the file. It needs no token: to know the session is enough.
func receiveFragment(p *packet) (ack, error) {
	session := p.h.sessions.find(p.R.Header.Get("BITS-Session-Id"), p.place())
	if session == nil {
		return ack{}, errSessionNotFound()
	}
	next, err := p.receiveInto(session)
	if err != nil {
		return ack{}, err
	}
	return ack{session: session.id, received: next}, nil
}

func (p *packet) receiveInto(session *session) (next int64, err error) {
	span, err := parseFragmentRange(p.R.Header.Get("Content-Range"))
	switch {
	case err != nil:
		return 0, errPacket(err.Error())
	case p.R.ContentLength >= 0 && p.R.ContentLength != span.length():
		return 0, errPacket("the Content-Length is not that of the Content-Range")
	case span.length() > maxFragment || span.total > maxBITSTotal:
		return 0, wire.TooLarge() // the limits are documented, the status is inferred
	}
	if err := session.begin(p.Context(), p.h.accounts, span); err != nil {
		return 0, err
	}
	return session.receive(span, p.R.Body)
}

// closeSession makes the file that was sent.
func closeSession(p *packet) (ack, error) {
	session, err := p.ownSession()
	if err != nil {
		return ack{}, err
	}
	item, created, err := session.commit(p.Context())
	if err != nil {
		return ack{}, err
	}
	p.h.sessions.forget(session)
	// Neither the session nor the range is told here, whatever the documents of the protocol say.
	ack := ack{received: -1, resource: item.ID}
	if created {
		ack.status = http.StatusCreated
	}
	return ack, nil
}

// cancelSession drops what was sent.
func cancelSession(p *packet) (ack, error) {
	session, err := p.ownSession()
	if err != nil {
		return ack{}, err
	}
	session.discard()
	p.h.sessions.forget(session)
	return ack{session: session.id, received: -1}, nil
}

// ownSession finds the session of a packet that needs a token. The service answered 500 when the token had expired,
// and when it was another user's.
func (p *packet) ownSession() (*session, error) {
	err := p.authorize()
	var api *wire.Error
	if errors.As(err, &api) && api.Code == wire.CodeTokenExpired {
		return nil, &bitsError{
			answer: wire.NewError(http.StatusInternalServerError, wire.CodeTokenExpired, "%s", api.Message), hresult: "0x80070005", received: -1,
		}
	}
	if err != nil {
		return nil, err
	}
	session := p.h.sessions.find(p.R.Header.Get("BITS-Session-Id"), p.place())
	if session == nil || session.grant.User != p.grant.User {
		return nil, errSessionNotFound()
	}
	return session, nil
}
