package main

import (
	"fmt"
	"strings"
)

const (
	smallAnswer = `{"id":"file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!147","name":"budget.txt","source":"https://files.example.com/y2m/budget.txt?psid=1"}`
	emptyAnswer = `{"data":[]}`
)

// photoPage is a list of photos, as the service writes it for clients that want no blanks.
func photoPage(n int) []byte {
	return page(n, photoAnswer)
}

// mixedPage is a list of files, folders, photos, videos and audio.
func mixedPage(n int) []byte {
	return page(n, func(i int) string {
		switch i % 5 {
		case 0:
			return photoAnswer(i)
		case 1:
			return item(i, "folder", `"count":7`)
		case 2:
			return item(i, "video", `"tags_count":0,"tags_enabled":true,"picture":"`+link(i)+`","source":"`+link(i)+
				`","height":1080,"width":1920,"duration":83000,"bitrate":4000000`)
		case 3:
			return item(i, "audio", `"source":"`+link(i)+`","title":"Crossing","artist":"The Skerries","album":"Low Tide",`+
				`"album_artist":"The Skerries","genre":"Folk","duration":204000,"picture":"`+link(i)+`"`)
		default:
			return item(i, "file", `"source":"`+link(i)+`"`)
		}
	})
}

func page(n int, object func(int) string) []byte {
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(object(i))
	}
	b.WriteString(`],"paging":{}}`)
	return []byte(b.String())
}

func photoAnswer(i int) string {
	images := make([]string, 0, 4)
	for _, size := range []string{"normal", "album", "thumbnail", "full"} {
		images = append(images, fmt.Sprintf(`{"height":600,"width":800,"source":"%s","type":"%s"}`, link(i), size))
	}
	return item(i, "photo", `"tags_count":0,"tags_enabled":true,"picture":"`+link(i)+`","source":"`+link(i)+`","images":[`+
		strings.Join(images, ",")+`],"when_taken":"2012-03-24T23:41:53+0000","height":1200,"width":1600,`+
		`"location":{"latitude":59.65316,"longitude":10.135911,"altitude":43},"camera_make":"Halvorsen","camera_model":"H 2",`+
		`"focal_ratio":2.8,"focal_length":3.85,"exposure_numerator":1,"exposure_denominator":15`)
}

func link(i int) string {
	return fmt.Sprintf("https://public-ch3301.files.1drv.com/y2m6yqjJ8Dn0ZC8vFqBXbY3zGm1KJ4Yv-%08d/skerries %d.jpg?psid=1&ck=1&ex=720", i, i)
}

func item(i int, kind, members string) string {
	return fmt.Sprintf(`{"id":"%[2]s.a1b2c3d4e5f60718.A1B2C3D4E5F60718!%[1]d","from":{"name":"Ines Halvorsen","id":"a1b2c3d4e5f60718"},`+
		`"name":"skerries %[1]d.jpg","description":"Low tide, looking west","parent_id":"folder.a1b2c3d4e5f60718.A1B2C3D4E5F60718!131",`+
		`"size":%[3]d,"comments_count":0,"comments_enabled":true,"is_embeddable":true,`+
		`"upload_location":"https://apis.live.net/v5.0/file.a1b2c3d4e5f60718.A1B2C3D4E5F60718!%[1]d/content/",%[4]s,`+
		`"link":"https://onedrive.live.com/redir.aspx?cid=a1b2c3d4e5f60718&page=view&resid=A1B2C3D4E5F60718!%[1]d&parid=A1B2C3D4E5F60718!131",`+
		`"type":"%[2]s","shared_with":{"access":"Just me"},"created_time":"2012-12-03T18:14:03+0000",`+
		`"updated_time":"2012-12-03T18:31:01+0000","client_updated_time":"2012-12-03T18:14:03+0000"}`, i, kind, 900000+i, members)
}
