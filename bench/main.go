// Command bench compares the library with net/http and encoding/json by hand, and with clients of other services, each
// used as its own documents say:
//
//	go run ./bench
//
// The calls of a row take turns, so that whatever else the machine does hits all of them. What counts is the ratio to
// the first one, which is by hand. Times are processor time of the whole program, garbage collection included.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"time"
)

func main() {
	rounds := flag.Int("rounds", 12, "how often the calls of a row take turns")
	each := flag.Duration("time", 50*time.Millisecond, "how long a call is repeated in a round")
	only := flag.String("run", "", "run only the rows that match this regular expression")
	items := flag.Int("items", 1_000_000, "how many items the row that reads all of them reads")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err == nil {
		err = run(context.Background(), pattern, *rounds, *each, *items)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only *regexp.Regexp, rounds int, each time.Duration, items int) error {
	fmt.Printf("%s %s/%s, %d processors, %d rounds\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), rounds)
	fmt.Println("| work | by | µs | ratio | bytes | ratio | allocations |")
	fmt.Println("|---|---|--:|--:|--:|--:|--:|")
	for _, row := range rows(items) {
		if !only.MatchString(row.name) {
			continue
		}
		calls, stop, err := row.start()
		if err == nil {
			err = compare(ctx, row, calls, rounds, each)
		}
		stop()
		if err != nil {
			return fmt.Errorf("%s: %w", row.name, err)
		}
	}
	return nil
}

// row is one kind of work.
type row struct {
	name  string
	per   int  // how many things one call does, for a result per thing
	long  bool // one call is enough for a round, and two rounds are enough
	start func() ([]call, func(), error)
}

// call does the work in one way.
type call struct {
	by string
	do func(context.Context) error
}

// sample is what one call takes.
type sample struct{ micros, bytes, allocs float64 }

func compare(ctx context.Context, row row, calls []call, rounds int, each time.Duration) error {
	repeat := make([]int, len(calls))
	for i, call := range calls {
		if err := call.do(ctx); err != nil { // also warms it up
			return fmt.Errorf("%s: %w", call.by, err)
		}
		if repeat[i] = 1; row.long {
			rounds = min(rounds, 2)
			continue
		}
		start := time.Now()
		for time.Since(start) < each {
			if err := call.do(ctx); err != nil {
				return fmt.Errorf("%s: %w", call.by, err)
			}
			repeat[i]++
		}
	}
	samples := make([][]sample, len(calls))
	for range rounds {
		for i, call := range calls {
			s, err := measure(ctx, call, repeat[i], row.per)
			if err != nil {
				return err
			}
			samples[i] = append(samples[i], s)
		}
	}
	first := medians(samples[0])
	for i, call := range calls {
		m := medians(samples[i])
		fmt.Printf("| %s | %s | %.2f | %.2f | %.0f | %.2f | %.1f |\n",
			row.name, call.by, m.micros, m.micros/first.micros, m.bytes, m.bytes/first.bytes, m.allocs)
	}
	return nil
}

// measure repeats a call.
func measure(ctx context.Context, call call, times, per int) (sample, error) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := processorTime()
	for range times {
		if err := call.do(ctx); err != nil {
			return sample{}, fmt.Errorf("%s: %w", call.by, err)
		}
	}
	took := processorTime() - start
	runtime.ReadMemStats(&after)
	n := float64(times * per)
	return sample{
		float64(took.Nanoseconds()) / 1e3 / n, float64(after.TotalAlloc-before.TotalAlloc) / n, float64(after.Mallocs-before.Mallocs) / n,
	}, nil
}

func medians(samples []sample) sample {
	median := func(of func(sample) float64) float64 {
		var values []float64
		for _, s := range samples {
			values = append(values, of(s))
		}
		slices.Sort(values)
		return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
	}
	return sample{
		median(func(s sample) float64 { return s.micros }),
		median(func(s sample) float64 { return s.bytes }),
		median(func(s sample) float64 { return s.allocs }),
	}
}
