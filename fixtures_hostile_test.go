package liveconnect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// getters read an object of each kind through its public call.
var getters = map[string]func(context.Context, *liveconnect.Client) (any, error){
	"album": func(ctx context.Context, c *liveconnect.Client) (any, error) {
		return c.Albums.Get(ctx, "folder.1.1!1")
	},
	"photo": func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Photos.Get(ctx, "file.1.1!1") },
	"file":  func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Files.Get(ctx, "file.1.1!1") },
	"folder": func(ctx context.Context, c *liveconnect.Client) (any, error) {
		return c.Folders.Get(ctx, "folder.1.1!1")
	},
	"user": func(ctx context.Context, c *liveconnect.Client) (any, error) { return c.Users.Get(ctx, "me") },
}

// minimal objects have an id and a type.
func minimal() map[string]any {
	info := func(id string, kind liveconnect.ItemType) liveconnect.ItemInfo {
		return liveconnect.ItemInfo{ID: id, Type: kind}
	}
	return map[string]any{
		"album":  &liveconnect.Album{ItemInfo: info("folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!131", liveconnect.TypeAlbum)},
		"photo":  &liveconnect.Photo{ItemInfo: info("file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!134", liveconnect.TypePhoto)},
		"file":   &liveconnect.File{ItemInfo: info("file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!147", liveconnect.TypeFile)},
		"folder": &liveconnect.Folder{ItemInfo: info("folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!118", liveconnect.TypeFolder)},
		"user":   &liveconnect.User{ID: "a1b2c3d4e5f60718"},
	}
}

// full objects have everything.
func full() map[string]any {
	return map[string]any{
		"album": &liveconnect.Album{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!131",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "Lofoten in autumn",
				ParentID:          "folder.a1b2c3d4e5f60718",
				Size:              1445019,
				UploadLocation:    "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!131/files/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!131&parId=A1B2C3D4E5F60718!103",
				Type:              liveconnect.TypeAlbum,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2013-06-02 08:14:55"),
				UpdatedTime:       at("2015-03-11 17:40:09"),
				ClientUpdatedTime: at("2015-03-11 17:40:09"),
			},
			Count: 2,
		},
		"photo": &liveconnect.Photo{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!134",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "skerries.jpg",
				Description:       "Low tide, looking west",
				ParentID:          "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!131",
				Size:              903117,
				UploadLocation:    "https://apis.live.net/v5.0/file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!134/content/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!134&parId=A1B2C3D4E5F60718!131",
				Type:              liveconnect.TypePhoto,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2015-02-07 19:22:10"),
				UpdatedTime:       at("2015-02-07 19:22:10"),
				ClientUpdatedTime: at("2015-02-06 21:03:58"),
			},
			TagsEnabled: true,
			Picture:     "https://public-ch3301.files.1drv.com/y2m6yqjAF6a0dKAlLFyumeyIoQJ3nSIYAAnTz8gioNsMHV_lcsbXspeRlbMx1K2/skerries.jpg?psid=1&ck=1&ex=720",
			Source:      "https://public-ch3301.files.1drv.com/y2mQrLg1Ys2EaxzHFEELm3znNMgq5J3xxAwBC027Aa4Fw1EIhyCsfXGf8O74MRu/skerries.jpg?psid=1",
			Images: []liveconnect.Image{
				{Height: 533, Width: 800, Source: "https://public-ch3301.files.1drv.com/y2m7epZUijA1jI0BQ4uBrJcSETdhh7JrC2eu3qymGIQBMhXArwKZdo3vjngO8f_/skerries.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageNormal},
				{Height: 117, Width: 176, Source: "https://public-ch3301.files.1drv.com/y2mAQqZ8WpC3mPQEj-lu5XWsFQHHFXQ1gA7E-s7TKooO7ge7DLHF_TgoSe4hWDg/skerries.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageAlbum},
				{Height: 64, Width: 96, Source: "https://public-ch3301.files.1drv.com/y2m6yqjAF6a0dKAlLFyumeyIoQJ3nSIYAAnTz8gioNsMHV_lcsbXspeRlbMx1K2/skerries.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageThumbnail},
				{Height: 1600, Width: 2400, Source: "https://public-ch3301.files.1drv.com/y2mQrLg1Ys2EaxzHFEELm3znNMgq5J3xxAwBC027Aa4Fw1EIhyCsfXGf8O74MRu/skerries.jpg?psid=1", Type: liveconnect.ImageFull},
			},
			WhenTaken:           at("2014-09-20 16:05:41"),
			Height:              1600,
			Width:               2400,
			Location:            &liveconnect.Location{Latitude: -22.9083, Longitude: -68.2, Altitude: 2430.5},
			CameraMake:          "Halden Optical",
			CameraModel:         "Meridian 35",
			FocalRatio:          22,
			FocalLength:         120,
			ExposureNumerator:   1,
			ExposureDenominator: 180,
		},
		"file": &liveconnect.File{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!147",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "budget.txt",
				ParentID:          "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!104",
				Size:              42,
				UploadLocation:    "https://apis.live.net/v5.0/file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!147/content/",
				CommentsEnabled:   true,
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!147&parId=A1B2C3D4E5F60718!104",
				Type:              liveconnect.TypeFile,
				SharedWith:        liveconnect.SharedWith{Access: "Shared"},
				CreatedTime:       at("2014-06-30 10:11:12"),
				UpdatedTime:       at("2014-07-01 13:02:44"),
				ClientUpdatedTime: at("2014-07-01 13:02:40"),
			},
			Source: "https://public-ch3301.files.1drv.com/y2m0nxHLsA_EJ6lfgkIakvYDOXrRLsYHxUOKFx1rcRtNr05rgLClT3mL66QKqRG/budget.txt?psid=1",
		},
		"folder": &liveconnect.Folder{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!118",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "Field notes",
				ParentID:          "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!104",
				Size:              48213,
				UploadLocation:    "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!118/files/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!118&parId=A1B2C3D4E5F60718!104",
				Type:              liveconnect.TypeFolder,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2013-06-02 08:14:55"),
				UpdatedTime:       at("2015-03-11 17:40:09"),
				ClientUpdatedTime: at("2015-03-11 17:40:09"),
			},
			Count: 3,
		},
		"user": &liveconnect.User{
			ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen", FirstName: "Ines", LastName: "Halvorsen",
			Link: "https://profile.live.com/", BirthDay: 9, BirthMonth: 11, BirthYear: 1984,
			Work: []liveconnect.Work{{
				Employer: liveconnect.Employer{Name: "Fjordlys AS"}, Position: liveconnect.Position{Name: "Cartographer"},
			}},
			Emails: liveconnect.Emails{Preferred: "ines@fjordmail.example", Account: "ines@fjordmail.example"},
			Addresses: liveconnect.Addresses{
				Personal: liveconnect.Address{Street: "Nygata 4", City: "Svolvær", PostalCode: "8300", Region: "Norway"},
			},
			Phones: liveconnect.Phones{Mobile: "+47 555 01 234"},
			Locale: "en_US", UpdatedTime: at("2015-04-28 06:52:30"),
		},
	}
}

func TestHostileObjects(t *testing.T) {
	t.Parallel()
	nested := minimal()
	nested["photo"].(*liveconnect.Photo).Images = make([]liveconnect.Image, 4)
	nested["photo"].(*liveconnect.Photo).Location = &liveconnect.Location{}
	nested["user"].(*liveconnect.User).Work = make([]liveconnect.Work, 1)
	for _, test := range []struct {
		form string
		want map[string]any
	}{
		{"minimal", minimal()},
		{"nulls", minimal()},
		{"nulls_nested", nested},
		{"unknown_fields", full()},
		{"string_numbers", full()},
	} {
		for kind, call := range getters {
			t.Run(kind+"_"+test.form, func(t *testing.T) {
				t.Parallel()
				got, err := call(t.Context(), serving(t, 200, "hostile/"+kind+"_"+test.form+".json"))
				require.NoError(t, err)
				assert.Equal(t, test.want[kind], got)
			})
		}
	}
}

func TestHostileTruncated(t *testing.T) {
	t.Parallel()
	for kind, call := range getters {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			_, err := call(t.Context(), serving(t, 200, "hostile/"+kind+"_truncated.json"))
			require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
		})
	}
	_, err := serving(t, 200, "hostile/item_list_truncated.json").Items.List(t.Context(), liveconnect.Root, nil)
	require.ErrorIs(t, err, liveconnect.ErrUnexpectedContent)
}

// hostileTimes are the instants in the lists of times, element by element.
var hostileTimes = func() []liveconnect.Time {
	whole := at("2015-02-07 19:22:10")
	fraction := liveconnect.Time{Time: whole.Add(123 * time.Millisecond)}
	return []liveconnect.Time{
		whole, whole, whole, fraction, fraction, whole, whole, at("2015-02-07 00:00:00"), {}, {},
	}
}()

func TestHostileTimes(t *testing.T) {
	t.Parallel()
	for kind, call := range getters {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			var list struct{ Data []json.RawMessage }
			require.NoError(t, json.Unmarshal(fixture(t, "hostile/"+kind+"_times.json"), &list))
			require.Len(t, list.Data, len(hostileTimes))
			for i, want := range hostileTimes {
				object, err := call(t.Context(), newStub(t, answer(200, list.Data[i])).client(t))
				require.NoError(t, err)
				assert.Equal(t, sameTimes(want, object), timesOf(object), "%s %d: %s", kind, i, list.Data[i])
			}
		})
	}
}

func TestHostileTimesInList(t *testing.T) {
	t.Parallel()
	page, err := serving(t, 200, "hostile/item_list_times.json").Items.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	require.Len(t, page.Data, 2*len(hostileTimes))
	for i, item := range page.Data {
		assert.Equal(t, sameTimes(hostileTimes[i/2], item), timesOf(item), "element %d", i)
	}
}

// timesOf are all the times of an object, in UTC.
func timesOf(object any) (times []liveconnect.Time) {
	defer func() {
		for i := range times {
			times[i].Time = times[i].UTC()
		}
	}()
	switch object := object.(type) {
	case *liveconnect.User:
		return []liveconnect.Time{object.UpdatedTime}
	case *liveconnect.Photo:
		return append([]liveconnect.Time{object.WhenTaken}, infoTimes(object)...)
	case liveconnect.Item:
		return infoTimes(object)
	}
	panic(fmt.Sprintf("%T has no times", object))
}

func infoTimes(item liveconnect.Item) []liveconnect.Time {
	info := item.Info()
	return []liveconnect.Time{info.CreatedTime, info.UpdatedTime, info.ClientUpdatedTime}
}

func sameTimes(want liveconnect.Time, object any) []liveconnect.Time {
	times := timesOf(object)
	for i := range times {
		times[i] = want
	}
	return times
}
