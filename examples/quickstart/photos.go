package main

import (
	"bytes"
	"embed"
	"fmt"
	"image"
	_ "image/gif"  // formats that image.DecodeConfig knows
	_ "image/jpeg" //
	_ "image/png"  //
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

//go:embed photos/*.jpg
var samples embed.FS

// photo is a picture to upload.
type photo struct {
	name          string
	content       []byte
	width, height int
}

// large reports whether OneDrive shrinks the photo.
func (p photo) large() bool { return p.width > 2048 || p.height > 2048 }

// load reads the named photos, or the samples that come with the program.
func load(names []string) ([]photo, error) {
	read := os.ReadFile
	if len(names) == 0 {
		var err error
		if names, err = fs.Glob(samples, "photos/*.jpg"); err != nil {
			return nil, err
		}
		read = samples.ReadFile
	}
	photos := make([]photo, 0, len(names))
	for _, name := range names {
		content, err := read(name)
		if err != nil {
			return nil, err
		}
		size, _, err := image.DecodeConfig(bytes.NewReader(content))
		if err != nil {
			return nil, fmt.Errorf("%s is not a JPEG, PNG or GIF picture", name)
		}
		photos = append(photos, photo{path.Base(filepath.ToSlash(name)), content, size.Width, size.Height})
	}
	return photos, nil
}
