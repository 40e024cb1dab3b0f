package liveconnect_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// wayDown is a way to download an item. Each returns what has arrived.
type wayDown func(t *testing.T, client *liveconnect.Client, host *storage) (string, error)

var waysDown = map[string]wayDown{
	"Open": func(t *testing.T, client *liveconnect.Client, _ *storage) (string, error) {
		return allOf(client.Downloads.Open(t.Context(), itemID, nil))
	},
	"Open, item known": func(t *testing.T, client *liveconnect.Client, host *storage) (string, error) {
		return allOf(client.Downloads.Open(t.Context(), itemID, &liveconnect.DownloadOptions{Item: host.known(t)}))
	},
	"To": func(t *testing.T, client *liveconnect.Client, host *storage) (string, error) {
		return inParts(t, client, &liveconnect.ToOptions{PartSize: int64(len(host.content)/7 + 1), Concurrency: 3})
	},
	"To, one part": func(t *testing.T, client *liveconnect.Client, host *storage) (string, error) {
		return inParts(t, client, &liveconnect.ToOptions{Item: host.known(t)})
	},
	"File": func(t *testing.T, client *liveconnect.Client, _ *storage) (string, error) {
		name := filepath.Join(t.TempDir(), "a")
		if err := client.Downloads.File(t.Context(), itemID, name, nil); err != nil {
			assert.NoFileExists(t, name)
			return "", err
		}
		got, err := os.ReadFile(name)
		return string(got), err
	},
	"ReaderAt": func(t *testing.T, client *liveconnect.Client, _ *storage) (string, error) {
		r, err := client.Downloads.ReaderAt(t.Context(), itemID, nil)
		if err != nil {
			return "", err
		}
		got, err := io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
		if err == nil {
			err = r.Check(t.Context())
		}
		return string(got), err
	},
}

func inParts(t *testing.T, client *liveconnect.Client, opts *liveconnect.ToOptions) (string, error) {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "parts"))
	require.NoError(t, err)
	item, err := client.Downloads.To(t.Context(), itemID, file, opts)
	if err != nil {
		assert.Nil(t, item)
		return "", errors.Join(err, file.Close())
	}
	got, err := os.ReadFile(file.Name())
	assert.EqualValues(t, len(got), item.Size)
	return string(got), errors.Join(err, file.Close())
}

const faultSize = 200_000

var downloadFaults = map[string]struct {
	moods []mood
	want  error // nil: the content arrives whole
}{
	"no fault":            {[]mood{{}}, nil},
	"cut":                 {[]mood{{cut: 9000}, {}}, nil},
	"cut again and again": {[]mood{{cut: 20000}, {cut: 20000}, {cut: 9000}, {cut: 20000}, {cut: 1}, {}}, nil},
	"stall":               {[]mood{{cut: 9000, stall: true}, {}}, nil},
	"reset":               {[]mood{{cut: 9000, reset: true}, {}}, nil},
	"503 at once":         {[]mood{{status: 503}, {}}, nil},
	"503 in between":      {[]mood{{cut: 9000}, {status: 503}, {status: 502}, {}}, nil},
	"503 for ever":        {[]mood{{cut: 9000}, {status: 503}}, liveconnect.ErrServerBusy},
	"link expires":        {[]mood{{cut: 9000, expire: true}, {expire: true}, {cut: 9000}, {}}, nil},
	"link refused":        {[]mood{{cut: 9000}, {status: 401}}, liveconnect.ErrUnauthorized},
	"Range ignored once":  {[]mood{{cut: 9000}, {ignoreRange: true}, {}}, nil},
	"Range ignored":       {[]mood{{ignoreRange: true, cut: 9000}, {ignoreRange: true}}, nil},
	"Range ignored later": {[]mood{{cut: 9000}, {ignoreRange: true}}, nil},
	"Range refused":       {[]mood{{cut: 9000}, {status: 416}}, liveconnect.ErrContentChanged},
	"wrong first byte":    {[]mood{{cut: 9000}, {shift: 1}}, liveconnect.ErrContentChanged},
	"other total":         {[]mood{{cut: 9000}, {total: "200001"}}, liveconnect.ErrContentChanged},
	"total not known":     {[]mood{{cut: 9000}, {total: "*"}}, liveconnect.ErrContentChanged},
	"length not known":    {[]mood{{cut: 9000, endless: true}, {endless: true}}, nil},
	"other ETag":          {[]mood{{cut: 9000, etag: `"1"`}, {etag: `"2"`, content: letters(faultSize)}}, liveconnect.ErrContentChanged},
	"other content of the same size": {
		[]mood{{cut: 9000, updated: itemReplaced}, {content: letters(faultSize)}}, liveconnect.ErrContentChanged,
	},
	"other content during the answer": {
		[]mood{{cut: 9000}, {content: letters(faultSize), updated: itemReplaced}}, liveconnect.ErrContentChanged,
	},
	"HTML page":            {[]mood{{page: true}}, liveconnect.ErrUnexpectedContent},
	"HTML page, no length": {[]mood{{page: true, endless: true}}, liveconnect.ErrUnexpectedContent},
	"HTML page later":      {[]mood{{cut: 9000}, {page: true}}, liveconnect.ErrUnexpectedContent},
	"deleted":              {[]mood{{cut: 9000}, {status: 404}}, liveconnect.ErrNotFound},
}

// TestDownloadFaults proves for every fault and every way to download that the bytes arrive whole, or that the error
// says what happened.
func TestDownloadFaults(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	table := map[string]string{}
	t.Cleanup(func() {
		for _, cell := range slices.Sorted(maps.Keys(table)) {
			t.Logf("%-60s %s", cell, table[cell])
		}
	})
	for fault, test := range downloadFaults {
		for way, fetch := range waysDown {
			t.Run(fault+"/"+way, func(t *testing.T) {
				t.Parallel()
				host := &storage{content: digits(faultSize), moods: test.moods}
				client := host.drive(t).client(t, liveconnect.WithTimeouts(liveconnect.Timeouts{Stall: 200 * time.Millisecond}))
				got, err := fetch(t, client, host)
				outcome := "intact"
				if test.want == nil {
					require.NoError(t, err)
					assert.True(t, host.content == got, "the bytes are those of the service")
				} else {
					require.ErrorIs(t, err, test.want)
					assert.ErrorContains(t, err, "Downloads.")
					outcome = test.want.Error()
				}
				mu.Lock()
				defer mu.Unlock()
				table[fault+"/"+way] = outcome
			})
		}
	}
}

func TestDownloadWhileTheTokenExpires(t *testing.T) {
	t.Parallel()
	for way, fetch := range waysDown {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			host := &storage{content: digits(faultSize), moods: []mood{{cut: 9000, expire: true}, {cut: 9000}, {}}}
			drive := host.drive(t)
			calls, refused := 0, 0
			api := newStub(t, func(w http.ResponseWriter, r *http.Request) {
				host.mu.Lock()
				calls++
				expired := calls > 1 && r.Header.Get("Authorization") == "Bearer TOKEN1"
				if expired {
					refused++
				}
				host.mu.Unlock()
				if expired {
					answer(401, []byte(`{"error":{"code":"request_token_expired","message":"The access token has expired."}}`))(w, r)
					return
				}
				drive.Config.Handler.ServeHTTP(w, r)
			})
			client := api.client(t, liveconnect.WithTokenSource(&renewed{}))
			got, err := fetch(t, client, host)
			require.NoError(t, err)
			assert.True(t, host.content == got)
			assert.Positive(t, refused)
		})
	}
}
