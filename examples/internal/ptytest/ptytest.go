// Package ptytest runs programs on a terminal, for tests of what their users see.
package ptytest

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
	"github.com/stretchr/testify/require"
)

// Build compiles the program of the current directory and returns its path.
func Build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "program")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput() //nolint:gosec // a test
	require.NoError(t, err, "%s", out)
	return program
}

// Terminal is a terminal with a program on it.
type Terminal struct {
	t       *testing.T
	columns uint16
	master  *os.File
	command *exec.Cmd
	read    chan struct{} // closed at the end of the output

	mu  sync.Mutex
	raw bytes.Buffer
}

const rows = 400 // so many that nothing scrolls away

// Start runs a program on a terminal that is so many columns wide.
func Start(t *testing.T, columns uint16, program string, args ...string) *Terminal {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...) //nolint:gosec // a test
	master, err := pty.StartWithSize(command, &pty.Winsize{Rows: rows, Cols: columns})
	require.NoError(t, err)
	s := &Terminal{t: t, columns: columns, master: master, command: command, read: make(chan struct{})}
	go func() {
		defer close(s.read)
		buffer := make([]byte, 4096)
		for {
			n, err := master.Read(buffer)
			s.mu.Lock()
			s.raw.Write(buffer[:n])
			s.mu.Unlock()
			if err != nil { // Linux says EIO when the program has ended
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = master.Close()
		<-s.read
	})
	return s
}

// Raw is all that was written so far, escape codes included.
func (s *Terminal) Raw() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.raw.String()
}

// WaitFor waits until the program has written a text.
func (s *Terminal) WaitFor(text string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return strings.Contains(s.Raw(), text) }, time.Minute, 5*time.Millisecond, "no %q", text)
}

// Interrupt types Ctrl-C.
func (s *Terminal) Interrupt() {
	s.t.Helper()
	_, err := s.master.Write([]byte{3})
	require.NoError(s.t, err)
}

// Wait waits for the end of the program. It returns what is on the screen then, without blanks at the ends of lines,
// and the exit code.
func (s *Terminal) Wait() (screen string, code int) {
	s.t.Helper()
	<-s.read
	err := s.command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			s.t.Fatalf("ended by %s:\n%s", status.Signal(), s.Raw())
		}
	}
	return Screen(s.Raw(), int(s.columns)), code
}

// Screen is what a terminal that is so many columns wide shows after this output.
func Screen(raw string, columns int) string {
	terminal := vt10x.New(vt10x.WithSize(columns, rows), vt10x.WithWriter(io.Discard))
	_, _ = terminal.Write([]byte(raw))
	lines := strings.Split(terminal.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}
