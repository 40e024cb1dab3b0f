package liveconnect

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/caught"
	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// tokens gives out access tokens for all goroutines of a client. A refresh runs once for all who wait for it, and
// nobody waits longer than its own context and the limit, although oauth2 refreshes with the context of its construction.
type tokens struct {
	save  func(*oauth2.Token) error
	limit time.Duration // of a refresh; 0 is none

	mu       sync.Mutex
	source   oauth2.TokenSource
	last     *oauth2.Token // what the source gave last
	saved    string        // the access token that save has accepted
	fetching *pending
	known    []*redact.Secret // of the tokens so far, the newest last
	learnt   string           // which of them was last
	hanging  int              // questions that nobody waits for any more
}

// maxHanging is how many questions to a source that does not answer are left alone before no more are asked.
const maxHanging = 8

// pending is a question to the source that is under way.
type pending struct {
	done chan struct{}
	err  error
}

func newTokens(source oauth2.TokenSource, save func(*oauth2.Token) error, limit time.Duration) *tokens {
	return &tokens{source: source, save: save, limit: limit}
}

// getNot returns a token other than the rejected one if the source can be brought to give one.
func (t *tokens) getNot(ctx context.Context, rejected string) (*oauth2.Token, error) {
	t.mu.Lock()
	if t.last != nil && t.last.Valid() && t.last.AccessToken != rejected && (t.save == nil || t.saved == t.last.AccessToken) &&
		!t.last.Expiry.IsZero() {
		defer t.mu.Unlock()
		return t.last, nil
	}
	current, mine := t.fetching, false
	if current == nil && t.hanging >= maxHanging {
		t.mu.Unlock()
		return nil, fmt.Errorf("%w: the token source does not answer", ErrTimeout)
	}
	if current == nil {
		current, mine = &pending{done: make(chan struct{})}, true
		t.fetching = current
		if rejected != "" && t.last != nil && t.last.AccessToken == rejected {
			// A reusing source believes in its token until it expires. Wrapped with a token that is not valid, it asks
			// what is behind it: oauth2 documents that it builds the equivalent source.
			t.source = oauth2.ReuseTokenSource(&oauth2.Token{}, t.source)
		}
		go t.ask(current, t.source)
	}
	t.mu.Unlock()
	if err := t.wait(ctx, current); err != nil {
		return nil, err
	}
	if panicked, ok := errors.AsType[*caught.Panic](current.err); ok && mine {
		panicked.Resume()
	}
	if current.err != nil {
		return nil, current.err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last, nil
}

// wait waits for an answer. A question that is not answered in time is left to itself, so that the next call asks anew.
func (t *tokens) wait(ctx context.Context, current *pending) error {
	var late <-chan time.Time
	if t.limit > 0 {
		timer := time.NewTimer(t.limit)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-current.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-late:
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fetching == current {
		t.fetching = nil
		t.hanging++
	}
	return fmt.Errorf("%w: the token source gave no token within %s; see Timeouts.Token, and oauth2.HTTPClient for giving it an HTTP client with a limit",
		ErrTimeout, t.limit)
}

func (t *tokens) ask(p *pending, source oauth2.TokenSource) {
	var token *oauth2.Token
	returned := false
	var err error
	defer func() {
		if !returned {
			err = fmt.Errorf("the token source: %w", caught.From(recover()))
		}
		t.answer(p, token, err)
	}()
	token, err = source.Token()
	if err == nil && (token == nil || token.AccessToken == "") {
		err = errors.New("the token source gave no access token")
	}
	if err == nil {
		t.learn(token)
	}
	if err == nil && t.save != nil && t.isNew(token) {
		if err = t.save(token); err != nil {
			err = &tokenSaveError{err}
		}
	}
	returned = true
}

func (t *tokens) answer(p *pending, token *oauth2.Token, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err == nil {
		snapshot := *token
		t.last, t.saved = &snapshot, token.AccessToken
	}
	p.err = err
	if t.fetching == p {
		t.fetching = nil
	} else {
		t.hanging--
	}
	close(p.done)
}

func (t *tokens) isNew(token *oauth2.Token) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.saved != token.AccessToken
}

// secrets are the texts that must not show in an error: those of the last few tokens.
func (t *tokens) secrets() []*redact.Secret {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.known)
}

// maxKnown is how many secrets are kept of tokens that were replaced, so that they do not show either.
const maxKnown = 16

// learn keeps what must not show of a token.
func (t *tokens) learn(token *oauth2.Token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.learnt == token.AccessToken+"\n"+token.RefreshToken {
		return
	}
	t.learnt = token.AccessToken + "\n" + token.RefreshToken
	t.known = append(t.known, secretsOf(token)...)
	t.known = t.known[max(0, len(t.known)-maxKnown):]
}

func secretsOf(token *oauth2.Token) []*redact.Secret {
	secrets := []*redact.Secret{redact.NewSecret(token.AccessToken), redact.NewSecret(token.RefreshToken)}
	for _, name := range []string{"authentication_token", "id_token"} {
		if extra, ok := token.Extra(name).(string); ok {
			secrets = append(secrets, redact.NewSecret(extra))
		}
	}
	return secrets
}

// cleanSourceError keeps what oauth2 and net/http say of an answer that they cannot read, and leaves out what they quote
// of it: nobody here knows the refresh token that the answer may repeat.
func cleanSourceError(err error) error {
	text := err.Error()
	for _, known := range []string{"oauth2: cannot parse json", "oauth2: cannot parse response"} {
		if before, _, found := strings.Cut(text, known+":"); found {
			return fmt.Errorf("%w: %s%s", ErrUnexpectedContent, before, known)
		}
	}
	inURL, ok := errors.AsType[*url.Error](err)
	if !ok || inURL.Err == nil {
		return err
	}
	text = inURL.Err.Error()
	for _, quote := range []string{`"`, "line: "} {
		if before, _, found := strings.Cut(text, quote); found {
			return &redactedError{before + "… (left out)", err}
		}
	}
	return err
}
