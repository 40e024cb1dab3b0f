package redact_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

func TestURL(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ raw, want string }{
		{"https://h.example/v5.0/me", "https://h.example/v5.0/me"},
		{"https://h.example/v5.0/file.1!2/a%20b", "https://h.example/v5.0/file.1!2/a%20b"},
		{"https://h.example:8443/me?limit=5&access_token=SECRET", "https://h.example:8443/me?access_token=REDACTED&limit=5"},
		{"https://h.example/me?limit=a%26b%20c", "https://h.example/me?limit=a%26b+c"},
		{"https://user:SECRET@h.example/me", "https://h.example/me"},
		{"https://h.example/me#access_token=SECRET", "https://h.example/me"},
		{"https://h.example/me?sig=SECRET&sig=SECRET", "https://h.example/me?sig=REDACTED"},
		{"https://h.example/me?SECRETLIMIT=1", "https://h.example/me?SECRETLIMIT=REDACTED"},
		{"https://h.example/me?", "https://h.example/me"},
		{"mailto:SECRET@h.example", "mailto:"},
	} {
		t.Run(test.raw, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(test.raw)
			require.NoError(t, err)
			got := redact.URL(u, func(parameter string) bool { return parameter == "limit" })
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.raw, u.String(), "the URL is left as it was")
		})
	}
	assert.Empty(t, redact.URL(nil, nil))
}

func TestOrigin(t *testing.T) {
	t.Parallel()
	u, err := url.Parse("https://user:SECRET@h.example:8443/y4mSECRET/a.jpg?sig=SECRET#SECRET")
	require.NoError(t, err)
	assert.Equal(t, "https://h.example:8443/REDACTED", redact.Origin(u))
	assert.Empty(t, redact.Origin(nil))
}
