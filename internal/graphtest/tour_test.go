package graphtest_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"

	"github.com/go-liveconnect/liveconnect/internal/graphtest"
	"github.com/go-liveconnect/liveconnect/internal/graphtest/tour"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every call that is played is made, on every kind of account, and each answer is Graph's by its names and types:
// NewServer fails the test otherwise.
func TestEveryOperation(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]graphtest.AccountOption{
		"old ids":     nil,
		"new ids":     {graphtest.WithNewIDs()},
		"mixed case":  {graphtest.WithMixedCase()},
		"zeros":       {graphtest.WithCID("00c4ab1e0ddba115"), graphtest.WithoutZeros()},
		"zeros mixed": {graphtest.WithCID("00c4ab1e0ddba115"), graphtest.WithoutZeros(), graphtest.WithMixedCase()},
		"vault":       {graphtest.WithVault(), graphtest.WithRetiredLists()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := graphtest.NewServer(t, graphtest.WithAccount(opts...))
			tour.Run(t, server)
			var made []string
			for _, r := range server.Requests() {
				made = append(made, r.Operation)
			}
			for _, operation := range graphtest.Operations() {
				assert.True(t, slices.Contains(made, operation), "nobody called %s", operation)
			}
		})
	}
}
