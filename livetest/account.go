package livetest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// Account is a user of the service with a OneDrive. What the Add methods put there is not in the request log.
type Account struct {
	ID   string // 16 hexadecimal digits
	Name string

	server *Server
}

// AddAccount opens another account. It has the folders Documents and Public, the album Pictures, and two calendars, as
// new accounts had.
func (s *Server) AddAccount(firstName, lastName string) (*Account, error) {
	user, err := s.store.AddUser(backend.User{FirstName: firstName, LastName: lastName})
	if err != nil {
		return nil, fmt.Errorf("livetest: add account: %w", err)
	}
	return &Account{ID: user.ID, Name: user.Name, server: s}, nil
}

// AllScopes are the scopes that a token of this package has unless others are asked for.
func AllScopes() []liveconnect.Scope {
	return []liveconnect.Scope{
		liveconnect.ScopeBasic, liveconnect.ScopeSignIn, liveconnect.ScopeOfflineAccess, liveconnect.ScopeBirthday,
		liveconnect.ScopeCalendarsUpdate, liveconnect.ScopeContactsBirthday, liveconnect.ScopeContactsCreate,
		liveconnect.ScopeContactsUpdate, liveconnect.ScopeContactsCalendars, liveconnect.ScopeContactsPhotos,
		liveconnect.ScopeContactsSkyDrive, liveconnect.ScopeContactsEmails, liveconnect.ScopeEmails,
		liveconnect.ScopeEventsCreate, liveconnect.ScopePhoneNumbers, liveconnect.ScopePhotos,
		liveconnect.ScopePostalAddresses, liveconnect.ScopeShare, liveconnect.ScopeSkyDriveUpdate,
		liveconnect.ScopeWorkProfile, liveconnect.ScopeApplications, liveconnect.ScopeApplicationsCreate,
	}
}

// Token signs in to the account. Without scopes, it has all.
func (a *Account) Token(scopes ...liveconnect.Scope) (*oauth2.Token, error) {
	if len(scopes) == 0 {
		scopes = AllScopes()
	}
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	token, err := a.server.protocol.IssueToken(ClientID, a.ID, names)
	if err != nil {
		return nil, fmt.Errorf("livetest: sign in: %w", err)
	}
	return &oauth2.Token{
		AccessToken: token.AccessToken, RefreshToken: token.RefreshToken, TokenType: "bearer",
		Expiry: time.Now().Add(token.ExpiresIn),
	}, nil
}

// Client returns a client that is signed in to the account with all scopes, and refreshes its token.
func (a *Account) Client(t testing.TB, opts ...liveconnect.Option) *liveconnect.Client {
	t.Helper()
	return a.ClientWith(t, nil, opts...)
}

// ClientWith returns a client that is signed in to the account with these scopes only.
func (a *Account) ClientWith(t testing.TB, scopes []liveconnect.Scope, opts ...liveconnect.Option) *liveconnect.Client {
	t.Helper()
	client, err := a.newClient(scopes, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// NewClient is Client for programs that are no tests.
func (a *Account) NewClient(opts ...liveconnect.Option) (*liveconnect.Client, error) {
	return a.newClient(nil, opts)
}

func (a *Account) newClient(scopes []liveconnect.Scope, opts []liveconnect.Option) (*liveconnect.Client, error) {
	token, err := a.Token(scopes...)
	if err != nil {
		return nil, err
	}
	conf := a.server.OAuthConfig(liveconnect.DesktopRedirectURL)
	return liveconnect.NewClient(nil, append([]liveconnect.Option{
		liveconnect.WithBaseURL(a.server.APIURL), liveconnect.WithLoginURL(a.server.LoginURL),
		liveconnect.WithStorageURL(a.server.StorageURL),
		liveconnect.WithTokenSource(conf.TokenSource(background(), token)),
	}, opts...)...)
}

// AddAlbum makes an album and returns its id.
func (a *Account) AddAlbum(name string) (string, error) {
	album, err := a.server.store.CreateFolder(background(), backend.Ref{Owner: a.ID}, backend.KindAlbum, name, "", a.ID)
	if err != nil {
		return "", fmt.Errorf("livetest: add album %q: %w", name, err)
	}
	return itemID(album), nil
}

// AddFolder makes a folder, and those above it that are missing, and returns its id: AddFolder("Documents/2012/May").
func (a *Account) AddFolder(path string) (string, error) {
	folder, err := a.folder(strings.Split(path, "/"))
	if err != nil {
		return "", fmt.Errorf("livetest: add folder %q: %w", path, err)
	}
	return itemID(folder), nil
}

// AddFile stores a file in a folder, which is made if it is missing, and returns its id: AddFile("Pictures/orbs.jpg",
// content). A photo keeps its size, and what its EXIF says becomes its properties.
func (a *Account) AddFile(path string, content []byte) (string, error) {
	names := strings.Split(path, "/")
	folder, err := a.folder(names[:len(names)-1])
	if err == nil {
		var file backend.Item
		opts := backend.WriteOptions{By: a.ID}
		file, _, err = a.server.store.WriteFile(background(), folder.Ref, names[len(names)-1], bytes.NewReader(content), opts)
		if err == nil {
			return itemID(file), nil
		}
	}
	return "", fmt.Errorf("livetest: add file %q: %w", path, err)
}

// Share lets another account see an item, and all below it.
func (a *Account) Share(itemID string, with *Account) error {
	if err := a.server.store.ShareItem(a.ref(itemID), with.ID, ""); err != nil {
		return fmt.Errorf("livetest: share %s: %w", itemID, err)
	}
	return nil
}

// Befriend makes two accounts contacts, and friends, of each other.
func (a *Account) Befriend(other *Account) error {
	if err := a.server.store.Befriend(a.ID, other.ID); err != nil {
		return fmt.Errorf("livetest: befriend: %w", err)
	}
	return nil
}

// folder finds a folder by the names on the way to it, and makes what is missing.
func (a *Account) folder(names []string) (backend.Item, error) {
	store := a.server.store
	at, err := store.Item(background(), backend.Ref{Owner: a.ID})
	if err != nil {
		return at, err
	}
	for _, name := range names {
		next, err := store.Child(background(), at.Ref, name)
		if err != nil || !next.Kind.IsFolder() {
			if next, err = store.CreateFolder(background(), at.Ref, backend.KindFolder, name, "", a.ID); err != nil {
				return at, err
			}
		}
		at = next
	}
	return at, nil
}

// itemID is an item's id as the API writes it.
func itemID(item backend.Item) string {
	prefix := "file."
	if item.Kind.IsFolder() {
		prefix = "folder."
	}
	if item.ID == "" {
		return prefix + item.Owner
	}
	return prefix + item.Owner + "." + item.ID
}
