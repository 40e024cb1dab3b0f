//go:build unix

package disk_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

// fullDir makes the test program one that writes into this directory while its disk is full now and then.
const fullDir = "LIVECONNECT_FULL_DIR"

// sessionsDir makes it one that begins many uploads with few file descriptors.
const sessionsDir = "LIVECONNECT_SESSIONS_DIR"

func init() { roles[fullDir], roles[sessionsDir] = writeWhileFull, beginMany }

// setFull makes the disk as good as full, for this process: no file may be longer than a byte.
func setFull(full bool) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if full {
		limit.Cur = 1
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

// What could not be written is an error, and not there: neither now nor after a restart. Health and the log say why.
// When there is room again all goes on.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	times := 3
	if n, err := strconv.Atoi(os.Getenv(crashes)); err == nil {
		times = n
	}
	for i := range times {
		t.Run(strconv.Itoa(i+1), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			steps, log := fillAndKill(t, dir)
			assert.Contains(t, log, "the store cannot be written")
			assert.Contains(t, log, "file too large")
			assert.Contains(t, log, "the store can be written again")
			checkAfterCrash(t, dir, steps)
		})
	}
}

// fillAndKill lets another process write while its disk is full now and then, and kills it in the middle. It returns
// how many changes were acknowledged to each account.
func fillAndKill(t *testing.T, dir string) (steps map[string]int, log string) {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	writer := exec.CommandContext(context.Background(), program)
	writer.Env = append(os.Environ(), fullDir+"="+dir)
	var problems strings.Builder
	writer.Stderr = &problems
	output, err := writer.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, writer.Start())
	steps = map[string]int{}
	lines := bufio.NewReader(output)
	for again := 0; ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if line = strings.TrimSpace(line); line == "again" {
			if again++; again == 3 {
				time.AfterFunc(rand.N(50*time.Millisecond), func() { _ = writer.Process.Kill() })
			}
			continue
		}
		steps[line]++
	}
	assert.Error(t, writer.Wait(), "it was killed")
	_, why, isWrong := strings.Cut(problems.String(), "WRONG")
	assert.False(t, isWrong, why)
	return steps, problems.String()
}

// writeWhileFull is the process that is killed. It names the account on standard output when a change is acknowledged,
// and says when its disk has room again.
func writeWhileFull(dir string) {
	wrong := func(what any) {
		fmt.Fprintln(os.Stderr, "WRONG:", what)
		os.Exit(1)
	}
	signal.Ignore(syscall.SIGXFSZ)
	store, err := disk.Open(dir, memory.Options{Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		wrong(err)
	}
	if err := addWriters(store.Store); err != nil {
		wrong(err)
	}
	tried := make(chan struct{})
	for _, owner := range writers() {
		go func() {
			s := script{store: store.Store, grants: store, owner: owner}
			for {
				before := s.scene
				switch err := s.do(context.Background()); {
				case err == nil:
					_, _ = os.Stdout.WriteString(owner + "\n")
				case strings.Contains(err.Error(), syscall.EFBIG.Error()):
					s.scene = before
				default:
					wrong(err)
				}
				tried <- struct{}{}
			}
		}()
	}
	for {
		for _, full := range []bool{true, false} {
			for range 1 + rand.IntN(60) {
				<-tried
			}
			if err := setFull(full); err != nil {
				wrong(err)
			}
			if health := store.Health(); (health != nil) != full {
				wrong(fmt.Sprint("full: ", full, ", health: ", health))
			}
		}
		_, _ = os.Stdout.WriteString("again\n")
	}
}

// An upload that nobody goes on with holds no descriptor.
func TestManySessions(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	require.NoError(t, err)
	many := exec.CommandContext(context.Background(), program)
	many.Env = append(os.Environ(), sessionsDir+"="+t.TempDir())
	out, err := many.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func beginMany(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	fail(syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: 64, Max: 64}))
	ctx := context.Background()
	store, err := disk.Open(dir, memory.Options{})
	fail(err)
	fail(addWriters(store.Store))
	var sessions []backend.PendingFile
	for i := range 200 {
		file, err := store.BeginFile(ctx, backend.Ref{Owner: ann}, fmt.Sprint(i), 6, backend.WriteOptions{})
		fail(err)
		_, err = file.Write([]byte("abc"))
		fail(err)
		sessions = append(sessions, file)
	}
	for _, file := range sessions {
		_, err := file.Write([]byte("def"))
		fail(err)
		_, _, err = file.Commit(ctx)
		fail(err)
	}
	fail(store.Close())
}
