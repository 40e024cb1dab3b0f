package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReadmeTellsAll(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	readme := string(text)
	for name := range effectKinds(func(string) {}) {
		assert.Contains(t, readme, "`"+name+"`")
	}
	for _, call := range controlCalls() {
		path := strings.NewReplacer("{who}", "nuno@contoso.com", "{id}", "1", "{path...}", "Pictures").Replace(call.path)
		assert.Contains(t, readme, "$L"+path, call.method)
	}
	for _, host := range proxiedHosts() {
		assert.Contains(t, readme, "`"+host+"`")
	}
	for _, key := range []string{"api", "login", "storage", "client_id", "access_token", "accounts", "proxy", "ca", "control", "status"} {
		assert.Contains(t, readme, "`"+key+"`")
	}
}

func TestReadmeLinesWork(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	s := newService(t)
	s.control("POST", "/accounts", `{"name": "Nuno Bento", "emails": {"account": "nuno@contoso.com"}}`)
	lines := 0
	for line := range strings.SplitSeq(string(text), "\n") {
		call, body, ok := strings.Cut(line, " -d '")
		_, path, isCurl := strings.Cut(call, "curl $L")
		body, _, complete := strings.Cut(body, "'")
		if !ok || !isCurl || !complete {
			continue
		}
		lines++
		s.control("POST", path, body)
		s.control("DELETE", "/faults", "")
	}
	assert.GreaterOrEqual(t, lines, 5)
}
