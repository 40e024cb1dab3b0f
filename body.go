package liveconnect

import (
	"bytes"
	"errors"
	"io"
)

// body is what a request sends.
type body interface {
	// open gives the bytes for one try, and how many they are; -1 if that is not known. It fails on a second try if the
	// source cannot be read again. What it gives is closed when the try is over.
	open() (source io.ReadCloser, size int64, err error)
	// delivered is told how many bytes of the try have gone to the connection.
	delivered(total int64)
	// replayable reports whether open would work once more.
	replayable() bool
	contentType() string
}

// memoryBody is a body kept in memory.
type memoryBody struct {
	content   []byte
	mediaType string
}

func (b memoryBody) open() (io.ReadCloser, int64, error) {
	return io.NopCloser(bytes.NewReader(b.content)), int64(len(b.content)), nil
}
func (b memoryBody) delivered(int64)     {}
func (b memoryBody) replayable() bool    { return true }
func (b memoryBody) contentType() string { return b.mediaType }

// errSource marks errors of the reader that an upload sends.
var errSource = errors.New("reading the source of the upload")
