package liveconnect_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// TestZeroClient calls every method of every service of clients that NewClient did not make.
func TestZeroClient(t *testing.T) {
	t.Parallel()
	hollow := &liveconnect.Client{} // its services are not nil, but empty
	for field, value := range reflect.ValueOf(hollow).Elem().Fields() {
		if field.IsExported() {
			value.Set(reflect.New(field.Type.Elem()))
		}
	}
	for name, client := range map[string]*liveconnect.Client{"zero": {}, "zero services": hollow} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, call := range publicCalls(t, client) {
				var errs []error
				require.NotPanics(t, func() { errs = call.errors() }, call.name)
				require.Len(t, errs, 1, "%s gives one error", call.name)
				require.ErrorIs(t, errs[0], liveconnect.ErrNotInitialized, call.name)
				assert.Contains(t, errs[0].Error(), call.name)
				assert.Contains(t, errs[0].Error(), "NewClient")
			}
		})
	}
}

func TestZeroClientItself(t *testing.T) {
	t.Parallel()
	var none *liveconnect.Client
	for _, client := range []*liveconnect.Client{none, {}} {
		require.NotPanics(t, client.CloseIdleConnections)
		err := client.Do(t.Context(), &liveconnect.Request{Path: "me"}, nil)
		require.ErrorIs(t, err, liveconnect.ErrNotInitialized)
		assert.Contains(t, err.Error(), "Client.Do")
	}
}

// TestServices checks that NewClient forgets no service.
func TestServices(t *testing.T) {
	t.Parallel()
	client, err := liveconnect.NewClient(nil)
	require.NoError(t, err)
	for field, value := range reflect.ValueOf(client).Elem().Fields() {
		if field.IsExported() {
			assert.False(t, value.IsNil(), field.Name)
		}
	}
}
