package graph

import (
	"bytes"
	"context"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// pending is a file that comes in pieces of any size, which Graph does not take: what is left of a fragment waits here.
// The last fragment waits until the file is committed, because Graph makes the file when it has it.
type pending struct {
	b      *Backend
	ctx    context.Context //nolint:containedctx // only the token of it: each piece is of another request
	folder backend.Ref
	name   string
	path   string
	opts   backend.WriteOptions
	total  int64
	got    int64
	left   []byte
	up     *session
}

// BeginFile implements [backend.Drive].
func (b *Backend) BeginFile(ctx context.Context, folder backend.Ref, name string, size int64, opts backend.WriteOptions) (backend.PendingFile, error) {
	path, err := b.childPath(ctx, folder, name)
	if err != nil {
		return nil, err
	}
	return &pending{b: b, ctx: context.WithoutCancel(ctx), folder: folder, name: name, path: path, opts: opts, total: size}, nil
}

func (p *pending) Write(piece []byte) (n int, err error) {
	if p.got+int64(len(piece)) > p.total {
		return 0, backend.ErrQuota
	}
	for len(piece) > 0 {
		if len(p.left) == p.b.opts.Fragment {
			if err := p.flush(); err != nil {
				return n, err
			}
		}
		part := piece[:min(len(piece), p.b.opts.Fragment-len(p.left))]
		p.left = append(p.left, part...)
		piece = piece[len(part):]
		n += len(part)
		p.got += int64(len(part))
	}
	return n, nil
}

// flush sends what waits.
func (p *pending) flush() error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if p.up == nil {
		up, err := p.b.openSession(ctx, p.path, p.name, behaviors[p.opts.Overwrite], p.total)
		if err != nil {
			return forName(err, p.name)
		}
		p.up = up
	}
	if _, err := p.up.send(ctx, p.left); err != nil {
		return err
	}
	p.left = p.left[:0]
	return nil
}

// Commit implements [backend.PendingFile].
func (p *pending) Commit(ctx context.Context) (backend.Item, bool, error) {
	if p.got < p.total {
		return backend.Item{}, false, &backend.RemoteError{Failure: backend.FailedRequest, Detail: "the file is not complete"}
	}
	behavior := behaviors[p.opts.Overwrite]
	if p.up == nil {
		var item backend.Item
		var created bool
		var err error
		if p.total <= p.b.opts.SimpleLimit {
			item, created, err = p.b.put(ctx, p.path+"/content", behavior, bytes.NewReader(p.left), p.total)
		} else {
			item, created, err = p.b.putInSession(ctx, p.path, p.name, behavior, bytes.NewReader(p.left), p.total)
		}
		return item, created, forName(err, p.name)
	}
	last, err := p.up.send(ctx, p.left)
	if err != nil {
		return backend.Item{}, false, forName(err, p.name)
	}
	return p.b.finished(ctx, p.path, p.up, last)
}

// Discard implements [backend.PendingFile].
func (p *pending) Discard() {
	if p.up != nil {
		p.up.drop(p.ctx)
	}
	p.left = nil
}
