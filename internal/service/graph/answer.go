package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/redact"
	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// answer is what came back.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	location string
}

func (a *answer) into(out any) error {
	if err := json.Unmarshal(a.body, out); err != nil {
		return &backend.RemoteError{Failure: backend.FailedGateway, Detail: "the answer is not the JSON that was expected"}
	}
	return nil
}

// detail is what Graph says of an error, with the id that its support asks for.
func detail(code, message, requestID, token string) string {
	text := strings.TrimSpace(code + ": " + message)
	if len(text) > 300 {
		text = text[:300]
	}
	if requestID != "" {
		text += fmt.Sprintf("; request-id %s", requestID)
	}
	return redact.Text(text, redact.NewSecret(token))
}
