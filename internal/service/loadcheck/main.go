// Command loadcheck looks how liveconnectd does with much to do.
//
//	go run ./internal/service/loadcheck                        # the growth table
//	go run ./internal/service/loadcheck -clients 200 -for 1m   # many clients at once
//
// The growth table has the time of each call with a thousand items and with ten, a hundred and a thousand times as
// many, in memory and with -data, and how much memory an item takes. The times should not follow the number of items.
//
// Many clients at once upload, list, download and delete, and compare what they get. It prints how many requests there
// were, what went wrong, and the program's memory during it, and fails if anything went wrong.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

func main() {
	program := flag.String("program", "", "liveconnectd to start; empty: build it")
	clients := flag.Int("clients", 0, "clients at once; 0: print the growth table")
	length := flag.Duration("for", time.Minute, "how long they work")
	largest := flag.Int("items", 1_000_000, "up to how many items the growth table goes in memory")
	kept := flag.Int("kept", 100_000, "and with -data; 0: not at all")
	flag.Parse()
	if err := run(context.Background(), *program, *clients, *length, *largest, *kept); err != nil {
		fmt.Fprintln(os.Stderr, "loadcheck:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, program string, clients int, length time.Duration, largest, kept int) error {
	work, err := os.MkdirTemp("", "loadcheck")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work) //nolint:errcheck // of no use any more
	if program == "" {
		program = filepath.Join(work, "liveconnectd")
		build := exec.CommandContext(ctx, "go", "build", "-o", program, "./cmd/liveconnectd") //nolint:gosec // into a folder of our own
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return fmt.Errorf("build ./cmd/liveconnectd: %w", err)
		}
	}
	if clients <= 0 && (largest < smallest || kept != 0 && kept < smallest) {
		return fmt.Errorf("the growth table begins with %d items", smallest)
	}
	if clients > 0 {
		return putLoad(ctx, program, clients, length)
	}
	if err := growth(ctx, program, "", largest); err != nil || kept == 0 {
		return err
	}
	return growth(ctx, program, work, kept)
}

// service is a liveconnectd that was started.
type service struct {
	process *exec.Cmd
	log     bytes.Buffer
	rss     memory
	load
}

// start starts a liveconnectd for so many clients at once.
func start(ctx context.Context, clients int, program string, args ...string) (*service, error) {
	args = append([]string{"-addr", "127.0.0.1:0"}, args...)
	s := &service{process: exec.CommandContext(ctx, program, args...)} //nolint:gosec // the program that the caller named
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.process.Stderr = &tail{keep: &s.log}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &s.hello)
	}
	if err != nil {
		return nil, fmt.Errorf("liveconnectd did not start: %w\n%s", errors.Join(err, s.stop()), s.log.String())
	}
	s.rss = memory{pid: s.process.Process.Pid}
	s.http = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}, Timeout: 10 * time.Minute}
	return s, nil
}

// stop asks the program to end.
func (s *service) stop() error {
	if s.http != nil {
		s.http.CloseIdleConnections()
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("liveconnectd ended badly: %w\n%s", err, s.log.String())
	}
	return nil
}

// putLoad lets many clients work at once, and reports.
func putLoad(ctx context.Context, program string, clients int, length time.Duration) (err error) {
	s, err := start(ctx, clients, program)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	fmt.Printf("start    RSS %5.1f MiB\n", s.rss.now())
	working, done := context.WithTimeout(ctx, length)
	defer done()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() { s.client(working, i) })
	}
	began := time.Now()
	watch(working, length/6, func() {
		fmt.Printf("%7.1fs RSS %5.1f MiB  %9d requests  %d errors\n", time.Since(began).Seconds(), s.rss.now(), s.requests.Load(), s.errors.Load())
	})
	all.Wait()
	took := time.Since(began)
	fmt.Printf("end      RSS %5.1f MiB  %9d requests  %d errors  %.0f requests/s by %d clients\n",
		s.rss.now(), s.requests.Load(), s.errors.Load(), float64(s.requests.Load())/took.Seconds(), clients)
	if n := s.errors.Load(); n > 0 {
		return fmt.Errorf("%d errors; the first: %w", n, *s.first.Load())
	}
	return nil
}

// watch reports from time to time until ctx ends.
func watch(ctx context.Context, every time.Duration, report func()) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			report()
		case <-ctx.Done():
			return
		}
	}
}

// load is what the clients share.
type load struct {
	hello struct {
		API         string `json:"api"`
		AccessToken string `json:"access_token"`
		UserID      string `json:"user_id"`
		Control     string `json:"control"`
	}
	http     *http.Client
	requests atomic.Int64
	errors   atomic.Int64
	first    atomic.Pointer[error]
}

// client works in a folder of its own until ctx ends.
func (l *load) client(ctx context.Context, number int) {
	folder, err := l.create(ctx, fmt.Sprintf("client %d", number))
	l.note(ctx, err)
	for round := 0; err == nil && ctx.Err() == nil; round++ {
		l.note(ctx, l.round(ctx, folder, fmt.Sprintf("file %d.txt", round)))
	}
}

func (l *load) create(ctx context.Context, name string) (string, error) {
	var folder struct{ ID string }
	err := l.call(ctx, http.MethodPost, l.hello.API+"/me/skydrive", `{"name":"`+name+`"}`, http.StatusCreated, &folder)
	return folder.ID, err
}

// round stores a file, finds it, reads it and deletes it.
func (l *load) round(ctx context.Context, folder, name string) error {
	content := strings.Repeat(folder+" "+name+"\n", 40)
	var file struct{ ID, Source string }
	target := l.hello.API + "/" + folder + "/files/" + strings.ReplaceAll(name, " ", "%20")
	if err := l.call(ctx, http.MethodPut, target, content, http.StatusCreated, &file); err != nil {
		return err
	}
	var list struct{ Data []struct{ ID string } }
	if err := l.call(ctx, http.MethodGet, l.hello.API+"/"+folder+"/files", "", http.StatusOK, &list); err != nil {
		return err
	}
	if len(list.Data) != 1 || list.Data[0].ID != file.ID {
		return fmt.Errorf("the listing of %s is %v, want %s", folder, list.Data, file.ID)
	}
	var read bytes.Buffer
	if err := l.call(ctx, http.MethodGet, file.Source, "", http.StatusOK, &read); err != nil {
		return err
	}
	if read.String() != content {
		return fmt.Errorf("%s is %d bytes, and not those that were stored", name, read.Len())
	}
	return l.call(ctx, http.MethodDelete, l.hello.API+"/"+file.ID, "", http.StatusNoContent, nil)
}

// call sends a request and reads the whole answer: into a buffer as it is, into anything else as JSON.
func (l *load) call(ctx context.Context, method, url, body string, want int, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+l.hello.AccessToken)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := l.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	l.requests.Add(1)
	if resp.StatusCode != want {
		return fmt.Errorf("%s: %d, want %d: %s", method, resp.StatusCode, want, text)
	}
	switch v := into.(type) {
	case nil:
		return nil
	case *bytes.Buffer:
		v.Write(text)
		return nil
	default:
		return json.Unmarshal(text, v)
	}
}

// note counts an error, unless it is the end.
func (l *load) note(ctx context.Context, err error) {
	if err == nil || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return
	}
	l.errors.Add(1)
	l.first.CompareAndSwap(nil, &err)
}

// memory reads what a process has in memory.
type memory struct{ pid int }

// now is the resident memory in MiB; 0 where there is no /proc.
func (m memory) now() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.pid))
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "VmRSS:" {
			kib, _ := strconv.ParseFloat(fields[1], 64)
			return kib / 1024
		}
	}
	return 0
}

// tail keeps the last of what is written.
type tail struct{ keep *bytes.Buffer }

const tailLength = 4000

func (t *tail) Write(p []byte) (int, error) {
	t.keep.Write(p)
	if extra := t.keep.Len() - tailLength; extra > 0 {
		t.keep.Next(extra)
	}
	return len(p), nil
}
