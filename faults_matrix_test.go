package liveconnect_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

const matrixSize = 300_000

// matrixCell is a server with a file to get, and bytes to put, for one transfer under one fault.
type matrixCell struct {
	*testing.T
	server *livetest.Server
	client *liveconnect.Client
	file   string // an id
	name   string // where File puts it
	want   []byte
}

func newMatrixCell(t *testing.T) *matrixCell {
	t.Helper()
	c := &matrixCell{T: t, server: livetest.NewServer(t), name: filepath.Join(t.TempDir(), "file")}
	c.client = c.newClient()
	var err error
	c.want, err = io.ReadAll(livetest.Generated(matrixSize, 1))
	require.NoError(t, err)
	c.file, err = c.server.Account().AddFile("Documents/file.bin", c.want)
	require.NoError(t, err)
	return c
}

func (c *matrixCell) newClient() *liveconnect.Client {
	return c.server.Client(c.T, liveconnect.WithRetryPolicy(liveconnect.RetryPolicy{BaseDelay: time.Millisecond}),
		liveconnect.WithTimeouts(liveconnect.Timeouts{ResponseHeader: 150 * time.Millisecond, Stall: 150 * time.Millisecond}))
}

// matrixTransfer moves the file, and returns the bytes that are there afterwards.
type matrixTransfer struct {
	name  string
	up    bool
	begin func(c *matrixCell) // before anything goes wrong; nil for nothing
	move  func(c *matrixCell) ([]byte, error)
}

// stored returns what the service has under the id of an upload.
func (c *matrixCell) stored(up *liveconnect.UploadedFile, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	c.server.ClearFaults()
	return []byte(readAll(c.T, c.newClient(), up.ID)), nil
}

func matrixTransfers() []matrixTransfer {
	ctx := context.Background()
	return []matrixTransfer{
		{"Open", false, nil, func(c *matrixCell) ([]byte, error) {
			item, err := c.newClient().Files.Get(ctx, c.file)
			require.NoError(c, err)
			d, err := c.client.Downloads.Open(ctx, c.file, &liveconnect.DownloadOptions{Item: item.Info()})
			if err != nil {
				return nil, err
			}
			got, err := io.ReadAll(d)
			return got, errors.Join(err, d.Close())
		}},
		{"To", false, nil, func(c *matrixCell) ([]byte, error) {
			file, err := os.Create(filepath.Join(c.TempDir(), "to"))
			require.NoError(c, err)
			_, err = c.client.Downloads.To(ctx, c.file, file, &liveconnect.ToOptions{PartSize: matrixSize/3 + 1, Concurrency: 2})
			require.NoError(c, file.Close())
			if err != nil {
				return nil, err
			}
			return os.ReadFile(file.Name())
		}},
		{"File", false, nil, fileOf},
		{"File, second run", false, firstRun, fileOf},
		{"Put", true, nil, func(c *matrixCell) ([]byte, error) {
			return c.stored(c.client.Uploads.Put(ctx, liveconnect.Root, "new.bin", bytes.NewReader(c.want), nil))
		}},
		{"Post", true, nil, func(c *matrixCell) ([]byte, error) {
			return c.stored(c.client.Uploads.Post(ctx, liveconnect.Root, "new.bin", bytes.NewReader(c.want), nil))
		}},
		{"session", true, nil, func(c *matrixCell) ([]byte, error) {
			session, err := c.client.Uploads.Session(ctx, liveconnect.Root, "new.bin", matrixSize, nil)
			if err != nil {
				return nil, err
			}
			return c.stored(session.Upload(ctx, bytes.NewReader(c.want), &liveconnect.FragmentOptions{Size: matrixSize/3 + 1}))
		}},
	}
}

func fileOf(c *matrixCell) ([]byte, error) {
	if err := c.client.Downloads.File(context.Background(), c.file, c.name, nil); err != nil {
		assert.NoFileExists(c, c.name)
		return nil, err
	}
	return os.ReadFile(c.name)
}

// firstRun ends a download to a file in the middle. Its client shares nothing with the one that goes on but the
// directory, as if it were in another process.
func firstRun(c *matrixCell) {
	ctx, cancel := context.WithCancel(context.Background())
	slow := c.server.Fault(livetest.Fault{Host: livetest.Storage, Method: http.MethodGet, Count: 1, Do: livetest.StallResponse(matrixSize/4, 0)})
	defer slow.Remove()
	err := c.newClient().Downloads.File(ctx, c.file, c.name, &liveconnect.FileOptions{Progress: func(p liveconnect.Progress) {
		if p.Done > 0 {
			cancel()
		}
	}})
	require.ErrorIs(c, err, context.Canceled)
}

// matrixFault is something that goes wrong. A download and an upload meet it at different requests.
type matrixFault struct {
	name     string
	download func(c *matrixCell) []livetest.Fault
	upload   func(c *matrixCell) []livetest.Fault
	want     error // of downloads, unless the bytes are intact
	// notSafe are uploads that must not be sent twice, and so end with this error.
	notSafe map[string]error
}

func hitOnce(host livetest.Host, method, path string, effect livetest.Effect) livetest.Fault {
	return livetest.Fault{Host: host, Method: method, Path: path, Count: 1, Do: effect}
}

// sent is where the bytes of an upload go: to the API by PUT and POST, to the storage host in fragments.
func sentWith(effect livetest.Effect) func(*matrixCell) []livetest.Fault {
	return func(*matrixCell) []livetest.Fault {
		return []livetest.Fault{{
			Count: 1, Do: effect,
			Match: func(r *http.Request) bool {
				return r.Method == http.MethodPut || strings.HasSuffix(r.URL.Path, "/files") ||
					strings.EqualFold(r.Header.Get("BITS-Packet-Type"), "Fragment")
			},
		}}
	}
}

// got is where the bytes of a download come from; the faults after the first hit what it asks for next.
func gotWith(effects ...livetest.Effect) func(*matrixCell) []livetest.Fault {
	return func(*matrixCell) []livetest.Fault {
		var all []livetest.Fault
		for i, effect := range effects {
			fault := hitOnce(livetest.Storage, http.MethodGet, "", effect)
			fault.Skip = i
			all = append(all, fault)
		}
		return all
	}
}

func noFault(*matrixCell) []livetest.Fault { return nil }

func matrixFaults() []matrixFault {
	const n = matrixSize / 5
	cut := livetest.CutResponse(n, livetest.Close)
	posts := func(err error) map[string]error { return map[string]error{"Post": err} }
	replaced := func(c *matrixCell) []livetest.Fault {
		return gotWith(cut, livetest.Before(func(*http.Request) {
			c.server.Advance(time.Minute)
			other := bytes.Repeat([]byte("x"), matrixSize)
			assert.NoError(c, c.server.Account().ReplaceFile(c.file, other))
		}))(c)
	}
	expiredToken := func(*matrixCell) []livetest.Fault {
		return []livetest.Fault{hitOnce("", "", `/content$|/files|/items/|/LiveFolders/`, livetest.ExpiredToken())}
	}
	return []matrixFault{
		{"cut", gotWith(cut), sentWith(livetest.CutRequest(n, livetest.Close)), nil, posts(io.EOF)},
		{"stall", gotWith(livetest.StallResponse(n, 0)), sentWith(livetest.StallRequest(n, 0)), nil, posts(liveconnect.ErrTimeout)},
		{"reset", gotWith(livetest.Drop(livetest.Reset)), sentWith(livetest.Drop(livetest.Reset)), nil, posts(errOfConnection)},
		{
			"503", gotWith(livetest.Error(503, "server_busy", "")), sentWith(livetest.Error(503, "server_busy", "")), nil,
			posts(liveconnect.ErrServerBusy),
		},
		{"expired link", gotWith(cut, livetest.ExpiredLink()), noFault, nil, nil},
		{"Range ignored", gotWith(cut, livetest.IgnoreRange(), livetest.IgnoreRange(), livetest.IgnoreRange()), noFault, nil, nil},
		{"wrong first byte", gotWith(cut, livetest.WrongStart(7)), noFault, liveconnect.ErrContentChanged, nil},
		{"changed total", gotWith(cut, livetest.FalseTotal(9)), noFault, liveconnect.ErrContentChanged, nil},
		{"changed content", replaced, noFault, liveconnect.ErrContentChanged, nil},
		{"token expired", expiredToken, expiredToken, nil, nil},
		{
			"HTML error page", gotWith(livetest.ErrorPage(502, "")), sentWith(livetest.ErrorPage(502, "")), nil,
			posts(liveconnect.ErrUnexpectedContent),
		},
	}
}

var errOfConnection = errors.New("any error")

// TestFaultMatrix puts every transfer through every fault. Each ends with intact bytes or with the named error.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	transfers, faults := matrixTransfers(), matrixFaults()
	results := make([][]string, len(faults))
	var wg sync.WaitGroup
	wg.Add(len(faults) * len(transfers))
	for i, fault := range faults {
		results[i] = make([]string, len(transfers))
		for j, transfer := range transfers {
			t.Run(fault.name+"/"+transfer.name, func(t *testing.T) {
				t.Parallel()
				t.Cleanup(wg.Done)
				results[i][j] = runMatrixCell(newMatrixCell(t), fault, transfer)
			})
		}
	}
	t.Cleanup(func() { wg.Wait(); printMatrix(transfers, faults, results) })
}

func runMatrixCell(c *matrixCell, fault matrixFault, transfer matrixTransfer) string {
	rules, want := fault.download, fault.want
	if transfer.up {
		rules, want = fault.upload, fault.notSafe[transfer.name]
	}
	if transfer.begin != nil {
		transfer.begin(c)
	}
	for _, rule := range rules(c) {
		c.server.Fault(rule)
	}
	got, err := transfer.move(c)
	switch {
	case err == nil:
		require.Equal(c, sha256.Sum256(c.want), sha256.Sum256(got), "wrong bytes and no error")
		require.NoError(c, want, "want this error")
		return "intact"
	case want == nil:
		require.NoError(c, err)
	case !errors.Is(want, errOfConnection):
		require.ErrorIs(c, err, want)
	}
	if errors.Is(want, errOfConnection) || errors.Is(want, io.EOF) {
		return "connection error"
	}
	return strings.TrimPrefix(strings.SplitN(want.Error(), ";", 2)[0], "liveconnect: ")
}

func printMatrix(transfers []matrixTransfer, faults []matrixFault, results [][]string) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, transfer := range transfers {
		fmt.Fprint(table, "\t", transfer.name)
	}
	fmt.Fprintln(table)
	for i, fault := range faults {
		fmt.Fprint(table, fault.name)
		for _, result := range results[i] {
			fmt.Fprint(table, "\t", result)
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush()
}
