package disk_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// script changes one account, step by step. Each step is one change. It does the same in every run: what the account
// is after so many steps is known.
type script struct {
	store  *memory.Store
	grants backend.GrantStore
	owner  string
	scene
}

// scene is where a script has got to.
type scene struct {
	step         int
	folder, file backend.Ref // the last ones made
	old          backend.Ref // a folder to be deleted
}

func (s *script) name(ending string) string { return fmt.Sprintf("e %d%s", s.step, ending) }

// content is of every size up to 100,000 bytes, now and then of more.
func (s *script) content() io.Reader {
	size := int64(s.step) * 7919 % 100_000
	if s.step%50 == 0 {
		size = 1 << 20
	}
	return memory.Generated(size, uint64(s.step))
}

// do takes the next step.
func (s *script) do(ctx context.Context) error {
	steps := []func(context.Context) error{
		s.makeFolder, s.upload, s.comment, s.uploadInto, s.tag, s.move, s.replace, s.addEvent, s.rename, s.copyFile,
		s.upload, s.link, s.addContact, s.share, s.uploadInPieces, s.activity, s.grant, s.application, s.special, s.deleteOld,
	}
	err := steps[s.step%len(steps)](ctx)
	s.step++
	return err
}

func (s *script) root() backend.Ref { return backend.Ref{Owner: s.owner} }

func (s *script) makeFolder(ctx context.Context) error {
	item, err := s.store.CreateFolder(ctx, s.root(), backend.KindAlbum, s.name(""), "a folder", s.owner)
	s.old, s.folder = s.folder, item.Ref
	return err
}

func (s *script) upload(ctx context.Context) error {
	item, _, err := s.store.WriteFile(ctx, s.root(), s.name(".bin"), s.content(), backend.WriteOptions{By: s.owner})
	s.file = item.Ref
	return err
}

func (s *script) uploadInto(ctx context.Context) error {
	item, _, err := s.store.WriteFile(ctx, s.folder, s.name(".bin"), s.content(), backend.WriteOptions{By: s.owner})
	s.file = item.Ref
	return err
}

func (s *script) uploadInPieces(ctx context.Context) error {
	file, err := s.store.BeginFile(ctx, s.folder, s.name(".bin"), 9, backend.WriteOptions{By: s.owner})
	if err != nil {
		return err
	}
	for range 3 {
		if _, err := file.Write([]byte("abc")); err != nil {
			return err
		}
	}
	_, _, err = file.Commit(ctx)
	return err
}

func (s *script) replace(ctx context.Context) error {
	_, err := s.store.ReplaceContent(ctx, s.file, s.content(), backend.WriteOptions{By: s.owner})
	return err
}

func (s *script) move(ctx context.Context) error {
	_, err := s.store.MoveItem(ctx, s.file, s.root())
	return err
}

func (s *script) rename(ctx context.Context) error {
	name, text := s.name(" renamed.bin"), strings.Repeat("e", s.step)
	_, err := s.store.UpdateItem(ctx, s.file, backend.ItemChange{Name: &name, Description: &text})
	return err
}

func (s *script) copyFile(ctx context.Context) error {
	_, err := s.store.CopyItem(ctx, s.file, s.folder, s.owner)
	return err
}

func (s *script) deleteOld(ctx context.Context) error {
	if s.old.ID == "" {
		return nil
	}
	return s.store.DeleteItem(ctx, s.old)
}

func (s *script) comment(ctx context.Context) error {
	_, err := s.store.AddComment(ctx, s.file, s.owner, s.name(""))
	return err
}

func (s *script) tag(ctx context.Context) error {
	_, err := s.store.AddTag(ctx, s.file, backend.Tag{User: backend.Person{ID: ann}, X: 12.5, Y: float64(s.step)})
	return err
}

func (s *script) link(ctx context.Context) error {
	_, err := s.store.ShareLink(ctx, s.file, "read")
	return err
}

func (s *script) share(context.Context) error { return s.store.ShareItem(s.folder, bob, "") }

func (s *script) special(ctx context.Context) error {
	_, err := s.store.Special(ctx, s.owner, "camera_roll")
	return err
}

func (s *script) addEvent(ctx context.Context) error {
	calendars, err := backend.All(s.store.CalendarsOf(ctx, s.owner, s.owner, backend.Page{}))
	if err != nil {
		return err
	}
	start := time.Date(2013, 5, 1, 0, s.step, 0, 0, time.UTC)
	_, err = s.store.CreateEvent(ctx, backend.Event{Calendar: calendars[0].ID, Name: s.name(""), Start: start, End: start.Add(time.Hour)})
	return err
}

func (s *script) addContact(ctx context.Context) error {
	_, err := s.store.CreateContact(ctx, backend.Contact{Owner: s.owner, FirstName: s.name("")})
	return err
}

func (s *script) activity(ctx context.Context) error {
	_, err := s.store.Share(ctx, s.owner, backend.Activity{Message: s.name("")})
	return err
}

func (s *script) application(ctx context.Context) error {
	_, err := s.store.CreateApplication(ctx, backend.Application{Owner: s.owner, Name: s.name("")})
	return err
}

func (s *script) grant(context.Context) error {
	token := func(step int) string { return fmt.Sprintf("%s %d", s.owner, step) }
	return s.grants.SaveGrants([]backend.Grant{{Token: token(s.step), Renews: true, User: s.owner}}, []string{token(s.step - 20)})
}

// grantsOf are the tokens that are good.
func grantsOf(store backend.GrantStore, owner string) ([]string, error) {
	grants, err := store.Grants()
	tokens := []string{}
	for _, g := range grants {
		if g.User == owner {
			tokens = append(tokens, "grant "+g.Token)
		}
	}
	return tokens, err
}

// memoryGrants is a GrantStore to compare with.
type memoryGrants map[string]backend.Grant

func (m memoryGrants) Grants() (all []backend.Grant, err error) {
	for _, g := range m {
		all = append(all, g)
	}
	return all, nil
}

func (m memoryGrants) SaveGrants(keep []backend.Grant, forget []string) error {
	for _, token := range forget {
		delete(m, token)
	}
	for _, g := range keep {
		m[g.Token] = g
	}
	return nil
}

// image is a small picture.
func image() []byte {
	return bytes.Clone([]byte("GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"))
}
