// Command decodegen writes decode_generated.go in the root package: code that reads the package's objects from JSON
// without reflection. It is run by go generate.
package main

import (
	"bytes"
	"fmt"
	"go/format"
	"os"
)

// output is the file that is written, in the directory of the package.
const output = "decode_generated.go"

func main() {
	if err := run("."); err != nil {
		fmt.Fprintln(os.Stderr, "decodegen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	source, err := generate(dir)
	if err != nil {
		return err
	}
	return os.WriteFile(dir+"/"+output, source, 0o644) //nolint:gosec // source code is for everybody
}

// generate returns what the file should hold.
func generate(dir string) ([]byte, error) {
	p, err := load(dir)
	if err != nil {
		return nil, err
	}
	w := &writer{pkg: p, pending: p.answers(), known: map[string]bool{}}
	for _, name := range w.pending {
		w.known[name] = true
	}
	w.header()
	w.items()
	for len(w.pending) > 0 {
		name := w.pending[0]
		w.pending = w.pending[1:]
		w.object(name)
	}
	if w.err != nil {
		return nil, w.err
	}
	return format.Source(bytes.TrimSpace(w.Bytes()))
}
