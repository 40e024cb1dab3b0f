package memory

import (
	"context"
	"slices"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

func (s *Store) findApplication(id string) (*application, error) {
	if app := s.applications[id]; app != nil {
		return app, nil
	}
	return nil, backend.ErrNotFound
}

// ApplicationsOf implements [backend.Applications]. The oldest comes first.
func (s *Store) ApplicationsOf(_ context.Context, owner string, page backend.Page) (backend.List[backend.Application], error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	a, err := s.account(owner)
	if err != nil {
		return backend.List[backend.Application]{}, err
	}
	return cut(a.applications, page, func(app *application) backend.Application { return app.Application }), nil
}

// Application implements [backend.Applications].
func (s *Store) Application(_ context.Context, id string) (backend.Application, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	app, err := s.findApplication(id)
	if err != nil {
		return backend.Application{}, err
	}
	return app.Application, nil
}

// CreateApplication implements [backend.Applications]. Secrets of the time had 32 characters.
func (s *Store) CreateApplication(_ context.Context, app backend.Application) (backend.Application, error) {
	return modify(s, func() (backend.Application, error) {
		a, err := s.account(app.Owner)
		if err != nil {
			return backend.Application{}, err
		}
		app.ID, app.Secret, app.HasLogo = s.newID(16), newToken(32), false
		app.Created = s.now()
		app.Updated = app.Created
		made := &application{Application: app, made: s.issued}
		a.applications = append(a.applications, made)
		s.applications[app.ID] = made
		s.markApplication(made)
		return app, nil
	})
}

// UpdateApplication implements [backend.Applications].
func (s *Store) UpdateApplication(_ context.Context, change backend.Application) (backend.Application, error) {
	return modify(s, func() (backend.Application, error) {
		app, err := s.findApplication(change.ID)
		if err != nil {
			return backend.Application{}, err
		}
		app.Name, app.URI = change.Name, change.URI
		app.TermsOfService, app.Privacy = change.TermsOfService, change.Privacy
		app.Updated = s.now()
		s.markApplication(app)
		return app.Application, nil
	})
}

// DeleteApplication implements [backend.Applications].
func (s *Store) DeleteApplication(_ context.Context, id string) error {
	return s.update(func() error {
		app, err := s.findApplication(id)
		if err != nil {
			return err
		}
		delete(s.applications, id)
		s.unmarkApplication(app)
		a := s.accounts[app.Owner]
		a.applications = slices.DeleteFunc(a.applications, func(other *application) bool { return other == app })
		return nil
	})
}

// Logo implements [backend.Applications].
func (s *Store) Logo(_ context.Context, id string) (backend.Content, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	app, err := s.findApplication(id)
	if err != nil {
		return backend.Content{}, err
	}
	if app.logo == nil {
		return backend.Content{}, backend.ErrNoPicture
	}
	return backend.Content{
		ReadSeekCloser: app.logo.content.reader(), Size: app.logo.content.size, Type: app.logo.mediaType,
		Name: "Logo", Revision: app.logo.revision, Updated: app.logo.updated,
	}, nil
}

// SetLogo implements [backend.Applications]. Bytes that are no image are ErrNoPicture.
func (s *Store) SetLogo(_ context.Context, id string, image []byte) error {
	logo, err := s.newPictureFile(image)
	if err != nil {
		return err
	}
	return s.update(func() error {
		app, err := s.findApplication(id)
		if err != nil {
			return err
		}
		app.logo, app.HasLogo, app.Updated = logo, true, s.now()
		s.markLogo(app)
		return nil
	})
}
