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

// Scale makes an upright picture that fits into box × box pixels. PNG and GIF become PNG, everything else JPEG. It
// carries no EXIF. A picture that fits as it is comes back as it is.
func Scale(src io.ReadSeeker, box int) (Picture, error) {
	img, f, err := decode(src)
	if err != nil {
		return Picture{}, err
	}
	orientation := readExif(src, f).Orientation
	width, height := Fit(img.Bounds().Dx(), img.Bounds().Dy(), box)
	keeps := f.name == "jpeg" || f.name == "png" || f.name == "gif"
	if keeps && orientation <= 1 && width == img.Bounds().Dx() && height == img.Bounds().Dy() {
		stored, err := readAll(src)
		return Picture{Bytes: stored, Type: f.mediaType, Width: width, Height: height}, err
	}
	return encode(upright(resize(img, img.Bounds(), width, height, f), orientation), f)
}

// Square makes an upright picture of side × side pixels from the middle of an image.
func Square(src io.ReadSeeker, side int) (Picture, error) {
	img, f, err := decode(src)
	if err != nil {
		return Picture{}, err
	}
	b := img.Bounds()
	edge := min(b.Dx(), b.Dy())
	corner := b.Min.Add(image.Pt((b.Dx()-edge)/2, (b.Dy()-edge)/2))
	middle := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(edge, edge))}
	return encode(upright(resize(img, middle, side, side, f), readExif(src, f).Orientation), f)
}

// Downsize shrinks a JPEG or PNG file that does not fit into box × box pixels. The EXIF part of a JPEG is kept, and
// therefore so is the way its pixels lie. Files that fit, and files of other formats (a GIF may be moving), come
// back as they are.
func Downsize(src io.ReadSeeker, box int) (Picture, error) {
	img, f, err := decode(src)
	if err != nil {
		return Picture{}, err
	}
	b := img.Bounds()
	width, height := Fit(b.Dx(), b.Dy(), box)
	if (width == b.Dx() && height == b.Dy()) || (f.name != "jpeg" && f.name != "png") {
		stored, err := readAll(src)
		return Picture{Bytes: stored, Type: f.mediaType, Width: b.Dx(), Height: b.Dy()}, err
	}
	p, err := encode(resize(img, b, width, height, f), f)
	if err != nil || f.name != "jpeg" {
		return p, err
	}
	p.Bytes = withSegment(p.Bytes, exifSegment(src))
	return p, nil
}

// resize draws the part of img at the new size, on white where the result cannot be transparent. It shrinks by halves,
// because the fast scaler looks at four pixels only: to a half that is an average, to less it would skip pixels.
func resize(img image.Image, part image.Rectangle, width, height int, f *format) *image.RGBA {
	for {
		w, h := max(width, (part.Dx()+1)/2), max(height, (part.Dy()+1)/2)
		dst := image.NewRGBA(image.Rect(0, 0, w, h))
		op := draw.Src
		if f.name != "png" && f.name != "gif" {
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

func encode(img *image.RGBA, f *format) (Picture, error) {
	p := Picture{Type: "image/jpeg", Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
	var out bytes.Buffer
	var err error
	if f.name == "png" || f.name == "gif" {
		p.Type = "image/png"
		err = png.Encode(&out, img)
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: jpegQuality})
	}
	p.Bytes = out.Bytes()
	return p, err
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

func readAll(src io.ReadSeeker) ([]byte, error) {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	return io.ReadAll(src)
}
