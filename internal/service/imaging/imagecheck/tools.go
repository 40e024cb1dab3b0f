package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging"
)

// answer is what was found out about a file.
type answer struct {
	ours, theirs facts
	distance     float64 // between our small picture and theirs, of 255; negative if there is none
}

// same compares numbers with some tolerance: tools round, and count the end of the last sound in different ways.
func same(field, a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 != nil || err2 != nil {
		return a == b
	}
	if field == "seconds" {
		return math.Abs(x-y) <= max(0.06, 0.01*y)
	}
	return math.Abs(x-y) <= 1e-4*math.Abs(y)
}

// number is a number without needless digits, absent if it is zero.
func (f facts) number(field string, v float64) {
	if v != 0 {
		f[field] = strconv.FormatFloat(v, 'g', 8, 64)
	}
}

func (f facts) text(field, v string) {
	if v != "" {
		f[field] = v
	}
}

// askPicture compares with exiftool, and our small picture with ImageMagick's.
func askPicture(file string) (a answer, err error) {
	a.distance = -1
	opened, err := os.Open(file) //nolint:gosec // a file of ours
	if err != nil {
		return a, err
	}
	defer opened.Close() //nolint:errcheck // it was only read
	found := imaging.Inspect(opened, filepath.Base(file))
	a.ours = facts{"type": found.Type}
	if found.Class != imaging.Image {
		a.ours["type"] = "no picture"
	}
	e := found.Exif
	a.ours.number("width", float64(found.Width))
	a.ours.number("height", float64(found.Height))
	a.ours.text("make", e.Make)
	a.ours.text("model", e.Model)
	a.ours.number("orientation", float64(e.Orientation))
	a.ours.number("f", e.FNumber)
	a.ours.number("focal", e.FocalLength)
	if e.ExposureDenominator != 0 {
		a.ours.number("exposure", e.ExposureNumerator/e.ExposureDenominator)
	}
	if !e.Taken.IsZero() {
		a.ours["taken"] = e.Taken.Format(time.DateTime)
	}
	if e.GPS != nil {
		a.ours["place"] = fmt.Sprintf("%.5f,%.5f,%.1f", e.GPS.Latitude, e.GPS.Longitude, e.GPS.Altitude)
	}
	var orientation int
	if a.theirs, orientation, err = exiftool(file); err != nil {
		return a, err
	}
	if found.Class == imaging.Image {
		a.distance, err = compare(opened, file, orientation)
	}
	return a, err
}

// exiftool reads what we read, with the groups where it stands.
func exiftool(file string) (f facts, orientation int, err error) {
	out, err := output("", "exiftool", "-json", "-n", "-G0", "-File:all", "-EXIF:all", "-PNG:all", "-RIFF:all", "-GIF:all", "-QuickTime:all", "-BMP:all",
		"-Composite:all", "-api", "MissingTagValue=", file)
	if err != nil {
		return nil, 0, err
	}
	var answers []map[string]any
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != 1 {
		return nil, 0, fmt.Errorf("exiftool printed %q: %w", out, err)
	}
	said := func(names ...string) string {
		for _, name := range names {
			if v, ok := answers[0][name]; ok {
				text := strings.TrimSpace(fmt.Sprint(v))
				if text != "undef" && text != "inf" {
					return text
				}
			}
		}
		return ""
	}
	number := func(names ...string) float64 {
		v, _ := strconv.ParseFloat(said(names...), 64)
		return v
	}
	f = facts{}
	f.number("width", number("File:ImageWidth", "PNG:ImageWidth", "GIF:ImageWidth", "RIFF:ImageWidth", "EXIF:ImageWidth", "BMP:ImageWidth", "QuickTime:ImageWidth"))
	f.number("height", math.Abs(number("File:ImageHeight", "PNG:ImageHeight", "GIF:ImageHeight", "RIFF:ImageHeight", "EXIF:ImageHeight", "BMP:ImageHeight", "QuickTime:ImageHeight")))
	f.text("make", said("EXIF:Make"))
	f.text("model", said("EXIF:Model"))
	f.number("orientation", number("EXIF:Orientation"))
	f.number("f", number("EXIF:FNumber"))
	f.number("focal", number("EXIF:FocalLength"))
	f.number("exposure", number("EXIF:ExposureTime"))
	if local := said("EXIF:DateTimeOriginal"); local != "" {
		t, err := time.Parse("2006:01:02 15:04:05Z07:00", local+said("EXIF:OffsetTimeOriginal"))
		if err != nil {
			t, err = time.Parse("2006:01:02 15:04:05", local)
		}
		if err != nil {
			return nil, 0, err
		}
		f["taken"] = t.UTC().Format(time.DateTime)
	}
	if said("Composite:GPSLatitude") != "" && said("Composite:GPSLongitude") != "" {
		f["place"] = fmt.Sprintf("%.5f,%.5f,%.1f", number("Composite:GPSLatitude"), number("Composite:GPSLongitude"), number("Composite:GPSAltitude", "EXIF:GPSAltitude"))
	}
	return f, int(number("EXIF:Orientation")), nil
}

// compare makes the same small picture with ImageMagick, and returns how far the average pixel of ours is from it. Colours
// are compared as they are to be seen: both pictures are brought to sRGB by the profiles that they have.
func compare(opened *os.File, file string, orientation int) (float64, error) {
	const box = 96
	ours, err := imaging.Scale(opened, box)
	if err != nil {
		return 0, err
	}
	small := file + ".small"
	if err := os.WriteFile(small, ours.Bytes, 0o600); err != nil {
		return 0, err
	}
	orientations := []string{"Undefined", "TopLeft", "TopRight", "BottomRight", "BottomLeft", "LeftTop", "RightTop", "RightBottom", "LeftBottom"}
	theirs, err := magick(file, "-orient", orientations[orientation], "-auto-orient", "-resize", fmt.Sprintf("%dx%d>", box, box))
	if err != nil {
		return 0, err
	}
	shown, err := magick(small)
	if err != nil {
		return 0, err
	}
	if theirs.Bounds() != shown.Bounds() {
		return 0, fmt.Errorf("our small picture has the size %v, ImageMagick's %v", shown.Bounds().Size(), theirs.Bounds().Size())
	}
	return distance(shown, theirs), nil
}

// magick gives the pixels of a picture in sRGB on white, after some options.
func magick(file string, options ...string) (image.Image, error) {
	dir, name := filepath.Split(file)
	kind, err := output(dir, "convert", name+"[0]", "-format", "%[colorspace] %[profile:icc]", "info:")
	if err != nil {
		return nil, err
	}
	// The first picture of those that move, on the whole canvas.
	args := []string{"convert", name + "[0]"}
	space, profile, _ := strings.Cut(string(kind), " ")
	if space == "CMYK" { // in which there is no canvas
		args = append(args, "-colorspace", "sRGB")
	}
	args = append(append(args, "-background", "none", "-flatten"), options...)
	args = append(args, "-background", "white", "-alpha", "remove", "-alpha", "off")
	if profile != "" {
		args = append(args, "-profile", "srgb.icc")
	}
	out, err := output(dir, append(args, "-colorspace", "sRGB", "-depth", "8", "PNG24:-")...)
	if err != nil {
		return nil, err
	}
	return png.Decode(bytes.NewReader(out))
}

func distance(a, b image.Image) float64 {
	var sum float64
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []float64{float64(r1) - float64(r2), float64(g1) - float64(g2), float64(b1) - float64(b2)} {
				sum += math.Abs(d) / 257
			}
		}
	}
	return sum / float64(3*a.Bounds().Dx()*a.Bounds().Dy())
}

// askMedia compares with ffprobe.
func askMedia(file string) (a answer, err error) {
	a.distance = -1
	opened, err := os.Open(file) //nolint:gosec // a file of ours
	if err != nil {
		return a, err
	}
	defer opened.Close() //nolint:errcheck // it was only read
	found := imaging.Inspect(opened, filepath.Base(file))
	a.ours = facts{"type": found.Type, "class": map[imaging.Class]string{imaging.Video: "video", imaging.Audio: "audio"}[found.Class]}
	a.ours.number("seconds", found.Duration.Seconds())
	a.ours.number("width", float64(found.Width))
	a.ours.number("height", float64(found.Height))
	a.ours.text("title", found.Song.Title)
	a.ours.text("artist", found.Song.Artist)
	a.ours.text("album", found.Song.Album)
	a.ours.text("album_artist", found.Song.AlbumArtist)
	a.ours.text("genre", found.Song.Genre)
	if imaging.Check(bytes.NewReader(found.Cover)) == nil {
		a.ours["cover"] = "yes"
	}
	a.theirs, err = ffprobe(file)
	return a, err
}

func ffprobe(file string) (facts, error) {
	out, err := output("", "ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_entries", "packet=duration_time", "-of", "json", file)
	if err != nil {
		return nil, err
	}
	type tags map[string]string
	var said struct {
		Streams []struct {
			CodecType     string `json:"codec_type"`
			Width, Height float64
			Disposition   struct {
				AttachedPic int `json:"attached_pic"`
			}
			Tags     tags
			SideData []struct{ Rotation int } `json:"side_data_list"`
		}
		Packets []struct {
			Duration float64 `json:"duration_time,string"`
		}
		Format struct {
			Name     string  `json:"format_name"`
			Duration float64 `json:",string"`
			Tags     tags
		}
	}
	if err := json.Unmarshal(out, &said); err != nil {
		return nil, err
	}
	f := facts{"class": "audio"}
	names := tags{}
	collect := func(from tags) {
		for name, value := range from {
			names[strings.ToLower(name)] = value
		}
	}
	for _, s := range said.Streams {
		switch {
		case s.Disposition.AttachedPic == 1:
			f["cover"] = "yes"
		case s.CodecType == "video":
			f["class"] = "video"
			if len(s.SideData) > 0 && s.SideData[0].Rotation%180 != 0 {
				s.Width, s.Height = s.Height, s.Width
			}
			f.number("width", s.Width)
			f.number("height", s.Height)
		default:
			collect(s.Tags)
		}
	}
	collect(said.Format.Tags)
	if said.Format.Name == "mp3" || said.Format.Name == "aac" {
		// Where no header says how long these play, ffprobe guesses from the first bit rate. Their packets can be added up.
		said.Format.Duration = 0
		for _, p := range said.Packets {
			said.Format.Duration += p.Duration
		}
	}
	f.number("seconds", said.Format.Duration)
	if f["class"] == "audio" {
		for _, name := range []string{"title", "artist", "album", "album_artist", "genre"} {
			f.text(name, names[name])
		}
	}
	return f, nil
}
