package graphtest

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"time"
)

// outlookID is what the ids of Outlook lead to.
type outlookID struct {
	kind     byte   // kindContact, kindCalendar or kindEvent
	owner    string // cid
	calendar string // of an event
	id       string
	day      time.Time // of an occurrence of a series
}

const (
	kindCalendar byte = 0x06
	kindEvent    byte = 0x0D
	kindContact  byte = 0x0E
)

// Outlook's ids begin with the mailbox, then name a folder and something in it. There are two forms of each: the one that
// is good for ever comes when the client prefers it.
var (
	mutableHead   = []byte{0x00, 0x03, 0x24, 0x00}
	immutableHead = []byte{0x00, 0x09, 0x00, 0x2E}
)

const outlookIDBytes = 89 // 119 characters and one =

// outlookID writes an id.
func (c *call) outlookID(id outlookID) string {
	head := mutableHead
	if kind, ok := c.prefers("IdType"); ok && kind == "ImmutableId" {
		head = immutableHead
		c.follows(`IdType="ImmutableId"`)
	}
	return encodeOutlookID(head, id)
}

func encodeOutlookID(head []byte, id outlookID) string {
	raw := make([]byte, outlookIDBytes)
	copy(raw, head)
	copy(raw[4:], id.owner)
	raw[20] = 0x46
	copy(raw[24:], unhex(id.calendar))
	raw[42] = id.kind
	copy(raw[46:], unhex(id.id))
	if !id.day.IsZero() {
		binary.BigEndian.PutUint64(raw[64:], uint64(id.day.Unix())) //nolint:gosec // comes back the same
	}
	copy(raw[80:], "graphtest")
	return base64.URLEncoding.EncodeToString(raw)
}

func unhex(id string) []byte {
	raw, _ := hex.DecodeString(id) // the backend's ids are of hex digits
	return raw
}

// readOutlookID reads an id of the caller's mailbox.
func (c *call) readOutlookID(kind byte, text string) (id outlookID, err error) {
	raw, err := base64.URLEncoding.DecodeString(text)
	if err != nil || len(raw) != outlookIDBytes || !bytes.Equal(raw[:4], mutableHead) && !bytes.Equal(raw[:4], immutableHead) {
		return id, fail(http.StatusBadRequest, "ErrorInvalidIdMalformed", "Id is malformed.")
	}
	id = outlookID{kind: raw[42], owner: string(raw[4:20]), calendar: hex.EncodeToString(raw[24:40]), id: hex.EncodeToString(raw[46:62])}
	if seconds := binary.BigEndian.Uint64(raw[64:]); seconds != 0 {
		id.day = time.Unix(int64(seconds), 0).UTC() //nolint:gosec // see encodeOutlookID
	}
	if id.kind != kind || text != encodeOutlookID(raw[:4], id) {
		return id, fail(http.StatusBadRequest, "ErrorInvalidIdMalformed", "Id is malformed.")
	}
	return id, nil
}
