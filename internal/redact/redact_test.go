package redact_test

import (
	"html"
	"net/url"
	"strings"
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

func TestText(t *testing.T) {
	t.Parallel()
	const secret = `a+b/c="d" & é%`
	for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret)} {
		assert.Equal(t, "x REDACTED y REDACTED", redact.Text("x "+form+" y "+form, secret))
	}
	assert.Equal(t, "REDACTED and REDACTED", redact.Text("one and two", "one", "two"))
	assert.Equal(t, "nothing of it", redact.Text("nothing of it", "", "secret"), "an empty secret is none")
	assert.Equal(t, "text", redact.Text("text"))
	assert.Empty(t, redact.Text("", "secret"))
}

func FuzzText(f *testing.F) {
	f.Add("before ", "EwB+/=", " after")
	f.Add("", "%2B", "%252B")
	f.Fuzz(func(t *testing.T, before, secret, after string) {
		placeholder := redact.Placeholder
		if len(secret) < 4 || strings.Contains(placeholder, secret) || strings.Contains(secret, placeholder) {
			return // not a secret
		}
		// The placeholder could make the secret anew with the letters next to it; no secret of the service has them.
		if strings.ContainsAny(secret, "REDACT") {
			return
		}
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret)} {
			require.NotContains(t, redact.Text(before+form+after, secret), secret)
		}
	})
}
