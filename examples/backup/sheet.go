package main

import (
	"bytes"
	"cmp"
	_ "embed" // the page
	"fmt"
	"html/template"
	"io"
	"math"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dustin/go-humanize/english"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/caption"
	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
	"github.com/go-liveconnect/liveconnect/tree"
)

//go:embed sheet.html
var page string

// sheet is the contact sheet: a page that shows what was saved. It needs nothing but the photos beside it.
type sheet struct {
	Owner  string
	Albums []*sheetAlbum
	Photos int
	bytes  int64
}

// sheetAlbum is an album on the sheet, or a folder within one.
type sheetAlbum struct {
	Name  string
	Tiles []tile
}

// tile is a photo on the sheet, or another file.
type tile struct {
	URL                        string // relative, escaped
	Name, Taken, Camera, Place string
	Width, Height              int
	Photo                      bool
	Kind                       string // of what is no photo
	taken                      time.Time
}

// add takes a photo or a video that is on disk; other files are left out.
func (s *sheet) add(f tree.File) {
	switch f.Item.(type) {
	case *liveconnect.Photo, *liveconnect.Video:
	default:
		return
	}
	name := path.Dir(f.Path)
	i := slices.IndexFunc(s.Albums, func(a *sheetAlbum) bool { return a.Name == name })
	if i < 0 {
		i = len(s.Albums)
		s.Albums = append(s.Albums, &sheetAlbum{Name: name})
	}
	s.Albums[i].Tiles = append(s.Albums[i].Tiles, newTile(f))
	s.Photos++
	s.bytes += f.Total
}

func newTile(f tree.File) tile {
	segments := strings.Split(f.Local, "/")
	for i, segment := range segments {
		segments[i] = url.PathEscape(segment)
	}
	t := tile{URL: filesDir + "/" + strings.Join(segments, "/"), Name: path.Base(f.Path), Kind: strings.TrimPrefix(path.Ext(f.Path), ".")}
	photo, ok := f.Item.(*liveconnect.Photo)
	if !ok {
		return t
	}
	t.Photo, t.Width, t.Height, t.taken = true, photo.Width, photo.Height, photo.WhenTaken.Time
	if !t.taken.IsZero() {
		t.Taken = t.taken.Format("2 January 2006, 15:04")
	}
	t.Camera = caption.Camera(photo)
	if l := photo.Location; l != nil {
		t.Place = degrees(l.Latitude, 'N', 'S') + ", " + degrees(l.Longitude, 'E', 'W')
	}
	return t
}

func degrees(value float64, positive, negative rune) string {
	if value < 0 {
		positive = negative
	}
	return fmt.Sprintf("%.3f° %c", math.Abs(value), positive)
}

// Size is the sum of all files.
func (s *sheet) Size() string { return size(s.bytes) }

// Count is how many files there are.
func (s *sheet) Count() string {
	return english.Plural(s.Photos, "photo", "photos") + " in " + english.Plural(len(s.Albums), "album", "")
}

// Count is how many files are in the album.
func (a *sheetAlbum) Count() string { return english.Plural(len(a.Tiles), "photo", "photos") }

// Period is when the album's photos were taken.
func (a *sheetAlbum) Period() string {
	var first, last time.Time
	for _, t := range a.Tiles {
		if t.taken.IsZero() {
			continue
		}
		if first.IsZero() || t.taken.Before(first) {
			first = t.taken
		}
		if t.taken.After(last) {
			last = t.taken
		}
	}
	from, to := first.Format("January 2006"), last.Format("January 2006")
	switch {
	case first.IsZero():
		return ""
	case from == to:
		return from
	}
	return from + " – " + to
}

// write makes index.html in the directory and returns its name. An older one is replaced as a whole.
func (s *sheet) write(dir string) (string, error) {
	slices.SortFunc(s.Albums, func(a, b *sheetAlbum) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range s.Albums {
		slices.SortFunc(a.Tiles, func(a, b tile) int { return cmp.Or(a.taken.Compare(b.taken), strings.Compare(a.Name, b.Name)) })
	}
	var content bytes.Buffer
	if err := template.Must(template.New("sheet").Parse(page)).Execute(&content, s); err != nil {
		return "", err
	}
	name := filepath.Join(dir, sheetName)
	return name, newfile.Write(name, 0o600, func(w io.Writer) error {
		_, err := content.WriteTo(w)
		return err
	})
}
