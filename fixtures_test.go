package liveconnect_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// serving makes a client of a stub that answers every request with a file of testdata.
func serving(t *testing.T, status int, name string) *liveconnect.Client {
	t.Helper()
	return newStub(t, answer(status, fixture(t, name))).client(t)
}

// one takes the only element out of a list.
func one[T any](t *testing.T, page *liveconnect.Page[T], err error) T {
	t.Helper()
	require.NoError(t, err)
	require.Len(t, page.Data, 1)
	assert.Empty(t, page.Next)
	assert.Empty(t, page.Previous)
	return page.Data[0]
}

// holdsAll checks that nothing of a sample is lost: every member of the JSON is in the object that was read from it.
func holdsAll(t *testing.T, sample []byte, object any) {
	t.Helper()
	encoded, err := json.Marshal(object)
	require.NoError(t, err)
	var want, got any
	require.NoError(t, json.Unmarshal(sample, &want))
	require.NoError(t, json.Unmarshal(encoded, &got))
	compareJSON(t, "", want, got)
}

func compareJSON(t *testing.T, path string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		require.True(t, ok, "%s is not an object", path)
		for key, value := range want {
			compareJSON(t, path+"."+key, value, object[key])
		}
	case []any:
		array, ok := got.([]any)
		require.True(t, ok && len(array) == len(want), "%s is not the same array", path)
		for i := range want {
			compareJSON(t, path+"[]", want[i], array[i])
		}
	case nil:
		assert.Contains(t, []any{nil, "", 0.0, false}, got, path)
	default:
		assert.Equal(t, want, got, path)
	}
}

// element is the JSON of the first element of a list.
func element(t *testing.T, list []byte) []byte {
	t.Helper()
	var wire struct{ Data []json.RawMessage }
	require.NoError(t, json.Unmarshal(list, &wire))
	require.NotEmpty(t, wire.Data)
	return wire.Data[0]
}

func TestDocumentedPhoto(t *testing.T) {
	t.Parallel()
	const storage = "http://storage.live.com/s1pKk5vzd-gdPanbzKYhB0nQGn8wGq5DSgqvrgIHU1NTXA4e2-spGkAhQjW1d9pcgKAGLB4NsEsSvDo" +
		"REmdx5w-JiFrinEJJuEoz08Ws_IFupkX2bPSvy5qmths9ijwvDrXi1OBCWk9GW9Kt-qNNOAA9g/Maui09_0034.JPG:"
	want := &liveconnect.Photo{
		ItemInfo: liveconnect.ItemInfo{
			ID:              "file.de57f4126ed7e411.DE57F4126ED7E411!128",
			From:            liveconnect.Person{ID: "de57f4126ed7e411", Name: "Nuno Bento"},
			Name:            "Maui-2012_0034.JPG",
			ParentID:        "folder.de57f4126ed7e411.DE57F4126ED7E411!126",
			Size:            561683,
			UploadLocation:  "https://apis.live.net/v5.0/file.de57f4126ed7e411.DE57F4126ED7E411!128/content/",
			CommentsCount:   1,
			CommentsEnabled: true,
			IsEmbeddable:    true,
			Link: "https://skydrive.live.com/redir.aspx?cid=de57f4126ed7e411&page=view&resid=DE57F4126ED7E411!128" +
				"&parid=DE57F4126ED7E411!126",
			Type:        liveconnect.TypePhoto,
			SharedWith:  liveconnect.SharedWith{Access: liveconnect.AccessEveryone},
			CreatedTime: at("2012-12-03 18:14:03"),
			UpdatedTime: at("2012-12-03 18:31:01"),
		},
		TagsEnabled: true,
		Picture:     storage + "Thumbnail",
		Source:      storage + "HighRes",
		Images: []liveconnect.Image{
			{Height: 450, Width: 600, Source: storage + "WebReady", Type: liveconnect.ImageNormal},
			{Height: 132, Width: 176, Source: storage + "MobileReady", Type: liveconnect.ImageAlbum},
			{Height: 72, Width: 96, Source: storage + "Thumbnail", Type: liveconnect.ImageThumbnail},
			{Height: 1200, Width: 1600, Source: storage + "HighRes", Type: liveconnect.ImageFull},
		},
		WhenTaken:           at("2008-03-24 23:41:53"),
		Height:              1200,
		Width:               1600,
		Location:            &liveconnect.Location{Latitude: 47.65316, Longitude: -122.135911, Altitude: 43},
		CameraMake:          "MyManufacturer",
		CameraModel:         "MyModel",
		FocalRatio:          2.8,
		FocalLength:         3.85,
		ExposureNumerator:   1,
		ExposureDenominator: 15,
	}
	list := fixture(t, "documented/photo_list.json")
	client := newStub(t, answer(200, list)).client(t)
	page, err := client.Photos.List(t.Context(), "folder.1.1!1", nil)
	photo := one(t, page, err)
	assert.Equal(t, want, photo)
	holdsAll(t, element(t, list), photo)

	items, err := client.Items.List(t.Context(), "folder.1.1!1", nil)
	assert.Equal(t, liveconnect.Item(want), one(t, items, err))

	alone := newStub(t, answer(200, element(t, list))).client(t)
	photo, err = alone.Photos.Get(t.Context(), want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, photo)
}

func TestDocumentedAlbum(t *testing.T) {
	t.Parallel()
	want := &liveconnect.Album{
		ItemInfo: liveconnect.ItemInfo{
			ID:             "album.8c8ce076ca27823f.8C8CE076CA27823F!126",
			From:           liveconnect.Person{ID: "8c8ce076ca27823f", Name: "Roberto Tamburello"},
			Name:           "My Sample Album 1",
			ParentID:       "folder.de57f4126ed7e411",
			UploadLocation: "https://apis.live.net/v5.0/folder.de57f4126ed7e411.DE57F4126ED7E411!126/files/",
			IsEmbeddable:   true,
			Link:           "https://cid-8c8ce076ca27823f.skydrive.live.com/redir.aspx?page=self&resid=8C8CE076CA27823F!126&type=5",
			Type:           liveconnect.TypeAlbum,
			SharedWith:     liveconnect.SharedWith{Access: liveconnect.AccessEveryone},
			CreatedTime:    at("2011-04-21 23:19:47"),
			UpdatedTime:    at("2011-04-22 19:18:12"),
		},
		Count: 4,
	}
	list := fixture(t, "documented/album_list.json")
	client := newStub(t, answer(200, list)).client(t)
	page, err := client.Albums.List(t.Context(), liveconnect.Me, nil)
	album := one(t, page, err)
	assert.Equal(t, want, album)
	holdsAll(t, element(t, list), album)
	items, err := client.Items.List(t.Context(), liveconnect.Root, nil)
	assert.Equal(t, liveconnect.Item(want), one(t, items, err))
}

func TestDocumentedFolder(t *testing.T) {
	t.Parallel()
	want := &liveconnect.Folder{
		ItemInfo: liveconnect.ItemInfo{
			ID:             "folder.8c8ce076ca27823f.8C8CE076CA27823F!142",
			From:           liveconnect.Person{ID: "8c8ce076ca27823f", Name: "Roberto Tamburello"},
			Name:           "My Sample Folder in Album 1",
			ParentID:       "folder.de57f4126ed7e411",
			UploadLocation: "https://apis.live.net/v5.0/folder.de57f4126ed7e411.DE57F4126ED7E411!126/files/",
			IsEmbeddable:   true,
			Link: "https://cid-8c8ce076ca27823f.skydrive.live.com/redir.aspx?page=self&resid=8C8CE076CA27823F!142" +
				"&parid=8C8CE076CA27823F!126&type=5",
			Type:        liveconnect.TypeFolder,
			SharedWith:  liveconnect.SharedWith{Access: liveconnect.AccessJustMe},
			CreatedTime: at("2011-04-22 00:36:30"),
			UpdatedTime: at("2011-04-22 19:18:12"),
		},
		Count: 3,
	}
	list := fixture(t, "documented/folder_list.json")
	client := newStub(t, answer(200, list)).client(t)
	page, err := client.Folders.List(t.Context(), liveconnect.Root, nil)
	folder := one(t, page, err)
	assert.Equal(t, want, folder)
	holdsAll(t, element(t, list), folder)
	items, err := client.Items.List(t.Context(), liveconnect.Root, nil)
	assert.Equal(t, liveconnect.Item(want), one(t, items, err))
}

func TestDocumentedFile(t *testing.T) {
	t.Parallel()
	want := &liveconnect.File{
		ItemInfo: liveconnect.ItemInfo{
			ID:              "file.22688711f5410e6c.22688711F5410E6C!942",
			From:            liveconnect.Person{ID: "22688711f5410e6c", Name: "William Flash"},
			Name:            "Processing.docx",
			ParentID:        "folder.22688711f5410e6c.22688711F5410E6C!479",
			Size:            12692,
			UploadLocation:  "https://apis.live.net/v5.0/file.22688711f5410e6c.22688711F5410E6C!942/content/",
			CommentsEnabled: true,
			Link: "https://skydrive-df.live.com/redir.aspx?cid=22688711f5410e6c&page=view&resid=22688711F5410E6C!942" +
				"&parid=22688711F5410E6C!479",
			Type:        liveconnect.TypeFile,
			SharedWith:  liveconnect.SharedWith{Access: liveconnect.AccessEveryone},
			CreatedTime: at("2011-10-12 23:18:23"),
			UpdatedTime: at("2011-10-12 23:18:23"),
		},
		Source: "http://storage.live.com/s1pEwo9qzyT4_BJZqMNm-aVzgLo-WRsQGzjzFsXjyREuQG5pDYr237vKz3i2pmqFuniYPzsuIZAOCUMB_" +
			"gdfKCUpLpVcaAMXGrk4T7jOWenRniCv9vex7GWfSvy-XCVBVnU/Processing.docx:Binary",
	}
	list := fixture(t, "documented/file_list.json")
	client := newStub(t, answer(200, element(t, list))).client(t)
	file, err := client.Files.Get(t.Context(), want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, file)
	holdsAll(t, element(t, list), file)
	items, err := serving(t, 200, "documented/file_list.json").Items.List(t.Context(), liveconnect.Root, nil)
	assert.Equal(t, liveconnect.Item(want), one(t, items, err))
}

func TestDocumentedUser(t *testing.T) {
	t.Parallel()
	want := &liveconnect.User{
		ID:         "8c8ce076ca27823f",
		Name:       "Roberto Tamburello",
		FirstName:  "Roberto",
		LastName:   "Tamburello",
		Link:       "http://cid-8c8ce076ca27823f.profile.live.com/",
		BirthDay:   20,
		BirthMonth: 4,
		BirthYear:  2010,
		Work: []liveconnect.Work{{
			Employer: liveconnect.Employer{Name: "Microsoft Corporation"},
			Position: liveconnect.Position{Name: "Software Development Engineer"},
		}},
		Gender: "male",
		Emails: liveconnect.Emails{
			Preferred: "Roberto@contoso.com",
			Account:   "Roberto@contoso.com",
			Personal:  "Roberto@fabrikam.com",
			Business:  "Robert@adatum.com",
			Other:     "Roberto@adventure-works.com",
		},
		Addresses: liveconnect.Addresses{
			Personal: liveconnect.Address{
				Street: "123 Main St.", Street2: "Apt. A", City: "Redmond", State: "WA", PostalCode: "12990", Region: "United States",
			},
			Business: liveconnect.Address{
				Street: "456 Anywhere St.", Street2: "Suite 1", City: "Redmond", State: "WA", PostalCode: "12399", Region: "United States",
			},
		},
		Phones:      liveconnect.Phones{Personal: "(555) 555-1212", Business: "(555) 111-1212"},
		Locale:      "en_US",
		UpdatedTime: at("2011-04-21 23:55:34"),
	}
	user, err := serving(t, 200, "documented/user.json").Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.Equal(t, want, user)
	holdsAll(t, fixture(t, "documented/user.json"), user)
}

func TestDocumentedError(t *testing.T) {
	t.Parallel()
	stub := newStub(t, answer(401, fixture(t, "documented/error.json")))
	_, err := stub.client(t).Users.Get(t.Context(), liveconnect.Me)
	want := &liveconnect.Error{
		Op: "Users.Get", Method: http.MethodGet, URL: stub.URL + "/v5.0/me?pretty=false", StatusCode: 401, Attempts: 1,
		Code: "request_token_expired", Message: "The provided access token has expired.",
	}
	assert.Equal(t, error(want), err)
}

func TestDocumentedUpload(t *testing.T) {
	t.Parallel()
	const id = "file.a6b2a7e8f2515e5e.A6B2A7E8F2515E5E!184"
	stub := newStub(t, answer(201, fixture(t, "documented/upload.json")))
	file, err := stub.client(t).Uploads.Put(t.Context(), liveconnect.Root, "MyNewFile.txt", strings.NewReader("text"), nil)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.UploadedFile{
		ID: id, Name: "MyNewFile.txt",
		Source: "http://storage.live.com/s1pasGKzgXFvuEQCbxGtOyIpboUVH1OCHoRzUJNDDwL0zVoidb0RRrNVk88hUrOEve5OMT7eCkuxPbop7d" +
			"V9tMJQ-eE8SCQ28vFv9ZgPnDGwQMRm-0FeG3-KEY4HL9dQSw9/MyNewFile.txt:Binary,Default/MyNewFile.txt",
	}, file)

	location, err := serving(t, 200, "documented/location.json").Downloads.URL(t.Context(), id, nil)
	require.NoError(t, err)
	assert.Equal(t, "...", location)
}

// TestDocumentedBodies checks that calls send what the documents show.
func TestDocumentedBodies(t *testing.T) {
	t.Parallel()
	const id, folder = "file.1.1!1", "folder.1.1!1"
	change := func(name, description string) *liveconnect.ItemUpdate {
		return &liveconnect.ItemUpdate{Name: liveconnect.Set(name), Description: liveconnect.Set(description)}
	}
	for _, test := range []struct {
		file, method, path string
		call               func(c *liveconnect.Client) error
	}{
		{"album_create", "POST", "/v5.0/me/albums", func(c *liveconnect.Client) error {
			_, err := c.Albums.Create(t.Context(), liveconnect.Me, &liveconnect.NewAlbum{
				Name: "Vacation 2011", Description: liveconnect.Set("Photos from our fun vacation."),
			})
			return err
		}},
		{"album_update", "PUT", "/v5.0/" + folder, func(c *liveconnect.Client) error {
			_, err := c.Albums.Update(t.Context(), folder, change("Maui Vacation 2011", "Photos from our vacation on Maui."))
			return err
		}},
		{"folder_create", "POST", "/v5.0/me/skydrive", func(c *liveconnect.Client) error {
			_, err := c.Folders.Create(t.Context(), liveconnect.Root, &liveconnect.NewFolder{
				Name: "Informative Spreadsheets", Description: liveconnect.Set("A folder full of useful data visualizations."),
			})
			return err
		}},
		{"folder_update", "PUT", "/v5.0/" + folder, func(c *liveconnect.Client) error {
			_, err := c.Folders.Update(t.Context(), folder,
				change("Very Informative Spreadsheets", "A folder full of even more useful data visualizations."))
			return err
		}},
		{"photo_update", "PUT", "/v5.0/" + id, func(c *liveconnect.Client) error {
			_, err := c.Photos.Update(t.Context(), id, change("fast-moving_orbs.jpg", "Fast moving objects."))
			return err
		}},
		{"file_update", "PUT", "/v5.0/" + id, func(c *liveconnect.Client) error {
			_, err := c.Files.Update(t.Context(), id,
				change("UFO_Sightings_1979.docx", "The detailed accounts of all UFO sightings in 1979."))
			return err
		}},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			stub := newStub(t, answer(200, []byte(`{"id":"file.1.1!1"}`)))
			require.NoError(t, test.call(stub.client(t)))
			sent := stub.last(t)
			assert.Equal(t, test.method, sent.Method)
			assert.Equal(t, test.path, sent.Path)
			assert.JSONEq(t, string(fixture(t, "documented/"+test.file+".json")), sent.Body)
			assert.Regexp(t, `^application/json`, sent.Header.Get("Content-Type"))
		})
	}
}
