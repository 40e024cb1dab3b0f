package liveconnect_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// endpointCall makes the call of one row with c. What it needs beside, it makes with w.full. It returns the first error
// of c, and looks at the result itself.
type endpointCall func(w *world, c *liveconnect.Client) error

func endpointCalls() map[string]endpointCall {
	all := map[string]endpointCall{}
	for _, group := range []map[string]endpointCall{
		userCalls(), calendarCalls(), applicationCalls(), folderCalls(), itemCalls(), mediaCalls(), contentCalls(),
		annotationCalls(), signInCalls(), sessionCalls(),
	} {
		for id, call := range group {
			all[id] = call
		}
	}
	return all
}

func newName(name string) *liveconnect.ItemUpdate {
	return &liveconnect.ItemUpdate{Name: liveconnect.Set(name), Description: liveconnect.Set("changed")}
}

func userCalls() map[string]endpointCall {
	contact := func(w *world) string {
		return must[*liveconnect.Contact](w)(w.full.Contacts.Create(w.Context(), liveconnect.Me, &liveconnect.NewContact{FirstName: "Ida"})).ID
	}
	return map[string]endpointCall{
		"user.get": func(w *world, c *liveconnect.Client) error {
			user, err := c.Users.Get(w.Context(), liveconnect.Me)
			if err == nil {
				assert.Equal(w, w.server.Account().ID, user.ID)
			}
			return err
		},
		"user.picture": func(w *world, c *liveconnect.Client) error {
			var errs []error
			for _, size := range []liveconnect.UserPictureSize{
				liveconnect.UserPictureSmall, liveconnect.UserPictureMedium, liveconnect.UserPictureLarge,
			} {
				errs = append(errs, drain(c.Users.Picture(w.Context(), w.other.ID, size)))
			}
			_, err := c.Users.PictureURL(w.Context(), liveconnect.Me, "")
			return errors.Join(append(errs, err)...)
		},
		"permissions.get": func(w *world, c *liveconnect.Client) error {
			permissions, err := c.Permissions.Get(w.Context(), liveconnect.Me)
			assert.True(w, permissions.Has(liveconnect.ScopeSkyDriveUpdate))
			return err
		},
		"friends.list": func(w *world, c *liveconnect.Client) error {
			friends, err := c.Friends.List(w.Context(), liveconnect.Me, nil)
			if err == nil {
				require.Len(w, friends.Data, 1)
				assert.Equal(w, w.other.ID, friends.Data[0].ID)
			}
			return err
		},
		"contacts.list": func(w *world, c *liveconnect.Client) error {
			contacts, err := c.Contacts.List(w.Context(), liveconnect.Me, nil)
			if err == nil {
				require.Len(w, contacts.Data, 1)
				assert.Equal(w, w.other.ID, contacts.Data[0].UserID)
			}
			return err
		},
		"contacts.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Contacts.Get(w.Context(), contact(w))
			if err == nil {
				assert.Equal(w, "Ida", got.FirstName)
			}
			return err
		},
		"contacts.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Contacts.Create(w.Context(), liveconnect.Me, &liveconnect.NewContact{
				Work: []liveconnect.ContactWork{{Employer: liveconnect.Employer{Name: "Contoso"}}},
			})
			if err == nil {
				assert.Equal(w, "Contoso", got.Name)
			}
			return err
		},
		"contacts.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Contacts.Update(w.Context(), contact(w), &liveconnect.ContactUpdate{LastName: liveconnect.Set("Berg")})
			if err == nil {
				assert.Equal(w, "Ida Berg", got.Name)
			}
			return err
		},
		"contacts.delete": func(w *world, c *liveconnect.Client) error {
			id := contact(w)
			err := c.Contacts.Delete(w.Context(), id)
			if err == nil {
				_, gone := w.full.Contacts.Get(w.Context(), id)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
		"activities.share": func(w *world, c *liveconnect.Client) error {
			got, err := c.Activities.Share(w.Context(), liveconnect.Me, &liveconnect.NewActivity{Message: "hi", Link: "http://contoso.com"})
			if err == nil {
				assert.Equal(w, "hi", got.Message)
				assert.Equal(w, w.server.Account().ID, got.From.ID)
			}
			return err
		},
	}
}

func calendarCalls() map[string]endpointCall {
	calendar := func(w *world) string {
		return must[*liveconnect.Calendar](w)(w.full.Calendars.Create(w.Context(), liveconnect.Me, &liveconnect.NewCalendar{Name: "Cal"})).ID
	}
	event := func(w *world) string {
		return must[*liveconnect.Event](w)(w.full.Events.Create(w.Context(), liveconnect.Me, newEvent())).ID
	}
	window := &liveconnect.EventListOptions{StartTime: time.Now().Add(-time.Hour), EndTime: time.Now().Add(24 * time.Hour)}
	return map[string]endpointCall{
		"calendars.list": func(w *world, c *liveconnect.Client) error {
			calendars, err := c.Calendars.List(w.Context(), liveconnect.Me, nil)
			if err == nil {
				assert.Len(w, calendars.Data, 2, "the default and the birthday calendar")
			}
			return err
		},
		"calendars.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Calendars.Get(w.Context(), calendar(w))
			if err == nil {
				assert.Equal(w, "Cal", got.Name)
			}
			return err
		},
		"calendars.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Calendars.Create(w.Context(), liveconnect.Me,
				&liveconnect.NewCalendar{Name: "Summer", Description: liveconnect.Set("events")})
			if err == nil {
				assert.Equal(w, "events", got.Description)
			}
			return err
		},
		"calendars.subscribe": func(w *world, c *liveconnect.Client) error {
			got, err := c.Calendars.Subscribe(w.Context(), liveconnect.Me,
				&liveconnect.CalendarSubscription{Name: "Soccer", SubscriptionLocation: "http://ical.contoso.com/1"})
			if err == nil {
				assert.Equal(w, "http://ical.contoso.com/1", got.SubscriptionLocation)
			}
			return err
		},
		"calendars.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Calendars.Update(w.Context(), calendar(w), &liveconnect.CalendarUpdate{Name: liveconnect.Set("Fall")})
			if err == nil {
				assert.Equal(w, "Fall", got.Name)
			}
			return err
		},
		"calendars.delete": func(w *world, c *liveconnect.Client) error {
			id := calendar(w)
			err := c.Calendars.Delete(w.Context(), id)
			if err == nil {
				_, gone := w.full.Calendars.Get(w.Context(), id)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
		"events.list_owner": func(w *world, c *liveconnect.Client) error {
			event(w)
			events, err := c.Events.List(w.Context(), liveconnect.Me, window)
			if err == nil {
				assert.NotEmpty(w, events.Data)
			}
			return err
		},
		"events.list_calendar": func(w *world, c *liveconnect.Client) error {
			events, err := c.Events.List(w.Context(), calendar(w), window)
			if err == nil {
				assert.Empty(w, events.Data)
			}
			return err
		},
		"events.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Events.Get(w.Context(), event(w))
			if err == nil {
				assert.Equal(w, "Review", got.Name)
			}
			return err
		},
		"events.create_default": func(w *world, c *liveconnect.Client) error {
			got, err := c.Events.Create(w.Context(), liveconnect.Me, newEvent())
			if err == nil {
				assert.Equal(w, 30*time.Minute, got.EndTime.Sub(got.StartTime.Time), "the default end")
			}
			return err
		},
		"events.create_calendar": func(w *world, c *liveconnect.Client) error {
			id := calendar(w)
			got, err := c.Events.Create(w.Context(), id, newEvent())
			if err == nil {
				assert.Equal(w, id, got.CalendarID)
			}
			return err
		},
		"events.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Events.Update(w.Context(), event(w), &liveconnect.EventUpdate{Location: liveconnect.Set("Room 9")})
			if err == nil {
				assert.Equal(w, "Room 9", got.Location)
				assert.Equal(w, "Review", got.Name)
			}
			return err
		},
		"events.delete": func(w *world, c *liveconnect.Client) error {
			id := event(w)
			err := c.Events.Delete(w.Context(), id)
			if err == nil {
				_, gone := w.full.Events.Get(w.Context(), id)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
	}
}

func newEvent() *liveconnect.NewEvent {
	return &liveconnect.NewEvent{Name: "Review", Description: "risks", StartTime: liveconnect.NewTime(time.Now().Add(time.Hour))}
}

func applicationCalls() map[string]endpointCall {
	app := func(w *world) string {
		return must[*liveconnect.Application](w)(w.full.Applications.Create(w.Context(), liveconnect.Me,
			&liveconnect.NewApplication{Name: "App", URI: "http://www.contoso.com"})).ID
	}
	logo := func(form bool) endpointCall {
		return func(w *world, c *liveconnect.Client) error {
			return c.Applications.UploadLogo(w.Context(), app(w), reader(string(imagetest.PNG(48, 48))), &liveconnect.LogoOptions{Form: form})
		}
	}
	return map[string]endpointCall{
		"applications.list": func(w *world, c *liveconnect.Client) error {
			id := app(w)
			apps, err := c.Applications.List(w.Context(), liveconnect.Me, nil)
			if err == nil {
				require.NotEmpty(w, apps.Data)
				assert.Equal(w, id, apps.Data[len(apps.Data)-1].ID)
			}
			return err
		},
		"applications.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Applications.Get(w.Context(), app(w))
			if err == nil {
				assert.Equal(w, "App", got.Name)
			}
			return err
		},
		"applications.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Applications.Create(w.Context(), liveconnect.Me,
				&liveconnect.NewApplication{Name: "Pilot", URI: "http://www.contoso.com", PrivacyLink: "http://www.contoso.com/p"})
			if err == nil {
				assert.Equal(w, "application."+got.ClientID, got.ID)
				assert.Equal(w, "http://www.contoso.com/p", got.PrivacyLink)
			}
			return err
		},
		"applications.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Applications.Update(w.Context(), app(w), &liveconnect.ApplicationUpdate{Name: liveconnect.Set("New")})
			if err == nil {
				assert.Equal(w, "New", got.Name)
			}
			return err
		},
		"applications.delete": func(w *world, c *liveconnect.Client) error {
			id := app(w)
			err := c.Applications.Delete(w.Context(), id)
			if err == nil {
				_, gone := w.full.Applications.Get(w.Context(), id)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound)
			}
			return err
		},
		"applications.logo": func(w *world, c *liveconnect.Client) error {
			id := app(w)
			require.NoError(w, w.full.Applications.UploadLogo(w.Context(), id, reader(string(imagetest.GIF(48, 48))), nil))
			_, err := c.Applications.LogoURL(w.Context(), id)
			return errors.Join(err, drain(c.Applications.Logo(w.Context(), id)))
		},
		"applications.logo_put":  logo(false),
		"applications.logo_post": logo(true),
	}
}

func folderCalls() map[string]endpointCall {
	return map[string]endpointCall{
		"folders.root": func(w *world, c *liveconnect.Client) error {
			root, err := c.Folders.Root(w.Context(), liveconnect.Me)
			if err == nil {
				assert.Equal(w, "SkyDrive", root.Name)
				assert.Empty(w, root.ParentID)
			}
			return err
		},
		"folders.special": func(w *world, c *liveconnect.Client) error {
			var errs []error
			for _, name := range []string{"my_documents", liveconnect.MyPhotos, "camera_roll", "public_documents"} {
				_, err := c.Folders.Special(w.Context(), liveconnect.Me, name)
				errs = append(errs, err)
			}
			return errors.Join(errs...)
		},
		"folders.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Folders.Get(w.Context(), w.folder)
			if err == nil {
				assert.Equal(w, 4, got.Count)
			}
			return err
		},
		"folders.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Folders.Create(w.Context(), w.folder, &liveconnect.NewFolder{Name: "New", Description: liveconnect.Set("d")})
			if err == nil {
				assert.Equal(w, w.folder, got.ParentID)
				assert.Equal(w, "d", got.Description)
			}
			return err
		},
		"folders.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Folders.Update(w.Context(), w.folder, newName("Renamed"))
			if err == nil {
				assert.Equal(w, "Renamed", got.Name)
			}
			return err
		},
		"folders.delete": func(w *world, c *liveconnect.Client) error {
			err := c.Folders.Delete(w.Context(), w.folder)
			if err == nil {
				_, gone := w.full.Files.Get(w.Context(), w.file)
				require.ErrorIs(w, gone, liveconnect.ErrNotFound, "what was in it is gone too")
				w.folder = must[*liveconnect.Folder](w)(w.full.Folders.Create(w.Context(), liveconnect.Root, &liveconnect.NewFolder{Name: "Again"})).ID
			}
			return err
		},
		"folders.move": func(w *world, c *liveconnect.Client) error {
			got, err := c.Folders.Move(w.Context(), w.folder, w.album)
			if err == nil {
				assert.Equal(w, w.album, got.ParentID)
				assert.Equal(w, w.folder, got.ID)
			}
			return err
		},
		"folders.copy": func(w *world, c *liveconnect.Client) error {
			_, err := c.Folders.Copy(w.Context(), w.folder, w.album)
			return err
		},
		"folders.list": func(w *world, c *liveconnect.Client) error {
			got, err := c.Folders.List(w.Context(), liveconnect.Root, nil)
			if err == nil {
				assert.Len(w, got.Data, 3, "Documents, Public, Folder")
			}
			return err
		},
		"albums.list": func(w *world, c *liveconnect.Client) error {
			got, err := c.Albums.List(w.Context(), liveconnect.Me, nil)
			if err == nil {
				assert.Len(w, got.Data, 2, "Album, Pictures")
			}
			return err
		},
		"albums.get": func(w *world, c *liveconnect.Client) error {
			got, err := c.Albums.Get(w.Context(), w.album)
			if err == nil {
				assert.Equal(w, "Album", got.Name)
			}
			return err
		},
		"albums.create": func(w *world, c *liveconnect.Client) error {
			got, err := c.Albums.Create(w.Context(), liveconnect.Me, &liveconnect.NewAlbum{Name: "Maui", Description: liveconnect.Set("d")})
			if err == nil {
				assert.Equal(w, liveconnect.TypeAlbum, got.Type)
			}
			return err
		},
		"albums.update": func(w *world, c *liveconnect.Client) error {
			got, err := c.Albums.Update(w.Context(), w.album, newName("Renamed"))
			if err == nil {
				assert.Equal(w, "Renamed", got.Name)
			}
			return err
		},
		"albums.delete": func(w *world, c *liveconnect.Client) error {
			album := must[*liveconnect.Album](w)(w.full.Albums.Create(w.Context(), liveconnect.Me, &liveconnect.NewAlbum{Name: fmt.Sprint(time.Now().UnixNano())}))
			return c.Albums.Delete(w.Context(), album.ID)
		},
		"albums.cover": func(w *world, c *liveconnect.Client) error {
			must[*liveconnect.Photo](w)(w.full.Photos.Move(w.Context(), w.photo, w.album))
			_, err := c.Albums.CoverURL(w.Context(), w.album)
			return errors.Join(err, drain(c.Albums.Cover(w.Context(), w.album)))
		},
	}
}

func signInCalls() map[string]endpointCall {
	const callback = "https://example.com/callback"
	// follow asks for a page and returns where it leads.
	follow := func(w *world, page string) *url.URL {
		client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		resp, err := client.Get(page)
		require.NoError(w, err)
		require.NoError(w, resp.Body.Close())
		location, err := resp.Location()
		require.NoError(w, err)
		return location
	}
	signIn := func(w *world, _ *liveconnect.Client) error {
		conf := w.server.OAuthConfig(callback, liveconnect.ScopeSkyDrive, liveconnect.ScopeOfflineAccess)
		location := follow(w, conf.AuthCodeURL("st"))
		assert.Equal(w, "st", location.Query().Get("state"))
		token, err := conf.Exchange(w.Context(), location.Query().Get("code"))
		if err != nil {
			return err
		}
		token.Expiry = time.Now().Add(-time.Hour)
		client, err := liveconnect.NewClient(conf.Client(w.Context(), token), liveconnect.WithBaseURL(w.server.APIURL))
		require.NoError(w, err)
		defer client.CloseIdleConnections()
		_, err = client.Folders.Root(w.Context(), liveconnect.Me)
		return err
	}
	return map[string]endpointCall{
		"oauth.authorize":     signIn,
		"oauth.token_code":    signIn,
		"oauth.token_refresh": signIn,
		"oauth.logout": func(w *world, _ *liveconnect.Client) error {
			location := follow(w, liveconnect.LogoutURL(w.server.LoginURL, "000000004c0ffee5", callback))
			assert.True(w, strings.HasPrefix(location.String(), callback), location)
			return nil
		},
	}
}
