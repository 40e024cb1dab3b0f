package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// reset puts everything back to the state at the start, and is the start. Files named by flags are read again. Tokens
// that were given out at the first start are good again.
func (e *emulator) reset(ctx context.Context) error {
	e.starting.Lock()
	defer e.starting.Unlock()
	file, err := readAccounts(e.opts.accounts)
	if err != nil {
		return err
	}
	e.service.Clock.Reset()
	next, err := e.newWorld(ctx, file)
	if err != nil {
		return err
	}
	if err := next.fill(ctx, file, e.opts, e.log); err != nil {
		return err
	}
	if err := e.signIn(ctx, next); err != nil {
		return err
	}
	if err := e.settle(); err != nil {
		return err
	}
	if err := e.faults.load(e.opts.faults); err != nil {
		return err
	}
	e.started.Store(next)
	e.service.Log.Clear()
	return nil
}

func (e *emulator) newWorld(ctx context.Context, file accountsFile) (*world, error) {
	accounts, grants, err := e.openStore(ctx)
	if err != nil {
		return nil, err
	}
	next := &world{store: accounts, clients: file.clients()}
	if len(next.clients) == 0 {
		next.clients = []login.Client{e.spare}
	}
	next.service, err = e.service.Protocol(server.Config{
		Backend: next.store, Grants: grants, Clients: next.clients, TokenLifetime: e.opts.tokenLifetime,
		AutoConsent: e.opts.autoConsent, ExternalURL: e.opts.externalURL, StorageURL: e.opts.storageURL,
		Throttle: e.opts.throttle.rules,
	}, e.logRequest)
	return next, err
}

// signIn gives each account a token: at a reset, the one of the start.
func (e *emulator) signIn(ctx context.Context, next *world) error {
	users, err := backend.All(next.store.AllUsers(ctx, backend.Page{}))
	if err != nil {
		return err
	}
	for _, u := range users {
		token, known := e.tokens[u.ID]
		if known {
			err = next.service.AdoptToken(ctx, next.clients[0].ID, u.ID, token)
		} else {
			token, err = next.service.IssueToken(next.clients[0].ID, u.ID, allScopes())
			e.tokens[u.ID] = token
		}
		if err != nil {
			return err
		}
		next.accounts = append(next.accounts, newSignedIn(u, token))
	}
	if len(next.accounts) == 0 {
		return errors.New("there is no account")
	}
	return nil
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails, says crypto/rand
	return hex.EncodeToString(b)
}
