package graph

import (
	"context"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Graph has no comments and no tags: reading them gives none, and writing is an error.

// ItemComments implements [backend.Annotations].
func (b *Backend) ItemComments(context.Context, backend.Ref, backend.Page) (backend.List[backend.Comment], error) {
	return backend.List[backend.Comment]{}, b.empty()
}

// Comment implements [backend.Annotations].
func (b *Backend) Comment(context.Context, backend.Ref, string) (backend.Comment, error) {
	return backend.Comment{}, backend.ErrNotFound
}

// AddComment implements [backend.Annotations].
func (b *Backend) AddComment(context.Context, backend.Ref, string, string) (backend.Comment, error) {
	return backend.Comment{}, backend.ErrNoCounterpart
}

// DeleteComment implements [backend.Annotations].
func (b *Backend) DeleteComment(context.Context, backend.Ref, string) error {
	return backend.ErrNoCounterpart
}

// ItemTags implements [backend.Annotations].
func (b *Backend) ItemTags(context.Context, backend.Ref, backend.Page) (backend.List[backend.Tag], error) {
	return backend.List[backend.Tag]{}, b.empty()
}

// Tag implements [backend.Annotations].
func (b *Backend) Tag(context.Context, backend.Ref, string) (backend.Tag, error) {
	return backend.Tag{}, backend.ErrNotFound
}

// AddTag implements [backend.Annotations].
func (b *Backend) AddTag(context.Context, backend.Ref, backend.Tag) (backend.Tag, error) {
	return backend.Tag{}, backend.ErrNoCounterpart
}

// UpdateTag implements [backend.Annotations].
func (b *Backend) UpdateTag(context.Context, backend.Tag) (backend.Tag, error) {
	return backend.Tag{}, backend.ErrNoCounterpart
}

// DeleteTag implements [backend.Annotations].
func (b *Backend) DeleteTag(context.Context, backend.Ref, string) error {
	return backend.ErrNoCounterpart
}

// Share implements [backend.People]: activity feeds are gone.
func (b *Backend) Share(context.Context, string, backend.Activity) (backend.Activity, error) {
	return backend.Activity{}, backend.ErrRetired
}

// Applications are registered at Microsoft's own pages now.

// ApplicationsOf implements [backend.Applications].
func (b *Backend) ApplicationsOf(context.Context, string, backend.Page) (backend.List[backend.Application], error) {
	return backend.List[backend.Application]{}, backend.ErrRetired
}

// Application implements [backend.Applications].
func (b *Backend) Application(context.Context, string) (backend.Application, error) {
	return backend.Application{}, backend.ErrRetired
}

// CreateApplication implements [backend.Applications].
func (b *Backend) CreateApplication(context.Context, backend.Application) (backend.Application, error) {
	return backend.Application{}, backend.ErrRetired
}

// UpdateApplication implements [backend.Applications].
func (b *Backend) UpdateApplication(context.Context, backend.Application) (backend.Application, error) {
	return backend.Application{}, backend.ErrRetired
}

// DeleteApplication implements [backend.Applications].
func (b *Backend) DeleteApplication(context.Context, string) error { return backend.ErrRetired }

// Logo implements [backend.Applications].
func (b *Backend) Logo(context.Context, string) (backend.Content, error) {
	return backend.Content{}, backend.ErrRetired
}

// SetLogo implements [backend.Applications].
func (b *Backend) SetLogo(context.Context, string, []byte) error { return backend.ErrRetired }
