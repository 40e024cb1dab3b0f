package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// control answers /_live/.
type control struct{ *emulator }

// withStatus is an answer that is not 200, or not JSON.
type withStatus struct {
	status int
	body   any
}

type plainText []byte

func writeControl(w http.ResponseWriter, answer any) {
	status := http.StatusOK
	if a, ok := answer.(withStatus); ok {
		status, answer = a.status, a.body
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if text, ok := answer.(plainText); ok {
		h.Set("Content-Type", "application/x-pem-file")
		w.WriteHeader(status)
		_, _ = w.Write(text)
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	_ = enc.Encode(answer) // fails when the client is gone
}

// controlError is an error with its status; others are 400 or what controlStatus finds.
type controlError struct {
	status  int
	message string
}

func (e *controlError) Error() string { return e.message }

func writeControlError(w http.ResponseWriter, err error) {
	var body struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	body.Error.Message = err.Error()
	writeControl(w, withStatus{controlStatus(err), body})
}

func controlStatus(err error) int {
	var known *controlError
	var tooLarge *http.MaxBytesError
	var exists *backend.ExistsError
	switch {
	case errors.As(err, &known):
		return known.status
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.As(err, &exists):
		return http.StatusConflict
	case errors.Is(err, errNoAccount), errors.Is(err, fs.ErrNotExist):
		return http.StatusNotFound
	case errors.Is(err, backend.ErrQuota):
		return http.StatusInsufficientStorage
	case errors.Is(err, errStarting):
		return http.StatusServiceUnavailable
	}
	return http.StatusBadRequest
}

// readBody reads the JSON of a request; none leaves into as it is.
func readBody(r *http.Request, into any) error {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if len(strings.TrimSpace(string(text))) == 0 {
		return nil
	}
	if err := readJSON(text, into); err != nil {
		return fmt.Errorf("the body: %w", err)
	}
	return nil
}

// now is the world, if there is one yet.
func (c control) now() (*world, error) {
	if w := c.started.Load(); w != nil {
		return w, nil
	}
	return nil, errStarting
}
