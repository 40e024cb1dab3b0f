// Package progress shows on a terminal how far a transfer has come.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// IsTerminal reports whether somebody watches what is written to w.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// Lines returns a place for bars at the bottom of a terminal. See [IsTerminal].
func Lines(terminal io.Writer) *mpb.Progress {
	width := 80
	if file, ok := terminal.(*os.File); ok {
		if columns, _, err := term.GetSize(int(file.Fd())); err == nil {
			width = columns
		}
	}
	return mpb.New(mpb.WithOutput(fromTheLeft{terminal}), mpb.WithAutoRefresh(), mpb.WithWidth(width-1))
}

// fromTheLeft begins what it writes at the left edge. Where somebody types Ctrl-C, the terminal shows ^C and stays behind
// it; bars that were drawn from there on would be too long for their line, and never be wiped.
type fromTheLeft struct{ w io.Writer }

func (l fromTheLeft) Write(p []byte) (int, error) {
	n, err := l.w.Write(append([]byte{'\r'}, p...))
	return max(n-1, 0), err
}

// Bar is one line: what is on its way, and how many bytes of all have come. Where w is no terminal, it shows nothing.
type Bar struct {
	lines *mpb.Progress
	bar   *mpb.Bar
	name  atomic.Pointer[string] // read at the pace of the terminal
}

// Start shows a bar for so many bytes. It stays until End.
func Start(w io.Writer, total int64) *Bar {
	b := &Bar{}
	b.name.Store(new(string))
	if IsTerminal(w) {
		b.lines = Lines(w)
	} else {
		b.lines = mpb.New(mpb.WithOutput(io.Discard))
	}
	b.bar = b.lines.AddBar(total, mpb.BarRemoveOnComplete(), mpb.BarWidth(30),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return "   " + Shorten(*b.name.Load(), 24) + " " })),
		mpb.AppendDecorators(decor.CountersKiloByte(" % .1f / % .1f")))
	return b
}

// Show says what is on its way, and how many bytes have come.
func (b *Bar) Show(name string, done int64) {
	b.name.Store(&name)
	b.bar.SetCurrent(done)
}

// End takes the bar away, whether it is full or not, and waits until it is gone: what is written next stays. It may be
// called again.
func (b *Bar) End() {
	b.bar.Abort(true) // does nothing to a bar that is full
	b.lines.Wait()
}

// Shorten keeps the beginning and the end of a name.
func Shorten(name string, width int) string {
	runes := []rune(name)
	if len(runes) <= width {
		return name
	}
	half := (width - 1) / 2
	return string(runes[:width-1-half]) + "…" + string(runes[len(runes)-half:])
}

// Took writes a duration as people read it.
func Took(d time.Duration) string {
	switch {
	case d < time.Second/10:
		return "less than 0.1s"
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
