package imaging

import (
	"image"
	"math"
)

// fromAdobeRGB makes the colours of an opaque picture those of sRGB, which is what every reader takes a file without a
// profile for. Both have the same white; see Adobe RGB (1998) Color Image Encoding and IEC 61966-2-1.
func fromAdobeRGB(img *image.RGBA) {
	const gamma = 563.0 / 256
	var linear [256]float64
	for i := range linear {
		linear[i] = math.Pow(float64(i)/255, gamma)
	}
	for pix := img.Pix; len(pix) >= 4; pix = pix[4:] {
		r, g, b := linear[pix[0]], linear[pix[1]], linear[pix[2]]
		pix[0] = sRGB(1.39836*r - 0.39836*g)
		pix[1] = sRGB(g)
		pix[2] = sRGB(1.04293*b - 0.04293*g)
	}
}

func sRGB(linear float64) uint8 {
	if linear <= 0.0031308 {
		return clamp(255 * 12.92 * linear)
	}
	return clamp(255 * (1.055*math.Pow(linear, 1/2.4) - 0.055))
}
