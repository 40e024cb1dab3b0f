package imaging

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
)

// Poster draws what stands for a film of width × height pixels, whose pictures nothing here decodes: a strip of film with
// a triangle on it, that fits into box × box pixels. A film of unknown size is shown 16 to 9.
func Poster(width, height, box int) (Picture, error) {
	if width <= 0 || height <= 0 {
		width, height = 16*box, 9*box
	}
	width, height = Fit(width, height, box)
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{
		color.RGBA{R: 0x2b, G: 0x33, B: 0x3b, A: 0xff}, color.RGBA{R: 0xe6, G: 0xeb, B: 0xef, A: 0xff},
	})
	// All is measured in the shorter side, so that nothing is stretched.
	side := float64(min(width, height))
	for py := range height {
		for px := range width {
			x, y := (float64(px)+0.5-float64(width)/2)/side, (float64(py)+0.5)/side
			top := min(y, float64(height)/side-y)
			hole := top > 0.04 && top < 0.1 && int(16*(x+100))%2 == 0
			y -= float64(height) / side / 2
			triangle := x > -0.14 && x < 0.22 && y < (0.22-x)*0.6 && y > -(0.22-x)*0.6
			if hole || triangle {
				img.SetColorIndex(px, py, 1)
			}
		}
	}
	var out bytes.Buffer
	err := png.Encode(&out, img)
	return Picture{Bytes: out.Bytes(), Type: "image/png", Width: width, Height: height}, err
}
