package api

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// Segments never hold what a path is made of by accident: joining them escaped and splitting again changes nothing.
func FuzzRouter(f *testing.F) {
	for _, s := range []string{
		"/v5.0//me/skydrive/", "/v5.0/folder.8c8ce076ca27823f.8C8CE076CA27823F%2112/files/a%2Fb", "/%zz/%", "//", "",
		"/v5.0/comment.8c8ce076ca27823f.8c8ce076ca27823f!1.8C8CE076CA27823F!2", "/v5.0/tag.8c8ce076ca27823f.8c8ce076ca27823f!1.x",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		segments := wire.SplitPath(path)
		again := ""
		for _, s := range segments {
			again += "/" + wire.EscapeComponent(s)
		}
		assert.Equal(t, segments, wire.SplitPath(again))
		target, rest := parseTarget(apiSegments(segments))
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "MOVE", "COPY"} {
			if found, name, known := findRoute(routes, method, target, rest); found != nil && (!known || found.method != method || name != "" && len(rest) == 0) {
				t.Fatalf("%s %q: %+v", method, path, found)
			}
		}
		if target.kind == targetItem && target.special == "" {
			if back, ok := parseID(wire.ItemID(backend.Item{Kind: backend.KindFile, Ref: target.ref})); !ok || back.ref != target.ref {
				t.Fatalf("%q: %+v", path, target)
			}
		}
	})
}

// The recorded sizes of photos, and what must hold for any.
func TestFit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ w, h, box, wantW, wantH int }{
		{2000, 2263, 800, 707, 800},
		{2000, 2263, 176, 156, 176},
		{2000, 2263, 96, 85, 96},
		{300, 450, 800, 300, 450},
		{300, 450, 176, 117, 176},
		{300, 450, 96, 64, 96},
		{10000, 1, 96, 96, 1},
		{0, 0, 96, 0, 0},
	} {
		w, h := fit(test.w, test.h, test.box)
		assert.Equal(t, [2]int{test.wantW, test.wantH}, [2]int{w, h}, test)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		width, height, box := 1+r.IntN(9000), 1+r.IntN(9000), 1+r.IntN(900)
		w, h := fit(width, height, box)
		assert.LessOrEqual(t, max(w, h), max(box, 1))
		assert.LessOrEqual(t, w, width)
		assert.LessOrEqual(t, h, height)
	}
}
