package disk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime/debug"

	"go.etcd.io/bbolt"

	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Format is the version of what is written. A store of a newer one is not opened.
//
// In format 1 comments and tags were in the records of items, content had no seals, and the store no id.
const Format = 2

const (
	databaseName = "liveconnect.db"
	contentName  = "content"
)

// Errors of Open. Whatever the error, it has removed and changed nothing that was there.
var (
	// ErrInUse says that another process has the directory open.
	ErrInUse = errors.New("it is in use by another process")
	// ErrNewer says that a later version of this program wrote the store.
	ErrNewer = errors.New("it was written by a newer version")
	// ErrDamaged says that what is there is no store, or is not as it was written.
	ErrDamaged = errors.New("it is damaged, or not a store of this program")
	// ErrForeign says that there is content without a database: the database is lost, or the content is somebody else's.
	ErrForeign = errors.New("there are files in its folder content, and no database that says what they are")
)

// Names in the database.
var (
	metaBucket  = []byte("meta")
	formatKey   = []byte("format")
	totalKey    = []byte("total")
	idKey       = []byte("id")
	stateBucket = []byte("state") // has the buckets of the accounts, and these two
)

const (
	grantsBucket   = "grants"
	settingsBucket = "settings"
)

// guard turns what bbolt does on meeting a damaged page into an error: it panics, or reads beyond the mapped file.
func guard(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, problem)
		}
	}()
	return do()
}

// bbolt has checksums of nothing but its two first pages. So each record has one here, and all of them together have
// one, which tells when a record is lost.

// seal puts a checksum before a record.
func seal(r memory.Record) []byte {
	sealed := make([]byte, 4, 4+len(r.Value))
	binary.BigEndian.PutUint32(sealed, checksum(r.Key, r.Value))
	return append(sealed, r.Value...)
}

// unseal gives a copy of the record, since what the database gave is good only for a moment.
func unseal(key memory.Key, sealed []byte) ([]byte, error) {
	if len(sealed) < 4 || binary.BigEndian.Uint32(sealed) != checksum(key, sealed[4:]) {
		return nil, fmt.Errorf("%w: the checksum of %s %q is wrong", ErrDamaged, key.Bucket, key.Name)
	}
	return append([]byte{}, sealed[4:]...), nil
}

func checksum(key memory.Key, value []byte) uint32 {
	sum := crc32.ChecksumIEEE([]byte(key.Bucket + "\x00" + key.Name + "\x00"))
	return crc32.Update(sum, crc32.IEEETable, value)
}

// total is how many records there are, and all their checksums in one.
type total struct {
	records uint64
	sum     uint32
}

func (t *total) add(sealed []byte) {
	t.records++
	t.sum ^= binary.BigEndian.Uint32(sealed)
}

// remove takes a record out of the total; nil is none.
func (t *total) remove(sealed []byte) {
	if len(sealed) >= 4 {
		t.records--
		t.sum ^= binary.BigEndian.Uint32(sealed)
	}
}

func (t *total) bytes() []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint64(nil, t.records), t.sum)
}

// eachRecord visits the records of a bucket in the order of their names.
func eachRecord(in *bbolt.Bucket, bucket string, visit func(memory.Record) error) error {
	records := in.Bucket([]byte(bucket))
	if records == nil {
		return nil
	}
	return records.ForEach(func(name, sealed []byte) error {
		key := memory.Key{Bucket: bucket, Name: string(name)}
		value, err := unseal(key, sealed)
		if err != nil {
			return err
		}
		return visit(memory.Record{Key: key, Value: value})
	})
}

var errStopped = errors.New("stopped")
