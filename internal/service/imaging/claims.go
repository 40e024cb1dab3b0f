package imaging

import (
	"encoding/binary"
	"image/color"
	"math"
)

// What a header claims is asked twice before any of it is believed: whether so many bytes can hold so many pixels, and what
// it would take to decode them.

// deflateRatio is how many bytes deflate makes of one, at the most.
const deflateRatio = 1032

// room is the number of pixels that the file can hold, at the most.
func (p picture) room() float64 {
	bytes := float64(p.size)
	switch p.name {
	case "jpeg": // a block of 8 × 8 pixels takes a bit
		return bytes * 8 * 64
	case "png":
		return bytes * deflateRatio * 8 / p.bits()
	case "gif": // a code of 12 bits stands for 3838 pixels
		return bytes * 8 / 12 * 3838
	case "bmp":
		if _, ok := p.ColorModel.(color.Palette); ok { // runs may be short, and end before the picture does
			return bytes * 4096
		}
		return bytes / 2
	case "webp":
		return bytes * p.webpRatio()
	case "tiff":
		return bytes * p.tiffRatio()
	}
	return math.Inf(1)
}

// bits is what a pixel of a PNG file takes before it is compressed, at the least.
func (p picture) bits() float64 {
	switch p.ColorModel {
	case color.Gray16Model, color.NRGBAModel: // which may be grey and alpha
		return 16
	case color.RGBAModel:
		return 24
	case color.NRGBA64Model:
		return 32
	case color.RGBA64Model:
		return 48
	}
	return 1
}

// webpRatio is the number of pixels of a byte: a lossy block of 16 × 16 takes three bits, to say how it is predicted. A
// lossless picture of one colour takes nothing.
func (p picture) webpRatio() float64 {
	for chunk := range p.chunks(12, p.size, binary.LittleEndian) {
		switch chunk.id {
		case "VP8L", "ANMF":
			return math.Inf(1)
		case "VP8 ":
			return 8. / 3 * 256
		}
	}
	return 0
}

// tiffRatio is the number of pixels of a byte, by the way of compression. A white line of a fax takes a bit.
func (p picture) tiffRatio() float64 {
	const (
		tagBits        = 0x102
		tagCompression = 0x103
		tagSamples     = 0x115
	)
	_, first := openTIFF(p.source, 0)
	bits, known := first[tagBits].number(0)
	if samples, ok := first[tagSamples].number(0); ok {
		bits *= samples
	}
	if !known || bits < 1 {
		bits = 1
	}
	compression, _ := first[tagCompression].number(0)
	switch compression {
	case 0, 1:
		return 8 / bits
	case 2, 3, 4:
		return math.Inf(1)
	case 5: // LZW
		return 8. / 12 * 4096 * 8 / bits
	case 32773: // runs of 128 in two bytes
		return 64 * 8 / bits
	}
	return deflateRatio * 8 / bits
}

// weight is about how many bytes it takes to decode the picture, and to make a smaller one of it.
func (p picture) weight() int64 {
	var each float64 // bytes for a pixel
	switch p.ColorModel {
	case color.GrayModel, color.AlphaModel:
		each = 1
	case color.Gray16Model, color.Alpha16Model:
		each = 2
	case color.YCbCrModel:
		each = 3
	case color.RGBA64Model, color.NRGBA64Model:
		each = 8
	default:
		each = 4
		if _, ok := p.ColorModel.(color.Palette); ok {
			each = 1
		}
	}
	switch p.name {
	case "jpeg":
		each = jpegWeight(p)
	case "png":
		each *= 1.5 // interlaced ones are put together from their passes
	case "gif":
		each += 4 // the canvas
	case "webp":
		each = 12 // its transparency is decoded on its own; the canvas
	case "tiff":
		each *= 2 // strips are unpacked one by one, but there may be just one
	}
	pixels := float64(p.Width) * float64(p.Height)
	// To shrink it to a half takes 4 bytes for each pixel of that; what is small is turned upright besides.
	const small = 2048 * 2048
	return int64(pixels*(each+1.34) + 8*min(pixels, small))
}

// jpegWeight is about how many bytes a pixel of a JPEG file takes to decode. The first picture that a progressive file
// gives is rough, and all its coefficients are kept until the last.
func jpegWeight(p picture) float64 {
	const progressive = "\xc2"
	for segment := range p.segments() {
		if segment.id < "\xc0" || segment.id > "\xc2" {
			continue
		}
		b := p.read(segment.at, segment.end-segment.at)
		if len(b) < 6 {
			break
		}
		var widest, highest, sum int
		components := b[6:]
		for ; len(components) >= 3; components = components[3:] {
			h, v := int(components[1]>>4), int(components[1]&15)
			widest, highest, sum = max(widest, h), max(highest, v), sum+h*v
		}
		each := float64(sum) / float64(max(1, widest*highest))
		if segment.id == progressive {
			each *= 5
		}
		if p.ColorModel == color.CMYKModel || p.ColorModel == color.RGBAModel {
			each += 4
		}
		return each
	}
	return 16
}
