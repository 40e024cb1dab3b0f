package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/newfile"
)

// Session is a sign-in that outlives the program.
type Session struct {
	API      string        `json:"api"`
	Login    string        `json:"login"`
	ClientID string        `json:"client_id"`
	Secret   string        `json:"client_secret,omitempty"`
	Redirect string        `json:"redirect_url"` // of the sign-in; the service wants to see it at each refresh
	Token    *oauth2.Token `json:"token"`
}

// Config is the OAuth configuration of the sign-in.
func (s *Session) Config(scopes ...liveconnect.Scope) *oauth2.Config {
	conf := liveconnect.OAuthConfig(s.ClientID, s.Secret, s.Redirect, scopes...)
	conf.Endpoint = liveconnect.OAuthEndpoint(s.Login)
	return conf
}

// Cache is the file that a session is kept in. Only its owner can read it.
type Cache struct{ File string }

// UserCache is the cache in the user's folder for configuration.
func UserCache() Cache {
	dir, err := os.UserConfigDir()
	if err != nil {
		return Cache{}
	}
	return Cache{filepath.Join(dir, "go-liveconnect", "session.json")}
}

var errNoFolder = errors.New("this system names no folder for configuration: set $HOME or $XDG_CONFIG_HOME")

// Load reads the session. Without one, the error is [fs.ErrNotExist].
func (c Cache) Load() (*Session, error) {
	if c.File == "" {
		return nil, errNoFolder
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return nil, err
	}
	session := new(Session)
	if err := json.Unmarshal(content, session); err != nil || session.Token == nil {
		return nil, fmt.Errorf("%s is damaged: remove it and sign in again", c.File)
	}
	return session, nil
}

// Save replaces the session.
func (c Cache) Save(session *Session) error {
	if c.File == "" {
		return errNoFolder
	}
	if err := os.MkdirAll(filepath.Dir(c.File), 0o700); err != nil {
		return err
	}
	return newfile.Write(c.File, 0o600, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(session) //nolint:gosec // keeping secrets is what the file is for
	})
}

// Remove forgets the session. Without one, the error is [fs.ErrNotExist].
func (c Cache) Remove() error { return os.Remove(c.File) }

// Client returns a client that goes on with the session, and saves each new token before it is used: the service
// replaces the refresh token each time.
func (c Cache) Client(ctx context.Context, session *Session) (*liveconnect.Client, error) {
	saved := session.Token.AccessToken
	save := func(token *oauth2.Token) error {
		if token.AccessToken == saved {
			return nil
		}
		next := *session
		next.Token = token
		saved = token.AccessToken
		return c.Save(&next)
	}
	return liveconnect.NewClient(session.Config().Client(ctx, session.Token),
		liveconnect.WithBaseURL(session.API), liveconnect.WithLoginURL(session.Login), liveconnect.WithTokenSaver(save))
}
