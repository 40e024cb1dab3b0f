package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/dustin/go-humanize/english"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/tree"
)

// backup is a run.
type backup struct {
	client   *liveconnect.Client
	owner    *liveconnect.User
	size     int64 // of the drive, in bytes
	dir      string
	parallel int
	out      io.Writer
	last     *record
}

// run downloads what is new, and writes down what there is then: also when not all of it came.
func (b *backup) run(ctx context.Context) error {
	started := time.Now()
	next := &record{head: head{Owner: b.owner.ID, Name: b.owner.Name, Ended: b.last.Ended}, entries: map[string]*entry{}}
	photos := &sheet{Owner: b.owner.Name}
	show := newDisplay(b.out, b.size)
	result, err := tree.Download(ctx, b.client, liveconnect.Root, filepath.Join(b.dir, filesDir), &tree.Options{
		Concurrency: b.parallel,
		Replace:     true, // the directory is a copy: what has changed on the service changes here
		Report: func(f tree.File) {
			show.report(f)
			if (f.State == tree.Done || f.State == tree.Skipped) && f.Err == nil {
				info := f.Item.Info()
				next.entries[f.Local] = &entry{Local: f.Local, Path: f.Path, ID: info.ID, Size: info.Size, Updated: info.UpdatedTime}
				photos.add(f)
			}
		},
	})
	show.close()
	if err != nil && result.Done+result.Skipped == 0 {
		return err
	}
	changes := next.since(b.last, err == nil)
	err = errors.Join(err, b.addSums(ctx, next))
	if err == nil {
		next.Ended = now()
	}
	if e := next.save(b.dir); e != nil {
		return errors.Join(err, e)
	}
	name, e := photos.write(b.dir)
	b.summary(result, time.Since(started), changes, name)
	return errors.Join(err, e)
}

// addSums reads the files that have no checksum yet, or are others now.
func (b *backup) addSums(ctx context.Context, next *record) error {
	var todo []*entry
	var total, done int64
	for _, e := range next.sorted() {
		if old := b.last.entries[e.Local]; old != nil && old.ID == e.ID && old.Size == e.Size && old.Updated.Equal(e.Updated.Time) {
			e.SHA256 = old.SHA256
		}
		if e.SHA256 == "" && !e.Gone {
			todo = append(todo, e)
			total += e.Size
		}
	}
	bar := progress.Start(b.out, total)
	defer bar.End()
	for _, e := range todo {
		sum, err := sumOf(ctx, b.dir, e.Local)
		if err != nil {
			return err
		}
		e.SHA256 = sum
		done += e.Size
		bar.Show("checksum of "+filepath.Base(e.Local), done)
	}
	return nil
}

// sumOf is the checksum of a file of the backup.
func sumOf(ctx context.Context, dir, local string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	file, err := os.OpenInRoot(filepath.Join(dir, filesDir), filepath.FromSlash(local))
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // it was only read
	hash := sha256.New()
	_, err = io.Copy(hash, file)
	return hex.EncodeToString(hash.Sum(nil)), err
}

// plan says what run would download.
func (b *backup) plan(ctx context.Context) error {
	next := &record{entries: map[string]*entry{}}
	var files int
	var bytes int64
	fmt.Fprintln(b.out)
	known := map[string]*entry{} // by id
	for _, e := range b.last.entries {
		if !e.Gone {
			known[e.ID] = e
		}
	}
	for at, err := range tree.Walk(ctx, b.client, liveconnect.Root, &tree.WalkOptions{StopOnError: true}) {
		if err != nil {
			return err
		}
		info := at.Item.Info()
		if at.IsFolder() || info.Type == liveconnect.TypeNotebook {
			continue
		}
		e := &entry{Local: at.Path, Path: at.Path, ID: info.ID, Size: info.Size, Updated: info.UpdatedTime}
		if old := known[e.ID]; old != nil && old.Path == e.Path {
			e.Local = old.Local
			if old.Size == e.Size && old.Updated.Equal(e.Updated.Time) && b.has(old, info.ModTime()) {
				next.entries[e.Local] = e
				continue
			}
		}
		next.entries[e.Local] = e
		files++
		bytes += info.Size
		fmt.Fprintf(b.out, "   would save  %s, %s\n", at.Path, size(info.Size))
	}
	fmt.Fprintf(b.out, "\n   %s, %s, would be saved; nothing was\n", english.Plural(files, "file", ""), size(bytes))
	b.tell(next.since(b.last, true))
	return nil
}

// has reports whether a file is there as it was saved: of that size and time, which is how tree.Download tells.
func (b *backup) has(e *entry, saved time.Time) bool {
	info, err := os.Stat(filepath.Join(b.dir, filesDir, filepath.FromSlash(e.Local)))
	return err == nil && info.Size() == e.Size && info.ModTime().Sub(saved).Abs() <= time.Second
}

func (b *backup) summary(result tree.Result, took time.Duration, changes map[change][]string, sheet string) {
	table := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	line := func(count int, what string) {
		if count > 0 {
			fmt.Fprintf(table, "   %s\t %s\n", humanize.Comma(int64(count)), what)
		}
	}
	fmt.Fprintln(b.out)
	line(result.Done, fmt.Sprintf("saved, %s in %s", size(result.Bytes), progress.Took(took)))
	line(result.Skipped, "there already")
	line(result.Interrupted, "left for the next run")
	line(result.Failed, "failed")
	_ = table.Flush() // to the terminal
	for _, f := range result.Failures {
		fmt.Fprintf(b.out, "      %s: %v\n", f.Path, f.Err)
	}
	b.tell(changes)
	fmt.Fprintf(b.out, "\n   Open %s in a browser to see the photos.\n", sheet)
}

// tell lists what has changed since the last complete run.
func (b *backup) tell(changes map[change][]string) {
	if b.last.Ended.IsZero() {
		return
	}
	fmt.Fprintf(b.out, "\n   Since %s: %d new, %d changed, %d moved, %d gone\n", b.last.when(),
		len(changes[added]), len(changes[changed]), len(changes[moved]), len(changes[gone]))
	const most = 20 // of each
	for _, what := range []change{added, changed, moved, gone} {
		for i, path := range changes[what] {
			if i == most {
				fmt.Fprintf(b.out, "      %-8s and %d more\n", what, len(changes[what])-most)
				break
			}
			fmt.Fprintf(b.out, "      %-8s %s\n", what, path)
		}
	}
	if len(changes[gone]) > 0 {
		fmt.Fprintln(b.out, "   What is gone from the drive stays in the backup.")
	}
}

// verify compares the files with their checksums.
func verify(ctx context.Context, dir string, out io.Writer) error {
	r, err := loadRecord(dir)
	if err != nil {
		return err
	}
	if r.Owner == "" {
		return fmt.Errorf("there is no backup in %s: choose another -dir", dir)
	}
	bad, unknown := 0, 0
	var bytes int64
	for _, e := range r.sorted() {
		if e.SHA256 == "" {
			unknown++
			continue
		}
		sum, err := sumOf(ctx, dir, e.Local)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			fmt.Fprintf(out, "   missing  %s: %v\n", e.Local, err)
		case sum != e.SHA256:
			fmt.Fprintf(out, "   damaged  %s\n", e.Local)
		default:
			bytes += e.Size
			continue
		}
		bad++
	}
	if bad > 0 {
		return fmt.Errorf("%s not what was saved: remove them, and the next run brings them again", english.Plural(bad, "file is", "files are"))
	}
	fmt.Fprintf(out, "%s: %s, %s, all as they were saved\n", dir, english.Plural(len(r.entries)-unknown, "file", ""), size(bytes))
	if unknown > 0 {
		fmt.Fprintf(out, "%s without a checksum: the next run adds it\n", english.Plural(unknown, "file is", "files are"))
	}
	return nil
}
