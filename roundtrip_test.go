package liveconnect_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// values are what an object's structures are set to, by their JSON names.
type values map[string]any

// roundtrip writes structures of an object and reads them back with another call.
type roundtrip struct {
	object string // of the table of writable structures
	call   string
	wrote  values
	// write makes the call and returns the object as it is read afterwards.
	write func(w *world) any
}

// TestEveryWritableStructureIsKept writes every structure that can be written, and reads it back from the emulator.
func TestEveryWritableStructureIsKept(t *testing.T) {
	t.Parallel()
	wrote := map[string]map[string]bool{}
	for _, trip := range slices.Concat(driveTrips(), annotationTrips(), calendarTrips(), peopleTrips()) {
		if wrote[trip.object] == nil {
			wrote[trip.object] = map[string]bool{}
		}
		for name := range trip.wrote {
			wrote[trip.object][name] = true
		}
		t.Run(trip.call, func(t *testing.T) {
			t.Parallel()
			read := members(t, trip.write(newWorld(t)))
			for name, value := range trip.wrote {
				assert.Equal(t, value, read[name], name)
			}
		})
	}
	for object, structures := range writable {
		for _, structure := range structures {
			assert.True(t, wrote[object][structure], "no row sets %s of %s", structure, object)
		}
	}
}

// members are an object's structures under their JSON names. The redirect URI of an application is written as uri and
// read as one of its uris.
func members(t *testing.T, object any) values {
	t.Helper()
	text, err := json.Marshal(object)
	require.NoError(t, err)
	read := values{}
	require.NoError(t, json.Unmarshal(text, &read))
	if uris, ok := read["uris"].([]any); ok {
		read["uri"] = uris[0].(map[string]any)["uri"]
	}
	return read
}

// then reads an object after the call that wrote it.
func then[T, R any](w *world, get func(id string) (R, error), id func(T) string) func(T, error) any {
	return func(written T, err error) any {
		w.Helper()
		require.NoError(w, err)
		read, err := get(id(written))
		require.NoError(w, err)
		return read
	}
}

// item reads a drive item, of whatever type it is.
func item[T liveconnect.Item](w *world) func(T, error) any {
	return then(w, func(id string) (liveconnect.Item, error) { return w.full.Items.Get(w.Context(), id) },
		func(written T) string { return written.Info().ID })
}

func driveTrips() []roundtrip {
	described := func(name string) values { return values{"name": name, "description": "Our fun vacation"} }
	change := func(name string) *liveconnect.ItemUpdate {
		return &liveconnect.ItemUpdate{Name: liveconnect.Set(name), Description: liveconnect.Set("Our fun vacation")}
	}
	return []roundtrip{
		{"Album", "Albums.Create", described("Maui"), func(w *world) any {
			return item[*liveconnect.Album](w)(w.full.Albums.Create(w.Context(), liveconnect.Me,
				&liveconnect.NewAlbum{Name: "Maui", Description: liveconnect.Set("Our fun vacation")}))
		}},
		{"Album", "Albums.Update", described("Maui"), func(w *world) any {
			return item[*liveconnect.Album](w)(w.full.Albums.Update(w.Context(), w.album, change("Maui")))
		}},
		{"Folder", "Folders.Create", described("Maui"), func(w *world) any {
			return item[*liveconnect.Folder](w)(w.full.Folders.Create(w.Context(), w.folder,
				&liveconnect.NewFolder{Name: "Maui", Description: liveconnect.Set("Our fun vacation")}))
		}},
		{"Folder", "Folders.Update", described("Maui"), func(w *world) any {
			return item[*liveconnect.Folder](w)(w.full.Folders.Update(w.Context(), w.folder, change("Maui")))
		}},
		{"File", "Files.Update", described("maui.txt"), func(w *world) any {
			return item[*liveconnect.File](w)(w.full.Files.Update(w.Context(), w.file, change("maui.txt")))
		}},
		{"Photo", "Photos.Update", described("maui.png"), func(w *world) any {
			return item[*liveconnect.Photo](w)(w.full.Photos.Update(w.Context(), w.photo, change("maui.png")))
		}},
		{"Video", "Videos.Update", described("maui.mp4"), func(w *world) any {
			return item[*liveconnect.Video](w)(w.full.Videos.Update(w.Context(), w.video, change("maui.mp4")))
		}},
		{"Audio", "Audio.Update", values{
			"name": "waves.mp3", "description": "The sea", "title": "Waves", "artist": "The Pacific", "album": "Oceans",
			"album_artist": "Various", "genre": "Nature",
		}, func(w *world) any {
			return item[*liveconnect.Audio](w)(w.full.Audio.Update(w.Context(), w.audio, &liveconnect.AudioUpdate{
				Name: liveconnect.Set("waves.mp3"), Description: liveconnect.Set("The sea"), Title: liveconnect.Set("Waves"),
				Artist: liveconnect.Set("The Pacific"), Album: liveconnect.Set("Oceans"),
				AlbumArtist: liveconnect.Set("Various"), Genre: liveconnect.Set("Nature"),
			}))
		}},
	}
}

func annotationTrips() []roundtrip {
	tag := func(w *world) func(*liveconnect.Tag, error) any {
		return then(w, func(id string) (*liveconnect.Tag, error) { return w.full.Tags.Get(w.Context(), id) },
			func(tag *liveconnect.Tag) string { return tag.ID })
	}
	nuno := map[string]any{"name": "Nuno Bento", "id": "0123456789abcdef"}
	user := liveconnect.TaggedUser{Name: "Nuno Bento", ID: "0123456789abcdef"}
	return []roundtrip{
		{"Comment", "Comments.Create", values{"message": "Rocks."}, func(w *world) any {
			return then(w, func(id string) (*liveconnect.Comment, error) { return w.full.Comments.Get(w.Context(), id) },
				func(comment *liveconnect.Comment) string { return comment.ID },
			)(w.full.Comments.Create(w.Context(), w.photo, "Rocks."))
		}},
		{"Tag", "Tags.Create", values{"user": nuno, "x": 43.8986, "y": 0.0}, func(w *world) any {
			return tag(w)(w.full.Tags.Create(w.Context(), w.photo,
				&liveconnect.NewTag{User: user, X: liveconnect.Set(43.8986), Y: liveconnect.Set(0.0)}))
		}},
		{"Tag", "Tags.Update", values{"user": nuno, "x": 100.0, "y": 54.4138}, func(w *world) any {
			made := must[*liveconnect.Tag](w)(w.full.Tags.Create(w.Context(), w.photo,
				&liveconnect.NewTag{User: liveconnect.TaggedUser{Name: "somebody"}, X: liveconnect.Set(1.0), Y: liveconnect.Set(2.0)}))
			return tag(w)(w.full.Tags.Update(w.Context(), made.ID, &liveconnect.TagUpdate{
				User: liveconnect.Set(user), X: liveconnect.Set(100.0), Y: liveconnect.Set(54.4138),
			}))
		}},
	}
}

func peopleTrips() []roundtrip {
	contact := func(w *world) func(*liveconnect.Contact, error) any {
		return then(w, func(id string) (*liveconnect.Contact, error) { return w.full.Contacts.Get(w.Context(), id) },
			func(contact *liveconnect.Contact) string { return contact.ID })
	}
	app := func(w *world) func(*liveconnect.Application, error) any {
		return then(w, func(id string) (*liveconnect.Application, error) { return w.full.Applications.Get(w.Context(), id) },
			func(app *liveconnect.Application) string { return app.ID })
	}
	person := values{"first_name": "Ida", "last_name": "Berg", "gender": "female", "is_favorite": true}
	emails := map[string]any{
		"preferred": "ida@contoso.com", "personal": "ida@fabrikam.com", "business": "berg@contoso.com", "other": "i@adatum.com",
	}
	site := values{
		"name": "Pilot", "uri": "http://www.contoso.com/callback", "terms_of_service_link": "http://www.contoso.com/terms",
		"privacy_link": "http://www.contoso.com/privacy",
	}
	activity := values{
		"message": "Hotmail", "link": "http://explore.live.com", "description": "Give us 15 seconds",
		"picture": "http://explore.live.com/p.jpg", "name": "Home", "source": "http://explore.live.com/v.mp4",
	}
	withEmails := maps.Clone(person)
	withEmails["emails"] = emails
	return []roundtrip{
		{"Contact", "Contacts.Create", withEmails, func(w *world) any {
			return contact(w)(w.full.Contacts.Create(w.Context(), liveconnect.Me, &liveconnect.NewContact{
				FirstName: "Ida", LastName: "Berg", Gender: "female", IsFavorite: true,
				Emails: liveconnect.ContactEmails{
					Preferred: "ida@contoso.com", Personal: "ida@fabrikam.com", Business: "berg@contoso.com", Other: "i@adatum.com",
				},
			}))
		}},
		{"Contact", "Contacts.Create, of a company", values{"name": "Contoso"}, func(w *world) any {
			return contact(w)(w.full.Contacts.Create(w.Context(), liveconnect.Me, &liveconnect.NewContact{
				Work: []liveconnect.ContactWork{{Employer: liveconnect.Employer{Name: "Contoso"}}},
			}))
		}},
		{"Contact", "Contacts.Update", person, func(w *world) any {
			made := must[*liveconnect.Contact](w)(w.full.Contacts.Create(w.Context(), liveconnect.Me, &liveconnect.NewContact{FirstName: "I"}))
			return contact(w)(w.full.Contacts.Update(w.Context(), made.ID, &liveconnect.ContactUpdate{
				FirstName: liveconnect.Set("Ida"), LastName: liveconnect.Set("Berg"), Gender: liveconnect.Set("female"),
				IsFavorite: liveconnect.Set(true),
			}))
		}},
		{"Application", "Applications.Create", site, func(w *world) any {
			return app(w)(w.full.Applications.Create(w.Context(), liveconnect.Me, &liveconnect.NewApplication{
				Name: "Pilot", URI: "http://www.contoso.com/callback", TermsOfServiceLink: "http://www.contoso.com/terms",
				PrivacyLink: "http://www.contoso.com/privacy",
			}))
		}},
		{"Application", "Applications.Update", site, func(w *world) any {
			made := must[*liveconnect.Application](w)(w.full.Applications.Create(w.Context(), liveconnect.Me,
				&liveconnect.NewApplication{Name: "P", URI: "http://www.contoso.com/old"}))
			return app(w)(w.full.Applications.Update(w.Context(), made.ID, &liveconnect.ApplicationUpdate{
				Name: liveconnect.Set("Pilot"), URI: liveconnect.Set("http://www.contoso.com/callback"),
				TermsOfServiceLink: liveconnect.Set("http://www.contoso.com/terms"),
				PrivacyLink:        liveconnect.Set("http://www.contoso.com/privacy"),
			}))
		}},
		// There is no call that reads an activity: the answer is all there is.
		{"Activity", "Activities.Share", activity, func(w *world) any {
			return must[*liveconnect.Activity](w)(w.full.Activities.Share(w.Context(), liveconnect.Me, &liveconnect.NewActivity{
				Message: "Hotmail", Link: "http://explore.live.com", Description: "Give us 15 seconds",
				Picture: "http://explore.live.com/p.jpg", Name: "Home", Source: "http://explore.live.com/v.mp4",
			}))
		}},
	}
}
