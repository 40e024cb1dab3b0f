package disk_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/disk"
	"github.com/go-liveconnect/liveconnect/internal/service/memory"
)

const (
	// writerDir makes the test program a writer of a store in this directory.
	writerDir = "LIVECONNECT_WRITER_DIR"
	// crashes is how often TestKilledWhileWriting kills a writer; a few times if it is not set.
	crashes = "LIVECONNECT_CRASHES"

	writes = 1000
)

// writers are the accounts, each changed by a client of its own.
func writers() []string { return []string{ann, bob, "1111111111111111", "2222222222222222"} }

// A process is killed with SIGKILL somewhere in a thousand writes. When its store is opened again, each account must be
// exactly as its acknowledged changes left it, or as the one change made it that was under way: nothing acknowledged
// is missing, nothing is there by half.
func TestKilledWhileWriting(t *testing.T) {
	t.Parallel()
	times := 3
	if n, err := strconv.Atoi(os.Getenv(crashes)); err == nil {
		times = n
	}
	var acknowledged, beyond atomic.Int64
	t.Run("crash", func(t *testing.T) {
		t.Parallel()
		t.Cleanup(func() {
			t.Logf("%d crashes: %d acknowledged changes, none lost; %d more were made and not yet acknowledged",
				times, acknowledged.Load(), beyond.Load())
		})
		for i := range times {
			t.Run(strconv.Itoa(i+1), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				steps := killWhileWriting(t, dir, rand.IntN(writes))
				more := checkAfterCrash(t, dir, steps)
				total := 0
				for _, n := range steps {
					total += n
				}
				acknowledged.Add(int64(total))
				beyond.Add(int64(more))
				t.Logf("killed after %d of %d changes were acknowledged, %d more were made", total, writes, more)
			})
		}
	})
}

// killWhileWriting lets another process write into the directory, and kills it after so many acknowledged changes. It
// returns how many were acknowledged to each account until the process was dead.
func killWhileWriting(t *testing.T, dir string, after int) map[string]int {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	writer := exec.CommandContext(context.Background(), program)
	writer.Env = append(os.Environ(), writerDir+"="+dir)
	var problems strings.Builder
	writer.Stderr = &problems
	output, err := writer.StdoutPipe()
	require.NoError(t, err)
	_, err = writer.StdinPipe() // open as long as it lives
	require.NoError(t, err)
	require.NoError(t, writer.Start())
	steps := map[string]int{}
	lines := bufio.NewReader(output)
	for n := 0; ; n++ {
		if n == after {
			// Not at once: right behind an acknowledged change there is always the beginning of the next one.
			moment := time.AfterFunc(rand.N(10*time.Millisecond), func() { _ = writer.Process.Kill() })
			defer moment.Stop()
		}
		line, err := lines.ReadString('\n')
		if err != nil { // a line that was cut off acknowledges nothing
			break
		}
		steps[strings.TrimSpace(line)]++
	}
	assert.Error(t, writer.Wait(), "it was killed")
	assert.Empty(t, problems.String())
	return steps
}

// writeUntilKilled is the process that is killed: clients that change their accounts at once, and name the account on
// standard output when a change is acknowledged.
func writeUntilKilled(dir string) {
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	store, err := disk.Open(dir, memory.Options{})
	fail(err)
	fail(addWriters(store.Store))
	var group sync.WaitGroup
	for _, owner := range writers() {
		group.Go(func() {
			s := script{store: store.Store, grants: store, owner: owner}
			for range writes / len(writers()) {
				fail(s.do(context.Background()))
				_, err := os.Stdout.WriteString(owner + "\n")
				fail(err)
			}
		})
	}
	group.Wait()
	_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
}

func addWriters(s *memory.Store) error {
	for i, owner := range writers() {
		if _, err := s.AddUser(backend.User{ID: owner, LoginID: strconv.Itoa(i), Name: "Writer " + strconv.Itoa(i)}); err != nil {
			return err
		}
	}
	return nil
}

// checkAfterCrash opens the store again, and compares each account with one in memory that takes the same steps. Then
// both go on. It returns how many changes there are that were not acknowledged.
func checkAfterCrash(t *testing.T, dir string, steps map[string]int) (more int) {
	t.Helper()
	ctx := context.Background()
	store := open(t, dir, memory.Options{})
	users, err := backend.All(store.AllUsers(ctx, backend.Page{}))
	require.NoError(t, err)
	if len(users) < len(writers()) {
		assert.Empty(t, steps, "killed before there were accounts")
		return 0
	}
	for _, owner := range writers() {
		twin := script{store: memory.New(memory.Options{}), grants: memoryGrants{}, owner: owner}
		require.NoError(t, addWriters(twin.store))
		got := state(t, store.Store, store, owner)
		for range steps[owner] {
			require.NoError(t, twin.do(ctx))
		}
		// The next step is there too if it was made and not acknowledged.
		if want := state(t, twin.store, twin.grants, owner); !assert.ObjectsAreEqual(want, got) {
			require.NoError(t, twin.do(ctx))
			require.Equal(t, state(t, twin.store, twin.grants, owner), got, "after %d steps", steps[owner])
			more++
		}
		again := script{store: store.Store, grants: store, owner: owner, scene: twin.scene}
		for range 20 {
			require.NoError(t, twin.do(ctx))
			require.NoError(t, again.do(ctx))
		}
		require.Equal(t, state(t, twin.store, twin.grants, owner), state(t, store.Store, store, owner), "after going on")
	}
	return more
}

func state(t *testing.T, s *memory.Store, grants backend.GrantStore, owner string) []string {
	t.Helper()
	lines, err := describe(s, owner, false)
	require.NoError(t, err)
	tokens, err := grantsOf(grants, owner)
	require.NoError(t, err)
	return append(lines, tokens...)
}
