package partfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/filelock"
)

// journal is what is known of a part. It is a file of lines, to which lines are only added, each of them an object of
// JSON: the content first, then the pieces. A last line that was cut off does not count. It is locked as long as somebody
// writes the part.
type journal struct {
	place   Place
	file    *os.File
	release func()
	made    bool // by this run
	ours    bool // it was there, and is a journal
	content Content
	pieces  []piece
	naming  string // what the last line says, see piece.Naming
	end     int64  // behind the last line that makes sense
}

// header is the first line.
type header struct {
	Format  int       `json:"partfile"` // 1; it comes first, see magic
	ID      string    `json:"id"`
	Updated time.Time `json:"updated"`
	Size    int64     `json:"size"`
}

// magic is what every journal begins with, also one that was cut off in its first line. Nobody else's file does.
const magic = `{"partfile":1,`

// piece is any other line: bytes of the part, from the piece before up to, and not including, End.
type piece struct {
	End int64  `json:"end,omitempty"`
	CRC uint32 `json:"crc32c,omitempty"`
	// Naming stands alone: the next thing to happen was the making of an empty file of this name, see claim.
	Naming string `json:"naming,omitempty"`

	at int64 // where the line begins
}

// openJournal opens a journal for this run alone, and reads it.
func openJournal(place Place) (*journal, error) {
	name := place.journal()
	found, err := place.Root.Lstat(name)
	if err == nil && place.Private && !found.Mode().IsRegular() {
		if err := place.Root.RemoveAll(name); err != nil {
			return nil, err
		}
	}
	j := &journal{place: place, made: errors.Is(err, fs.ErrNotExist)}
	if j.file, j.release, err = filelock.Open(place.Root, name); err != nil {
		return nil, err
	}
	if err := j.read(); err != nil {
		j.release()
		return nil, err
	}
	return j, nil
}

// read reads what an earlier run has written down, as far as it makes sense. An empty journal was just begun.
func (j *journal) read() error {
	lines := bufio.NewScanner(j.file)
	lines.Split(wholeLines)
	for lines.Scan() {
		line := lines.Bytes()
		if j.end == 0 {
			j.ours = bytes.HasPrefix(line, []byte(magic))
			if !j.ours && !j.place.Private {
				return j.place.taken(j.place.journal(), errForeign)
			}
		}
		if !bytes.HasSuffix(line, []byte("\n")) || !j.readLine(line) {
			break
		}
		j.end += int64(len(line))
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) && j.end == 0 && !j.place.Private {
		return j.place.taken(j.place.journal(), errForeign)
	}
	if errors.Is(err, bufio.ErrTooLong) {
		return nil
	}
	return err
}

// wholeLines are lines with what ends them, and the rest.
func wholeLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	n := bytes.IndexByte(data, '\n') + 1
	if n == 0 && atEOF {
		n = len(data)
	}
	if n == 0 {
		return 0, nil, nil
	}
	return n, data[:n], nil
}

// readLine takes a line. It reports whether the line makes sense.
func (j *journal) readLine(line []byte) bool {
	if j.end == 0 {
		var first header
		err := json.Unmarshal(line, &first)
		j.content = Content{ID: first.ID, Updated: first.Updated, Size: first.Size}
		return err == nil && j.ours
	}
	next := piece{at: j.end}
	if json.Unmarshal(line, &next) != nil {
		return false
	}
	if j.naming = next.Naming; j.naming == "" {
		j.pieces = append(j.pieces, next)
	}
	return true
}

// begin writes the first line, and drops all others.
func (j *journal) begin(content Content) error {
	j.pieces, j.naming = nil, ""
	if err := j.truncate(0); err != nil {
		return err
	}
	return j.add(header{Format: 1, ID: content.ID, Updated: content.Updated, Size: content.Size})
}

// add writes one more line.
func (j *journal) add(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if _, err := j.file.WriteAt(text, j.end); err != nil {
		return err
	}
	j.end += int64(len(text))
	return nil
}

// cut drops what comes behind a number of pieces.
func (j *journal) cut(pieces int) error {
	if pieces < len(j.pieces) {
		j.naming = ""
		return j.truncate(j.pieces[pieces].at)
	}
	return j.truncate(j.end)
}

// truncate drops what comes behind a line.
func (j *journal) truncate(end int64) error {
	j.end = end
	return j.file.Truncate(end)
}

// remove removes the journal, and then lets others make one.
func (j *journal) remove() error {
	defer j.release()
	return j.place.Root.Remove(j.place.journal())
}

// abandon closes a journal that was of no use, and removes it if it was made for nothing.
func (j *journal) abandon() error {
	if j.made && !j.ours {
		return j.remove()
	}
	j.release()
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// verify returns how many pieces of a part are as they were written.
func verify(ctx context.Context, part io.ReaderAt, pieces []piece, size int64) (good int, err error) {
	buffer := make([]byte, 128<<10)
	at := int64(0)
	for i, p := range pieces {
		if p.End <= at || p.End > size {
			return i, nil
		}
		crc := uint32(0)
		for at < p.End {
			if err := ctx.Err(); err != nil {
				return 0, err
			}
			n, err := part.ReadAt(buffer[:min(int64(len(buffer)), p.End-at)], at)
			if err != nil && n == 0 {
				return i, nil
			}
			crc = crc32.Update(crc, castagnoli, buffer[:n])
			at += int64(n)
		}
		if crc != p.CRC {
			return i, nil
		}
	}
	return len(pieces), nil
}
