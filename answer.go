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

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// decode reads a JSON answer into out. A nil out, and an empty answer of a DELETE, want nothing.
func (c *core) decode(resp *http.Response, out any) error {
	defer resp.Body.Close() //nolint:errcheck // read to its end, or useless
	buffer := c.buffer()
	defer c.putBuffer(buffer)
	if resp.ContentLength > 0 && resp.ContentLength <= c.maxResponse {
		buffer.Grow(int(resp.ContentLength) + bytes.MinRead)
	}
	n, err := buffer.ReadFrom(io.LimitReader(resp.Body, c.maxResponse+1))
	if err != nil {
		return err
	}
	if n > c.maxResponse {
		return fmt.Errorf("%w: more than %d bytes of JSON; see WithMaxResponse and ListOptions.Limit", ErrUnexpectedContent, c.maxResponse)
	}
	content := bytes.TrimSpace(buffer.Bytes())
	switch {
	case len(content) == 0 && out == nil:
		return nil
	case looksLikeHTML(resp.Header.Get("Content-Type"), content):
		return unexpectedContent(resp, content, c.tokens.secrets()...)
	case c.readGenerated(content, out):
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
	if err := unmarshal(content, out); err != nil {
		return fmt.Errorf("%w: %w", ErrUnexpectedContent, truncated(err))
	}
	return nil
}

// truncated makes the JSON package's "unexpected end" an io.ErrUnexpectedEOF: the answer was cut off, and may be asked
// for again.
func truncated(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end") {
		return fmt.Errorf("%w: %w", io.ErrUnexpectedEOF, err)
	}
	return err
}

// insideError is an error object in an answer whose status says success.
type insideError struct{ body []byte }

func (e *insideError) Error() string { return "error object: " + string(e.body) }

// isErrorObject tells whether an answer is an error though its status says success: it begins as one, or has an error
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

// unexpectedContent shows the beginning of an answer that is not JSON. The secrets are taken out before it is cut, so
// that no part of one is left.
func unexpectedContent(resp *http.Response, content []byte, secrets ...string) error {
	snippet := redact.Text(string(content[:min(len(content), maxErrorBody)]), secrets...)
	snippet = strings.TrimSpace(strings.ToValidUTF8(snippet[:min(len(snippet), 200)], ""))
	return fmt.Errorf("%w: %q instead of JSON, beginning with %q; is there a proxy or a sign-in page in between?",
		ErrUnexpectedContent, redact.Text(resp.Header.Get("Content-Type"), secrets...), snippet)
}
