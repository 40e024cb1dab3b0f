package main

import (
	"fmt"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// shot is what exiftool writes into files that others made.
const shot = "exiftool -q -overwrite_original -Make=Contoso -Model=C100 -FNumber=2.8 -ExposureTime=1/180 -FocalLength=3.85 " +
	"-DateTimeOriginal=2012:08:17~14:25:00 -GPSLatitude=47.51 -GPSLatitudeRef=N -GPSLongitude=122.25 -GPSLongitudeRef=W "

// pictures are one file of each kind.
func pictures() []sample {
	all := []sample{
		convert("plain.jpg"),
		convert("progressive.jpg", "-interlace Plane"),
		convert("grey.jpg", "-colorspace Gray"),
		convert("grey-profile.jpg", "-colorspace Gray -profile grey.icc"),
		convert("444.jpg", "-sampling-factor 4:4:4"),
		convert("cmyk.jpg", "-colorspace CMYK"),
		convert("adobe.jpg", "-profile srgb.icc -profile adobe.icc"),
		convert("adobe-turned.jpg", "-profile srgb.icc -profile adobe.icc").then(shot + "-n -Orientation=8 adobe-turned.jpg"),

		convert("plain.png"),
		convert("interlaced.png", "-interlace PNG"),
		convert("palette.png", "-colors 64 -type Palette"),
		convert("grey.png", "-colorspace Gray"),
		convert("grey-profile.png", "-colorspace Gray -profile grey.icc"),
		made("deep.png", "convert base.png -depth 16 PNG48:"),
		convert("adobe.png", "-profile srgb.icc -profile adobe.icc"),
		made("alpha.png", "convert seethrough.png "),

		convert("plain.gif", "-colors 64"),
		made("moving.gif", "convert -size 240x160 -page 240x160+40+20 ( base.png -crop 100x80+10+10 -colors 32 -repage 240x160+40+20 ) ( base.png -colors 32 ) "),

		convert("lossy.webp", "-quality 80"),
		convert("lossless.webp", "-define webp:lossless=true"),
		made("alpha.webp", "convert seethrough.png -quality 80 "),
		made("moving.webp", "convert base.png ( base.png -negate ) -quality 80 "),
		convert("adobe.webp", "-profile srgb.icc -profile adobe.icc -quality 90"),

		convert("plain.tif", "-compress None"),
		convert("lzw.tif", "-compress LZW"),
		convert("zip.tif", "-compress Zip"),
		convert("packbits.tif", "-compress RLE"),
		convert("big-endian.tif", "-endian MSB -compress LZW"),
		convert("grey.tif", "-colorspace Gray -compress LZW"),
		convert("deep.tif", "-depth 16 -compress None"),
		convert("fax.tif", "-threshold 50% -type Bilevel -compress Group4"),
		convert("palette.tif", "-colors 64 -type Palette -compress LZW"),
		convert("adobe.tif", "-profile srgb.icc -profile adobe.icc -compress LZW"),
		convert("pages.tif", "( base.png -resize 50% ) -compress LZW"),
		convert("turned.tif", "-orient RightTop -compress LZW"),
		convert("shot.tif", "-compress None").then(shot + "shot.tif"),

		convert("plain.bmp", "-type TrueColor"),
		made("alpha.bmp", "convert seethrough.png "),
		made("version2.bmp", "convert base.png -type TrueColor BMP2:"),
		made("version3.bmp", "convert base.png -type TrueColor BMP3:"),
		convert("palette.bmp", "-colors 64 -type Palette"),
		convert("four.bmp", "+dither -colors 16 -type Palette"),
		convert("mono.bmp", "-threshold 50% -type Bilevel"),
		convert("runs.bmp", "-colors 64 -type Palette -compress RLE"),
		convert("565.bmp", "-define bmp:subtype=RGB565"),
		convert("555.bmp", "-define bmp:subtype=RGB555"),

		made("plain.heic", "heif-enc -q 50 base.png -o ").but("width", "HEIC is a file here").but("height", "HEIC is a file here"),

		exif("good.jpg", func(*imagetest.Exif) {}),
		exif("type-0.jpg", func(e *imagetest.Exif) { e.Odd = []imagetest.Entry{{Tag: 0x0100, Kind: 0, Count: 1}} }),
		exif("type-200.jpg", func(e *imagetest.Exif) { e.Odd = []imagetest.Entry{{Tag: 0x9c9c, Kind: 200, Count: 3}} }),
		exif("outside.jpg", func(e *imagetest.Exif) {
			e.Odd = []imagetest.Entry{{Tag: 0x013b, Kind: 2, Count: 40, Value: [4]byte{0x7f, 0xff, 0, 0}}}
		}),
		exif("maker-note.jpg", func(e *imagetest.Exif) {
			e.Odd = []imagetest.Entry{{Tag: 0x927c, Kind: 7, Count: 60000, Value: [4]byte{0, 0, 0, 100}}}
		}),
		exif("no-gps.jpg", func(e *imagetest.Exif) {
			e.Latitude, e.Longitude, e.Altitude, e.NorthSouth, e.EastWest = [3]imagetest.Rational{}, [3]imagetest.Rational{}, imagetest.Rational{}, "", ""
		}),
		exif("no-reception.jpg", func(e *imagetest.Exif) {
			e.Latitude, e.Longitude, e.NoReception = [3]imagetest.Rational{}, [3]imagetest.Rational{}, true
		}),
		exif("nul.jpg", func(e *imagetest.Exif) { e.Make, e.Model = "Contoso\x00 and more", "C 100\x00\x01\x02" }),
		exif("south.jpg", func(e *imagetest.Exif) { e.NorthSouth, e.EastWest, e.BelowSea, e.Offset = "S", "E", true, "" }),
		exif("adobe-camera.jpg", func(e *imagetest.Exif) { e.AdobeRGB = true }),
	}
	for orientation := uint16(1); orientation <= 8; orientation++ {
		all = append(all, exif(fmt.Sprintf("turned-%d.jpg", orientation), func(e *imagetest.Exif) { e.Orientation = orientation }))
		for _, kind := range []string{"png", "webp"} {
			name := fmt.Sprintf("turned-%d.%s", orientation, kind)
			all = append(all, convert(name).then(shot+fmt.Sprintf("-n -Orientation=%d %s", orientation, name)))
		}
	}
	return all
}
