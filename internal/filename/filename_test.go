package filename_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/filename"
)

func TestSafe(t *testing.T) {
	t.Parallel()
	for text, name := range map[string]string{
		"photo.jpg": "photo.jpg", "写真 (1).jpg": "写真 (1).jpg", "100%": "100%", "My%20Photo": "My%20Photo",
		"": "%~", ".": "%~.%~", "..": "%~..%~", "a/b": "a%2Fb", "a%2Fb": "a%252Fb", `C:\x`: "C%3A%5Cx", "nul": "nul%~", "COM1.tar": "COM1%~.tar",
		"dot.": "dot.%~", "blank ": "blank %~", "a\x00b": "a%00b", "gpj\u202etxt.exe": "gpj%u202Etxt.exe", "%~": "%25~",
	} {
		assert.Equal(t, name, filename.Safe(text))
		assert.Equal(t, text, filename.Original(name))
	}
	for _, foreign := range []string{"a%2fb", "%2Fb.", "%00", "x%~", "%u202e"} {
		got := filename.Original(foreign)
		assert.True(t, got == foreign || filename.Safe(got) == foreign, foreign)
	}
}

func FuzzSafe(f *testing.F) {
	for _, text := range []string{"", ".", "a/b", "%~", "%u202E", "CON .txt", "é\u0301", "\xff", strings.Repeat("写", 90), strings.Repeat("a", 300) + ".jpeg"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := filename.Safe(text)
		switch {
		case name == "", name == ".", name == "..", strings.ContainsAny(name, "/\\:\x00"), strings.HasSuffix(name, "."), strings.HasSuffix(name, " "):
			t.Fatalf("%q is no name for %q", name, text)
		case len(name) > 240:
			t.Fatalf("%d bytes", len(name))
		}
		if original := filename.Original(name); original != text && len(name) < 220 && utf8.ValidString(text) {
			t.Fatalf("%q is %q on disk, which is read as %q", text, name, original)
		}
	})
}

func TestShort(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "short.jpg", filename.Short("short.jpg", 9))
	long := strings.Repeat("写", 60) + ".jpeg"
	short := filename.Short(long, 100)
	assert.LessOrEqual(t, len(short), 100)
	assert.Greater(t, len(short), 90)
	assert.True(t, utf8.ValidString(short))
	assert.True(t, strings.HasSuffix(short, ".jpeg"))
	assert.NotEqual(t, short, filename.Short("写"+long, 100))
}

func TestSet(t *testing.T) {
	t.Parallel()
	var names filename.Set
	assert.Equal(t, "a.jpg", names.Claim("a.jpg", "1"))
	assert.Regexp(t, `^A~[0-9a-f]{10}\.JPG$`, names.Claim("A.JPG", "2"))
	assert.Equal(t, "café", names.Claim("café", "3"))
	assert.Regexp(t, `~[0-9a-f]{10}$`, names.Claim("cafe\u0301", "4"))
	assert.Equal(t, "cafe", names.Claim("cafe", "5"))
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, alike := range [][2]string{{"ABC", "abc"}, {"Ä", "ä"}, {"K", "\u212a"}, {"Σ", "ς"}} {
		assert.Equal(t, filename.Fold(alike[0]), filename.Fold(alike[1]))
	}
	assert.NotEqual(t, filename.Fold("ss"), filename.Fold("ß"))
}
