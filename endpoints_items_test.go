package liveconnect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// namesOf lists a page's names.
func namesOf(items []liveconnect.Item) (names []string) {
	for _, item := range items {
		names = append(names, item.Info().Name)
	}
	return names
}

func itemCalls() map[string]endpointCall {
	return map[string]endpointCall{
		"items.list": func(w *world, c *liveconnect.Client) error {
			got, err := c.Items.List(w.Context(), w.folder, &liveconnect.ListOptions{
				Filter: []liveconnect.Filter{liveconnect.FilterPhotos, liveconnect.FilterVideos, liveconnect.FilterAudio},
				SortBy: liveconnect.SortByName, SortOrder: liveconnect.Descending, Limit: 2, Offset: 1, Download: true,
			})
			if err == nil {
				assert.Equal(w, []string{"photo.png", "audio.mp3"}, namesOf(got.Data))
			}
			return err
		},
		"items.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Items.Get(w.Context(), w.photo)
			if err == nil {
				assert.IsType(w, &liveconnect.Photo{}, got)
			}
			return err
		},
		"items.shared": func(w *world, c *liveconnect.Client) error {
			for _, kind := range []liveconnect.SharedKind{
				liveconnect.SharedItems, liveconnect.SharedFiles, liveconnect.SharedAlbums, liveconnect.SharedPhotos, liveconnect.SharedVideos,
			} {
				got, err := c.Items.Shared(w.Context(), liveconnect.Me, kind, nil)
				if err != nil {
					return err
				}
				has := kind != liveconnect.SharedAlbums && kind != liveconnect.SharedVideos
				assert.Equal(w, has, slices.Contains(namesOf(got.Data), "photo.png"), kind)
			}
			return nil
		},
		"items.recent": func(w *world, c *liveconnect.Client) error {
			got, err := c.Items.Recent(w.Context(), liveconnect.Me, nil)
			if err == nil {
				assert.Contains(w, namesOf(got.Data), "file.txt")
			}
			return err
		},
		"items.search": func(w *world, c *liveconnect.Client) error {
			got, err := c.Items.Search(w.Context(), liveconnect.Me, "photo", nil)
			if err == nil {
				assert.Equal(w, []string{"photo.png"}, namesOf(got.Data))
			}
			return err
		},
		"items.quota": func(w *world, c *liveconnect.Client) error {
			got, err := c.Items.Quota(w.Context(), liveconnect.Me)
			if err == nil {
				assert.EqualValues(w, 25<<30, got.Total)
				assert.Less(w, got.Available, got.Total)
			}
			return err
		},
		"items.read_link": linkCall((*liveconnect.ItemsService).ReadLink),
		"items.edit_link": linkCall((*liveconnect.ItemsService).EditLink),
		"items.embed":     linkCall((*liveconnect.ItemsService).EmbedHTML),
		"items.preview": func(w *world, c *liveconnect.Client) error {
			link := must[string](w)(w.full.Items.ReadLink(w.Context(), w.photo))
			_, err := c.Items.PreviewURL(w.Context(), link, liveconnect.ImageThumbnail)
			return errors.Join(err, drain(c.Items.Preview(w.Context(), link, liveconnect.ImageThumbnail)))
		},
	}
}

func linkCall(call func(*liveconnect.ItemsService, context.Context, string) (string, error)) endpointCall {
	return func(w *world, c *liveconnect.Client) error {
		got, err := call(c.Items, w.Context(), w.photo)
		if err == nil {
			assert.Contains(w, got, "https://")
		}
		return err
	}
}

// media are the five calls that photos, videos, audio and files have alike.
type media[T liveconnect.Item] struct {
	id     func(w *world) string
	get    func(c *liveconnect.Client, w *world, id string) (T, error)
	update func(c *liveconnect.Client, w *world, id string) (T, error)
	remove func(c *liveconnect.Client, w *world, id string) error
	move   func(c *liveconnect.Client, w *world, id string) (T, error)
	copies func(c *liveconnect.Client, w *world, id string) (T, error)
}

func (m media[T]) calls(family string) map[string]endpointCall {
	return map[string]endpointCall{
		family + ".get": func(w *world, c *liveconnect.Client) error {
			got, err := m.get(c, w, m.id(w))
			if err == nil {
				assert.Equal(w, m.id(w), got.Info().ID)
				assert.Positive(w, got.Info().Size)
			}
			return err
		},
		family + ".update": func(w *world, c *liveconnect.Client) error {
			got, err := m.update(c, w, m.id(w))
			if err == nil {
				assert.Equal(w, "changed", got.Info().Description)
			}
			return err
		},
		family + ".delete": func(w *world, c *liveconnect.Client) error {
			copied := must[T](w)(m.copies(w.full, w, m.id(w)))
			err := m.remove(c, w, copied.Info().ID)
			if err == nil {
				_, gone := w.full.Items.Get(w.Context(), copied.Info().ID)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
		family + ".move": func(w *world, c *liveconnect.Client) error {
			got, err := m.move(c, w, m.id(w))
			if err == nil {
				assert.Equal(w, m.id(w), got.Info().ID)
				assert.Equal(w, w.album, got.Info().ParentID)
			}
			return err
		},
		family + ".copy": func(w *world, c *liveconnect.Client) error {
			got, err := m.copies(c, w, m.id(w))
			if err == nil {
				assert.NotEqual(w, m.id(w), got.Info().ID)
				assert.Equal(w, w.album, got.Info().ParentID)
			}
			return err
		},
	}
}

func mediaCalls() map[string]endpointCall {
	type client = liveconnect.Client
	all := map[string]endpointCall{
		"photos.list": func(w *world, c *client) error {
			got, err := c.Photos.List(w.Context(), w.folder, nil)
			if err == nil {
				require.Len(w, got.Data, 1)
				assert.Equal(w, 60, got.Data[0].Width)
			}
			return err
		},
		"videos.list": func(w *world, c *client) error {
			got, err := c.Videos.List(w.Context(), w.folder, nil)
			if err == nil {
				require.Len(w, got.Data, 1)
			}
			return err
		},
		"audio.list": func(w *world, c *client) error {
			got, err := c.Audio.List(w.Context(), w.folder, nil)
			if err == nil {
				require.Len(w, got.Data, 1)
			}
			return err
		},
		"photos.picture": func(w *world, c *client) error {
			var errs []error
			for _, size := range []liveconnect.ImageSize{
				liveconnect.ImageThumbnail, liveconnect.ImageSmall, liveconnect.ImageAlbum, liveconnect.ImageNormal, liveconnect.ImageFull,
			} {
				errs = append(errs, drain(c.Photos.Picture(w.Context(), w.photo, size)))
			}
			_, err := c.Photos.PictureURL(w.Context(), w.photo, "")
			return errors.Join(append(errs, err)...)
		},
	}
	photos := media[*liveconnect.Photo]{
		id:  func(w *world) string { return w.photo },
		get: func(c *client, w *world, id string) (*liveconnect.Photo, error) { return c.Photos.Get(w.Context(), id) },
		update: func(c *client, w *world, id string) (*liveconnect.Photo, error) {
			return c.Photos.Update(w.Context(), id, newName("new.png"))
		},
		remove: func(c *client, w *world, id string) error { return c.Photos.Delete(w.Context(), id) },
		move: func(c *client, w *world, id string) (*liveconnect.Photo, error) {
			return c.Photos.Move(w.Context(), id, w.album)
		},
		copies: func(c *client, w *world, id string) (*liveconnect.Photo, error) {
			return c.Photos.Copy(w.Context(), id, w.album)
		},
	}
	videos := media[*liveconnect.Video]{
		id:  func(w *world) string { return w.video },
		get: func(c *client, w *world, id string) (*liveconnect.Video, error) { return c.Videos.Get(w.Context(), id) },
		update: func(c *client, w *world, id string) (*liveconnect.Video, error) {
			return c.Videos.Update(w.Context(), id, newName("new.mp4"))
		},
		remove: func(c *client, w *world, id string) error { return c.Videos.Delete(w.Context(), id) },
		move: func(c *client, w *world, id string) (*liveconnect.Video, error) {
			return c.Videos.Move(w.Context(), id, w.album)
		},
		copies: func(c *client, w *world, id string) (*liveconnect.Video, error) {
			return c.Videos.Copy(w.Context(), id, w.album)
		},
	}
	audio := media[*liveconnect.Audio]{
		id:  func(w *world) string { return w.audio },
		get: func(c *client, w *world, id string) (*liveconnect.Audio, error) { return c.Audio.Get(w.Context(), id) },
		update: func(c *client, w *world, id string) (*liveconnect.Audio, error) {
			return c.Audio.Update(w.Context(), id, &liveconnect.AudioUpdate{Name: liveconnect.Set("new.mp3"), Description: liveconnect.Set("changed"), Artist: liveconnect.Set("A")})
		},
		remove: func(c *client, w *world, id string) error { return c.Audio.Delete(w.Context(), id) },
		move: func(c *client, w *world, id string) (*liveconnect.Audio, error) {
			return c.Audio.Move(w.Context(), id, w.album)
		},
		copies: func(c *client, w *world, id string) (*liveconnect.Audio, error) {
			return c.Audio.Copy(w.Context(), id, w.album)
		},
	}
	files := media[*liveconnect.File]{
		id:  func(w *world) string { return w.file },
		get: func(c *client, w *world, id string) (*liveconnect.File, error) { return c.Files.Get(w.Context(), id) },
		update: func(c *client, w *world, id string) (*liveconnect.File, error) {
			return c.Files.Update(w.Context(), id, newName("new.txt"))
		},
		remove: func(c *client, w *world, id string) error { return c.Files.Delete(w.Context(), id) },
		move: func(c *client, w *world, id string) (*liveconnect.File, error) {
			return c.Files.Move(w.Context(), id, w.album)
		},
		copies: func(c *client, w *world, id string) (*liveconnect.File, error) {
			return c.Files.Copy(w.Context(), id, w.album)
		},
	}
	for _, group := range []map[string]endpointCall{photos.calls("photos"), videos.calls("videos"), audio.calls("audio"), files.calls("files")} {
		for id, call := range group {
			all[id] = call
		}
	}
	return all
}

func contentCalls() map[string]endpointCall {
	uploaded := func(w *world, up *liveconnect.UploadedFile, err error) error {
		if err == nil {
			assert.Equal(w, "new content", readAll(w.T, w.full, up.ID))
			require.NoError(w, w.full.Files.Delete(w.Context(), up.ID))
		}
		return err
	}
	location := func(w *world) string {
		return must[*liveconnect.Folder](w)(w.full.Folders.Get(w.Context(), w.folder)).UploadLocation
	}
	post := func(target func(w *world) string, opts *liveconnect.PostOptions) endpointCall {
		return func(w *world, c *liveconnect.Client) error {
			up, err := c.Uploads.Post(w.Context(), target(w), "new.txt", reader("new content"), opts)
			return uploaded(w, up, err)
		}
	}
	folder := func(w *world) string { return w.folder }
	return map[string]endpointCall{
		"content.get": func(w *world, c *liveconnect.Client) error {
			return drain(c.Downloads.Open(w.Context(), w.file, &liveconnect.DownloadOptions{Attachment: true}))
		},
		"content.range": func(w *world, c *liveconnect.Client) error {
			d, err := c.Downloads.Open(w.Context(), w.file, &liveconnect.DownloadOptions{Range: liveconnect.Range{Offset: 6, Length: 5}})
			if err != nil {
				return err
			}
			got, err := io.ReadAll(d)
			assert.Equal(w, "world", string(got))
			return errors.Join(err, d.Close())
		},
		"content.url": func(w *world, c *liveconnect.Client) error {
			got, err := c.Downloads.URL(w.Context(), w.file, nil)
			if err == nil {
				assert.Contains(w, got, w.server.StorageURL)
			}
			return err
		},
		"content.put_name": func(w *world, c *liveconnect.Client) error {
			up, err := c.Uploads.Put(w.Context(), w.folder, "new.txt", reader("new content"), &liveconnect.UploadOptions{
				Overwrite: liveconnect.OverwriteFalse, DownsizePhotoUploads: liveconnect.Set(false),
			})
			return uploaded(w, up, err)
		},
		"content.put_location": func(w *world, c *liveconnect.Client) error {
			up, err := c.Uploads.PutTo(w.Context(), location(w), "new.txt", reader("new content"), nil)
			return uploaded(w, up, err)
		},
		"content.replace": func(w *world, c *liveconnect.Client) error {
			up, err := c.Uploads.Replace(w.Context(), w.file, reader("new content"), nil)
			if err == nil {
				assert.Equal(w, w.file, up.ID)
			}
			return err
		},
		"content.post":          post(folder, nil),
		"content.post_parent":   post(folder, &liveconnect.PostOptions{ToFolder: true}),
		"content.post_location": post(location, nil),
		"content.post_html":     post(folder, &liveconnect.PostOptions{State: "st", RedirectURI: "https://example.com/callback"}),
	}
}

func annotationCalls() map[string]endpointCall {
	comment := func(w *world) string {
		return must[*liveconnect.Comment](w)(w.full.Comments.Create(w.Context(), w.photo, "Rocks.")).ID
	}
	tagged := &liveconnect.NewTag{User: liveconnect.TaggedUser{Name: "Nuno"}, X: liveconnect.Set(43.8986), Y: liveconnect.Set(54.4138)}
	tag := func(w *world) string {
		return must[*liveconnect.Tag](w)(w.full.Tags.Create(w.Context(), w.photo, tagged)).ID
	}
	return map[string]endpointCall{
		"comments.list": func(w *world, c *liveconnect.Client) error {
			comment(w)
			got, err := c.Comments.List(w.Context(), w.photo, nil)
			if err == nil {
				assert.Len(w, got.Data, 1)
			}
			return err
		},
		"comments.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Comments.Get(w.Context(), comment(w))
			if err == nil {
				assert.Equal(w, "Rocks.", got.Message)
			}
			return err
		},
		"comments.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Comments.Create(w.Context(), w.photo, "Sand.")
			if err == nil {
				assert.Equal(w, "Sand.", got.Message)
				assert.Equal(w, w.server.Account().ID, got.From.ID)
			}
			return err
		},
		"comments.delete": func(w *world, c *liveconnect.Client) error {
			id := comment(w)
			err := c.Comments.Delete(w.Context(), id)
			if err == nil {
				_, gone := w.full.Comments.Get(w.Context(), id)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
		"tags.list": func(w *world, c *liveconnect.Client) error {
			tag(w)
			got, err := c.Tags.List(w.Context(), w.photo, nil)
			if err == nil {
				assert.Len(w, got.Data, 1)
			}
			return err
		},
		"tags.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Tags.Get(w.Context(), tag(w))
			if err == nil {
				assert.Equal(w, "Nuno", got.User.Name)
				assert.InDelta(w, 43.8986, *got.X, 0)
			}
			return err
		},
		"tags.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Tags.Create(w.Context(), w.photo, tagged)
			if err == nil {
				assert.InDelta(w, 54.4138, *got.Y, 0)
			}
			return err
		},
		"tags.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Tags.Update(w.Context(), tag(w), &liveconnect.TagUpdate{X: liveconnect.Set(1.5)})
			if err == nil {
				assert.InDelta(w, 1.5, *got.X, 0, fmt.Sprint(got))
			}
			return err
		},
		"tags.delete": func(w *world, c *liveconnect.Client) error {
			id := tag(w)
			err := c.Tags.Delete(w.Context(), id)
			if err == nil {
				_, gone := w.full.Tags.Get(w.Context(), id)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
	}
}
