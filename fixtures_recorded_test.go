package liveconnect_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

// The expected values are what was on the wire. A field that an expected object leaves out was zero, null, "" or absent.

// A photo without a place and, the second, without anything of the camera: the numbers are zero, the rest is null.
func TestRecordedPhotos(t *testing.T) {
	t.Parallel()
	want := []*liveconnect.Photo{
		{
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
			CameraMake:          "Halden Optical",
			CameraModel:         "Meridian 35",
			FocalRatio:          22,
			FocalLength:         120,
			ExposureNumerator:   1,
			ExposureDenominator: 180,
		},
		{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!135",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "scan-021.jpg",
				ParentID:          "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!131",
				Size:              541902,
				UploadLocation:    "https://apis.live.net/v5.0/file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!135/content/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!135&parId=A1B2C3D4E5F60718!131",
				Type:              liveconnect.TypePhoto,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2015-02-07 19:22:14"),
				UpdatedTime:       at("2015-02-07 19:22:14"),
				ClientUpdatedTime: at("2015-02-07 19:22:14"),
			},
			TagsEnabled: true,
			Picture:     "https://public-ch3301.files.1drv.com/y2mSTjIiCdKi9H2ERCIPopkjAfW9VRvi92eWSZLA1Jff_eC4QGiwxsnnLWGC3hl/scan-021.jpg?psid=1&ck=1&ex=720",
			Source:      "https://public-ch3301.files.1drv.com/y2mv7KXIahpZqJCkyoEzwlFQHnsgXYnB9GRJ9BpHsROP2etEi8GVZsmDQZP0zFe/scan-021.jpg?psid=1",
			Images: []liveconnect.Image{
				{Height: 800, Width: 707, Source: "https://public-ch3301.files.1drv.com/y2mKLyQBkiD8VLB2IkiRHwEtXWUNPCbpNVrqBebyfTwRkXkA78pnDsBMy17RxWL/scan-021.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageNormal},
				{Height: 176, Width: 156, Source: "https://public-ch3301.files.1drv.com/y2muBV7oQoVu27huCkfCbJb_MA7MJLfxfVttci-JsXzhE__lLm5X0MG2ZP3llnM/scan-021.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageAlbum},
				{Height: 96, Width: 85, Source: "https://public-ch3301.files.1drv.com/y2mSTjIiCdKi9H2ERCIPopkjAfW9VRvi92eWSZLA1Jff_eC4QGiwxsnnLWGC3hl/scan-021.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageThumbnail},
				{Height: 2263, Width: 2000, Source: "https://public-ch3301.files.1drv.com/y2mv7KXIahpZqJCkyoEzwlFQHnsgXYnB9GRJ9BpHsROP2etEi8GVZsmDQZP0zFe/scan-021.jpg?psid=1", Type: liveconnect.ImageFull},
			},
			Height: 2263,
			Width:  2000,
		},
	}
	page, err := serving(t, 200, "recorded/photo_list.json").Photos.List(t.Context(), "folder.1.1!1", nil)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Page[*liveconnect.Photo]{Data: want}, page)
	assert.Nil(t, page.Data[0].Location, "no place is not the place 0, 0")
	assert.True(t, page.Data[1].WhenTaken.IsZero())
}

func TestRecordedAlbums(t *testing.T) {
	t.Parallel()
	want := []*liveconnect.Album{
		{
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
				CreatedTime:       at("2015-02-07 19:21:33"),
				UpdatedTime:       at("2015-02-07 19:22:15"),
				ClientUpdatedTime: at("2015-02-07 19:22:15"),
			},
			Count: 2,
		},
		{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!102",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "Pictures",
				ParentID:          "folder.a1b2c3d4e5f60718",
				Size:              8912044,
				UploadLocation:    "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!102/files/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!102&parId=A1B2C3D4E5F60718!103",
				Type:              liveconnect.TypeAlbum,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2013-06-02 08:14:55"),
				UpdatedTime:       at("2015-03-11 17:40:09"),
				ClientUpdatedTime: at("2015-03-11 17:40:09"),
			},
			Count: 14,
		},
	}
	page, err := serving(t, 200, "recorded/album_list.json").Albums.List(t.Context(), liveconnect.Me, nil)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Page[*liveconnect.Album]{Data: want}, page)
}

func TestRecordedRoot(t *testing.T) {
	t.Parallel()
	want := &liveconnect.Folder{
		ItemInfo: liveconnect.ItemInfo{
			ID:                "folder.a1b2c3d4e5f60718",
			Name:              "SkyDrive",
			UploadLocation:    "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718/files/",
			Link:              "https://skydrive.live.com?cid=a1b2c3d4e5f60718",
			Type:              liveconnect.TypeFolder,
			SharedWith:        liveconnect.SharedWith{Access: "Just me"},
			UpdatedTime:       at("2014-02-18 09:31:07"),
			ClientUpdatedTime: at("2014-02-18 09:31:07"),
		},
		Count: 5,
	}
	folder, err := serving(t, 200, "recorded/folder_root.json").Folders.Root(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.Equal(t, want, folder)
	assert.True(t, folder.CreatedTime.IsZero())
}

// In 2012, folders had no size, descriptions were null, and there was no paging.
func TestRecordedItems2012(t *testing.T) {
	t.Parallel()
	want := []liveconnect.Item{
		&liveconnect.Folder{
			ItemInfo: liveconnect.ItemInfo{
				ID:             "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!104",
				From:           liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:           "Dokumenter",
				ParentID:       "folder.a1b2c3d4e5f60718",
				UploadLocation: "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!104/files/",
				IsEmbeddable:   true,
				Link:           "https://skydrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=view&resid=A1B2C3D4E5F60718!104&parid=A1B2C3D4E5F60718!112",
				Type:           liveconnect.TypeFolder,
				SharedWith:     liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:    at("2012-01-19 14:33:20"),
				UpdatedTime:    at("2012-01-19 14:33:20"),
			},
			Count: 4,
		},
		&liveconnect.Folder{
			ItemInfo: liveconnect.ItemInfo{
				ID:             "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!103",
				From:           liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:           "Felles",
				ParentID:       "folder.a1b2c3d4e5f60718",
				UploadLocation: "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!103/files/",
				IsEmbeddable:   true,
				Link:           "https://skydrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=view&resid=A1B2C3D4E5F60718!103&parid=A1B2C3D4E5F60718!112",
				Type:           liveconnect.TypeFolder,
				SharedWith:     liveconnect.SharedWith{Access: "Everyone (public)"},
				CreatedTime:    at("2012-01-19 14:33:20"),
				UpdatedTime:    at("2012-01-19 14:33:20"),
			},
		},
		&liveconnect.Album{
			ItemInfo: liveconnect.ItemInfo{
				ID:             "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!115",
				From:           liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:           "Sommer 写真",
				ParentID:       "folder.a1b2c3d4e5f60718",
				UploadLocation: "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!115/files/",
				IsEmbeddable:   true,
				Link:           "https://skydrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=view&resid=A1B2C3D4E5F60718!115&parid=A1B2C3D4E5F60718!112",
				Type:           liveconnect.TypeAlbum,
				SharedWith:     liveconnect.SharedWith{Access: "Some people"},
				CreatedTime:    at("2012-05-06 09:17:48"),
				UpdatedTime:    at("2012-05-06 09:17:48"),
			},
			Count: 21,
		},
	}
	page, err := serving(t, 200, "recorded/folder_list_2012.json").Items.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Page[liveconnect.Item]{Data: want}, page)
}

func TestRecordedItems2016(t *testing.T) {
	t.Parallel()
	want := []liveconnect.Item{
		&liveconnect.Folder{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!104",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "Documents",
				ParentID:          "folder.a1b2c3d4e5f60718",
				Size:              204118,
				UploadLocation:    "https://apis.live.net/v5.0/folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!104/files/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!104&parId=A1B2C3D4E5F60718!103",
				Type:              liveconnect.TypeFolder,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2013-06-02 08:14:55"),
				UpdatedTime:       at("2016-02-01 11:20:00"),
				ClientUpdatedTime: at("2016-02-01 11:20:00"),
			},
			Count: 6,
		},
		&liveconnect.File{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!212",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "packing list.txt",
				ParentID:          "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!103",
				Size:              731,
				UploadLocation:    "https://apis.live.net/v5.0/file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!212/content/",
				CommentsEnabled:   true,
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!212&parId=A1B2C3D4E5F60718!103",
				Type:              liveconnect.TypeFile,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2016-03-14 08:00:02"),
				UpdatedTime:       at("2016-03-15 09:41:27"),
				ClientUpdatedTime: at("2016-03-15 09:41:25"),
			},
			Source: "https://kq7xda-bn1306.files.1drv.com/y3mrf06BqXOllErB83X-STHd0cig5RDE5tJEEDW9GRc0hVq1wfuqzH_SXAzo0oe/packing list.txt?psid=1",
		},
		&liveconnect.Photo{
			ItemInfo: liveconnect.ItemInfo{
				ID:                "file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!214",
				From:              liveconnect.Person{ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen"},
				Name:              "trail.jpg",
				ParentID:          "folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!103",
				Size:              182455,
				UploadLocation:    "https://apis.live.net/v5.0/file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!214/content/",
				IsEmbeddable:      true,
				Link:              "https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=browse&resid=A1B2C3D4E5F60718!214&parId=A1B2C3D4E5F60718!103",
				Type:              liveconnect.TypePhoto,
				SharedWith:        liveconnect.SharedWith{Access: "Just me"},
				CreatedTime:       at("2016-03-16 10:10:10"),
				UpdatedTime:       at("2016-03-16 10:10:10"),
				ClientUpdatedTime: at("2016-03-16 10:10:08"),
			},
			TagsEnabled: true,
			Picture:     "https://kq7xda-bn1306.files.1drv.com/y3mqL1z2rZBxXU8_WDOIlCBfm9D1YUGL_wIj80-d-_j-zr2zio2Egy5Va4Y9Nbu/trail.jpg?psid=1&ck=1&ex=720",
			Source:      "https://kq7xda-bn1306.files.1drv.com/y3mxMS70ttczS-VT2sn-xkqblWDivWY2PNN6-rGu1Er8CAvolRXvofRhztkLJzP/trail.jpg?psid=1",
			Images: []liveconnect.Image{
				{Height: 533, Width: 800, Source: "https://kq7xda-bn1306.files.1drv.com/y3mDTxfYEiePlq7EnDJlk0mjg1biwVxn3-HgH-MgsEF97jhj6bx-_w338izwiS0/trail.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageNormal},
				{Height: 117, Width: 176, Source: "https://kq7xda-bn1306.files.1drv.com/y3mhIceNWokXFG117KFcoKu0dHW8mRsxzJWWEA03V9qB3p3wucQLTQCnKNiP72I/trail.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageAlbum},
				{Height: 64, Width: 96, Source: "https://kq7xda-bn1306.files.1drv.com/y3mqL1z2rZBxXU8_WDOIlCBfm9D1YUGL_wIj80-d-_j-zr2zio2Egy5Va4Y9Nbu/trail.jpg?psid=1&ck=1&ex=720", Type: liveconnect.ImageThumbnail},
				{Height: 800, Width: 1200, Source: "https://kq7xda-bn1306.files.1drv.com/y3mxMS70ttczS-VT2sn-xkqblWDivWY2PNN6-rGu1Er8CAvolRXvofRhztkLJzP/trail.jpg?psid=1", Type: liveconnect.ImageFull},
			},
			Height: 800,
			Width:  1200,
		},
	}
	page, err := serving(t, 200, "recorded/item_list_2016.json").Items.List(t.Context(), liveconnect.Root, nil)
	require.NoError(t, err)
	assert.Equal(t, &liveconnect.Page[liveconnect.Item]{Data: want}, page)
}

// The upper-case half of an id drops the leading zero of the owner's; the two halves must stay as they are.
func TestRecordedLeadingZero(t *testing.T) {
	t.Parallel()
	want := &liveconnect.File{
		ItemInfo: liveconnect.ItemInfo{
			ID:                "file.0c1d2e3f40516273.C1D2E3F40516273!759",
			From:              liveconnect.Person{ID: "0c1d2e3f40516273", Name: "Bram Oduya"},
			Name:              "tide-table.pdf",
			ParentID:          "folder.0c1d2e3f40516273.C1D2E3F40516273!112",
			Size:              188204,
			UploadLocation:    "https://apis.live.net/v5.0/file.0c1d2e3f40516273.C1D2E3F40516273!759/content/",
			CommentsEnabled:   true,
			IsEmbeddable:      true,
			Link:              "https://onedrive.live.com/redir.aspx?cid=0c1d2e3f40516273&page=browse&resid=C1D2E3F40516273!759&parId=C1D2E3F40516273!112",
			Type:              liveconnect.TypeFile,
			SharedWith:        liveconnect.SharedWith{Access: "Just me"},
			CreatedTime:       at("2014-05-03 05:44:00"),
			UpdatedTime:       at("2014-05-03 05:44:01"),
			ClientUpdatedTime: at("2014-04-29 18:30:00"),
		},
		Source: "https://public-ch3301.files.1drv.com/y2mctGBd_PyJ3Yb6kjmQ-AxSYT5ncS3lLTgx8jSxEtlJoHeVmYtLo_KvM-OEkfM/tide-table.pdf?psid=1",
	}
	stub := newStub(t, answer(200, fixture(t, "recorded/file_leading_zero.json")))
	file, err := stub.client(t).Files.Get(t.Context(), want.ID)
	require.NoError(t, err)
	assert.Equal(t, want, file)
	assert.Equal(t, "/v5.0/file.0c1d2e3f40516273.C1D2E3F40516273!759", stub.last(t).Path)
}

func TestRecordedUsers(t *testing.T) {
	t.Parallel()
	me := liveconnect.User{
		ID: "a1b2c3d4e5f60718", Name: "Ines Halvorsen", FirstName: "Ines", LastName: "Halvorsen",
		Link: "https://profile.live.com/", Locale: "en_US", UpdatedTime: at("2015-04-28 06:52:30"),
	}
	user, err := serving(t, 200, "recorded/user_me.json").Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.Equal(t, &me, user)

	me.Emails = liveconnect.Emails{Preferred: "ines@fjordmail.example", Account: "ines@fjordmail.example"}
	user, err = serving(t, 200, "recorded/user_me_emails.json").Users.Get(t.Context(), liveconnect.Me)
	require.NoError(t, err)
	assert.Equal(t, &me, user)
}

func TestRecordedUpload(t *testing.T) {
	t.Parallel()
	for file, name := range map[string]string{"recorded/upload.json": "café plan.txt", "recorded/upload_compact.json": ""} {
		stub := newStub(t, answer(201, fixture(t, file)))
		uploaded, err := stub.client(t).Uploads.Put(t.Context(), liveconnect.Root, "any.txt", strings.NewReader("text"), nil)
		require.NoError(t, err, file)
		assert.Regexp(t, `^file\.[0-9a-f]{16}\.[0-9A-F]{16}!\d+$`, uploaded.ID, file)
		assert.Equal(t, name, uploaded.Name, file)
		assert.Regexp(t, `^https?://`, uploaded.Source, file)
	}
}
