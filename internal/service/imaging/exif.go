package imaging

import (
	"math"
	"strings"
	"time"
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

	adobeRGB bool // the colours are Adobe's, though there may be no profile that says so
}

// GPS is where a photo was taken: degrees, south and west negative, and metres above the sea.
type GPS struct{ Latitude, Longitude, Altitude float64 }

// The tags that are read.
const (
	tagMake             = 0x010f
	tagModel            = 0x0110
	tagOrientation      = 0x0112
	tagProfile          = 0x8773
	tagCamera           = 0x8769 // directory
	tagGPS              = 0x8825 // directory
	tagExposureTime     = 0x829a
	tagFNumber          = 0x829d
	tagTaken            = 0x9003
	tagTakenOffset      = 0x9011
	tagFocalLength      = 0x920a
	tagInteroperability = 0xa005 // directory
)

// readExif reads what there is from the TIFF file at the offset.
func readExif(src source, base int64) Exif {
	t, first := openTIFF(src, base)
	camera := t.sub(first, tagCamera)
	e := Exif{
		Taken: taken(camera[tagTaken].text(), camera[tagTakenOffset].text()),
		Make:  first[tagMake].text(),
		Model: first[tagModel].text(),
		GPS:   place(t.sub(first, tagGPS)),
	}
	e.FNumber, _ = camera[tagFNumber].number(0)
	e.FocalLength, _ = camera[tagFocalLength].number(0)
	e.ExposureNumerator, e.ExposureDenominator = exposure(camera[tagExposureTime])
	if o, _ := first[tagOrientation].number(0); o >= 1 && o <= 8 {
		e.Orientation = int(o)
	}
	// Cameras with Adobe RGB name it by this text of the rules for camera files.
	e.adobeRGB = t.sub(camera, tagInteroperability)[1].text() == "R03"
	return e
}

// taken reads a time as EXIF has it, or with other signs between the numbers.
func taken(local, offset string) time.Time {
	if len(local) >= 10 {
		local = local[:4] + ":" + local[5:7] + ":" + local[8:]
	}
	if t, err := time.Parse("2006:01:02 15:04:05Z07:00", local+offset); err == nil {
		return t.UTC()
	}
	t, err := time.Parse("2006:01:02 15:04:05", local)
	if err != nil {
		return time.Time{}
	}
	return t
}

func exposure(f field) (numerator, denominator float64) {
	n, d, ok := f.rational(0)
	if !ok || n <= 0 || d <= 0 || n != math.Trunc(n) || n > math.MaxUint32 {
		return 0, 0
	}
	a, b := uint64(n), uint64(d)
	for b != 0 {
		a, b = b, a%b
	}
	return n / float64(a), d / float64(a)
}

// place needs both degrees: 0/0 is how a camera without reception writes them.
func place(d directory) *GPS {
	latitude, ok1 := degrees(d[2], 90)
	longitude, ok2 := degrees(d[4], 180)
	if !ok1 || !ok2 {
		return nil
	}
	gps := &GPS{Latitude: latitude, Longitude: longitude}
	gps.Altitude, _ = d[6].number(0)
	if strings.EqualFold(d[1].text(), "S") {
		gps.Latitude = -gps.Latitude
	}
	if strings.EqualFold(d[3].text(), "W") {
		gps.Longitude = -gps.Longitude
	}
	// The reference 1 means below the sea.
	if below, _ := d[5].number(0); below == 1 {
		gps.Altitude = -gps.Altitude
	}
	return gps
}

// degrees adds degrees, minutes and seconds, of which the latter two may be missing.
func degrees(f field, most float64) (float64, bool) {
	sum, ok := f.number(0)
	minutes, _ := f.number(1)
	seconds, _ := f.number(2)
	sum += minutes/60 + seconds/3600
	return sum, ok && sum >= 0 && sum <= most
}
