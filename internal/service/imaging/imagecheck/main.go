// Command imagecheck makes a file of each kind of picture, sound and film, and compares what imaging says of it with what
// exiftool, ImageMagick and ffprobe say of the same bytes. It prints a table and ends with status 1 if they differ.
//
//	apt-get install libimage-exiftool-perl imagemagick ffmpeg libheif-examples
//	go run ./internal/service/imaging/imagecheck
//
// Nothing is left out in silence: a tool that is missing or fails is an error.
package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	dir := flag.String("dir", "", "keep the files in this directory")
	flag.Parse()
	if err := run(*dir, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// tolerance is how far the average pixel of our small pictures may be from theirs.
const tolerance = 4

func run(dir string, out io.Writer) error {
	if dir == "" {
		made, err := os.MkdirTemp("", "imagecheck")
		if err != nil {
			return err
		}
		defer os.RemoveAll(made) //nolint:errcheck // the system's own place for what may stay
		dir = made
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	if err := writeSources(dir); err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "file\twhat\tsmall picture\tfacts that exiftool or ffprobe confirm")
	var different []string
	for _, group := range []struct {
		samples []sample
		ask     func(file string) (answer, error)
	}{{pictures(), askPicture}, {media(), askMedia}} {
		for _, s := range group.samples {
			if err := s.write(dir); err != nil {
				different = append(different, fmt.Sprintf("%s cannot be made: %v", s.name, err))
				continue
			}
			a, err := group.ask(filepath.Join(dir, s.name))
			if err != nil {
				different = append(different, fmt.Sprintf("%s: %v", s.name, err))
				continue
			}
			different = append(different, s.print(table, a)...)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(different) > 0 {
		return fmt.Errorf("%d differences:\n%s", len(different), strings.Join(different, "\n"))
	}
	return nil
}

// print writes the line of a file, and returns what differs.
func (s sample) print(table io.Writer, a answer) (different []string) {
	fields := maps.Clone(a.ours)
	maps.Copy(fields, a.theirs)
	delete(fields, "type")
	var confirmed []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		ours, theirs := a.ours[field], a.theirs[field]
		switch reason, known := s.ours[field]; {
		case same(field, ours, theirs):
			confirmed = append(confirmed, field+"="+ours)
		case known:
			confirmed = append(confirmed, fmt.Sprintf("%s=%s, they %q: %s", field, ours, theirs, reason))
		default:
			different = append(different, fmt.Sprintf("%s: %s is %q here and %q there", s.name, field, ours, theirs))
		}
	}
	for field := range s.ours {
		if same(field, a.ours[field], a.theirs[field]) {
			different = append(different, fmt.Sprintf("%s: %s is the same now, and was to differ", s.name, field))
		}
	}
	picture := "-"
	if a.distance >= 0 {
		picture = fmt.Sprintf("off by %.1f", a.distance)
	}
	if a.distance > tolerance {
		different = append(different, fmt.Sprintf("%s: the small picture is off by %.1f of 255", s.name, a.distance))
	}
	fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.name, a.ours["type"], picture, strings.Join(confirmed, " "))
	return different
}
