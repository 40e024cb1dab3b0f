// Package readme checks that what a README shows of a program is what the program does.
package readme

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/examples/internal/command"
)

var update = flag.Bool("update", false, "rewrite what README.md says that the program prints")

// session is a block of README.md with commands, each after "$ ", and what they print.
var session = regexp.MustCompile("(?s)```console\n(.*?)```")

// Check runs the commands that README.md shows, in an empty directory, and compares what they print. A command that
// begins with "go run ./examples/NAME" is run; others, such as cat, are the shell's. What differs from run to run is
// replaced first: old and new texts in turn, as strings.NewReplacer takes them, where old is a regular expression.
// The test must not be parallel: it changes the directory. With -update, README.md is rewritten.
func Check(t *testing.T, name string, run command.Run, replace ...string) {
	t.Helper()
	file, err := filepath.Abs("README.md")
	require.NoError(t, err)
	content, err := os.ReadFile(file) //nolint:gosec // a test
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	replace = append(replace, `http://127\.0\.0\.1:\d+`, "http://127.0.0.1:PORT")
	checked := 0
	written := session.ReplaceAllStringFunc(string(content), func(block string) string {
		var out strings.Builder
		out.WriteString("```console\n")
		for line := range strings.Lines(session.FindStringSubmatch(block)[1]) {
			if text, ok := strings.CutPrefix(line, "$ "); ok {
				checked++
				out.WriteString(line + output(t, name, strings.TrimSpace(text), run, replace))
			}
		}
		return out.String() + "```"
	})
	require.NotZero(t, checked, "README.md shows no command")
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(written), 0o644)) //nolint:gosec // for everybody to read
		return
	}
	assert.Equal(t, string(content), written, "README.md is stale; run: go test . -update")
}

func output(t *testing.T, name, line string, run command.Run, replace []string) string {
	t.Helper()
	var out bytes.Buffer
	if args, ok := strings.CutPrefix(line+" ", "go run ./examples/"+name+" "); ok {
		err := run(t.Context(), strings.Fields(args), &out, &out)
		command.Report(name, err, errors.Is(err, context.Canceled), &out)
	} else {
		shell := exec.CommandContext(t.Context(), "sh", "-c", line) //nolint:gosec // what our README.md says
		shell.Stdout, shell.Stderr = &out, &out
		require.NoError(t, shell.Run(), "%s: %s", line, &out)
	}
	text := strings.ReplaceAll(out.String(), "\r\n", "\n")
	for i := 0; i < len(replace); i += 2 {
		text = regexp.MustCompile(replace[i]).ReplaceAllString(text, replace[i+1])
	}
	return text
}
