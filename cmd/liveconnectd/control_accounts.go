package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/login"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// maxListed is how many accounts are listed unless a request asks for more.
const maxListed = 1000

func (c control) listAccounts(r *http.Request) (any, error) {
	now, err := c.now()
	if err != nil {
		return nil, err
	}
	page := backend.Page{Limit: maxListed}
	for name, into := range map[string]*int{"offset": &page.Offset, "limit": &page.Limit} {
		if text := r.URL.Query().Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 {
				return nil, fmt.Errorf("%s=%s is no number", name, text)
			}
			*into = n
		}
	}
	users, err := now.store.AllUsers(r.Context(), page)
	accounts := make([]signedIn, len(users.Items))
	for i, u := range users.Items {
		accounts[i] = newSignedIn(u, login.Token{})
	}
	return map[string]any{"accounts": accounts, "total": users.Total}, err
}

// openAccount opens an account and signs in to it. When something in its description is wrong, the account may be
// there already: the error says so.
func (c control) openAccount(r *http.Request) (any, error) {
	now, err := c.now()
	if err != nil {
		return nil, err
	}
	var wanted struct {
		accountJSON
		signInJSON
	}
	if err := readBody(r, &wanted); err != nil {
		return nil, err
	}
	if wanted.Seed != "" || wanted.Picture != "" {
		return nil, errors.New(`"seed" and "picture" name files of this machine, which is for -accounts; send "files" instead`)
	}
	if wanted.Name == "" && wanted.FirstName == "" && wanted.LastName == "" {
		return nil, errors.New(`the account needs a name: {"name": "Nuno Bento"}`)
	}
	if err := c.checkSignIn(now, wanted.signInJSON); err != nil {
		return nil, err
	}
	user, err := now.store.AddUser(wanted.user())
	if err != nil {
		return nil, &controlError{http.StatusConflict, err.Error()}
	}
	if err := now.furnish(r.Context(), user.ID, &wanted.accountJSON); err != nil {
		return nil, fmt.Errorf("the account %s was opened, but %w", user.ID, err)
	}
	return c.tokenFor(now, user, wanted.signInJSON)
}

// signInJSON says what token is wanted.
type signInJSON struct {
	Scopes   []string `json:"scopes"`
	ClientID string   `json:"client_id"`
}

func (c control) checkSignIn(now *world, s signInJSON) error {
	for _, scope := range s.Scopes {
		for name := range strings.FieldsFuncSeq(scope, func(r rune) bool { return r == ' ' || r == ',' }) {
			if !login.IsScope(name) {
				return fmt.Errorf("the scope %q does not exist", name)
			}
		}
	}
	if s.ClientID == "" {
		return nil
	}
	known := make([]string, len(now.clients))
	for i, client := range now.clients {
		if strings.EqualFold(client.ID, s.ClientID) {
			return nil
		}
		known[i] = client.ID
	}
	return fmt.Errorf("the client %q is not registered; there are %s", s.ClientID, strings.Join(known, ", "))
}

func (c control) tokenFor(now *world, u backend.User, s signInJSON) (any, error) {
	client, scopes := s.ClientID, s.Scopes
	if client == "" {
		client = now.clients[0].ID
	}
	if len(scopes) == 0 {
		scopes = allScopes()
	}
	token, err := now.service.IssueToken(client, u.ID, scopes)
	return withStatus{http.StatusCreated, newSignedIn(u, token)}, err
}

// account finds the account of the path.
func (c control) account(r *http.Request) (*world, backend.User, error) {
	now, err := c.now()
	if err != nil {
		return nil, backend.User{}, err
	}
	u, err := now.user(r.Context(), r.PathValue("who"))
	return now, u, err
}

func (c control) issueToken(r *http.Request) (any, error) {
	now, u, err := c.account(r)
	if err != nil {
		return nil, err
	}
	var wanted signInJSON
	if err := readBody(r, &wanted); err != nil {
		return nil, err
	}
	if err := c.checkSignIn(now, wanted); err != nil {
		return nil, err
	}
	return c.tokenFor(now, u, wanted)
}

// listedFile is an item in the answer about an account.
type listedFile struct {
	Path string       `json:"path"`
	ID   string       `json:"id"`
	Type backend.Kind `json:"type"`
	Size int64        `json:"size"`
}

func (c control) showAccount(r *http.Request) (any, error) {
	now, u, err := c.account(r)
	if err != nil {
		return nil, err
	}
	var out struct {
		signedIn
		QuotaTotal     int64        `json:"quota_total"`
		QuotaAvailable int64        `json:"quota_available"`
		Files          []listedFile `json:"files"`
	}
	out.signedIn, out.Files = newSignedIn(u, login.Token{}), []listedFile{}
	if out.QuotaTotal, out.QuotaAvailable, err = now.store.Quota(r.Context(), u.ID); err != nil {
		return nil, err
	}
	err = now.walk(r.Context(), backend.Ref{Owner: u.ID}, "", func(path string, item backend.Item) {
		out.Files = append(out.Files, listItem(path, item))
	})
	return out, err
}

func listItem(path string, item backend.Item) listedFile {
	return listedFile{Path: path, ID: wire.ItemID(item), Type: item.Kind, Size: item.Size}
}

// walk visits everything below a folder, a folder before what is in it.
func (w *world) walk(ctx context.Context, folder backend.Ref, path string, visit func(path string, item backend.Item)) error {
	items, err := backend.All(w.store.Children(ctx, folder, backend.Query{}))
	for _, item := range items {
		visit(path+item.Name, item)
		if err == nil && item.Kind.IsFolder() {
			err = w.walk(ctx, item.Ref, path+item.Name+"/", visit)
		}
	}
	return err
}

func (c control) addFiles(r *http.Request) (any, error) {
	now, u, err := c.account(r)
	if err != nil {
		return nil, err
	}
	var files oneOrMore[fileJSON]
	if err := readBody(r, &files); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New(`the body names no file: {"path": "Documents/a.txt", "content": "hello"}`)
	}
	stored := make([]listedFile, len(files))
	for i, f := range files {
		item, err := now.addFile(r.Context(), u.ID, f)
		if err != nil {
			return nil, err
		}
		stored[i] = listItem(f.Path, item)
	}
	return withStatus{http.StatusCreated, map[string]any{"files": stored}}, nil
}

func (c control) putFile(r *http.Request) (any, error) {
	now, u, err := c.account(r)
	if err != nil {
		return nil, err
	}
	where := r.PathValue("path")
	item, err := now.put(r.Context(), u.ID, where, r.Body)
	return withStatus{http.StatusCreated, listItem(where, item)}, err
}
