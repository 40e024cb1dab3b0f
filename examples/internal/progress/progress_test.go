package progress_test

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/examples/internal/ptytest"
)

// What is written after End stays, and nothing of the bar does, whether it got full or not.
func TestBarLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		done int64
	}{{"full", 1000}, {"half", 500}, {"untouched", 0}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			master, terminal, err := pty.Open()
			require.NoError(t, err)
			require.NoError(t, pty.Setsize(terminal, &pty.Winsize{Rows: 24, Cols: 80}))
			raw := make(chan string)
			go func() {
				all, _ := io.ReadAll(master) // ends with EIO on Linux
				raw <- string(all)
			}()

			fmt.Fprintln(terminal, "before")
			bar := progress.Start(terminal, 1000)
			bar.Show("orbs.jpg", test.done)
			bar.End()
			bar.End()
			fmt.Fprintln(terminal, "after")

			require.NoError(t, terminal.Close())
			assert.Equal(t, "before\nafter\n", ptytest.Screen(<-raw, 80))
			require.NoError(t, master.Close())
		})
	}
}

func TestBarShowsNothingElsewhere(t *testing.T) {
	t.Parallel()
	file, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	bar := progress.Start(file, 10)
	bar.Show("orbs.jpg", 10)
	bar.End()
	info, err := file.Stat()
	require.NoError(t, err)
	assert.Zero(t, info.Size())
	require.NoError(t, file.Close())
	var text strings.Builder
	progress.Start(&text, 10).End()
	assert.Empty(t, text.String())
}

func TestShorten(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "orbs.jpg", progress.Shorten("orbs.jpg", 8))
	assert.Equal(t, "北海…pg", progress.Shorten("北海道へ.jpg", 5))
	assert.Len(t, []rune(progress.Shorten(strings.Repeat("x", 100), 10)), 10)
}

func TestTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0:                         "less than 0.1s",
		99 * time.Millisecond:     "less than 0.1s",
		123 * time.Millisecond:    "0.1s",
		2449 * time.Millisecond:   "2.4s",
		75_400 * time.Millisecond: "1m15s",
	} {
		assert.Equal(t, want, progress.Took(d))
	}
}
