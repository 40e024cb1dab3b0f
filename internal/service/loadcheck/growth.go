package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// rounds is how often each call is made. What the table shows is the time that the fastest quarter kept within: the
// rest waited for other programs.
const rounds = 40

// smallest is how many items the first column of the table has.
const smallest = 1000

// stage is a service with so many items in one folder.
type stage struct {
	*service

	items  int
	folder string // its id
	other  string // id of another folder
	files  []string
	before float64 // MiB
	next   int     // number for names that are new
}

// growth prints the table for the sizes up to the largest one. All services run at once, and take turns, so that they
// meet the same machine. With a directory they keep their accounts there.
func growth(ctx context.Context, program, dir string, largest int) (err error) {
	var stages []*stage
	defer func() {
		for _, s := range stages {
			err = errors.Join(err, s.stop())
		}
	}()
	for items := smallest; items <= largest; items *= 10 {
		args := []string{"-token-lifetime", "24h"}
		if dir != "" {
			args = append(args, "-data", filepath.Join(dir, fmt.Sprint(items)))
		}
		s, err := start(ctx, fillers, program, args...)
		if err != nil {
			return err
		}
		stage := &stage{service: s, items: items, before: s.rss.now()}
		stages = append(stages, stage)
		if err := stage.fill(ctx); err != nil {
			return err
		}
	}
	where := "in memory"
	if dir != "" {
		where = "with -data"
	}
	fmt.Printf("%-28s", where)
	for _, s := range stages {
		fmt.Printf("%12d", s.items)
	}
	fmt.Printf("%10s\n", "ratio")
	for _, call := range calls() {
		if err := row(ctx, stages, call); err != nil {
			return fmt.Errorf("%s: %w", call.name, err)
		}
	}
	fmt.Printf("%-28s", "memory, kB an item")
	for _, s := range stages {
		fmt.Printf("%12.2f", (s.rss.now()-s.before)*1024*1.024/float64(s.items))
	}
	fmt.Println()
	if dir == "" {
		return nil
	}
	return restarts(ctx, program, dir, stages)
}

// row prints how long a call takes at each stage, and the last of them to the first.
func row(ctx context.Context, stages []*stage, call call) error {
	times := make([][]time.Duration, len(stages))
	for round := range rounds {
		for i, s := range stages {
			request, err := call.prepare(ctx, s, round)
			if err != nil {
				return err
			}
			began := time.Now()
			if err := request(); err != nil {
				return err
			}
			times[i] = append(times[i], time.Since(began))
		}
	}
	fmt.Printf("%-28s", call.name)
	typical := make([]time.Duration, len(stages))
	for i := range stages {
		slices.Sort(times[i])
		typical[i] = times[i][rounds/4]
		fmt.Printf("%9d µs", typical[i].Microseconds())
	}
	fmt.Printf("%10.1f\n", float64(typical[len(typical)-1])/float64(typical[0]))
	return nil
}

// restarts prints how long the services take to start with what they have kept.
func restarts(ctx context.Context, program, dir string, stages []*stage) error {
	fmt.Printf("%-28s", "start")
	for _, s := range stages {
		if err := s.stop(); err != nil {
			return err
		}
		began := time.Now()
		again, err := start(ctx, fillers, program, "-data", filepath.Join(dir, fmt.Sprint(s.items)))
		if err != nil {
			return err
		}
		fmt.Printf("%9d ms", time.Since(began).Milliseconds())
		s.service = again
	}
	fmt.Println()
	return nil
}

// fillers put the items in, batch by batch: with -data, changes that come together wait for the disk together.
const (
	fillers = 50
	batch   = 100
)

// fill puts the items into a folder.
func (s *stage) fill(ctx context.Context) error {
	var err error
	if s.folder, err = s.create(ctx, "large"); err != nil {
		return err
	}
	if s.other, err = s.create(ctx, "other"); err != nil {
		return err
	}
	var (
		mu    sync.Mutex // guards s.files and err
		all   sync.WaitGroup
		slots = make(chan struct{}, fillers)
	)
	for first := 0; first < s.items; first += batch {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			files, fault := s.put(ctx, first)
			mu.Lock()
			defer mu.Unlock()
			err = errors.Join(err, fault)
			s.files = append(s.files, files[:min(len(files), rounds*10-len(s.files))]...)
		})
	}
	all.Wait()
	return err
}

// put stores a batch: files of several sizes and, every tenth, a folder. It returns the ids of the files.
func (s *stage) put(ctx context.Context, first int) (ids []string, err error) {
	type file struct {
		Path    string `json:"path"`
		Content string `json:"content"`
	}
	files := make([]file, batch)
	for i := range files {
		n := (first + i) * 7919 % s.items // in no order of their names
		files[i] = file{fmt.Sprintf("large/file %07d.txt", n), strings.Repeat("x", n%97)}
		if n%10 == 0 {
			files[i] = file{Path: fmt.Sprintf("large/folder %07d/", n)}
		}
	}
	body, err := json.Marshal(files)
	if err != nil {
		return nil, err
	}
	var stored struct{ Files []struct{ ID, Type string } }
	who := s.hello.Control + "/accounts/" + s.hello.UserID + "/files"
	err = s.call(ctx, http.MethodPost, who, string(body), http.StatusCreated, &stored)
	for _, f := range stored.Files {
		if f.Type == "file" {
			ids = append(ids, f.ID)
		}
	}
	return ids, err
}

// call is a line of the table. What prepare does is not measured, what it returns is.
type call struct {
	name    string
	prepare func(ctx context.Context, s *stage, round int) (func() error, error)
}

// calls are the lines of the table.
func calls() []call {
	all := []call{
		{"create a folder", func(ctx context.Context, s *stage, _ int) (func() error, error) {
			s.next++
			body := fmt.Sprintf(`{"name":"new folder %d"}`, s.next)
			return func() error {
				return s.call(ctx, http.MethodPost, s.hello.API+"/"+s.folder, body, http.StatusCreated, nil)
			}, nil
		}},
		{"upload", func(ctx context.Context, s *stage, _ int) (func() error, error) {
			_, upload := s.upload(ctx)
			return upload, nil
		}},
		{"get an item", func(ctx context.Context, s *stage, round int) (func() error, error) {
			return s.get(ctx, s.files[round*10]), nil
		}},
		{"overwrite", func(ctx context.Context, s *stage, round int) (func() error, error) {
			return func() error {
				target := s.hello.API + "/" + s.files[round*10] + "/content"
				return s.call(ctx, http.MethodPut, target, strings.Repeat("y", round), http.StatusOK, nil)
			}, nil
		}},
		{"move", func(ctx context.Context, s *stage, round int) (func() error, error) {
			return func() error {
				body := `{"destination":"` + s.other + `"}`
				return s.call(ctx, "MOVE", s.hello.API+"/"+s.files[round*10+1], body, http.StatusCreated, nil)
			}, nil
		}},
		{"delete", func(ctx context.Context, s *stage, round int) (func() error, error) {
			return func() error {
				return s.call(ctx, http.MethodDelete, s.hello.API+"/"+s.files[round*10+2], "", http.StatusNoContent, nil)
			}, nil
		}},
	}
	list := func(name, path string) {
		all = append(all, call{name, func(ctx context.Context, s *stage, _ int) (func() error, error) {
			return s.get(ctx, strings.NewReplacer("FOLDER", s.folder, "MIDDLE", fmt.Sprint(s.items/2), "LAST", fmt.Sprint(s.items-200)).Replace(path)), nil
		}})
	}
	for _, order := range []string{"default", "name", "updated", "size"} {
		for _, place := range [][2]string{{"first", "0"}, {"middle", "MIDDLE"}, {"last", "LAST"}} {
			list("by "+order+", "+place[0]+" page", "FOLDER/files?limit=100&sort_by="+order+"&offset="+place[1])
		}
	}
	list("folders only", "FOLDER/files?limit=50&filter=folders&offset=20")
	list("recent", "me/skydrive/recent_docs?limit=100")
	list("search, one found", "me/skydrive/search?q="+url.QueryEscape("file 0000123"))
	list("search, all found", "me/skydrive/search?q=file")
	list("search, none found", "me/skydrive/search?q=nowhere")
	return all
}

func (s *stage) get(ctx context.Context, path string) func() error {
	return func() error { return s.call(ctx, http.MethodGet, s.hello.API+"/"+path, "", http.StatusOK, nil) }
}

// upload gives a call that stores a new file.
func (s *stage) upload(ctx context.Context) (name string, upload func() error) {
	s.next++
	name = fmt.Sprintf("new%d.txt", s.next)
	return name, func() error {
		return s.call(ctx, http.MethodPut, s.hello.API+"/"+s.folder+"/files/"+name, "hello", http.StatusCreated, nil)
	}
}
