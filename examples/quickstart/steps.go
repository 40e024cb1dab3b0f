package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
)

// tour is what the program shows.
type tour struct {
	client *liveconnect.Client
	photos []photo
	out    io.Writer
}

func (t *tour) printf(format string, args ...any) { fmt.Fprintf(t.out, format, args...) }

func (t *tour) step(title string) { t.printf("\n%s\n", title) }

// uploadAll puts the photos into the album, with a progress bar where somebody is watching.
func (t *tour) uploadAll(ctx context.Context, albumID string) error {
	var total, done int64
	for _, p := range t.photos {
		total += int64(len(p.content))
	}
	bar := progress.Start(t.out, total)
	defer bar.End()
	for _, p := range t.photos {
		opts := &liveconnect.UploadOptions{Progress: func(up liveconnect.Progress) { bar.Show(p.name, done+up.Done) }}
		if _, err := t.client.Uploads.Put(ctx, albumID, p.name, bytes.NewReader(p.content), opts); err != nil {
			return err
		}
		done += int64(len(p.content))
	}
	bar.End() // before anything else is printed
	t.printf("   %s, %s\n", english.Plural(len(t.photos), "photo", "photos"), humanize.Bytes(uint64(total)))
	return nil
}

// list prints the album's photos, page by page.
func (t *tour) list(ctx context.Context, albumID string) error {
	table := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "   \tname\tpixels\ttaken\tcamera\tplace\tsize")
	number := 0
	opts := &liveconnect.ListOptions{Limit: 2, SortBy: liveconnect.SortByName}
	for page, err := range t.client.Photos.Pages(ctx, albumID, opts) {
		if err != nil {
			return err
		}
		number++
		for i, p := range page.Data {
			label := ""
			if i == 0 {
				label = fmt.Sprintf("page %d", number)
			}
			fmt.Fprintf(table, "   %s\t%s\t%d × %d\t%s\t%s\t%s\t%s\n", label, p.Name, p.Width, p.Height,
				taken(p), orDash(p.CameraModel), place(p.Location), humanize.Bytes(uint64(p.Size))) //nolint:gosec // never negative
		}
	}
	return table.Flush()
}

func taken(p *liveconnect.Photo) string {
	if p.WhenTaken.IsZero() {
		return "–"
	}
	return p.WhenTaken.Format("2 Jan 2006 15:04")
}

func place(l *liveconnect.Location) string {
	if l == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f° %c, %.2f° %c", math.Abs(l.Latitude), side(l.Latitude, 'N', 'S'),
		math.Abs(l.Longitude), side(l.Longitude, 'E', 'W'))
}

func side(degrees float64, positive, negative rune) rune {
	if degrees < 0 {
		return negative
	}
	return positive
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// showDownsizing compares the first large photo with what became of it, and uploads it once more as it is.
func (t *tour) showDownsizing(ctx context.Context, albumID string) error {
	for _, p := range t.photos {
		if !p.large() {
			continue
		}
		small, err := t.find(ctx, albumID, p.name)
		if err != nil {
			return err
		}
		t.printf("   %s was %d × %d. OneDrive has made it %d × %d, and these:\n      ", p.name, p.width, p.height, small.Width, small.Height)
		for i, image := range small.Images {
			if i > 0 {
				t.printf(", ")
			}
			t.printf("%s %d × %d", image.Type, image.Width, image.Height)
		}
		up, err := t.client.Uploads.Put(ctx, albumID, p.name, bytes.NewReader(p.content),
			&liveconnect.UploadOptions{DownsizePhotoUploads: liveconnect.Set(false)})
		if err != nil {
			return err
		}
		full, err := t.client.Photos.Get(ctx, up.ID)
		if err != nil {
			return err
		}
		t.printf("\n   uploaded again with downsize_photo_uploads=false, it is %d × %d\n", full.Width, full.Height)
		return nil
	}
	t.printf("   nothing: none of these photos is larger than 2048 × 2048 pixels\n")
	return nil
}

// downloadAndCompare gets a photo back, to a file, and compares it byte for byte. It takes one that was stored as it is.
func (t *tour) downloadAndCompare(ctx context.Context, albumID string) error {
	p := t.photos[0]
	for _, candidate := range t.photos {
		if candidate.large() { // the first large one was uploaded again, as it is
			p = candidate
			break
		}
	}
	found, err := t.find(ctx, albumID, p.name)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "quickstart")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system empties this place by itself
	file := filepath.Join(dir, p.name)
	if err := t.client.Downloads.File(ctx, found.ID, file, nil); err != nil {
		return err
	}
	content, err := os.ReadFile(file) //nolint:gosec // what was just written
	if err != nil {
		return err
	}
	if !bytes.Equal(content, p.content) {
		return fmt.Errorf("%s came back different: %d bytes instead of %d", p.name, len(content), len(p.content))
	}
	t.printf("   %s came back the same, byte for byte: %s bytes\n", p.name, humanize.Comma(int64(len(content))))
	return nil
}

// find looks a photo up by its name.
func (t *tour) find(ctx context.Context, albumID, name string) (*liveconnect.Photo, error) {
	for p, err := range t.client.Photos.All(ctx, albumID, nil) {
		if err != nil {
			return nil, err
		}
		if p.Name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%s is not in the album", name)
}

// overwrite uploads a name that is taken, in each of the three ways.
func (t *tour) overwrite(ctx context.Context, albumID string, p photo) error {
	put := func(how liveconnect.Overwrite) (*liveconnect.UploadedFile, error) {
		return t.client.Uploads.Put(ctx, albumID, p.name, bytes.NewReader(p.content), &liveconnect.UploadOptions{Overwrite: how})
	}
	if _, err := put(liveconnect.OverwriteFalse); !errors.Is(err, liveconnect.ErrAlreadyExists) {
		return fmt.Errorf("overwrite=false: want ErrAlreadyExists, got %w", err)
	}
	t.printf("   overwrite=false          is refused, with ErrAlreadyExists\n")
	if _, err := put(liveconnect.OverwriteTrue); err != nil {
		return err
	}
	t.printf("   overwrite=true           has replaced the content of %s\n", p.name)
	both, err := put(liveconnect.OverwriteChooseNewName)
	if err != nil {
		return err
	}
	t.printf("   overwrite=ChooseNewName  has kept both, the new one as %s\n", both.Name)
	return nil
}
