package tree

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/filename"
	"github.com/go-liveconnect/liveconnect/internal/partfile"
)

// arrival is one file on its way into place.
type arrival struct {
	files   *directory
	client  *liveconnect.Client
	info    *liveconnect.ItemInfo
	replace bool // what has the name now
	// maybeThere says that the file is there with the right time, and known bytes, which the list says is wrong.
	maybeThere bool
	known      int64

	file  *partfile.File
	moved int64 // bytes that came in this run
}

// run downloads the file. It returns how many bytes came, and whether the file was there already.
func (a *arrival) run(ctx context.Context, file *File, moving func(done, total int64)) (moved int64, there bool, err error) {
	// The sizes of lists are wrong at times (seen in clients): the one of the content is what the part was begun with.
	want := partfile.Content{ID: a.info.ID, Updated: a.info.UpdatedTime.Time, Size: -1}
	a.file, err = partfile.Open(ctx, a.files.place(file.Local, a.info.ID), want)
	if err != nil {
		return 0, false, err
	}
	there, err = a.receive(ctx, file.Local, moving)
	if err == nil && !there {
		err = a.install(file)
	}
	if errors.Is(err, liveconnect.ErrContentChanged) {
		a.file.Discard()
	}
	return a.moved, there, errors.Join(err, a.file.Close())
}

// receive fills the part with what is missing. It returns true if the file turned out to be there already.
func (a *arrival) receive(ctx context.Context, local string, moving func(done, total int64)) (there bool, err error) {
	if a.file.Complete() {
		return false, nil
	}
	content, err := a.resume(ctx)
	if content == nil && err == nil {
		a.file.Discard()
		content, err = a.client.Downloads.Open(ctx, a.info.ID, nil)
	}
	if err != nil {
		return false, err
	}
	defer content.Close() //nolint:errcheck // it was read to its end, or there is another error
	fresh, total := a.file.Done() == 0, a.file.Size()
	if fresh {
		total = content.Size
	}
	switch {
	case a.maybeThere && total == a.known:
		return true, nil
	case a.maybeThere && !a.replace:
		return false, errDiffers(local)
	case fresh:
		if err := a.file.Restart(total); err != nil {
			return false, err
		}
	}
	moving(a.file.Done(), total)
	return false, a.copy(content, moving)
}

// resume asks for the rest of what is there. It returns nil if there is nothing, or if that is not of the same content any
// more.
func (a *arrival) resume(ctx context.Context) (*liveconnect.Download, error) {
	if a.file.Done() == 0 {
		return nil, nil
	}
	content, err := a.client.Downloads.Open(ctx, a.info.ID, &liveconnect.DownloadOptions{
		Range: liveconnect.Range{Offset: a.file.Done()},
	})
	if errors.Is(err, liveconnect.ErrRangeNotSatisfiable) || errors.Is(err, liveconnect.ErrContentChanged) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	// What is there came before this answer, so only the item can tell that they belong together.
	now, err := a.client.Items.Get(ctx, a.info.ID)
	if err == nil && content.Size == a.file.Size()-a.file.Done() && now.Info().UpdatedTime.Equal(a.info.UpdatedTime.Time) {
		return content, nil
	}
	return nil, errors.Join(err, content.Close())
}

// copy writes the content to the part.
func (a *arrival) copy(content io.Reader, moving func(done, total int64)) error {
	buffer := make([]byte, 128<<10)
	for {
		n, err := content.Read(buffer)
		if n > 0 {
			a.moved += int64(n)
			if _, err := a.file.Write(buffer[:n]); err != nil {
				return err
			}
			moving(a.file.Done(), a.file.Size())
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// install gives the file its time and its name.
func (a *arrival) install(file *File) error {
	err := a.file.Finish(file.Local, a.info.ModTime(), a.replace)
	if errors.Is(err, fs.ErrExist) && !a.replace {
		// Another file of this run, under a name that the disk takes for the same.
		file.Local = path.Join(path.Dir(file.Local), filename.Mark(path.Base(file.Local), a.info.ID))
		if err = a.file.Finish(file.Local, a.info.ModTime(), false); errors.Is(err, fs.ErrExist) {
			err = errDiffers(file.Local)
		}
	}
	file.Done = a.file.Done()
	return err
}

// errDiffers is the error of a file that is there and must not be replaced.
func errDiffers(name string) error {
	return fmt.Errorf("%w: %s differs from the one of the service; see Options.Replace", fs.ErrExist, name)
}
