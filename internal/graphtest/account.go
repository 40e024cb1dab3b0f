package graphtest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// Account is a user of Graph with a personal account. What the Add methods put there is not in the request log.
type Account struct {
	ID   string // the cid: 16 hexadecimal digits
	Name string

	store   *memory.Store
	service *service
}

// newAccount opens an account.
func newAccount(store *memory.Store, service *service, set accountSettings) (*Account, error) {
	user, err := store.AddUser(set.user)
	if err != nil {
		return nil, fmt.Errorf("graphtest: add account: %w", err)
	}
	service.mu.Lock()
	service.accounts[user.ID] = &set.traits
	service.mu.Unlock()
	for graph, ours := range specialFolders {
		if graph == "cameraroll" { // made when it is asked for
			continue
		}
		folder, err := store.Special(background(), user.ID, ours)
		if err != nil {
			return nil, fmt.Errorf("graphtest: add account: %w", err)
		}
		service.extras.specials.put(folder.ID, graph)
	}
	a := &Account{ID: user.ID, Name: user.Name, store: store, service: service}
	if set.vault {
		if _, err := a.AddFolder(vaultName); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// DriveID is the id of the account's drive, as the drive itself gives it.
func (a *Account) DriveID() string { return a.service.driveID(a.ID) }

// RootID is the id of the drive's root folder.
func (a *Account) RootID() string { return a.service.itemID(backend.Ref{Owner: a.ID}) }

// AllScopes are the scopes that a token of this package has unless others are asked for.
func AllScopes() []string {
	return []string{"openid", "profile", "email", "offline_access", "User.Read", "Files.ReadWrite", "Files.ReadWrite.All", "Contacts.ReadWrite", "Calendars.ReadWrite"}
}

// Token signs in to the account for [PublicClientID]. Without scopes, it has all.
func (a *Account) Token(scopes ...string) *oauth2.Token {
	if len(scopes) == 0 {
		scopes = AllScopes()
	}
	service := a.service
	life := service.set.tokenLife
	access, refresh := service.tokens.issue(grant{client: PublicClientID, user: a.ID, scopes: scopes}, service.now(), life, true)
	return &oauth2.Token{AccessToken: access, RefreshToken: refresh, TokenType: "Bearer", Expiry: time.Now().Add(life)}
}

// RevokeTokens ends the life of the account's refresh tokens: whoever has one must sign in again.
func (a *Account) RevokeTokens() { a.service.tokens.revoke(a.ID) }

// AddFolder makes a folder, and those above it that are missing, and returns its id: AddFolder("Documents/2012/May").
func (a *Account) AddFolder(path string) (string, error) {
	folder, err := a.folder(strings.Split(path, "/"))
	if err != nil {
		return "", fmt.Errorf("graphtest: add folder %q: %w", path, err)
	}
	return a.service.itemID(folder.Ref), nil
}

// AddFile stores a file in a folder, which is made if it is missing, and returns its id.
func (a *Account) AddFile(path string, content []byte) (string, error) {
	return a.add(path, func(folder backend.Ref, name string) (backend.Item, error) {
		file, _, err := a.store.WriteFile(background(), folder, name, bytes.NewReader(content), backend.WriteOptions{By: a.ID})
		return file, err
	})
}

// AddGenerated stores a file whose bytes follow from the seed and take no memory, and returns its id. See [Generated].
func (a *Account) AddGenerated(path string, size int64, seed uint64) (string, error) {
	return a.add(path, func(folder backend.Ref, name string) (backend.Item, error) {
		return a.store.AddSection(folder, name, Generated(size, seed), a.ID)
	})
}

// Generated gives content of any size that takes no memory: each byte follows from the seed and its place.
func Generated(size int64, seed uint64) *io.SectionReader { return memory.Generated(size, seed) }

func (a *Account) add(path string, store func(folder backend.Ref, name string) (backend.Item, error)) (string, error) {
	names := strings.Split(path, "/")
	folder, err := a.folder(names[:len(names)-1])
	if err == nil {
		var file backend.Item
		if file, err = store(folder.Ref, names[len(names)-1]); err == nil {
			return a.service.itemID(file.Ref), nil
		}
	}
	return "", fmt.Errorf("graphtest: add file %q: %w", path, err)
}

// ReplaceFile gives a file new content.
func (a *Account) ReplaceFile(itemID string, content []byte) error {
	ref, err := a.service.itemRef(a.ID, itemID)
	if err == nil {
		_, err = a.store.ReplaceContent(background(), ref, bytes.NewReader(content), backend.WriteOptions{By: a.ID})
	}
	if err != nil {
		return fmt.Errorf("graphtest: replace %s: %w", itemID, err)
	}
	return nil
}

// Digest returns the size and the SHA-256 of a file, of those too whose content was not kept.
func (a *Account) Digest(itemID string) (size int64, sha256 [32]byte, err error) {
	ref, err := a.service.itemRef(a.ID, itemID)
	if err == nil {
		size, sha256, err = a.store.Digest(ref)
	}
	if err != nil {
		err = fmt.Errorf("graphtest: digest of %s: %w", itemID, err)
	}
	return size, sha256, err
}

// Share lets another account see an item, and all below it.
func (a *Account) Share(itemID string, with *Account) error {
	ref, err := a.service.itemRef(a.ID, itemID)
	if err == nil {
		err = a.store.ShareItem(ref, with.ID, "")
	}
	if err != nil {
		return fmt.Errorf("graphtest: share %s: %w", itemID, err)
	}
	return nil
}

// SetPhoto gives the account a profile picture. At first it has none.
func (a *Account) SetPhoto(image []byte) error {
	if err := a.store.SetUserPicture(a.ID, image); err != nil {
		return fmt.Errorf("graphtest: set photo: %w", err)
	}
	a.service.mu.Lock()
	defer a.service.mu.Unlock()
	a.service.photos[a.ID] = true
	return nil
}

// folder finds a folder by the names on the way to it, and makes what is missing.
func (a *Account) folder(names []string) (backend.Item, error) {
	store := a.store
	at, err := store.Item(background(), backend.Ref{Owner: a.ID})
	for _, name := range names {
		if err != nil {
			return at, err
		}
		var children []backend.Item
		if children, err = backend.All(store.Children(background(), at.Ref, backend.Query{})); err != nil {
			return at, err
		}
		next, found := named(children, name)
		if !found {
			next, err = store.CreateFolder(background(), at.Ref, backend.KindFolder, name, "", a.ID)
		}
		at = next
	}
	return at, err
}

// background is for what is done without a request: nothing in memory waits.
func background() context.Context { return context.Background() }
