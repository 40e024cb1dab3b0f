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
	"sync/atomic"
	"text/tabwriter"

	"github.com/dustin/go-humanize"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/go-liveconnect/liveconnect"
)

// uploadAll puts the photos into the album, with a progress line where somebody is watching.
func uploadAll(ctx context.Context, client *liveconnect.Client, albumID string, photos []photo) error {
	var total, done int64
	for _, p := range photos {
		total += int64(len(p.content))
	}
	var now atomic.Pointer[string] // the photo on its way; the line reads it at its own pace
	now.Store(new(string))
	watcher := io.Discard
	if term.IsTerminal(int(os.Stderr.Fd())) {
		watcher = io.Writer(os.Stderr)
	}
	line := mpb.NewWithContext(ctx, mpb.WithOutput(watcher))
	bar := line.AddBar(total, mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return "   " + *now.Load() })),
		mpb.AppendDecorators(decor.CountersKiloByte("% .1f / % .1f")))
	defer line.Wait()
	defer bar.Abort(true) // does nothing to a bar that is full
	for _, p := range photos {
		now.Store(&p.name)
		opts := &liveconnect.UploadOptions{Progress: func(up liveconnect.Progress) { bar.SetCurrent(done + up.Done) }}
		if _, err := client.Uploads.Put(ctx, albumID, p.name, bytes.NewReader(p.content), opts); err != nil {
			return err
		}
		done += int64(len(p.content))
	}
	fmt.Printf("   %d photos, %s\n", len(photos), humanize.Bytes(uint64(total)))
	return nil
}

// list prints the album's photos, page by page.
func list(ctx context.Context, client *liveconnect.Client, albumID string) error {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "   \tname\tpixels\ttaken\tcamera\tplace\tsize")
	number := 0
	opts := &liveconnect.ListOptions{Limit: 2, SortBy: liveconnect.SortByName}
	for page, err := range client.Photos.Pages(ctx, albumID, opts) {
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
func showDownsizing(ctx context.Context, client *liveconnect.Client, albumID string, photos []photo) error {
	for _, p := range photos {
		if !p.large() {
			continue
		}
		small, err := find(ctx, client, albumID, p.name)
		if err != nil {
			return err
		}
		fmt.Printf("   %s was %d × %d. OneDrive has made it %d × %d, and these:\n     ", p.name, p.width, p.height, small.Width, small.Height)
		for _, image := range small.Images {
			fmt.Printf(" %s %d × %d ", image.Type, image.Width, image.Height)
		}
		up, err := client.Uploads.Put(ctx, albumID, p.name, bytes.NewReader(p.content),
			&liveconnect.UploadOptions{DownsizePhotoUploads: liveconnect.Set(false)})
		if err != nil {
			return err
		}
		full, err := client.Photos.Get(ctx, up.ID)
		if err != nil {
			return err
		}
		fmt.Printf("\n   uploaded again with downsize_photo_uploads=false, it is %d × %d\n", full.Width, full.Height)
		return nil
	}
	fmt.Println("   nothing: none of these photos is larger than 2048 × 2048 pixels")
	return nil
}

// downloadAndCompare gets a photo back, to a file, and compares it byte for byte. It takes one that was stored as it is.
func downloadAndCompare(ctx context.Context, client *liveconnect.Client, albumID string, photos []photo) error {
	p := photos[0]
	for _, candidate := range photos {
		if candidate.large() { // the first large one was uploaded again, as it is
			p = candidate
			break
		}
	}
	found, err := find(ctx, client, albumID, p.name)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "quickstart")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // the system empties this place by itself
	file := filepath.Join(dir, p.name)
	if err := client.Downloads.File(ctx, found.ID, file, nil); err != nil {
		return err
	}
	content, err := os.ReadFile(file) //nolint:gosec // what was just written
	if err != nil {
		return err
	}
	if !bytes.Equal(content, p.content) {
		return fmt.Errorf("%s came back different: %d bytes instead of %d", p.name, len(content), len(p.content))
	}
	fmt.Printf("   %s came back the same, byte for byte: %s bytes\n", p.name, humanize.Comma(int64(len(content))))
	return nil
}

// find looks a photo up by its name.
func find(ctx context.Context, client *liveconnect.Client, albumID, name string) (*liveconnect.Photo, error) {
	for p, err := range client.Photos.All(ctx, albumID, nil) {
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
func overwrite(ctx context.Context, client *liveconnect.Client, albumID string, p photo) error {
	put := func(how liveconnect.Overwrite) (*liveconnect.UploadedFile, error) {
		return client.Uploads.Put(ctx, albumID, p.name, bytes.NewReader(p.content), &liveconnect.UploadOptions{Overwrite: how})
	}
	if _, err := put(liveconnect.OverwriteFalse); !errors.Is(err, liveconnect.ErrAlreadyExists) {
		return fmt.Errorf("overwrite=false: want ErrAlreadyExists, got %w", err)
	}
	fmt.Println("   overwrite=false          is refused, with ErrAlreadyExists")
	if _, err := put(liveconnect.OverwriteTrue); err != nil {
		return err
	}
	fmt.Printf("   overwrite=true           has replaced the content of %s\n", p.name)
	both, err := put(liveconnect.OverwriteChooseNewName)
	if err != nil {
		return err
	}
	fmt.Printf("   overwrite=ChooseNewName  has kept both, the new one as %s\n", both.Name)
	return nil
}
