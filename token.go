package liveconnect

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// tokens gives out access tokens for all goroutines of a client. A refresh runs once for all who wait for it, and
// nobody waits longer than its own context, although oauth2 refreshes with the context of its construction.
type tokens struct {
	save func(*oauth2.Token) error

	mu       sync.Mutex
	source   oauth2.TokenSource
	last     *oauth2.Token // what the source gave last
	saved    string        // the access token that save has accepted
	fetching *pending
}

// pending is a question to the source that is under way.
type pending struct {
	done chan struct{}
	err  error
}

func newTokens(source oauth2.TokenSource, save func(*oauth2.Token) error) *tokens {
	return &tokens{source: source, save: save}
}

// getNot returns a token other than the rejected one if the source can be brought to give one.
func (t *tokens) getNot(ctx context.Context, rejected string) (*oauth2.Token, error) {
	t.mu.Lock()
	if t.last != nil && t.last.Valid() && t.last.AccessToken != rejected && (t.save == nil || t.saved == t.last.AccessToken) &&
		!t.last.Expiry.IsZero() {
		defer t.mu.Unlock()
		return t.last, nil
	}
	current := t.fetching
	if current == nil {
		current = &pending{done: make(chan struct{})}
		t.fetching = current
		if rejected != "" && t.last != nil && t.last.AccessToken == rejected {
			// A reusing source believes in its token until it expires. Wrapped with a token that is not valid, it asks
			// what is behind it: oauth2 documents that it builds the equivalent source.
			t.source = oauth2.ReuseTokenSource(&oauth2.Token{}, t.source)
		}
		go t.ask(current, t.source)
	}
	t.mu.Unlock()

	select {
	case <-current.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if current.err != nil {
		return nil, current.err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last, nil
}

func (t *tokens) ask(p *pending, source oauth2.TokenSource) {
	token, err := source.Token()
	if err == nil && (token == nil || token.AccessToken == "") {
		err = errors.New("the token source gave no access token")
	}
	if err == nil && t.save != nil && t.isNew(token) {
		if err = t.save(token); err != nil {
			err = &tokenSaveError{err}
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		snapshot := *token
		t.last, t.saved = &snapshot, token.AccessToken
	}
	p.err = err
	t.fetching = nil
	close(p.done)
}

func (t *tokens) isNew(token *oauth2.Token) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.saved != token.AccessToken
}

// secrets are the texts that must not show in an error.
func (t *tokens) secrets() []string {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		return nil
	}
	return []string{t.last.AccessToken, t.last.RefreshToken}
}

type tokenSaveError struct{ err error }

func (e *tokenSaveError) Error() string { return "saving the new token: " + e.err.Error() }
func (e *tokenSaveError) Unwrap() error { return e.err }

// withoutSecrets rebuilds the errors of net/http and oauth2 that hold a URL or a whole response.
func withoutSecrets(err error, secrets ...string) error {
	if retrieve, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		secrets = append(secrets, sentSecrets(retrieve)...)
		clean := &oauth2.RetrieveError{
			ErrorCode:        redact.Text(retrieve.ErrorCode, secrets...),
			ErrorDescription: redact.Text(retrieve.ErrorDescription, secrets...),
			Response:         &http.Response{Status: "no status"},
		}
		if retrieve.Response != nil {
			clean.Response.Status, clean.Response.StatusCode = retrieve.Response.Status, retrieve.Response.StatusCode
		}
		return clean
	}
	if inURL, ok := errors.AsType[*url.Error](err); ok {
		return withoutSecrets(inURL.Err, secrets...)
	}
	if err != nil && strings.Contains(err.Error(), "parse Location header") { // net/http shows all of it
		return errors.New("the server's redirect is not a URL")
	}
	if err != nil && redact.Text(err.Error(), secrets...) != err.Error() {
		return &redactedError{redact.Text(err.Error(), secrets...), err}
	}
	return err
}

// sentSecrets are what a request for a token held that its answer may repeat, and that no token source tells: refresh
// tokens, codes, the client secret.
func sentSecrets(retrieve *oauth2.RetrieveError) []string {
	if retrieve.Response == nil || retrieve.Response.Request == nil || retrieve.Response.Request.GetBody == nil {
		return nil
	}
	sent, err := retrieve.Response.Request.GetBody()
	if err != nil {
		return nil
	}
	defer sent.Close() //nolint:errcheck // in memory
	content, err := io.ReadAll(sent)
	if err != nil {
		return nil
	}
	form, err := url.ParseQuery(string(content))
	if err != nil {
		return nil
	}
	var secrets []string
	for _, name := range []string{"refresh_token", "client_secret", "code", "code_verifier", "password", "assertion"} {
		secrets = append(secrets, form.Get(name))
	}
	return secrets
}

// redactedError shows a cleaned text, and still matches what the original matches.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string        { return e.text }
func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }
