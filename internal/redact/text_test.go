package redact_test

import (
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// eachByte writes a text with every byte but letters and digits in another form.
func eachByte(text, format string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, format, c)
		}
	}
	return b.String()
}

// whole writes every byte in another form.
func whole(format string) func(string) string {
	return func(text string) string {
		var b strings.Builder
		for _, c := range []byte(text) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
}

func quoted(text string) string {
	encoded, _ := json.Marshal(text)
	return strings.Trim(string(encoded), `"`)
}

// encodings are the ways for a text to be repeated.
var encodings = map[string]func(string) string{
	"as it is":             func(s string) string { return s },
	"query":                url.QueryEscape,
	"path":                 url.PathEscape,
	"lower case":           func(s string) string { return eachByte(s, "%%%02x") },
	"upper case":           func(s string) string { return eachByte(s, "%%%02X") },
	"doubled percent":      func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
	"percent nine times":   func(s string) string { return eachByte(s, "%%"+strings.Repeat("25", 9)+"%02x") },
	"HTML":                 html.EscapeString,
	"decimal entities":     func(s string) string { return eachByte(s, "&#%d;") },
	"hexadecimal entities": func(s string) string { return eachByte(s, "&#x%x;") },
	"padded entities":      func(s string) string { return eachByte(s, "&#X%06X;") },
	"doubled entities":     func(s string) string { return html.EscapeString(html.EscapeString(html.EscapeString(s))) },
	"JSON":                 quoted,
	"JSON with slashes":    func(s string) string { return strings.ReplaceAll(quoted(s), "/", `\/`) },
	"JSON twice":           func(s string) string { return quoted(strings.ReplaceAll(quoted(s), "/", `\/`)) },
	"unicode escapes":      whole(`\u%04x`),
	"unicode of old":       whole(`%%u%04X`),
	"braces":               whole(`\u{%x}`),
	"bytes":                whole(`\x%02X`),
	"all percent":          whole("%%%02x"),
	"all entities":         whole("&#%d;"),
	"Go":                   strconv.Quote,
	"folded":               func(s string) string { return s[:5] + "\r\n\t" + s[5:] },
	"percent in JSON":      func(s string) string { return quoted(url.QueryEscape(s)) },
	"JSON in percent":      func(s string) string { return url.QueryEscape(strings.ReplaceAll(quoted(s), "/", `\/`)) },
	"HTML in JSON in HTML": func(s string) string { return html.EscapeString(quoted(html.EscapeString(s))) },
}

func TestText(t *testing.T) {
	t.Parallel()
	const secret = `EwB+a/b=c*d$e!f.g-h_i~j&k"l<m>n'o`
	for name, encode := range encodings {
		got := redact.Text("before <"+encode(secret)+"> after", redact.NewSecret(secret))
		got = strings.NewReplacer(`"`, "").Replace(got)
		assert.Equal(t, "before <REDACTED> after", got, name)
	}
	one, two := redact.NewSecret("four"), redact.NewSecret("fives")
	assert.Equal(t, "REDACTED and REDACTED", redact.Text("four and fives", one, two), "short ones, as a whole")
	assert.Equal(t, "fou and five", redact.Text("fou and five", one, two))
	assert.Equal(t, "one and two", redact.Text("one and two", redact.NewSecret("one")), "nobody's secret")
	assert.Equal(t, "nothing of it", redact.Text("nothing of it", redact.NewSecret(""), redact.NewSecret("secret")))
	assert.Equal(t, "text", redact.Text("text"))
	assert.Equal(t, "A+%41", redact.Text("A+%41", redact.NewSecret("\n\n\n\n"), redact.NewSecret("%41%42")), "nothing that a single letter decodes to")
	assert.Empty(t, redact.Text("", one))
}

func TestTextTakesParts(t *testing.T) {
	t.Parallel()
	secret := redact.NewSecret("0123456789abcdefghij")
	assert.Equal(t, "x REDACTED", redact.Text("x 01234567", secret))
	assert.Equal(t, "x REDACTED y REDACTED", redact.Text("x cdefghij y %34%35%36%37%38%39%61%62", secret))
	assert.Equal(t, "x 0123456 y", redact.Text("x 0123456 y", secret), "seven characters tell nothing")
	assert.Equal(t, "xREDACTEDy", redact.Text("x0123456789abcdefghij0123456789abcdefghijy", secret))
}

func TestLinks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"see https://h.example/y4mKEY/a.jpg?psid=1.":     "see https://h.example/REDACTED",
		`"http:\/\/h.example\/KEY" x`:                    `"http://h.example/REDACTED" x`,
		"u=https%3a%2f%2fh.example%2fKEY&amp;x":          "u=https://h.example/REDACTED",
		"u=https%253A%252F%252Fh.example%252FKEY":        "u=https://h.example/REDACTED",
		"&#104;ttps https&#58;&#47;&#x2f;h.example/KEY>": "&#104;ttps https://h.example/REDACTED>",
		`https\u003a\u002f\u002Fh.example/KEY`:           "https://h.example/REDACTED",
		"HTTPS://user:KEY@h.example":                     "HTTPS://h.example",
		"https://h.example https://h.example/ end":       "https://h.example https://h.example/ end",
		"https://public.example/a/b end":                 "https://public.example/a/b end",
		"https://public.example/a?KEY":                   "https://public.example/a?REDACTED",
		"https://public.example/a#KEY":                   "https://public.example/REDACTED",
		"access_token=KEYKEY&x=1":                        "access_token=REDACTED&x=1",
		`{"refresh_token": "KEYKEY"}`:                    `{"refresh_token": "REDACTED"}`,
		"Authorization: Bearer KEYKEY":                   "Authorization: Bearer REDACTED",
		"the access_token is missing":                    "the access_token is missing",
		"none":                                           "none",
	} {
		got := redact.Links(text, func(host string) bool { return host == "public.example" })
		assert.Equal(t, want, got, text)
	}
}

// survives reports whether a part of a secret can be read in a text, be it encoded.
func survives(text, secret string) bool {
	readings := []string{text}
	for range 3 {
		last := readings[len(readings)-1]
		unescaped, err := url.PathUnescape(last)
		if err != nil {
			unescaped = last
		}
		readings = append(readings, unescaped, html.UnescapeString(last), strings.ReplaceAll(last, `\`, ""))
	}
	for _, reading := range readings {
		for i := 0; i+8 <= len(secret); i++ {
			if strings.Contains(reading, secret[i:i+8]) {
				return true
			}
		}
	}
	return false
}

func FuzzText(f *testing.F) {
	f.Add("before ", "EwB+/=EwB+/=", " after", uint64(1))
	f.Add("&#", "43;%2B%2525&amp;&amp;", "25", uint64(2))
	f.Add(`\`, `u0041\/\\u0041bcdefgh`, "%", uint64(3))
	names := make([]string, 0, len(encodings))
	for name := range encodings {
		names = append(names, name)
	}
	f.Fuzz(func(t *testing.T, before, secret, after string, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 0))
		if len(secret) < 8 || strings.ContainsFunc(secret, func(r rune) bool { return r <= ' ' || r > '~' }) || survives(before+redact.Placeholder+after, secret) {
			return // not a secret, or shown around it
		}
		first, second := encodings[names[random.IntN(len(names))]], encodings[names[random.IntN(len(names))]]
		text := before + first(secret) + " " + second(secret) + after
		got := redact.Text(text, redact.NewSecret(secret))
		require.False(t, survives(got, secret), "%q in %q", secret, got)
	})
}

// Looking for a secret costs what the text is long, however long the secret.
func BenchmarkText(b *testing.B) {
	text, secret := strings.Repeat("nothing of it here, ", 50), redact.NewSecret(strings.Repeat("EwB0+/=", 170))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		redact.Text(text, secret)
	}
}
