// Package imaging tells what a media file is and makes smaller pictures of it. It reads the size and the EXIF
// facts of photos, scales them, and reads the few facts that players show of videos and songs.
//
// Files come from strangers: nothing here panics on damaged ones, and no picture is decoded that would need an
// absurd amount of memory.
package imaging

import (
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// Class is the sort of media a file holds.
type Class int

// The classes of files.
const (
	Other Class = iota
	Image
	Video
	Audio
)

// Facts are what a file's bytes and its name tell about it. What is not known is zero.
type Facts struct {
	Class Class
	// Type is the media type that the bytes show; empty when they show none. See TypeByName.
	Type string
	// Width and Height are the pixels of an image or video as it is to be seen, that is after EXIF orientation.
	Width, Height int
	// Exif is set for images.
	Exif Exif
	// Duration is set for videos and audio.
	Duration time.Duration
	// Bitrate is the bits per second of a video, its sound included.
	Bitrate int64
	// Song is set for audio.
	Song Song
}

// Song names a piece of music.
type Song struct{ Title, Artist, Album, AlbumArtist, Genre string }

// MaxPixels bounds the pictures that are decoded. Anything larger is refused: to decode a progressive JPEG takes up to
// 15 bytes for each pixel.
const MaxPixels = 60_000_000

// ErrNotImage says that the bytes are not a picture that can be decoded.
var ErrNotImage = errors.New("not an image")

// ErrTooLarge says that a picture has more than MaxPixels pixels.
var ErrTooLarge = errors.New("the image has too many pixels")

// Inspect tells what src is: by its content, and by the extension of name where the content says nothing. Of an
// image it reads only the header and the EXIF part; Check tells whether the rest is sound too.
func Inspect(src io.ReadSeeker, name string) Facts {
	size, err := src.Seek(0, io.SeekEnd)
	if err != nil {
		return Facts{}
	}
	head := make([]byte, 64)
	n, _ := readAt(src, head, 0)
	head = head[:n]

	if f := formatOf(head); f != nil {
		if facts, err := inspectImage(src, f); err == nil {
			return facts
		}
	}
	class := ClassByName(name)
	switch {
	case isMP4(head), class == Video && isQuickTime(head):
		return inspectMP4(src, size, head, class)
	case isWAV(head):
		return Facts{Class: Audio, Type: "audio/wav", Duration: wavDuration(src, size)}
	case hasID3(head), class == Audio && isMPEGFrame(head):
		song, duration := inspectMP3(src, size)
		return Facts{Class: Audio, Type: "audio/mpeg", Song: song, Duration: duration}
	case strings.HasPrefix(string(head), "fLaC"):
		return Facts{Class: Audio, Type: "audio/flac"}
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "AVI ":
		return Facts{Class: Video, Type: "video/x-msvideo"}
	}
	return Facts{Class: class}
}

// Check decodes the whole image and reports ErrNotImage, ErrTooLarge, or what is wrong with it.
func Check(src io.ReadSeeker) error {
	_, _, err := decode(src)
	return err
}

// format is a kind of picture file.
type format struct {
	name, mediaType string
	magic           func(head []byte) bool
	config          func(io.Reader) (image.Config, error)
	decode          func(io.Reader) (image.Image, error)
}

// formatOf recognises a picture by its first bytes; nil if it is none.
func formatOf(head []byte) *format {
	starts := func(magic string) func([]byte) bool {
		return func(head []byte) bool { return strings.HasPrefix(string(head), magic) }
	}
	isWebP := func(head []byte) bool {
		return len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP"
	}
	for _, f := range []format{
		{"jpeg", "image/jpeg", starts("\xff\xd8\xff"), jpeg.DecodeConfig, jpeg.Decode},
		{"png", "image/png", starts("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode},
		{"gif", "image/gif", starts("GIF8"), gif.DecodeConfig, gif.Decode},
		{"bmp", "image/bmp", starts("BM"), bmp.DecodeConfig, bmp.Decode},
		{"webp", "image/webp", isWebP, webp.DecodeConfig, webp.Decode},
	} {
		if f.magic(head) {
			return &f
		}
	}
	return nil
}

func inspectImage(src io.ReadSeeker, f *format) (Facts, error) {
	config, err := readConfig(src, f)
	if err != nil {
		return Facts{}, err
	}
	facts := Facts{Class: Image, Type: f.mediaType, Width: config.Width, Height: config.Height, Exif: readExif(src, f)}
	if facts.Exif.Orientation >= 5 {
		facts.Width, facts.Height = facts.Height, facts.Width
	}
	return facts, nil
}

// readConfig reads the header of a picture, and refuses those that would need too much memory.
func readConfig(src io.ReadSeeker, f *format) (config image.Config, err error) {
	defer recoverTo(&err)
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return image.Config{}, err
	}
	if config, err = f.config(src); err != nil {
		return image.Config{}, err
	}
	if config.Width <= 0 || config.Height <= 0 {
		return image.Config{}, ErrNotImage
	}
	if int64(config.Width)*int64(config.Height) > MaxPixels {
		return image.Config{}, ErrTooLarge
	}
	return config, nil
}

// decode gives the pixels as they are stored, whatever the EXIF orientation says.
func decode(src io.ReadSeeker) (img image.Image, f *format, err error) {
	defer recoverTo(&err)
	head := make([]byte, 16)
	n, _ := readAt(src, head, 0)
	if f = formatOf(head[:n]); f == nil {
		return nil, nil, ErrNotImage
	}
	if _, err := readConfig(src, f); err != nil {
		return nil, nil, err
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, nil, err
	}
	img, err = f.decode(src)
	return img, f, err
}

// recoverTo turns a panic of a decoder into an error: a stranger's file must not end the program.
func recoverTo(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: %v", ErrNotImage, r)
	}
}

// readAt fills b from the offset as far as src reaches, and tells how much it got.
func readAt(src io.ReadSeeker, b []byte, offset int64) (int, error) {
	if _, err := src.Seek(offset, io.SeekStart); err != nil {
		return 0, err
	}
	return io.ReadFull(src, b)
}
