package command_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/examples/internal/command"
)

func TestReport(t *testing.T) {
	t.Parallel()
	canceled := fmt.Errorf("listing: %w", context.Canceled)
	for _, test := range []struct {
		name    string
		err     error
		stopped bool
		code    int
		says    string
	}{
		{"done", nil, false, 0, ""},
		{"done although stopped", nil, true, 0, ""},
		{"help", flag.ErrHelp, false, 0, ""},
		{"Ctrl-C", canceled, true, 130, "\nsample: stopped\n"},
		{"canceled by nobody", canceled, false, 1, "\nsample: listing: context canceled\n"},
		{"failed while stopping", errors.New("disk full"), true, 1, "\nsample: disk full\n"},
		{"misused", command.Usage("no %s", "file"), false, 2, "sample: no file\nRun it with -h to see how it is used.\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var says strings.Builder
			assert.Equal(t, test.code, command.Report("sample", test.err, test.stopped, &says))
			assert.Equal(t, test.says, says.String())
		})
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	parse := func(stdout io.Writer, args ...string) (bool, error) {
		flags := command.NewFlags("sample", "sample [-x]\n\nDoes nothing.")
		x := flags.Bool("x", false, "a `thing`")
		return *x, flags.ParseAll(args, stdout)
	}
	var help strings.Builder
	_, err := parse(&help, "-h")
	require.ErrorIs(t, err, flag.ErrHelp)
	assert.Equal(t, "usage: sample [-x]\n\nDoes nothing.\n\n  -x thing\n    \ta thing\n", help.String())

	var none strings.Builder
	_, err = parse(&none, "-y")
	require.ErrorContains(t, err, "-y")
	_, err = parse(&none, "-x", "file")
	require.ErrorContains(t, err, `"file"`)
	_, err = parse(&none, "-x")
	require.NoError(t, err)
	assert.Empty(t, none.String())
}
