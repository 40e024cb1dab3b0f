package liveconnect

import (
	"errors"
	"fmt"
	"io"
)

// MaxPutSize is the most that one request takes: the documented 100 MB. Larger files go by [UploadsService.Session], or
// by [UploadsService.Auto], which chooses. (A megabyte of the documents is 1,048,576 bytes, as in the quota's "25 GB".)
const MaxPutSize = 100 << 20

// UploadOptions change how a file is uploaded. nil overwrites, and lets the service shrink large photos.
type UploadOptions struct {
	// Overwrite says what to do when the folder has a file of that name. Empty is the service's default: overwrite.
	Overwrite Overwrite `url:"overwrite,omitempty"`
	// DownsizePhotoUploads is whether the service shrinks photos that do not fit into 2048 × 2048 pixels. Its default is
	// true: programs that compare sizes or checksums afterwards set it to false.
	DownsizePhotoUploads Opt[bool] `url:"downsize_photo_uploads,omitempty"`
	// Size is the number of bytes that body will give, for a reader that cannot tell. A reader that gives more or fewer
	// bytes fails the upload with ErrSourceLength. 0 is unknown; the upload is then sent in chunks.
	Size int64 `url:"-"`
	// Open is a source that can be opened again, for what cannot Seek, such as an answer of another server. The body is
	// nil then. Open is called for each try, and what it gives is closed after the try.
	Open func() (io.ReadCloser, error) `url:"-"`
	// Progress is told how far the upload has come: at most ten times a second, once at the end, and never after the
	// call has returned. It is called while the source is read, and holds the upload up for as long as it takes.
	Progress func(Progress) `url:"-"`
}

func (o *UploadOptions) validate() error {
	switch {
	case o == nil:
		return nil
	case o.DownsizePhotoUploads.IsNull():
		return errors.New("downsize_photo_uploads cannot be null")
	case o.Size < 0:
		return fmt.Errorf("size %d is below zero", o.Size)
	}
	return o.Overwrite.validate()
}

// UploadedFile is the service's answer to an upload. For the size, times and the rest, get the item by its ID.
type UploadedFile struct {
	ID     string `json:"id"`
	Name   string `json:"name"`   // differs from the name asked for after OverwriteChooseNewName
	Source string `json:"source"` // the content's URL; good for a short time only, so do not store it
}

func (f *UploadedFile) id() string { return f.ID }
