package imaging

import (
	"io"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// Exif is what a camera wrote into a photo. Absent values are zero.
type Exif struct {
	Taken       time.Time // in UTC when the camera gave no offset
	Make, Model string
	FNumber     float64
	FocalLength float64 // millimetres
	// ExposureTime in seconds, numerator and denominator, in lowest terms: 1 and 180.
	ExposureNumerator, ExposureDenominator float64
	GPS                                    *GPS // nil when unknown
	// Orientation is 1 to 8 as EXIF counts them; 0 when unknown, which means upright like 1.
	Orientation int
}

// GPS is where a photo was taken: degrees, south and west negative, and metres above the sea.
type GPS struct{ Latitude, Longitude, Altitude float64 }

// readExif reads what there is. Damaged EXIF is as good as none.
func readExif(src io.ReadSeeker, f *format) Exif {
	var tags imagemeta.Tags
	options := imagemeta.Options{
		R:       src,
		Sources: imagemeta.EXIF,
		HandleTag: func(tag imagemeta.TagInfo) error {
			tags.Add(tag)
			return nil
		},
	}
	switch f.name {
	case "jpeg":
		options.ImageFormat = imagemeta.JPEG
	case "png":
		options.ImageFormat = imagemeta.PNG
	case "webp":
		options.ImageFormat = imagemeta.WebP
	default:
		return Exif{}
	}
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return Exif{}
	}
	if _, err := imagemeta.Decode(options); err != nil {
		return Exif{}
	}
	return exifOf(tags.EXIF())
}

// exifTags are the tags by their names. The values come from a stranger's file, so that no type can be taken for
// granted.
type exifTags map[string]imagemeta.TagInfo

func exifOf(tags exifTags) Exif {
	e := Exif{
		Taken:       tags.taken(),
		Make:        tags.text("Make"),
		Model:       tags.text("Model"),
		FNumber:     tags.number("FNumber"),
		FocalLength: tags.number("FocalLength"),
		GPS:         tags.gps(),
	}
	if r, ok := tags["ExposureTime"].Value.(imagemeta.Rat[uint32]); ok {
		e.ExposureNumerator, e.ExposureDenominator = float64(r.Num()), float64(r.Den())
	}
	if o, ok := tags["Orientation"].Value.(uint16); ok && o >= 1 && o <= 8 {
		e.Orientation = int(o)
	}
	return e
}

func (t exifTags) text(name string) string {
	s, _ := t[name].Value.(string)
	return strings.TrimSpace(s)
}

func (t exifTags) number(name string) float64 {
	switch v := t[name].Value.(type) {
	case imagemeta.Rat[uint32]:
		return v.Float64()
	case imagemeta.Rat[int32]:
		return v.Float64()
	case float64:
		return v
	}
	return 0
}

func (t exifTags) taken() time.Time {
	local := t.text("DateTimeOriginal")
	if taken, err := time.Parse("2006:01:02 15:04:05Z07:00", local+t.text("OffsetTimeOriginal")); err == nil {
		return taken.UTC()
	}
	taken, err := time.Parse("2006:01:02 15:04:05", local)
	if err != nil {
		return time.Time{}
	}
	return taken
}

func (t exifTags) gps() *GPS {
	latitude, ok1 := t["GPSLatitude"].Value.(float64)
	longitude, ok2 := t["GPSLongitude"].Value.(float64)
	if !ok1 || !ok2 {
		return nil
	}
	gps := &GPS{Latitude: latitude, Longitude: longitude, Altitude: t.number("GPSAltitude")}
	if strings.EqualFold(t.text("GPSLatitudeRef"), "S") {
		gps.Latitude = -gps.Latitude
	}
	if strings.EqualFold(t.text("GPSLongitudeRef"), "W") {
		gps.Longitude = -gps.Longitude
	}
	// The reference 1 means below the sea.
	if below, _ := t["GPSAltitudeRef"].Value.(uint8); below == 1 {
		gps.Altitude = -gps.Altitude
	}
	return gps
}
