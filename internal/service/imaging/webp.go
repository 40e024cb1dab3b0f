package imaging

import (
	"encoding/binary"
	"image"
	"image/draw"

	"golang.org/x/image/webp"
)

// WebP is a RIFF file. golang.org/x/image/webp decodes the pixels of one picture; what it leaves to others is here: the
// first picture of a moving one, and the range of the numbers in a lossy one.

func isWebP(head []byte) bool { return has(head, 0, "RIFF") && has(head, 8, "WEBP") }

func webpConfig(src source) (image.Config, error) { return webp.DecodeConfig(src.start()) }

func webpDecode(src source) (image.Image, error) {
	canvas, frame, ok := firstWebPFrame(src)
	if !ok {
		img, err := webp.Decode(src.start())
		return fullRange(img), err
	}
	if frame.file == nil {
		return nil, ErrNotImage
	}
	img, err := webp.Decode(inMemory(frame.file))
	if err != nil {
		return nil, err
	}
	return onCanvas(fullRange(img), frame.at, canvas), nil
}

// webpFrame is a picture of a moving WebP file, as a file of its own. It is nil if there is none inside of the canvas.
type webpFrame struct {
	file []byte
	at   image.Point
}

// firstWebPFrame finds the canvas and the first picture; false if src does not move.
func firstWebPFrame(src source) (canvas image.Rectangle, frame webpFrame, moving bool) {
	const animated = 1 << 1
	for chunk := range src.chunks(12, src.size, binary.LittleEndian) {
		switch chunk.id {
		case "VP8X":
			b := src.content(chunk, 10)
			if len(b) < 10 || b[0]&animated == 0 {
				return canvas, frame, false
			}
			canvas, moving = image.Rect(0, 0, uint24(b[4:])+1, uint24(b[7:])+1), true
		case "ANMF":
			b := src.content(chunk, 16)
			if !moving || len(b) < 16 {
				return canvas, frame, moving
			}
			size := image.Pt(uint24(b[6:])+1, uint24(b[9:])+1)
			frame.at = image.Pt(2*uint24(b), 2*uint24(b[3:]))
			if (image.Rectangle{Min: frame.at, Max: frame.at.Add(size)}).In(canvas) {
				frame.file = webpFile(src, chunk.at+16, chunk.end, size)
			}
			return canvas, frame, true
		}
	}
	return canvas, frame, moving
}

// webpFile makes a file of the chunks of a frame.
func webpFile(src source, at, end int64, size image.Point) []byte {
	const alpha = 1 << 4
	var chunks []byte
	var flags byte
	for chunk := range src.chunks(at, end, binary.LittleEndian) {
		switch chunk.id {
		case "ALPH":
			flags = alpha
		case "VP8 ", "VP8L":
		default:
			continue
		}
		chunks = appendChunk(chunks, chunk.id, src.content(chunk, src.size))
	}
	extended := binary.LittleEndian.AppendUint32(nil, uint32(flags))
	extended = appendUint24(extended, size.X-1)
	header := appendChunk(nil, "VP8X", appendUint24(extended, size.Y-1))
	body := append(append([]byte("WEBP"), header...), chunks...)
	return appendChunk(nil, "RIFF", body)
}

func appendChunk(b []byte, id string, content []byte) []byte {
	b = append(b, id...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(content))) //nolint:gosec // from a file that says so in 32 bits
	b = append(b, content...)
	if len(content)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func appendUint24(b []byte, v int) []byte {
	return append(b, byte(v), byte(v>>8), byte(v>>16)) //nolint:gosec // of a number that was read from three bytes
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// fullRange stretches the numbers of VP8, whose black is 16 and white 235, to those that Go takes for black and white.
func fullRange(img image.Image) image.Image {
	var planes *image.YCbCr
	switch m := img.(type) {
	case *image.YCbCr:
		planes = m
	case *image.NYCbCrA:
		planes = &m.YCbCr
	default:
		return img
	}
	var luma, chroma [256]uint8
	for i := range 256 {
		luma[i] = clamp((float64(i) - 16) * 255 / 219)
		chroma[i] = clamp((float64(i)-128)*255/224 + 128)
	}
	stretch(planes.Y, &luma)
	stretch(planes.Cb, &chroma)
	stretch(planes.Cr, &chroma)
	return img
}

func stretch(plane []uint8, table *[256]uint8) {
	for i, v := range plane {
		plane[i] = table[v]
	}
}

// clamp rounds to a number of 8 bits.
func clamp(v float64) uint8 { return uint8(min(max(v+0.5, 0), 255)) }

// onCanvas lays a picture on a larger one through which one can see.
func onCanvas(img image.Image, at image.Point, canvas image.Rectangle) image.Image {
	if at == (image.Point{}) && img.Bounds() == canvas {
		return img
	}
	out := image.NewNRGBA(canvas)
	draw.Draw(out, img.Bounds().Sub(img.Bounds().Min).Add(at), img, img.Bounds().Min, draw.Src)
	return out
}
