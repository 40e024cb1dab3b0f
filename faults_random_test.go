package liveconnect_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const (
	randomSize = 1 << 20
	randomSeed = 20150224
)

// randomEffect picks something that goes wrong somewhere in a transfer of randomSize bytes.
func randomEffect(r *rand.Rand) livetest.Effect {
	at := r.Int64N(randomSize)
	ending := []livetest.Ending{livetest.Close, livetest.Reset}[r.IntN(2)]
	switch r.IntN(16) {
	case 0, 1, 2:
		return livetest.CutResponse(at, ending)
	case 3, 4, 5:
		return livetest.CutRequest(at, ending)
	case 6:
		return livetest.Drop(ending)
	case 7:
		return livetest.Error([]int{500, 503, 504}[r.IntN(3)], "server_busy", "")
	case 8:
		return livetest.ErrorPage(502, "")
	case 9:
		return livetest.IgnoreRange()
	case 10:
		return livetest.WrongStart(r.Int64N(1000) - 500)
	case 11:
		return livetest.FalseTotal(r.Int64N(1000) - 500)
	case 12:
		return livetest.ExpiredLink()
	case 13:
		return livetest.ExpiredToken()
	case 14:
		return livetest.StallResponse(at, 0)
	default:
		return livetest.FalseStart(r.Int64N(1000) - 500)
	}
}

// randomWorld is a server that schedules run on, one after the other.
type randomWorld struct {
	*testing.T
	server *livetest.Server
	client *liveconnect.Client
	file   string
	want   []byte
	dir    string
}

func newRandomWorld(t *testing.T) *randomWorld {
	t.Helper()
	w := &randomWorld{T: t, server: livetest.NewServer(t), dir: t.TempDir()}
	var err error
	w.want, err = io.ReadAll(livetest.Generated(randomSize, 1))
	require.NoError(t, err)
	w.file, err = w.server.Account().AddFile("Documents/file.bin", w.want)
	require.NoError(t, err)
	return w
}

// transfer moves the file once, up or down, in one of the ways there are.
func (w *randomWorld) transfer(r *rand.Rand) (got []byte, err error) {
	ctx := w.Context()
	name := filepath.Join(w.dir, "file")
	_ = os.Remove(name)
	uploaded := func(up *liveconnect.UploadedFile, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		w.server.ClearFaults()
		return []byte(readAll(w.T, w.client, up.ID)), nil
	}
	switch r.IntN(6) {
	case 0:
		d, err := w.client.Downloads.Open(ctx, w.file, nil)
		if err != nil {
			return nil, err
		}
		defer d.Close()
		return io.ReadAll(d)
	case 1:
		file, err := os.Create(name)
		require.NoError(w, err)
		defer file.Close()
		if _, err := w.client.Downloads.To(ctx, w.file, file, &liveconnect.ToOptions{PartSize: 100_000 + r.Int64N(900_000)}); err != nil {
			return nil, err
		}
		return os.ReadFile(name)
	case 2:
		// What an earlier schedule has left in the part is taken up.
		if err := w.client.Downloads.File(ctx, w.file, name, nil); err != nil {
			return nil, err
		}
		return os.ReadFile(name)
	case 3:
		return uploaded(w.client.Uploads.Put(ctx, liveconnect.Root, "up.bin", bytes.NewReader(w.want), nil))
	case 4:
		return uploaded(w.client.Uploads.Post(ctx, liveconnect.Root, "up.bin", bytes.NewReader(w.want), nil))
	default:
		session, err := w.client.Uploads.Session(ctx, liveconnect.Root, "up.bin", randomSize, nil)
		if err != nil {
			return nil, err
		}
		return uploaded(session.Upload(ctx, bytes.NewReader(w.want), &liveconnect.FragmentOptions{Size: 100_000 + r.Int64N(900_000)}))
	}
}

// run plays one schedule: up to four faults at random requests of one transfer.
func (w *randomWorld) run(schedule uint64) (intact bool) {
	r := rand.New(rand.NewPCG(randomSeed, schedule))
	w.client = w.server.Client(w.T, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: time.Microsecond}),
		liveconnect.WithTimeouts(liveconnect.Timeouts{ResponseHeader: 250 * time.Millisecond, Stall: 250 * time.Millisecond}))
	defer w.client.CloseIdleConnections()
	defer w.server.ClearFaults()
	for range 1 + r.IntN(4) {
		w.server.Fault(livetest.Fault{
			Skip: r.IntN(4), Count: 1 + r.IntN(2), Do: randomEffect(r),
			Match: func(r *http.Request) bool { return r.Method != http.MethodDelete },
		})
	}
	got, err := w.transfer(r)
	if err != nil {
		return false
	}
	if !bytes.Equal(got, w.want) {
		w.Errorf("schedule %d: %d wrong bytes and no error", schedule, len(got))
	}
	return true
}

// TestRandomFaults plays random schedules of faults. LIVECONNECT_SCHEDULES says how many; the same numbers are the same
// schedules every time.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	count := uint64(100)
	if n, err := strconv.ParseUint(os.Getenv("LIVECONNECT_SCHEDULES"), 10, 32); err == nil {
		count = n
	}
	var next, intact atomic.Uint64
	var workers sync.WaitGroup
	for range 4 {
		w := newRandomWorld(t)
		workers.Go(func() {
			for schedule := next.Add(1); schedule <= count; schedule = next.Add(1) {
				if w.run(schedule) {
					intact.Add(1)
				}
			}
		})
	}
	workers.Wait()
	if !t.Failed() {
		fmt.Printf("schedules: %d, intact: %d, ended with an error: %d, corrupted: 0\n", count, intact.Load(), count-intact.Load())
	}
}
