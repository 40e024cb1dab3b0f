package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/dustin/go-humanize/english"
)

// verify reads an archive as a whole and compares it with its manifest and its sums.
func verify(ctx context.Context, name string) (*manifest, error) {
	reader, err := zip.OpenReader(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err != nil {
		return nil, damaged(name, err)
	}
	defer reader.Close() //nolint:errcheck // it was only read
	m, err := check(ctx, reader.File)
	if err != nil && ctx.Err() == nil {
		return nil, damaged(name, err)
	}
	return m, err
}

func damaged(name string, err error) error {
	return fmt.Errorf("%s is damaged, export the account again: %w", name, err)
}

func check(ctx context.Context, files []*zip.File) (*manifest, error) {
	found := map[string]file{}
	content := map[string][]byte{} // of the files that say what is there
	lines := map[string]int{}
	for _, f := range files {
		if _, twice := found[f.Name]; twice {
			return nil, fmt.Errorf("%s is there twice", f.Name)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		read := &reading{}
		if f.Name == manifestName || f.Name == sumsName {
			read.keep = new(bytes.Buffer)
		}
		got, err := read.file(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		found[f.Name] = got
		if read.keep != nil {
			content[f.Name] = read.keep.Bytes()
		}
		lines[f.Name] = read.lines
	}
	m := new(manifest)
	if err := json.Unmarshal(content[manifestName], m); err != nil {
		return nil, fmt.Errorf("%s: %w", manifestName, err)
	}
	if m.Format != 1 {
		return nil, fmt.Errorf("%s has format %d: this program knows 1", manifestName, m.Format)
	}
	return m, errors.Join(m.compare(found), m.compareSums(string(content[sumsName]), found), m.compareRecords(lines))
}

// compare wants the files to be those of the manifest.
func (m *manifest) compare(found map[string]file) error {
	var errs []error
	for _, want := range m.Files {
		switch got, ok := found[want.Name]; {
		case !ok:
			errs = append(errs, fmt.Errorf("%s is missing", want.Name))
		case got != want:
			errs = append(errs, fmt.Errorf("%s was changed", want.Name))
		}
	}
	if extra := len(found) - len(m.Files) - 2; extra > 0 {
		errs = append(errs, fmt.Errorf("%s not exported", english.Plural(extra, "file was", "files were")))
	}
	return errors.Join(errs...)
}

// compareSums wants the sums to be those of all files, the manifest included.
func (m *manifest) compareSums(sums string, found map[string]file) error {
	listed := 0
	for line := range strings.Lines(sums) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if found[name].SHA256 != sum {
			return fmt.Errorf("%s and %s are not of one mind about %q", sumsName, manifestName, name)
		}
		listed++
	}
	if listed != len(m.Files)+1 {
		return fmt.Errorf("%s lists %d files, want %d", sumsName, listed, len(m.Files)+1)
	}
	return nil
}

// compareRecords wants as many lines as were written.
func (m *manifest) compareRecords(lines map[string]int) error {
	for _, list := range lists {
		if got := lines[list+".jsonl"]; got != m.Records[list] {
			return fmt.Errorf("%s.jsonl has %d records, want %d", list, got, m.Records[list])
		}
	}
	return nil
}

// reading is a file of an archive that is being read.
type reading struct {
	lines int
	keep  *bytes.Buffer // nil to keep nothing
}

func (r *reading) Write(p []byte) (int, error) {
	r.lines += bytes.Count(p, []byte{'\n'})
	if r.keep != nil {
		r.keep.Write(p)
	}
	return len(p), nil
}

func (r *reading) file(f *zip.File) (file, error) {
	content, err := f.Open()
	if err != nil {
		return file{}, err
	}
	defer content.Close() //nolint:errcheck // it was only read
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(hash, r), content) //nolint:gosec // it is counted and hashed, not kept
	return file{f.Name, size, hex.EncodeToString(hash.Sum(nil))}, err
}
