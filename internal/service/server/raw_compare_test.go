package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// sameBytes compares an answer with a recorded one, byte by byte, and prints both.
func sameBytes(t *testing.T, name, want, got string) {
	t.Helper()
	want, got = masked(want), masked(got)
	t.Log("left: " + name + ", right: the emulator; | where they agree, ! where not\n" + sideBySide(want, got))
	lines := strings.NewReplacer("\n", "\\n", "\r", "\\r\n") // one that can be read when they differ
	assert.Equal(t, lines.Replace(want), lines.Replace(got))
}

// dumpWidth is how many bytes a line of a dump shows.
const dumpWidth = 16

// sideBySide prints two texts as od -c prints one.
func sideBySide(left, right string) string {
	var b strings.Builder
	for at := 0; at < max(len(left), len(right)); at += dumpWidth {
		l, r := piece(left, at), piece(right, at)
		mark := "|"
		if l != r {
			mark = "!"
		}
		fmt.Fprintf(&b, "%07o %-64s %s %s\n", at, dump(l), mark, dump(r))
	}
	return b.String()
}

func piece(s string, at int) string {
	return s[min(at, len(s)):min(at+dumpWidth, len(s))]
}

// dump writes bytes as od -c does: each in four columns.
func dump(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c == '\r':
			b.WriteString(`  \r`)
		case c == '\n':
			b.WriteString(`  \n`)
		case c == '\t':
			b.WriteString(`  \t`)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, " %03o", c)
		default:
			fmt.Fprintf(&b, "   %c", c)
		}
	}
	return b.String()
}

// sortedHead is a head in the order of its names, without what only browsers look at: the recording was of a script
// element, to which no origin mattered.
func sortedHead(lines []string) string {
	fields := slices.DeleteFunc(slices.Clone(lines[1:]), func(line string) bool { return strings.HasPrefix(line, "Access-Control-") })
	slices.SortFunc(fields, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	return lines[0] + "\r\n" + strings.Join(fields, "\r\n") + "\r\n\r\n"
}
