package disk

import (
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Setting reads what SetSetting has written under a name; found is false if there is nothing.
func (s *Store) Setting(name string, into any) (found bool, err error) {
	err = s.archive.view(func(tx *bbolt.Tx) error {
		return eachRecord(tx.Bucket(stateBucket), settingsBucket, func(r memory.Record) error {
			if r.Name != name {
				return nil
			}
			found = true
			if err := json.Unmarshal(r.Value, into); err != nil {
				return fmt.Errorf("%w: the setting %q: %w", ErrDamaged, name, err)
			}
			return nil
		})
	})
	return found, err
}

// SetSetting keeps a value, as JSON, for the program that uses the store.
func (s *Store) SetSetting(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return s.write([]memory.Record{{Key: memory.Key{Bucket: settingsBucket, Name: name}, Value: text}})
}
