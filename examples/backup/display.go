package main

import (
	"fmt"
	"io"
	"path"

	"github.com/dustin/go-humanize"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/go-liveconnect/liveconnect/examples/internal/progress"
	"github.com/go-liveconnect/liveconnect/tree"
)

// display shows how far the backup is: on a terminal with a bar for each file that is on its way and one for all,
// elsewhere with a line for each file that was saved or failed.
type display struct {
	out    io.Writer
	begun  bool          // a line was printed
	bars   *mpb.Progress // nil where it is no terminal
	total  *mpb.Bar
	moving map[string]*mpb.Bar // by path
	done   map[string]int64    // bytes that total knows of, of those that are moving
}

func newDisplay(out io.Writer, bytes int64) *display {
	d := &display{out: out, moving: map[string]*mpb.Bar{}, done: map[string]int64{}}
	if progress.IsTerminal(out) {
		d.bars = progress.Lines(out)
		d.total = d.addBar("all files", bytes, 1, decor.OnComplete(decor.AverageETA(decor.ET_STYLE_GO), ""))
	}
	return d
}

func (d *display) addBar(name string, bytes int64, priority int, last decor.Decorator) *mpb.Bar {
	return d.bars.New(bytes, mpb.BarStyle().Lbound("").Filler("█").Tip("▌").Padding("░").Rbound(""),
		mpb.BarPriority(priority), mpb.BarWidth(30), mpb.BarOptional(mpb.BarRemoveOnComplete(), priority == 0),
		mpb.PrependDecorators(decor.Name("   "), decor.Name(progress.Shorten(name, 34), decor.WC{W: 36, C: decor.DindentRight})),
		mpb.AppendDecorators(decor.Name(" "), decor.CountersKiloByte("% .1f / % .1f", decor.WC{W: 19}), decor.Name("  "), last))
}

// report takes what tree.Download reports.
func (d *display) report(f tree.File) {
	if d.bars == nil {
		d.print(f)
		return
	}
	bar := d.moving[f.Path]
	if bar == nil && f.State == tree.Moving {
		bar = d.addBar(path.Base(f.Path), max(f.Total, 1), 0, decor.Name(path.Dir(f.Path)))
		d.moving[f.Path] = bar
	}
	if bar != nil {
		bar.SetCurrent(f.Done)
	}
	d.total.IncrInt64(f.Done - d.done[f.Path])
	d.done[f.Path] = f.Done
	switch f.State {
	case tree.Found, tree.Moving:
		return
	case tree.Failed:
		_, _ = fmt.Fprintf(d.bars, "   failed  %s: %v\n", f.Path, f.Err)
	}
	if bar != nil {
		bar.Abort(true)
	}
	delete(d.moving, f.Path)
	delete(d.done, f.Path)
}

// print is report without bars.
func (d *display) print(f tree.File) {
	if !d.begun && (f.State == tree.Done || f.State == tree.Failed) {
		d.begun = true
		fmt.Fprintln(d.out)
	}
	switch f.State {
	case tree.Done:
		fmt.Fprintf(d.out, "   saved   %s, %s\n", f.Path, size(f.Total))
		if path.Base(f.Local) != path.Base(f.Path) {
			fmt.Fprintf(d.out, "           as %s\n", f.Local)
		}
	case tree.Failed:
		fmt.Fprintf(d.out, "   failed  %s: %v\n", f.Path, f.Err)
	}
}

// close ends the bars, and leaves the terminal in order.
func (d *display) close() {
	if d.bars == nil {
		return
	}
	for _, bar := range d.moving {
		bar.Abort(true)
	}
	d.total.Abort(true) // unless it is complete; what is missing, the summary tells
	d.bars.Wait()
}

func size(bytes int64) string { return humanize.Bytes(uint64(max(bytes, 0))) }
