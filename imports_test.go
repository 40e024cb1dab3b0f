package liveconnect_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const modulePath = "github.com/go-liveconnect/liveconnect"

// part is a part of the repository. A package belongs to the first part that it matches.
type part struct {
	name     string
	packages string // patterns; "x/..." is x and all below it
	uses     string // the parts that it may import besides itself
}

var parts = []part{
	{"library", ".", "mechanisms"},
	{"tree", "tree", "library mechanisms"},
	{"livetest", "livetest", "library assembly server login wire faults backend memory imaging mechanisms"},
	{"graph", "graph", "library assembly server login wire faults backend graph-backend mechanisms"},
	{"programs", "cmd/...", "assembly server login wire faults proxy backend memory disk graph-backend mechanisms"},
	{"assembly", "internal/service", "server login wire faults backend mechanisms"},
	{"backend", "internal/service/backend", ""},
	{"imaging", "internal/service/imaging/...", "mechanisms"},
	{"memory", "internal/service/memory/...", "backend imaging mechanisms"},
	{"disk", "internal/service/disk/...", "backend memory mechanisms"},
	{"graph-backend", "internal/service/graph/...", "backend mechanisms"},
	{"wire", "internal/service/wire", "backend mechanisms"},
	{"login", "internal/service/login", "wire backend mechanisms"},
	{"storage", "internal/service/storage", "login wire backend mechanisms"},
	{"api", "internal/service/api", "storage login wire backend mechanisms"},
	{"server", "internal/service/server/...", "api storage login wire faults backend memory disk graph-backend mechanisms"},
	{"faults", "internal/service/faults", "mechanisms"},
	{"proxy", "internal/service/proxy", "mechanisms"},
	{"loadcheck", "internal/service/loadcheck", "mechanisms"},
	{"graphtest", "internal/graphtest/...", "backend memory imaging faults proxy mechanisms"},
	{"mechanisms", "internal/...", ""},
	{"judges", "clients/graph/...", "graphtest proxy"},
	{"users", "examples/... clients/... bench/...", "library tree livetest graph"},
}

// toCome are the patterns that match nothing yet. Any other one that matches nothing is out of date.
var toCome []string

// TestImports keeps the layout: it wants every import of a package of this repository by another one to be in parts. It
// reads the files themselves, so that those for other systems and those of nested modules count too.
func TestImports(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for file, imports := range ownImports(t) {
		from, pattern := roomOf(path.Dir(file))
		used[pattern] = true
		for _, imported := range imports {
			to, _ := roomOf(imported)
			allowed := to.name == from.name || slices.Contains(strings.Fields(from.uses), to.name)
			if strings.HasSuffix(file, "_test.go") && from.name != "users" {
				// Tests may use more, but those of the service not the library: a mistake that both make would be invisible.
				allowed = !strings.HasPrefix(file, "internal/") || strings.HasPrefix(imported, "internal/")
			}
			assert.True(t, allowed, "%s imports %s: %s must not use %s, see parts", file, imported, from.name, to.name)
		}
	}
	for _, r := range parts {
		for pattern := range strings.FieldsSeq(r.packages) {
			assert.True(t, used[pattern] || slices.Contains(toCome, pattern), "no package matches %s of parts", pattern)
		}
	}
}

// TestAccountsKnowNothingOfHTTP wants no HTTP in what keeps accounts, their libraries included.
func TestAccountsKnowNothingOfHTTP(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"linux", "windows", "darwin"} {
		list := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Deps \" \"}}",
			"./internal/service/backend", "./internal/service/imaging/...", "./internal/service/memory/...", "./internal/service/disk/...")
		list.Env = append(os.Environ(), "GOOS="+system)
		list.Stderr = os.Stderr
		out, err := list.Output()
		require.NoError(t, err)
		for line := range strings.Lines(string(out)) {
			deps := strings.Fields(line)
			for _, banned := range []string{"net/http", "html/template"} {
				assert.NotContains(t, deps[1:], banned, "%s on %s", deps[0], system)
			}
		}
	}
}

// roomOf finds the part of a package, which is given as its directory, and the pattern by which it belongs there.
func roomOf(dir string) (part, string) {
	for _, r := range parts {
		for pattern := range strings.FieldsSeq(r.packages) {
			base, whole := strings.CutSuffix(pattern, "/...")
			if dir == base || whole && strings.HasPrefix(dir, base+"/") {
				return r, pattern
			}
		}
	}
	return part{name: dir}, ""
}

// ownImports returns what each Go file of the repository imports of it, as directories.
func ownImports(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			base := entry.Name()
			if base == "testdata" || base == "node_modules" || len(base) > 1 && base[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		file := filepath.ToSlash(name)
		found[file] = nil
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if imported == modulePath {
				found[file] = append(found[file], ".")
			} else if dir, ours := strings.CutPrefix(imported, modulePath+"/"); ours {
				found[file] = append(found[file], dir)
			}
		}
		return nil
	})
	require.NoError(t, err)
	return found
}
