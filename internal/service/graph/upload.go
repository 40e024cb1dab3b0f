package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

var behaviors = map[backend.Overwrite]string{
	backend.OverwriteReplace: "replace", backend.OverwriteFail: "fail", backend.OverwriteNewName: "rename",
}

// WriteFile implements [backend.Drive]. Photos are not shrunk: Graph does not offer it.
func (b *Backend) WriteFile(ctx context.Context, folder backend.Ref, name string, content io.Reader, opts backend.WriteOptions) (backend.Item, bool, error) {
	path, err := b.childPath(ctx, folder, name)
	if err != nil {
		return backend.Item{}, false, err
	}
	content, length, done, err := b.measured(content, opts.Length)
	if err != nil {
		return backend.Item{}, false, err
	}
	defer done()
	if length <= b.opts.SimpleLimit {
		item, created, err := b.put(ctx, path+"/content", behaviors[opts.Overwrite], content, length)
		return item, created, forName(err, name)
	}
	item, created, err := b.putInSession(ctx, path, name, behaviors[opts.Overwrite], content, length)
	return item, created, forName(err, name)
}

// ReplaceContent implements [backend.Drive].
func (b *Backend) ReplaceContent(ctx context.Context, ref backend.Ref, content io.Reader, opts backend.WriteOptions) (backend.Item, error) {
	if ref.ID == "" {
		return backend.Item{}, backend.ErrNoContent
	}
	path, err := b.itemPath(ctx, ref)
	if err != nil {
		return backend.Item{}, err
	}
	content, length, done, err := b.measured(content, opts.Length)
	if err != nil {
		return backend.Item{}, err
	}
	defer done()
	if length <= b.opts.SimpleLimit {
		item, _, err := b.put(ctx, path+"/content", "", content, length)
		return item, err
	}
	// Graph wants a name for a session, even if there is the item.
	item, err := b.Item(ctx, ref)
	if err != nil {
		return backend.Item{}, err
	}
	path, err = b.childPath(ctx, backend.Ref{Owner: ref.Owner, ID: item.Parent}, item.Name)
	if err != nil {
		return backend.Item{}, err
	}
	item, _, err = b.putInSession(ctx, path, item.Name, "replace", content, length)
	return item, err
}

// put sends a file in one request.
func (b *Backend) put(ctx context.Context, path, behavior string, content io.Reader, length int64) (backend.Item, bool, error) {
	query := url.Values{}
	if behavior != "" {
		query.Set(conflictBehavior, behavior)
	}
	a, err := b.do(ctx, request{method: http.MethodPut, path: path, query: query, body: content, length: length})
	if err != nil {
		return backend.Item{}, false, err
	}
	return b.made(ctx, a)
}

// made is the item that an upload's answer shows.
func (b *Backend) made(ctx context.Context, a *answer) (backend.Item, bool, error) {
	me, err := b.me(ctx)
	if err != nil {
		return backend.Item{}, false, err
	}
	var j itemJSON
	if err := a.into(&j); err != nil {
		return backend.Item{}, false, err
	}
	item, ok := b.item(j, me)
	if !ok {
		return item, false, &backend.RemoteError{Failure: backend.FailedGateway, Detail: "Graph does not say what it made of the upload"}
	}
	if item.Direct == nil || item.Direct.Content == "" { // the answer of an upload has the link to the content
		if item, err = b.Item(ctx, item.Ref); err != nil {
			return item, false, err
		}
	}
	return item, a.status == http.StatusCreated, nil
}

// measured is content whose length is known: what does not say it is kept on disk until it has ended.
func (b *Backend) measured(content io.Reader, length int64) (known io.Reader, n int64, done func(), err error) {
	if length > 0 {
		return content, length, func() {}, nil
	}
	file, err := os.CreateTemp(b.opts.SpoolDir, "liveconnect-upload-*")
	if err != nil {
		return nil, 0, nil, fmt.Errorf("graph: keep an upload of unknown length: %w", err)
	}
	done = func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	n, err = io.Copy(file, io.LimitReader(content, b.opts.SpoolLimit+1))
	if err == nil && n > b.opts.SpoolLimit {
		err = &backend.RemoteError{Failure: backend.FailedTooLarge, Detail: fmt.Sprintf("at most %d bytes without a Content-Length", b.opts.SpoolLimit)}
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, 0, nil, err
	}
	return file, n, done, nil
}

// putInSession sends a file in fragments.
func (b *Backend) putInSession(ctx context.Context, path, name, behavior string, content io.Reader, length int64) (backend.Item, bool, error) {
	s, err := b.openSession(ctx, path, name, behavior, length)
	if err != nil {
		return backend.Item{}, false, err
	}
	fragment := make([]byte, min(int64(b.opts.Fragment), length))
	for {
		n, err := io.ReadFull(content, fragment[:min(int64(len(fragment)), length-s.next)])
		if err != nil {
			s.drop(ctx)
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return backend.Item{}, false, err
		}
		last, err := s.send(ctx, fragment[:n])
		if err != nil {
			s.drop(ctx)
			return backend.Item{}, false, err
		}
		if s.next == length {
			return b.finished(ctx, path, s, last)
		}
	}
}

// finished is the item that a session has made. An answer that was lost is made up for by looking: an older file of the same
// name is not taken for it.
func (b *Backend) finished(ctx context.Context, path string, s *session, last *answer) (backend.Item, bool, error) {
	if last != nil && (last.status == http.StatusCreated || last.status == http.StatusOK) {
		return b.made(ctx, last)
	}
	item, err := b.read(ctx, request{method: http.MethodGet, path: strings.TrimSuffix(path, ":")})
	if isNotFound(err) || err == nil && s.unsure && (item.Size != s.total || item.Updated.Before(s.opened)) {
		return backend.Item{}, false, s.lost()
	}
	return item, false, err
}
