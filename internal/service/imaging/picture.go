package imaging

import (
	"errors"
	"fmt"
	"image"
)

// MaxMemory is the number of bytes that work on one picture may take. What would take more is no photo for us. A JPEG file
// of a camera may have 175 million pixels then, a progressive one 55 million.
const MaxMemory = 512 << 20

// ErrNotImage says that the bytes are not a picture that can be decoded.
var ErrNotImage = errors.New("not an image")

// ErrTooLarge says that to decode a picture would take more than MaxMemory.
var ErrTooLarge = errors.New("the image has too many pixels")

// format is a kind of picture file.
type format struct {
	name, mediaType string
	magic           func(head []byte) bool
	config          func(source) (image.Config, error)
	decode          func(source) (image.Image, error)
}

// picture is a file whose header has been read, and promises a picture.
type picture struct {
	source
	*format
	image.Config
}

// recoverTo turns a panic of a decoder into an error: a stranger's file must not end the program.
func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrNotImage, r)
	}
}
