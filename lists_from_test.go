package liveconnect_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// A page's links are enough to go on, in another process too.
func TestListsGoOnFromALink(t *testing.T) {
	t.Parallel()
	s := livetest.NewServer(t)
	client := s.Client(t)
	for i := range 7 {
		_, err := client.Uploads.Put(t.Context(), liveconnect.Root, fmt.Sprintf("%d.txt", i), strings.NewReader("x"), nil)
		require.NoError(t, err)
	}
	names := func(page *liveconnect.Page[liveconnect.Item]) (names []string) {
		for _, item := range page.Data {
			names = append(names, item.Info().Name)
		}
		return names
	}
	first, err := client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{Limit: 3, SortBy: liveconnect.SortByName})
	require.NoError(t, err)
	second, err := client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{From: first.Next})
	require.NoError(t, err)
	assert.Equal(t, []string{"3.txt", "4.txt", "5.txt"}, names(second))
	back, err := client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{From: second.Previous})
	require.NoError(t, err)
	assert.Equal(t, names(first), names(back))
	rest, err := liveconnect.Collect(client.Items.All(t.Context(), liveconnect.Root, &liveconnect.ListOptions{From: second.Next}))
	require.NoError(t, err)
	require.NotEmpty(t, rest)
	assert.Equal(t, "6.txt", rest[0].Info().Name)

	for name, err := range map[string]error{
		"with another option": second2(client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{From: first.Next, Limit: 1})),
		"not a URL":           second2(client.Items.List(t.Context(), liveconnect.Root, &liveconnect.ListOptions{From: "%zz"})),
		"events":              second2(client.Events.List(t.Context(), liveconnect.Me, &liveconnect.EventListOptions{From: first.Next, StartTime: time.Now()})),
		"comments":            second2(client.Comments.List(t.Context(), "file.a.A!1", &liveconnect.PageOptions{From: first.Next, Offset: 1})),
	} {
		require.ErrorIs(t, err, liveconnect.ErrInvalidArgument, name)
	}
}

func second2[T any](_ *liveconnect.Page[T], err error) error { return err }

func TestItemsByPath(t *testing.T) {
	t.Parallel()
	s := livetest.NewServer(t)
	client := s.Client(t)
	pictures, err := client.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "My Pictures"})
	require.NoError(t, err)
	maui, err := client.Folders.Create(t.Context(), pictures.ID, &liveconnect.NewFolder{Name: "Maui"})
	require.NoError(t, err)
	file, err := client.Uploads.Put(t.Context(), maui.ID, "orbs.txt", strings.NewReader("x"), nil)
	require.NoError(t, err)

	for _, path := range []string{"My Pictures/Maui/orbs.txt", "/my pictures/MAUI/ORBS.TXT/"} {
		found, err := client.Items.ByPath(t.Context(), liveconnect.Root, path)
		require.NoError(t, err)
		assert.Equal(t, file.ID, found.Info().ID)
		assert.IsType(t, &liveconnect.File{}, found)
	}
	for path, want := range map[string]error{
		"My Pictures/Oahu/orbs.txt":      liveconnect.ErrNotFound,
		"My Pictures/Maui/orbs.txt/more": liveconnect.ErrNotFound,
		"":                               liveconnect.ErrInvalidArgument,
		"My Pictures//orbs.txt":          liveconnect.ErrInvalidArgument,
		"My Pictures/../orbs.txt":        liveconnect.ErrInvalidArgument,
	} {
		_, err := client.Items.ByPath(t.Context(), liveconnect.Root, path)
		require.ErrorIs(t, err, want, path)
	}
}

func TestFilesListLeavesFoldersOut(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusOK, []byte(`{"data":[{"id":"folder.a.A!1","type":"folder"},{"id":"file.a.A!2","type":"photo","source":"x"},{"id":"folder.a.A!3","type":"album"}]}`)))
	page, err := s.client(t).Files.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	assert.Equal(t, "x", page.Data[0].Source)
}

func TestRangeFromTheEnd(t *testing.T) {
	t.Parallel()
	s := livetest.NewServer(t)
	client := s.Client(t)
	file, err := client.Uploads.Put(t.Context(), liveconnect.Root, "a.txt", strings.NewReader("0123456789"), nil)
	require.NoError(t, err)
	for part, want := range map[liveconnect.Range]string{
		{Offset: -3}:            "789",
		{Offset: -3, Length: 2}: "78",
		{Offset: -50}:           "0123456789",
	} {
		got, err := allOf(client.Downloads.Open(t.Context(), file.ID, &liveconnect.DownloadOptions{Range: part}))
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err = client.Downloads.URL(t.Context(), file.ID, &liveconnect.DownloadOptions{Range: liveconnect.Range{Length: 3}})
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
}

func TestPostWithAMediaType(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"file.a.A!1"}`)))
	for contentType, want := range map[string]string{"": "application/octet-stream", "image/jpeg": "image/jpeg"} {
		_, err := s.client(t).Uploads.Post(t.Context(), liveconnect.Root, "a.jpg", strings.NewReader("x"), &liveconnect.PostOptions{ContentType: contentType})
		require.NoError(t, err)
		assert.Contains(t, s.last(t).Body, "\r\nContent-Type: "+want+"\r\n\r\nx\r\n")
	}
	_, err := s.client(t).Uploads.Post(t.Context(), liveconnect.Root, "a.jpg", io.MultiReader(), &liveconnect.PostOptions{ContentType: "a\r\nb: c"})
	require.ErrorIs(t, err, liveconnect.ErrInvalidArgument)
}
