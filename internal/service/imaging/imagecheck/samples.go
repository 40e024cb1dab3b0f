package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// facts are what somebody says of a file, by the names of the fields. What is unknown is absent.
type facts map[string]string

// sample is a file, and how it comes to be.
type sample struct {
	name  string
	bytes []byte              // its content, or
	make  [][]string          // commands that make it in the directory of all files,
	edit  func([]byte) []byte // and what is done to it then
	// ours names the fields in which we mean to say something else than the tools, and why.
	ours map[string]string
}

func (s sample) write(dir string) error {
	if s.bytes != nil {
		return os.WriteFile(filepath.Join(dir, s.name), s.bytes, 0o600)
	}
	for _, command := range s.make {
		if _, err := output(dir, command...); err != nil {
			return err
		}
	}
	file := filepath.Join(dir, s.name)
	content, err := os.ReadFile(file) //nolint:gosec // a file of ours
	if err != nil || s.edit == nil {
		return err
	}
	return os.WriteFile(file, s.edit(content), 0o600)
}

// output runs a tool in a directory and returns what it prints. One that hangs is ended.
func output(dir string, command ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the commands are constants, the files ours
	cmd.Dir = dir
	var failed bytes.Buffer
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(command, " "), err, failed.Bytes())
	}
	return out, nil
}

const width, height = 240, 160

// writeSources writes what the samples are made from: a picture with soft colours, so that it matters little how a tool
// scales, and profiles.
func writeSources(dir string) error {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	seeThrough := image.NewNRGBA(img.Bounds())
	for y := range height {
		for x := range width {
			c := color.NRGBA{R: uint8(x * 255 / width), G: uint8(y * 255 / height), B: uint8(255 - (x+y)*255/(width+height)), A: 255}
			img.SetNRGBA(x, y, c)
			c.A = uint8(255 - x*255/width)
			seeThrough.SetNRGBA(x, y, c)
		}
	}
	for name, content := range map[string][]byte{
		"base.png": encoded(img), "seethrough.png": encoded(seeThrough),
		"srgb.icc": imagetest.Profile(imagetest.SRGB), "adobe.icc": imagetest.Profile(imagetest.AdobeRGB), "grey.icc": imagetest.GreyProfile(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

func encoded(img image.Image) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

// command splits a line at its blanks; a tilde stands for one that is to stay.
func command(line string) []string {
	words := strings.Fields(line)
	for i, w := range words {
		words[i] = strings.ReplaceAll(w, "~", " ")
	}
	return words
}

// made is a file that a command makes, whose last argument its name ends.
func made(name, line string) sample {
	return sample{name: name, make: [][]string{command(line + name)}}
}

// convert is a file that ImageMagick makes of the base.
func convert(name string, options ...string) sample {
	return made(name, "convert base.png "+strings.Join(options, " ")+" ")
}

// then adds a command.
func (s sample) then(line string) sample {
	s.make = append(s.make, command(line))
	return s
}

// but names a field in which we say something else.
func (s sample) but(field, reason string) sample {
	if s.ours == nil {
		s.ours = map[string]string{}
	}
	s.ours[field] = reason
	return s
}

// camera is what a good camera writes.
func camera() imagetest.Exif {
	return imagetest.Exif{
		Make: "Contoso", Model: "C 100", Orientation: 6,
		Taken: "2012:08:17 14:25:00", Offset: "+02:00",
		FNumber: imagetest.Rational{Num: 28, Den: 10}, Focal: imagetest.Rational{Num: 385, Den: 100},
		Exposure:   imagetest.Rational{Num: 10, Den: 1800},
		Latitude:   [3]imagetest.Rational{{Num: 47, Den: 1}, {Num: 30, Den: 1}, {Num: 36, Den: 1}},
		Longitude:  [3]imagetest.Rational{{Num: 122, Den: 1}, {Num: 15, Den: 1}, {Num: 0, Den: 1}},
		NorthSouth: "N", EastWest: "W",
		Altitude: imagetest.Rational{Num: 251, Den: 2},
	}
}

// exif is a JPEG file whose EXIF is changed from that of a good camera.
func exif(name string, change func(*imagetest.Exif)) sample {
	e := camera()
	change(&e)
	return sample{name: name, bytes: imagetest.JPEG(width, height, &e)}
}
