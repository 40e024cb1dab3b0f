package liveconnect_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

func hostileList(t *testing.T, name string) (*liveconnect.Page[liveconnect.Item], error) {
	t.Helper()
	return serving(t, 200, "hostile/item_list_"+name+".json").Items.List(t.Context(), liveconnect.Root, nil)
}

// others are the kinds of items that have no hostile files of their own.
func others() []liveconnect.Item {
	info := func(number string, kind liveconnect.ItemType) liveconnect.ItemInfo {
		return liveconnect.ItemInfo{ID: "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!" + number, Type: kind}
	}
	return []liveconnect.Item{
		&liveconnect.Video{ItemInfo: info("161", liveconnect.TypeVideo)},
		&liveconnect.Audio{ItemInfo: info("162", liveconnect.TypeAudio)},
		&liveconnect.Notebook{ItemInfo: info("163", liveconnect.TypeNotebook)},
	}
}

func TestHostileLists(t *testing.T) {
	t.Parallel()
	of := func(objects map[string]any) []liveconnect.Item {
		var items []liveconnect.Item
		for _, kind := range []string{"folder", "album", "file", "photo"} {
			items = append(items, objects[kind].(liveconnect.Item))
		}
		return items
	}
	for _, test := range []struct {
		name string
		want []liveconnect.Item
	}{
		{"minimal", append(of(minimal()), others()...)},
		{"nulls", of(minimal())},
		{"unknown_fields", of(full())},
		{"string_numbers", of(full())},
		{"empty", []liveconnect.Item{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			page, err := hostileList(t, test.name)
			require.NoError(t, err)
			assert.Equal(t, &liveconnect.Page[liveconnect.Item]{Data: test.want}, page)
		})
	}
}

func TestHostileListsWithoutData(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"data_null", "data_absent"} {
		_, err := hostileList(t, name)
		require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent, name)
	}
}

func TestHostileUnknownTypes(t *testing.T) {
	t.Parallel()
	page, err := hostileList(t, "unknown_type")
	require.NoError(t, err)
	require.Len(t, page.Data, 5)
	assert.IsType(t, &liveconnect.File{}, page.Data[0])
	assert.IsType(t, &liveconnect.Folder{}, page.Data[4])

	for i, want := range map[int]struct {
		info liveconnect.ItemInfo
		json string
	}{
		1: {
			liveconnect.ItemInfo{ID: "hologram.a1b2c3d4e5f60718.A1B2C3D4E5F60718!170", Name: "reef.holo", Type: "hologram", Size: 12},
			`{"id": "hologram.a1b2c3d4e5f60718.A1B2C3D4E5F60718!170", "name": "reef.holo", "type": "hologram", "size": 12,
			"depth": {"planes": 64}}`,
		},
		2: {
			liveconnect.ItemInfo{ID: "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!171", Name: "no type at all.bin", Size: 3},
			`{"id": "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!171", "name": "no type at all.bin", "size": 3}`,
		},
		3: {
			liveconnect.ItemInfo{ID: "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!172"},
			`{"id": "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!172", "type": null}`,
		},
	} {
		other, ok := page.Data[i].(*liveconnect.OtherItem)
		require.True(t, ok, "element %d is a %T", i, page.Data[i])
		assert.Equal(t, &want.info, other.Info())
		assert.JSONEq(t, want.json, string(other.JSON))
	}
}

// The JSON of an unknown item stays good when the client goes on and reads other answers.
func TestHostileUnknownTypeIsKept(t *testing.T) {
	t.Parallel()
	stub := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		name := "string_numbers"
		if r.URL.Query().Has("limit") {
			name = "unknown_type"
		}
		answer(200, fixture(t, "hostile/item_list_"+name+".json"))(w, r)
	})
	client := stub.client(t)
	page, err := client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 5})
	require.NoError(t, err)
	other, ok := page.Data[1].(*liveconnect.OtherItem)
	require.True(t, ok)
	before := string(other.JSON)
	for range 10 {
		_, err := client.Items.List(t.Context(), liveconnect.Root, nil)
		require.NoError(t, err)
	}
	assert.Equal(t, before, string(other.JSON))
}

func TestHostileNullElement(t *testing.T) {
	t.Parallel()
	page, err := hostileList(t, "element_null")
	require.NoError(t, err)
	require.Len(t, page.Data, 2, "an element that is null is no item")
	assert.Equal(t, "Field notes", page.Data[0].Info().Name)
	assert.Equal(t, "budget.txt", page.Data[1].Info().Name)
}

func TestHostilePaging(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, next, previous string }{
		{"paging_absent", "", ""},
		{"paging_empty", "", ""},
		{"paging_null", "", ""},
		{"paging_empty_next", "", ""},
		{"paging_both", "/me/skydrive/files?offset=4&limit=2", "/me/skydrive/files?offset=0&limit=2"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			stub := newStub(t, func(w http.ResponseWriter, r *http.Request) {
				name := test.name
				if r.URL.Query().Has("offset") {
					name = "empty"
				}
				answer(200, fixture(t, "hostile/item_list_"+name+".json"))(w, r)
			})
			client := stub.client(t)
			page, err := client.Items.List(t.Context(), liveconnect.Root, nil)
			require.NoError(t, err)
			assert.Len(t, page.Data, 2)
			assert.Equal(t, test.next, page.Next)
			assert.Equal(t, test.previous, page.Previous)

			count := 0
			for _, err := range client.Items.All(t.Context(), liveconnect.Root, nil) {
				require.NoError(t, err)
				count++
			}
			assert.Equal(t, 2, count)
			want := 2
			if test.next != "" {
				want = 3
			}
			assert.Len(t, stub.asked(), want)
		})
	}
}

// A next link to another host must not take the token there; only its parameters are used, at our own address.
func TestHostileForeignHost(t *testing.T) {
	t.Parallel()
	foreign := newStub(t, answer(200, []byte(`{"data":[]}`)))
	stub := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("offset") {
			answer(200, fixture(t, "hostile/item_list_empty.json"))(w, r)
			return
		}
		list := string(fixture(t, "hostile/item_list_paging_foreign_host.json"))
		answer(200, []byte(strings.Replace(list, "https://elsewhere.example", foreign.URL, 1)))(w, r)
	})
	for _, err := range stub.client(t).Items.All(t.Context(), liveconnect.Root, nil) {
		require.NoError(t, err)
	}
	assert.Empty(t, foreign.asked(), "nothing may go to the other host")
	require.Len(t, stub.asked(), 2)
	assert.Equal(t, "/v5.0/me/skydrive/files", stub.last(t).Path)
	assert.Equal(t, "2", stub.last(t).Query.Get("offset"))
}
