package graph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/facts"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

// compiler is where npm ci has put the compiler and Microsoft's types.
const compiler = "typescript/node_modules"

// custom are the sizes of thumbnails that a client makes up: no type can have them.
var custom = regexp.MustCompile(`^c\d+x\d+$`)

// younger are properties that Graph's metadata has and these types have not yet.
var younger = map[string]bool{"primaryEmailAddress": true, "secondaryEmailAddress": true, "tertiaryEmailAddress": true}

// plain takes the annotations out of a value: types have none.
func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		kept := map[string]any{}
		for name, inner := range value {
			if !strings.Contains(name, "@") && !custom.MatchString(name) && !younger[name] {
				kept[name] = plain(inner)
			}
		}
		return kept
	case []any:
		for i := range value {
			value[i] = plain(value[i])
		}
	}
	return value
}

// declare writes an answer as a constant of its type. An object literal may have nothing in TypeScript that its type has
// not.
func declare(i int, x graphtest.Exchange) (string, bool) {
	path, ok := strings.CutPrefix(x.URL.EscapedPath(), "/v1.0")
	resource, err := facts.Resolve(path)
	if !ok || x.Host != graphtest.Graph || err != nil || x.Status >= http.StatusBadRequest || len(x.Answer) == 0 {
		return "", false
	}
	var answer map[string]any
	if json.Unmarshal(x.Answer, &answer) != nil {
		return "", false
	}
	typ := resource.Type
	if resource.Stream {
		typ = resource.Of
	}
	typ = "graph." + strings.ToUpper(typ[:1]) + typ[1:]
	var value any = answer
	if list, isList := answer["value"]; isList {
		typ, value = typ+"[]", list
	}
	text, err := json.Marshal(plain(value))
	return fmt.Sprintf("// %s %s\nexport const answer%d: %s = %s;\n", x.Method, path, i, typ, text), err == nil
}

// compile reports what the compiler says of a file.
func compile(t *testing.T, source string) (string, error) {
	t.Helper()
	modules, err := filepath.Abs(compiler)
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, os.Symlink(modules, filepath.Join(dir, "node_modules")))
	file := filepath.Join(dir, "answers.ts")
	require.NoError(t, os.WriteFile(file, []byte(source), 0o600))
	check := exec.CommandContext(t.Context(), "node", filepath.Join(modules, "typescript", "bin", "tsc"),
		"--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext", file)
	check.Dir = dir
	out, err := check.CombinedOutput()
	return string(out), err
}

// awake begins every file: the compiler fails where an error is expected and does not come.
const awake = `import type * as graph from "@microsoft/microsoft-graph-types";
// @ts-expect-error
const property: graph.DriveItem = {"naame": "a"};
// @ts-expect-error
const member: graph.Event = {"showAs": "out_of_office"};
// @ts-expect-error
const kind: graph.DriveItem = {"size": "12"};
`

// Each answer of the tour is of Microsoft's TypeScript type.
func TestTypeScript(t *testing.T) {
	if _, err := os.Stat(compiler); err != nil {
		t.Logf("NOT JUDGED: there is no compiler; run npm ci in clients/graph/typescript")
		return
	}
	var mu sync.Mutex
	source, count := awake, 0
	server := graphtest.NewServer(t, graphtest.WithRecorder(func(x graphtest.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		if text, ok := declare(count, x); ok {
			source += text
			count++
		}
	}))
	tour.Run(t, server)
	out, err := compile(t, source)
	assert.NoError(t, err, out)
	assert.Greater(t, count, 60)
	t.Logf("%d answers compiled", count)
}
