package liveconnect

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// Every text of a server or of a caller's code goes through here on its way into an Error or a log: shown and
// withoutSecrets take out what must not show, leave one line, and bound it.

// The most that is shown of a text, in bytes.
const (
	maxShown     = 1 << 10
	maxShownName = 200     // of what should be a short name: a code, a request id, a media type
	maxLooked    = 8 << 10 // what is looked at; the rest is not shown
)

// shown makes a text fit to be shown.
func shown(text string, limit int, secrets ...*redact.Secret) string {
	text = redact.Text(text[:min(len(text), maxLooked)], secrets...)
	return shownLine(redact.Links(text, publicHost), limit)
}

// shownCode is shown for an error code. What is decided by the code is not decided by what is left of it.
func shownCode(code string, secrets ...*redact.Secret) string {
	if documented(code) {
		return code
	}
	return shown(code, maxShownName, secrets...)
}

// shownLine leaves one line of bounded length. What is cut off was looked through before, so that no part of a secret is
// left at the end.
func shownLine(text string, limit int) string {
	text = strings.Map(oneLine, text)
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}

// oneLine keeps an error on its line, and in the order in which it was written.
func oneLine(r rune) rune {
	switch {
	case isControl(r), r == '\u2028', r == '\u2029', // lines
		r == '\u200e', r == '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069': // directions
		return ' '
	}
	return r
}

// publicHost reports whether the addresses of a host are for everybody: Microsoft's documentation, to which the
// messages of the service send people.
func publicHost(host string) bool {
	host = strings.ToLower(host)
	return host == "aka.ms" || host == "dev.live.com" || strings.HasSuffix(host, ".microsoft.com")
}

// withoutSecrets makes an error fit to be shown. It still matches what it matched.
func withoutSecrets(err error, secrets ...*redact.Secret) error {
	if err == nil {
		return nil
	}
	if retrieve, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
		return cleanRetrieveError(retrieve, secrets)
	}
	if inURL, ok := errors.AsType[*url.Error](err); ok { // net/http shows the whole URL
		if inURL.Err == nil {
			return errors.New("the request failed")
		}
		return withoutSecrets(inURL.Err, secrets...)
	}
	text := err.Error()
	if strings.Contains(text, "parse Location header") { // net/http shows all of it
		return errors.New("the server's redirect is not a URL")
	}
	if tells(err, secrets) {
		return &redactedError{shown(text, maxShown, secrets...), err}
	}
	return err
}

// tells reports whether an error, or one inside it, shows what must not be shown.
func tells(err error, secrets []*redact.Secret) bool {
	if err == nil {
		return false
	}
	if text := err.Error(); shown(text, maxShown, secrets...) != text {
		return true
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return slices.ContainsFunc(joined.Unwrap(), func(inner error) bool { return tells(inner, secrets) })
	}
	return tells(errors.Unwrap(err), secrets)
}

// redactedError shows a cleaned text, and still matches what the original matches.
type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string        { return e.text }
func (e *redactedError) GoString() string     { return e.text }
func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }

// As finds in the original what has no text of a server: the rest would show it.
func (e *redactedError) As(target any) bool {
	switch target.(type) {
	case **tokenSaveError, **net.DNSError, **tls.CertificateVerificationError:
		return errors.As(e.err, target)
	}
	return false
}

// Timeout is as in [net.Error].
func (e *redactedError) Timeout() bool {
	inner, ok := errors.AsType[net.Error](e.err)
	return ok && inner.Timeout()
}

// Temporary is as in [net.Error].
func (e *redactedError) Temporary() bool { return e.Timeout() }

// cleanRetrieveError is the refusal of a sign-in host without its answer, which may repeat the refresh token.
func cleanRetrieveError(retrieve *oauth2.RetrieveError, secrets []*redact.Secret) error {
	code, description := signInError(retrieve)
	clean := &oauth2.RetrieveError{Response: &http.Response{Status: "no status", Request: &http.Request{GetBody: nothingSent}}}
	sent, known := sentSecrets(retrieve)
	secrets = append(secrets, sent...)
	if known || plainCode(code) {
		clean.ErrorCode = shownCode(code, secrets...)
	}
	if known {
		clean.ErrorDescription = shown(description, maxShown, secrets...)
	}
	if retrieve.Response != nil {
		status := retrieve.Response.StatusCode
		clean.Response.StatusCode, clean.Response.Status = status, strings.TrimSpace(strconv.Itoa(status)+" "+http.StatusText(status))
	}
	return clean
}

// nothingSent stands for the request in what was cleaned already, and may be cleaned again.
func nothingSent() (io.ReadCloser, error) { return http.NoBody, nil }

// signInError reads the error of a sign-in host, also where its JSON comes under another name: oauth2 goes by the media
// type.
func signInError(retrieve *oauth2.RetrieveError) (code, description string) {
	if retrieve.ErrorCode != "" {
		return retrieve.ErrorCode, retrieve.ErrorDescription
	}
	return errorBody(retrieve.Body)
}

// plainCode reports whether a code is one of words, as those of OAuth are, and no key.
func plainCode(code string) bool {
	return len(code) <= 40 && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") == ""
}

// sentSecrets are what a request for a token held that its answer may repeat, and that no token source tells: refresh
// tokens, codes, the client secret. known is whether the request could be looked at.
func sentSecrets(retrieve *oauth2.RetrieveError) (secrets []*redact.Secret, known bool) {
	if retrieve.Response == nil || retrieve.Response.Request == nil || retrieve.Response.Request.GetBody == nil {
		return nil, false
	}
	request := retrieve.Response.Request
	sent, err := request.GetBody()
	if err != nil {
		return nil, false
	}
	defer sent.Close() //nolint:errcheck // in memory
	content, err := io.ReadAll(sent)
	if err != nil {
		return nil, false
	}
	form, err := url.ParseQuery(string(content))
	if err != nil {
		return nil, false
	}
	for name, values := range form {
		switch name {
		case "grant_type", "client_id", "redirect_uri", "scope", "response_type":
			continue
		}
		for _, value := range values {
			secrets = append(secrets, redact.NewSecret(value))
		}
	}
	_, password, _ := request.BasicAuth()
	_, encoded, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	return append(secrets, redact.NewSecret(password), redact.NewSecret(encoded)), true
}

// tokenSaveError is an error of a token saver.
type tokenSaveError struct{ err error }

func (e *tokenSaveError) Error() string { return "saving the new token: " + e.err.Error() }
func (e *tokenSaveError) Unwrap() error { return e.err }
