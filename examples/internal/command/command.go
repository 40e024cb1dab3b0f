// Package command runs the examples: their flags, Ctrl-C, and how they end.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Run is a program without its process.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer) error

// The exit codes.
const (
	failed      = 1
	misused     = 2
	interrupted = 130 // 128 and the number of SIGINT, as shells have it
)

// Main runs a program and ends the process with its exit code. Ctrl-C ends the context of the program, which then tidies
// up; a second Ctrl-C ends the process at once.
func Main(name string, run Run) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	signal.Ignore(syscall.SIGPIPE) // whoever reads may go, as head does; the work is done all the same
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	code := Report(name, err, ctx.Err() != nil, os.Stderr)
	stop()
	os.Exit(code)
}

// Report says on w how a program ended, and returns its exit code.
func Report(name string, err error, stopped bool, w io.Writer) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case stopped && errors.Is(err, context.Canceled):
		fmt.Fprintf(w, "\n%s: stopped\n", name)
		return interrupted
	case errors.As(err, new(*usageError)):
		fmt.Fprintf(w, "%s: %v\nRun it with -h to see how it is used.\n", name, err)
		return misused
	}
	fmt.Fprintf(w, "\n%s: %v\n", name, err)
	return failed
}

// usageError is a command line that makes no sense.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// Usage returns an error about the command line, in words of fmt.Sprintf.
func Usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// Flags are those of one program.
type Flags struct {
	*flag.FlagSet
	about string
}

// NewFlags returns the flags of a program. The first line of about shows how it is called, the rest says what it does.
func NewFlags(name, about string) *Flags {
	f := &Flags{flag.NewFlagSet(name, flag.ContinueOnError), about}
	f.SetOutput(io.Discard) // Parse tells what there is to tell
	return f
}

// Parse reads the command line. With -h, it writes to stdout what the program does and returns [flag.ErrHelp].
func (f *Flags) Parse(args []string, stdout io.Writer) error {
	switch err := f.FlagSet.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stdout, "usage: %s\n\n", f.about)
		f.SetOutput(stdout)
		f.PrintDefaults()
		return err
	case err != nil:
		return Usage("%v", err)
	}
	return nil
}

// ParseAll is Parse for a program that takes flags alone.
func (f *Flags) ParseAll(args []string, stdout io.Writer) error {
	err := f.Parse(args, stdout)
	if err == nil && f.NArg() > 0 {
		return Usage("do not know what to do with %q: it takes flags only", f.Arg(0))
	}
	return err
}
