package imaging

import (
	"bufio"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/jsummers/gobmp"
	"golang.org/x/image/tiff"
)

// formatOf recognises a picture by its first bytes; nil if it is none.
func formatOf(head []byte) *format {
	starts := func(magic ...string) func([]byte) bool {
		return func(head []byte) bool {
			for _, m := range magic {
				if has(head, 0, m) {
					return true
				}
			}
			return false
		}
	}
	for _, f := range []format{
		{"jpeg", "image/jpeg", starts("\xff\xd8\xff"), reading(jpeg.DecodeConfig), reading(jpeg.Decode)},
		{"png", "image/png", starts("\x89PNG\r\n\x1a\n"), reading(png.DecodeConfig), reading(png.Decode)},
		{"gif", "image/gif", starts("GIF8"), reading(gif.DecodeConfig), gifDecode},
		{"bmp", "image/bmp", starts("BM"), reading(gobmp.DecodeConfig), reading(gobmp.Decode)},
		{"webp", "image/webp", isWebP, webpConfig, webpDecode},
		{"tiff", "image/tiff", starts("II\x2a\x00", "MM\x00\x2a"), tiffConfig, tiffDecode},
	} {
		if f.magic(head) {
			return &f
		}
	}
	return nil
}

// reading is for decoders that need no more than a reader.
func reading[T any](decode func(io.Reader) (T, error)) func(source) (T, error) {
	return func(src source) (T, error) { return decode(bufio.NewReader(src.start())) }
}

// gifDecode shows the first picture of a moving one where it lies.
func gifDecode(src source) (image.Image, error) {
	img, err := gif.Decode(bufio.NewReader(src.start()))
	if err != nil {
		return nil, err
	}
	config, err := gif.DecodeConfig(bufio.NewReader(src.start()))
	return onCanvas(img, img.Bounds().Min, image.Rect(0, 0, config.Width, config.Height)), err
}

// tiffConfig refuses the raw files of cameras, which are TIFF files too and begin with a small preview.
func tiffConfig(src source) (image.Config, error) {
	const (
		tagSubfile = 0xfe
		preview    = 1
	)
	_, first := openTIFF(src, 0)
	if kind, _ := first[tagSubfile].number(0); int(kind)&preview != 0 {
		return image.Config{}, ErrNotImage
	}
	return tiff.DecodeConfig(src.section())
}

func tiffDecode(src source) (image.Image, error) { return tiff.Decode(src.section()) }

// open reads the header of a picture, and refuses those that would need too much memory, or are too short to be true.
func open(file io.ReadSeeker) (p picture, err error) {
	defer recoverTo(&err)
	if p.source, err = newSource(file); err != nil {
		return p, err
	}
	if p.format = formatOf(p.read(0, 16)); p.format == nil {
		return p, ErrNotImage
	}
	if p.Config, err = p.config(p.source); err != nil {
		return p, err
	}
	pixels := int64(p.Width) * int64(p.Height)
	switch {
	case p.Width <= 0 || p.Height <= 0:
		return p, ErrNotImage
	case pixels > MaxMemory || p.weight() > MaxMemory:
		return p, ErrTooLarge
	case float64(pixels) > p.room():
		return p, fmt.Errorf("%w: %d bytes cannot hold %d pixels", ErrNotImage, p.size, pixels)
	}
	return p, nil
}

// pixels gives them as they are stored, whatever the EXIF orientation says.
func (p picture) pixels() (img image.Image, err error) {
	defer recoverTo(&err)
	return p.decode(p.source)
}
