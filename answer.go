package liveconnect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// answers reads what the service answers.
type answers struct {
	maxBytes int64 // of one answer
	buffers  sync.Pool

	// generated reads an answer without encoding/json, and reports whether it could; nil if there is no such code.
	generated func(content []byte, out any) bool
}

// maxTrusted is how much memory is set aside because an answer says that it is so long.
const maxTrusted = 4 << 20

// bytesPerObject bounds the objects of an answer by the bytes that it may have: an object in memory takes hundreds of
// bytes, also when it was written in two. The service's own average is above 100.
const bytesPerObject = 64

// decode reads a JSON answer into out. A nil out, and an empty answer of a DELETE, want nothing.
func (a *answers) decode(resp *http.Response, out any, tokens *tokens) error {
	defer resp.Body.Close() //nolint:errcheck // read to its end, or useless
	buffer := a.buffer()
	defer a.putBuffer(buffer)
	if resp.ContentLength > 0 {
		buffer.Grow(int(min(resp.ContentLength, maxTrusted)) + bytes.MinRead)
	}
	n, err := buffer.ReadFrom(io.LimitReader(resp.Body, max(a.maxBytes, a.maxBytes+1))) // which may overflow
	if err != nil {
		return err
	}
	if n > a.maxBytes {
		return fmt.Errorf("%w: more than %d bytes of JSON; see WithMaxResponse and ListOptions.Limit", ErrUnexpectedContent, a.maxBytes)
	}
	content := bytes.TrimSpace(buffer.Bytes())
	switch {
	case len(content) == 0 && out == nil:
		return nil
	case looksLikeHTML(resp.Header.Get("Content-Type"), content):
		return unexpectedContent(resp, content, tokens.secrets()...)
	case int64(bytes.Count(content, []byte("{"))) > max(a.maxBytes/bytesPerObject, 1):
		return fmt.Errorf("%w: an answer of %d bytes with too many objects; see WithMaxResponse and ListOptions.Limit", ErrUnexpectedContent, len(content))
	case a.generated != nil && a.generated(content, out):
		return nil
	case isErrorObject(content):
		return &insideError{bytes.Clone(content)}
	case out == nil:
		return nil
	case len(content) == 0:
		return fmt.Errorf("%w: an empty answer where a JSON object was due", ErrUnexpectedContent)
	case string(content) == "null":
		return fmt.Errorf("%w: null where a JSON object was due", ErrUnexpectedContent)
	}
	switch err := unmarshal(content, out); {
	case errors.Is(err, ErrUnexpectedContent):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnexpectedContent, truncated(err))
	}
	return nil
}

// truncated makes the JSON package's "unexpected end" an io.ErrUnexpectedEOF: the answer was cut off, and may be asked
// for again.
func truncated(err error) error {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok && strings.Contains(syntax.Error(), "unexpected end") {
		return fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
	}
	return err
}

// insideError is an error object in an answer whose status says success.
type insideError struct{ body []byte }

func (e *insideError) Error() string { return "error object: " + string(e.body) }

// isErrorObject reports whether an answer is an error though its status says success: it begins as one, or has an error
// member, the OAuth form in which that is a text included, next to others.
func isErrorObject(content []byte) bool {
	if beginsAsError(content) {
		return true
	}
	if !bytes.Contains(content, []byte(`"error"`)) {
		return false
	}
	var answer struct {
		Error json.RawMessage `json:"error"`
	}
	if json.Unmarshal(content, &answer) != nil {
		return false
	}
	return bytes.HasPrefix(answer.Error, []byte("{")) || bytes.HasPrefix(answer.Error, []byte(`"`))
}

// beginsAsError looks for {"error":{, so that an error is known as one even when it was cut off.
func beginsAsError(content []byte) bool {
	for _, token := range []string{"{", `"error"`, ":", "{"} {
		content = bytes.TrimLeft(content, " \t\r\n")
		if !bytes.HasPrefix(content, []byte(token)) {
			return false
		}
		content = content[len(token):]
	}
	return true
}

func looksLikeHTML(contentType string, content []byte) bool {
	mediaType, _, _ := mime.ParseMediaType(contentType)
	return mediaType == "text/html" || mediaType == "application/xhtml+xml" ||
		bytes.HasPrefix(bytes.TrimSpace(content), []byte("<"))
}

// unexpectedContent shows the beginning of an answer that is not JSON.
func unexpectedContent(resp *http.Response, content []byte, secrets ...*redact.Secret) error {
	return fmt.Errorf("%w: %q instead of JSON, beginning with %q; is there a proxy or a sign-in page in between?",
		ErrUnexpectedContent, shown(resp.Header.Get("Content-Type"), maxShownName, secrets...),
		shown(strings.TrimSpace(string(content[:min(len(content), maxLooked)])), maxShownName, secrets...))
}

// maxErrorBody is how much of an error's body is read; the service's own are a few hundred bytes.
const maxErrorBody = 64 << 10

// maxPooled is the largest buffer that is kept for the next answer.
const maxPooled = 8 << 20

func (a *answers) buffer() *bytes.Buffer {
	if buffer, ok := a.buffers.Get().(*bytes.Buffer); ok {
		return buffer
	}
	return new(bytes.Buffer)
}

func (a *answers) putBuffer(buffer *bytes.Buffer) {
	if buffer.Cap() <= maxPooled {
		buffer.Reset()
		a.buffers.Put(buffer)
	}
}
