package imaging

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
)

// Picture is an encoded image.
type Picture struct {
	Bytes         []byte
	Type          string // media type
	Width, Height int
}

const jpegQuality = 85

// Fit gives the size of a picture of width × height that is made to fit into box × box pixels: its aspect kept,
// rounded to the nearest pixel, at least one pixel, never enlarged.
func Fit(width, height, box int) (int, int) {
	if width <= box && height <= box {
		return width, height
	}
	if width >= height {
		return box, max(1, (height*box+width/2)/width)
	}
	return max(1, (width*box+height/2)/height), box
}

// Check decodes the whole image and reports ErrNotImage, ErrTooLarge, or what is wrong with it.
func Check(src io.ReadSeeker) error {
	p, err := open(src)
	if err != nil {
		return err
	}
	_, err = p.pixels()
	return err
}

// Scale makes an upright picture that fits into box × box pixels. PNG and GIF become PNG, everything else JPEG. It
// carries no EXIF; its colours mean what they meant. A picture that fits as it is comes back as it is.
func Scale(src io.ReadSeeker, box int) (Picture, error) {
	p, err := open(src)
	if err != nil {
		return Picture{}, err
	}
	img, err := p.pixels()
	if err != nil {
		return Picture{}, err
	}
	exif := exifOf(p.source, p.format)
	width, height := Fit(img.Bounds().Dx(), img.Bounds().Dy(), box)
	keeps := p.name == "jpeg" || p.name == "png" || p.name == "gif"
	if keeps && exif.Orientation <= 1 && width == img.Bounds().Dx() && height == img.Bounds().Dy() {
		return p.asItIs(img)
	}
	return p.encode(img, img.Bounds(), width, height, &exif)
}

// Square makes an upright picture of side × side pixels from the middle of an image.
func Square(src io.ReadSeeker, side int) (Picture, error) {
	p, err := open(src)
	if err != nil {
		return Picture{}, err
	}
	img, err := p.pixels()
	if err != nil {
		return Picture{}, err
	}
	b := img.Bounds()
	edge := min(b.Dx(), b.Dy())
	corner := b.Min.Add(image.Pt((b.Dx()-edge)/2, (b.Dy()-edge)/2))
	middle := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(edge, edge))}
	exif := exifOf(p.source, p.format)
	return p.encode(img, middle, side, side, &exif)
}

// Downsize shrinks a JPEG or PNG file that does not fit into box × box pixels. Its EXIF part is kept, and therefore so is
// the way its pixels lie. Files that fit, and files of other formats (a GIF may be moving), come back as they are.
func Downsize(src io.ReadSeeker, box int) (Picture, error) {
	p, err := open(src)
	if err != nil {
		return Picture{}, err
	}
	img, err := p.pixels()
	if err != nil {
		return Picture{}, err
	}
	b := img.Bounds()
	width, height := Fit(b.Dx(), b.Dy(), box)
	if (width == b.Dx() && height == b.Dy()) || (p.name != "jpeg" && p.name != "png") {
		return p.asItIs(img)
	}
	small, err := p.encode(img, b, width, height, &Exif{})
	if err != nil {
		return small, err
	}
	if exif, ok := exifPart(p.source, p.format); ok && p.name == "jpeg" {
		small.Bytes = withExif(small.Bytes, p.content(exif, p.size))
	} else if ok {
		small.Bytes = withPNGChunks(small.Bytes, pngChunk(exif.id, p.content(exif, p.size)))
	}
	return small, nil
}

func (p picture) asItIs(img image.Image) (Picture, error) {
	stored, err := io.ReadAll(p.start())
	return Picture{Bytes: stored, Type: p.mediaType, Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}, err
}

// becomesPNG reports whether smaller pictures are PNG files, and may be transparent.
func (p picture) becomesPNG() bool { return p.name == "png" || p.name == "gif" }

// encode makes a file from a part of the decoded picture, in the way that exif says, and with the colours of p.
func (p picture) encode(img image.Image, part image.Rectangle, width, height int, exif *Exif) (Picture, error) {
	grey := isGrey(img)
	small := upright(resize(img, part, width, height, p.becomesPNG()), exif.Orientation)
	out := Picture{Width: small.Bounds().Dx(), Height: small.Bounds().Dy()}
	profile := profileOf(p.source, p.format)
	if !fits(profile, grey) {
		profile = nil
		if exif.adobeRGB {
			fromAdobeRGB(small)
		}
	}
	var pixels image.Image = small
	if grey {
		pixels = toGrey(small)
	}
	var file bytes.Buffer
	var err error
	if p.becomesPNG() {
		out.Type, err = "image/png", png.Encode(&file, pixels)
		out.Bytes = file.Bytes()
		if p.name == "png" && err == nil {
			out.Bytes = withPNGChunks(out.Bytes, pngColours(p.source, grey))
		}
		return out, err
	}
	out.Type, err = "image/jpeg", jpeg.Encode(&file, pixels, &jpeg.Options{Quality: jpegQuality})
	out.Bytes = withProfile(file.Bytes(), profile)
	return out, err
}

// resize draws the part of img at the new size, on white where the result cannot be transparent. It shrinks by halves,
// because the fast scaler looks at four pixels only: to a half that is an average, to less it would skip pixels.
func resize(img image.Image, part image.Rectangle, width, height int, transparent bool) *image.RGBA {
	for {
		w, h := max(width, (part.Dx()+1)/2), max(height, (part.Dy()+1)/2)
		dst := image.NewRGBA(image.Rect(0, 0, w, h))
		op := draw.Src
		if !transparent {
			draw.Draw(dst, dst.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
			op = draw.Over
		}
		draw.ApproxBiLinear.Scale(dst, dst.Bounds(), img, part, op, nil)
		if w == width && h == height {
			return dst
		}
		img, part = dst, dst.Bounds()
	}
}

func isGrey(img image.Image) bool {
	switch img.(type) {
	case *image.Gray, *image.Gray16:
		return true
	}
	return false
}

// toGrey drops two of three equal numbers.
func toGrey(img *image.RGBA) *image.Gray {
	out := image.NewGray(img.Bounds())
	for i := range out.Pix {
		out.Pix[i] = img.Pix[4*i]
	}
	return out
}

// upright turns an image as the EXIF orientation demands.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := x, y
			switch orientation {
			case 2:
				sx = w - 1 - x
			case 3:
				sx, sy = w-1-x, h-1-y
			case 4:
				sy = h - 1 - y
			case 5:
				sx, sy = y, x
			case 6:
				sx, sy = y, h-1-x
			case 7:
				sx, sy = w-1-y, h-1-x
			case 8:
				sx, sy = w-1-y, x
			}
			dst.SetRGBA(x, y, src.RGBAAt(sx, sy))
		}
	}
	return dst
}
