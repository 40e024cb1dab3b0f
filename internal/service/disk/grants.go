package disk

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

var (
	_ backend.GrantStore = (*Store)(nil)
	_ memory.Archive     = (*archive)(nil)
)

// grantRecord is a grant in the database, by its token.
type grantRecord struct {
	Renews   bool      `json:"renews"`
	Client   string    `json:"client"`
	User     string    `json:"user"`
	Scopes   []string  `json:"scopes"`
	Redirect string    `json:"redirect"`
	Expires  time.Time `json:"expires"`
}

// Grants implements [backend.GrantStore].
func (s *Store) Grants() ([]backend.Grant, error) {
	var grants []backend.Grant
	err := s.archive.view(func(tx *bbolt.Tx) error {
		return eachRecord(tx.Bucket(stateBucket), grantsBucket, func(r memory.Record) error {
			var g grantRecord
			if err := json.Unmarshal(r.Value, &g); err != nil {
				return fmt.Errorf("%w: a grant: %w", ErrDamaged, err)
			}
			grants = append(grants, backend.Grant{
				Token: r.Name, Renews: g.Renews, Client: g.Client, User: g.User, Scopes: g.Scopes, Redirect: g.Redirect,
				Expires: g.Expires,
			})
			return nil
		})
	})
	return grants, err
}

// SaveGrants implements [backend.GrantStore].
func (s *Store) SaveGrants(grants []backend.Grant, forget []string) error {
	if err := s.archive.Ready(); err != nil {
		return err
	}
	change := make([]memory.Record, 0, len(grants)+len(forget))
	for _, token := range forget {
		change = append(change, memory.Record{Key: memory.Key{Bucket: grantsBucket, Name: token}})
	}
	for _, g := range grants {
		if g.Token == "" {
			return errors.New("a grant has no token")
		}
		value, err := json.Marshal(grantRecord{
			Renews: g.Renews, Client: g.Client, User: g.User, Scopes: g.Scopes, Redirect: g.Redirect, Expires: g.Expires,
		})
		if err != nil {
			return err
		}
		change = append(change, memory.Record{Key: memory.Key{Bucket: grantsBucket, Name: g.Token}, Value: value})
	}
	return s.write(change)
}

// write makes a change of what the accounts know nothing of.
func (s *Store) write(change []memory.Record) error {
	failure := s.archive.Append(change, nil)()
	if failure != nil {
		failure = errors.Join(failure, s.Recover(failure))
	}
	return failure
}
