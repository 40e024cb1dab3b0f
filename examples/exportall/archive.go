package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// The files that say what is in the archive. sums is what sha256sum -c reads.
const (
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
)

// manifest is the last but one file of an archive.
type manifest struct {
	Format  int            `json:"format"` // 1
	Owner   string         `json:"owner"`  // id of the account
	Name    string         `json:"name"`
	Records map[string]int `json:"records"` // lines of each list, such as "contacts"
	Bytes   int64          `json:"bytes"`   // of the content of all items
	Missing []missing      `json:"missing"` // what the service did not give
	Files   []file         `json:"files"`   // all files of the archive but this and the sums
}

// file is a file of the archive.
type file struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// missing is an item without its content.
type missing struct {
	ID    string `json:"id"`
	Path  string `json:"path"`
	Error string `json:"error"`
}

// archive is a zip file in the making. Its files are written one after the other, and never kept in memory.
type archive struct {
	zip   *zip.Writer
	files []file
}

// add writes a file with what content gives.
func (a *archive) add(name string, changed time.Time, content io.Reader) (file, error) {
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: changed.UTC()}
	if packed(name) {
		header.Method = zip.Store
	}
	w, err := a.zip.CreateHeader(header)
	if err != nil {
		return file{}, err
	}
	hash := sha256.New()
	size, err := io.Copy(io.MultiWriter(w, hash), content)
	if err != nil {
		return file{}, err
	}
	added := file{name, size, hex.EncodeToString(hash.Sum(nil))}
	a.files = append(a.files, added)
	return added, nil
}

// packed reports whether a file is of a kind that does not get smaller.
func packed(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".mp3", ".mp4", ".m4a", ".mov", ".wma", ".wmv", ".zip", ".gz", ".docx", ".xlsx", ".pptx":
		return true
	}
	return false
}

// finish writes the manifest and the sums.
func (a *archive) finish(m *manifest, now time.Time) error {
	m.Format, m.Files = 1, a.files
	content, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	if _, err := a.add(manifestName, now, bytes.NewReader(content)); err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, f := range a.files {
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Name)
	}
	if _, err := a.add(sumsName, now, &sums); err != nil {
		return err
	}
	return a.zip.Close()
}
