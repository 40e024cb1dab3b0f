package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// clientSetting is where a directory of -data keeps the application of its first start, to which tokens were given. It
// is written when the first start is complete.
const clientSetting = "client"

// openStore gives the accounts and where tokens are kept: in the directory of -data, or in memory.
func (e *emulator) openStore(ctx context.Context) (store, backend.GrantStore, error) {
	opts := memory.Options{Now: e.service.Clock.Now, Log: e.log}
	if e.opts.data == "" {
		return memory.New(opts), nil, nil
	}
	kept, err := disk.Open(e.opts.data, opts)
	if err != nil {
		return nil, nil, err
	}
	complete, err := kept.Setting(clientSetting, &e.spare)
	users, usersErr := backend.All(kept.AllUsers(ctx, backend.Page{Limit: 1}))
	if err = errors.Join(err, usersErr); err != nil {
		return nil, nil, errors.Join(err, kept.Close())
	}
	if !complete && len(users) > 0 {
		// The first start was cut off before it was ready: nobody has stored anything yet, and seeds are there by half.
		if err := kept.Erase(); err != nil {
			return nil, nil, err
		}
		if kept, err = disk.Open(e.opts.data, opts); err != nil {
			return nil, nil, err
		}
	}
	e.kept = kept
	return kept, kept, nil
}

// inspect lets a directory of -data be checked or repaired, and prints what is found. A directory that was only checked
// and is not as it should be is an error.
func inspect(dir string, look func(dir string, report func(string)) error, stdout io.Writer) error {
	lines := 0
	if err := look(dir, func(line string) { lines++; _, _ = fmt.Fprintln(stdout, line) }); err != nil {
		return err
	}
	if lines == 0 {
		_, err := fmt.Fprintln(stdout, "all is well in "+dir)
		return err
	}
	again := 0
	if err := disk.Check(dir, func(string) { again++ }); err != nil || again == 0 {
		return err
	}
	return fmt.Errorf("%d things are wrong in %s; liveconnectd -repair %s leaves them out", lines, dir, dir)
}

// problem is why nothing can be written into the directory of -data; empty if it can.
func (e *emulator) problem() string {
	if e.kept == nil {
		return ""
	}
	if err := e.kept.Health(); err != nil {
		return err.Error()
	}
	return ""
}

// settle notes that the accounts of the start are complete.
func (e *emulator) settle() error {
	if e.kept == nil {
		return nil
	}
	return e.kept.SetSetting(clientSetting, e.spare)
}

// close ends the use of the directory of -data.
func (e *emulator) close() error {
	e.starting.Lock()
	defer e.starting.Unlock()
	if e.kept == nil {
		return nil
	}
	return e.kept.Close()
}
