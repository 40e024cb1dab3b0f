package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
)

// What lies in the directory of a backup.
const (
	filesDir   = "files"        // the drive
	recordName = "backup.jsonl" // a head, and an entry for each file
	sumsName   = "SHA256SUMS"   // the checksums again, as sha256sum -c reads them
	sheetName  = "index.html"
)

// record is what a backup knows of itself.
type record struct {
	head

	entries map[string]*entry // by Local
}

// head is the first line of a record.
type head struct {
	Owner string           `json:"owner"` // id of the account
	Name  string           `json:"name"`
	Ended liveconnect.Time `json:"ended"` // the last run that was complete; zero if there was none
}

// entry is a file of the backup.
type entry struct {
	Local   string           `json:"local"` // below the directory of the files, with slashes
	Path    string           `json:"path"`  // on the service
	ID      string           `json:"id"`
	Size    int64            `json:"size"`
	Updated liveconnect.Time `json:"updated"`
	SHA256  string           `json:"sha256"`
	Gone    bool             `json:"gone,omitempty"`   // the service has it no more, or elsewhere
	Change  change           `json:"change,omitempty"` // since the last run that was complete
}

// when says when the last complete run was.
func (r *record) when() string {
	if r.Ended.IsZero() {
		return "none that was complete"
	}
	return r.Ended.Local().Format("2 January 2006, 15:04")
}

// loadRecord reads the record of a directory; where there is none yet, it is empty.
func loadRecord(dir string) (*record, error) {
	r := &record{entries: map[string]*entry{}}
	file, err := os.Open(filepath.Join(dir, recordName)) //nolint:gosec // the user's directory
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // it was only read
	lines := json.NewDecoder(bufio.NewReader(file))
	err = lines.Decode(&r.head)
	for err == nil {
		e := new(entry)
		if err = lines.Decode(e); err == nil {
			r.entries[e.Local] = e
		}
	}
	if !errors.Is(err, io.EOF) || r.Owner == "" {
		return nil, fmt.Errorf("%s is damaged: remove it, and the next run makes it anew", file.Name())
	}
	return r, nil
}

// sorted are the entries by name.
func (r *record) sorted() []*entry {
	return slices.SortedFunc(maps.Values(r.entries), func(a, b *entry) int { return cmp.Compare(a.Local, b.Local) })
}

// save writes the record and the checksums.
func (r *record) save(dir string) error {
	err := newfile.Write(filepath.Join(dir, recordName), 0o600, func(w io.Writer) error {
		buffer := bufio.NewWriter(w)
		lines := json.NewEncoder(buffer)
		lines.SetEscapeHTML(false)
		if err := lines.Encode(r.head); err != nil {
			return err
		}
		for _, e := range r.sorted() {
			if err := lines.Encode(e); err != nil {
				return err
			}
		}
		return buffer.Flush()
	})
	if err != nil {
		return err
	}
	return newfile.Write(filepath.Join(dir, sumsName), 0o600, func(w io.Writer) error {
		buffer := bufio.NewWriter(w)
		for _, e := range r.sorted() {
			if e.SHA256 != "" {
				fmt.Fprintf(buffer, "%s  %s/%s\n", e.SHA256, filesDir, e.Local)
			}
		}
		return buffer.Flush()
	})
}

// change is what has become of a file.
type change string

const (
	added   change = "new"
	changed change = "changed"
	moved   change = "moved"
	gone    change = "gone"
)

// since finds out what has changed between the last run and this one, and takes over what this one has not seen. What was
// found by a run that was not complete is carried on. complete says that this one has seen all: only then is the rest
// gone.
func (r *record) since(last *record, complete bool) (changes map[change][]string) {
	changes = map[change][]string{}
	before := map[string]*entry{} // by id
	for _, e := range last.entries {
		if !e.Gone {
			before[e.ID] = e
		}
	}
	seen := map[string]bool{}
	for _, e := range r.sorted() {
		seen[e.ID] = true
		switch old := before[e.ID]; {
		case old == nil:
			e.Change = added
		case old.Path != e.Path:
			e.Change = moved
		case old.Size != e.Size || !old.Updated.Equal(e.Updated.Time):
			e.Change = cmp.Or(old.Change, changed) // a new one stays new
		default:
			e.Change = old.Change
		}
		if e.Change != "" {
			changes[e.Change] = append(changes[e.Change], e.Path)
		}
		if complete {
			e.Change = ""
		}
	}
	for _, e := range last.sorted() {
		if _, replaced := r.entries[e.Local]; replaced {
			continue
		}
		kept := *e
		if complete && !e.Gone && !seen[e.ID] {
			changes[gone] = append(changes[gone], e.Path)
		}
		kept.Gone = e.Gone || complete || seen[e.ID]
		r.entries[e.Local] = &kept
	}
	return changes
}

// now is the time of a run that has just ended.
func now() liveconnect.Time { return liveconnect.NewTime(time.Now()) }
