package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The storage hosts took files of more than 100 MB by the upload protocol of Windows' Background Intelligent Transfer
// Service (BITS): a session, fragments in order, and the end of the session, all by POST to the URL of the file to be.
// Headers and statuses are those of its documents, and of the clients that worked.

// bitsProtocol is the one version of the protocol.
const bitsProtocol = "{7df0354d-249b-430f-820d-3d2a9bef4931}"

// The types of packets, in lower case.
const (
	packetCreate   = "create-session"
	packetFragment = "fragment"
	packetClose    = "close-session"
	packetCancel   = "cancel-session"
	packetPing     = "ping"
)

// isBITS tells whether a path is one where files are uploaded in sessions: /items/{UID!n}/{name}, or
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

// serveBITS answers a packet. It plays another host, so its answers have none of the API's headers.
func (c *call) serveBITS(segments []string) {
	c.path = segments
	setCORS(c.w.Header())
	if c.r.Method != http.MethodPost || !strings.EqualFold(c.r.Header.Get("X-Http-Method-Override"), "BITS_POST") {
		c.w.Header().Set("Allow", "POST, OPTIONS")
		c.storageError(http.StatusMethodNotAllowed)
		return
	}
	_, c.record.HadToken = c.presentedToken()
	packets := map[string]struct {
		row    string
		answer func(*call) (bitsAck, error)
	}{
		packetCreate: {"bits.create", createSession}, packetFragment: {"bits.fragment", receiveFragment},
		packetClose: {"bits.close", closeSession}, packetCancel: {"bits.cancel", cancelSession}, packetPing: {"", ping},
	}
	packet, known := packets[strings.ToLower(c.r.Header.Get("BITS-Packet-Type"))]
	if !known {
		c.refuseBITS(errPacket("unknown packet type"))
		return
	}
	c.record.Route = packet.row
	ack, err := packet.answer(c)
	if err != nil {
		c.refuseBITS(err)
		return
	}
	c.ack(ack)
}

// bitsAck is the answer to a packet that was carried out. The zero status is 200.
type bitsAck struct {
	status   int
	session  string
	protocol string
	received int64 // next byte; not told when negative
	resource string
}

func (c *call) ack(a bitsAck) {
	h := c.w.Header()
	setBITS(h, "BITS-Packet-Type", "Ack")
	setBITS(h, "BITS-Protocol", a.protocol)
	setBITS(h, "BITS-Session-Id", a.session)
	setBITS(h, "X-Resource-Id", a.resource)
	if a.received >= 0 {
		setBITS(h, "BITS-Received-Content-Range", strconv.FormatInt(a.received, 10))
	}
	h.Set("Content-Length", "0")
	if a.status == 0 {
		a.status = http.StatusOK
	}
	c.w.WriteHeader(a.status)
}

// setBITS sets a header under the name that the service wrote, which is not how Go writes it.
func setBITS(h http.Header, name, value string) {
	if value != "" {
		h[name] = []string{value}
	}
}

func ping(*call) (bitsAck, error) { return bitsAck{received: -1}, nil }

// createSession opens a session for the file of the path.
func createSession(c *call) (bitsAck, error) {
	if err := c.bitsToken(); err != nil {
		return bitsAck{}, err
	}
	// Only a client that says which versions it speaks can be turned away for speaking none of ours.
	if p := c.r.Header.Get("BITS-Supported-Protocols"); p != "" && !strings.Contains(strings.ToLower(p), bitsProtocol) {
		return bitsAck{}, errPacket("no protocol in common")
	}
	folder, name, err := c.bitsTarget()
	if err != nil {
		return bitsAck{}, err
	}
	session := c.s.sessions.open(c.user(), c.bitsPlace(), folder.Ref, name)
	return bitsAck{status: http.StatusCreated, session: session.id, protocol: bitsProtocol, received: -1}, nil
}

// bitsToken wants a token that may change the drive.
func (c *call) bitsToken() error {
	if err := c.authenticate(); err != nil {
		return err
	}
	if c.grant == nil {
		return errTokenMissing()
	}
	return c.require(writeDrive)
}

// bitsPlace is the path that a session belongs to.
func (c *call) bitsPlace() string { return strings.ToLower(strings.Join(c.path, "/")) }

// bitsTarget finds the folder and the name of the path.
func (c *call) bitsTarget() (folder backend.Item, name string, err error) {
	name = c.path[len(c.path)-1]
	if err := checkFileName(name); err != nil {
		return backend.Item{}, "", err
	}
	if strings.EqualFold(c.path[0], "items") {
		folder, err = c.bitsFolderByID(c.path[1])
	} else {
		folder, err = c.bitsFolderByPath(c.path[1], c.path[3:len(c.path)-1])
	}
	switch {
	case err != nil:
		return backend.Item{}, "", err
	case folder.Owner != c.user():
		if err := c.mayRead(folder); err != nil {
			return backend.Item{}, "", err
		}
		return backend.Item{}, "", errForbidden()
	case !folder.Kind.IsFolder():
		return backend.Item{}, "", backend.ErrNotFound
	}
	return folder, name, nil
}

// bitsFolderByID finds a folder by what stands behind the second dot of its id. The root folder cannot be found so.
func (c *call) bitsFolderByID(id string) (backend.Item, error) {
	account, _, _ := strings.Cut(id, "!")
	owner, ok := padCID(account)
	if !ok {
		return backend.Item{}, backend.ErrNotFound
	}
	n, ok := parseResource(id, owner)
	if !ok {
		return backend.Item{}, backend.ErrNotFound
	}
	item, err := c.s.backend.Item(c.ctx(), backend.Ref{Owner: owner, ID: resourceID(owner, n)})
	if err == nil && item.ID == "" {
		err = backend.ErrNotFound
	}
	return item, err
}

// bitsFolderByPath finds a folder by the names on the way to it; none is the root folder. None of them is made.
func (c *call) bitsFolderByPath(account string, names []string) (backend.Item, error) {
	account, prefixed := strings.CutPrefix(strings.ToLower(account), "0x")
	owner, ok := padCID(account)
	if !ok || !prefixed {
		return backend.Item{}, backend.ErrNotFound
	}
	if owner != c.user() { // before anything is found out about the names of somebody else's folders
		return backend.Item{}, backend.ErrNotFound
	}
	at, err := c.s.backend.Item(c.ctx(), backend.Ref{Owner: owner})
	for _, name := range names {
		if err != nil {
			return backend.Item{}, err
		}
		var children []backend.Item
		if children, err = backend.All(c.s.backend.Children(c.ctx(), at.Ref, backend.Query{})); err != nil {
			return backend.Item{}, err
		}
		i := slices.IndexFunc(children, func(child backend.Item) bool { return strings.EqualFold(child.Name, name) && child.Kind.IsFolder() })
		if i < 0 {
			return backend.Item{}, backend.ErrNotFound
		}
		at = children[i]
	}
	return at, err
}

// padCID gives an account's number the zeros back that some forms of it lack.
func padCID(s string) (cid string, ok bool) {
	if s == "" || len(s) > 16 {
		return "", false
	}
	cid = strings.ToLower(strings.Repeat("0", 16-len(s)) + s)
	return cid, isHex(cid, 16)
}

// receiveFragment takes the next bytes of the file. It needs no token: to know the session is enough.
func receiveFragment(c *call) (bitsAck, error) {
	session := c.s.sessions.find(c.r.Header.Get("BITS-Session-Id"), c.bitsPlace())
	if session == nil {
		return bitsAck{}, errSessionNotFound()
	}
	next, err := c.receiveInto(session)
	if err != nil {
		// Whoever is still sending would not see the answer. Whoever asked first (Expect) has not begun to.
		if c.r.Header.Get("Expect") == "" {
			_, _ = io.Copy(io.Discard, io.LimitReader(c.r.Body, maxFragment))
		}
		return bitsAck{}, err
	}
	return bitsAck{session: session.id, received: next}, nil
}

func (c *call) receiveInto(session *bitsSession) (next int64, err error) {
	span, err := parseFragmentRange(c.r.Header.Get("Content-Range"))
	switch {
	case err != nil:
		return 0, errPacket(err.Error())
	case c.r.ContentLength >= 0 && c.r.ContentLength != span.length():
		return 0, errPacket("the Content-Length is not that of the Content-Range")
	case span.length() > maxFragment || span.total > maxBITSTotal:
		return 0, errTooLarge() // the limits are documented, the status is inferred
	}
	if err := session.begin(c, span); err != nil {
		return 0, err
	}
	return session.receive(span, c.r.Body)
}

// closeSession makes the file that was sent.
func closeSession(c *call) (bitsAck, error) {
	session, err := c.ownSession()
	if err != nil {
		return bitsAck{}, err
	}
	item, created, err := session.commit(c.ctx())
	if err != nil {
		return bitsAck{}, err
	}
	c.s.sessions.forget(session)
	// Neither the session nor the range is told here, whatever the documents of the protocol say.
	ack := bitsAck{received: -1, resource: item.ID}
	if created {
		ack.status = http.StatusCreated
	}
	return ack, nil
}

// cancelSession drops what was sent.
func cancelSession(c *call) (bitsAck, error) {
	session, err := c.ownSession()
	if err != nil {
		return bitsAck{}, err
	}
	session.discard()
	c.s.sessions.forget(session)
	return bitsAck{session: session.id, received: -1}, nil
}

// ownSession finds the session of a packet that needs a token. The service answered 500 when the token had expired,
// and when it was another user's.
func (c *call) ownSession() (*bitsSession, error) {
	err := c.bitsToken()
	var api *apiError
	if errors.As(err, &api) && api.code == codeTokenExpired {
		return nil, &bitsError{
			apiError: apiError{http.StatusInternalServerError, codeTokenExpired, api.message}, hresult: "0x80070005", received: -1,
		}
	}
	if err != nil {
		return nil, err
	}
	session := c.s.sessions.find(c.r.Header.Get("BITS-Session-Id"), c.bitsPlace())
	if session == nil || session.user != c.user() {
		return nil, errSessionNotFound()
	}
	return session, nil
}
