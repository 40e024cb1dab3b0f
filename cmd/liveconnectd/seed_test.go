package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
)

// tree writes files below a new directory; names that end with a slash are directories.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if name[len(name)-1] == '/' {
			require.NoError(t, os.MkdirAll(path, 0o700))
			continue
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return dir
}

func TestSeed(t *testing.T) {
	t.Parallel()
	photo := string(imagetest.JPEG(40, 30, &imagetest.Exif{Taken: "2012:03:04 05:06:07", Model: "C 100"}))
	dir := tree(t, map[string]string{
		"Documents/2012/plan.txt": "plan", "pictures/Maui/orbs.jpg": photo, "Holiday/a.jpg": photo, "Holiday/.thumbs": "x",
		"Mixed/a.jpg": photo, "Mixed/a.txt": "x", "Empty/": "", ".hidden": "x", "bad;name.txt": "x", "two.txt": "1", "TWO.txt": "2",
	})
	require.NoError(t, os.Symlink("/etc/hostname", filepath.Join(dir, "link")))
	other := tree(t, map[string]string{"Documents/nuno.txt": "n"})
	accounts := writeFile(t, `{"accounts": [
		{"name": "Roberto Tamburello", "emails": {"account": "roberto@contoso.com"}},
		{"name": "Nuno Bento", "emails": {"account": "nuno@contoso.com"}, "quota": 10, "friends": ["roberto@contoso.com"],
		 "shares": [{"path": "documents", "with": ["roberto@contoso.com"], "access": "Friends"}]}]}`)
	hello, stderr, stop := start(t, "-addr", "127.0.0.1:0", "-accounts", accounts, "-seed", dir, "-seed", "nuno@contoso.com="+other)
	s := &program{t: t, hello: hello, http: newHTTP(t)}

	assert.Equal(t, []string{"Pictures", "Public", "Documents", "Empty", "Holiday", "Mixed", "TWO.txt"}, s.get("me/skydrive/files").names())
	assert.Equal(t, []string{"Pictures", "Holiday"}, s.get("me/skydrive/albums").names(), "folders of nothing but pictures are albums")
	assert.Equal(t, []string{"Maui"}, s.get("me/skydrive/my_photos/files").names(), "folders that are there are used, whatever their case")
	var shown struct{ Files []listedFile }
	s.control("GET", "/accounts/roberto@contoso.com", "").into(&shown)
	for _, f := range shown.Files {
		if f.Path == "Pictures/Maui/orbs.jpg" {
			item := s.get(f.ID)
			assert.Equal(t, "photo", item.field("type"))
			assert.Equal(t, "2012-03-04T05:06:07+0000", item.field("when_taken"))
			assert.Equal(t, "C 100", item.field("camera_model"))
		}
	}
	for _, left := range []string{".hidden", "bad;name.txt", "two.txt", "file=link", "Holiday/.thumbs"} {
		assert.Contains(t, stderr.String(), left)
	}
	assert.Equal(t, []string{"Documents"}, s.get("me/skydrive/shared/files").names())
	assert.Len(t, hello.Accounts, 2)
	assert.EqualValues(t, 9, s.getAs(hello.Accounts[1].AccessToken, "me/skydrive/quota").field("available"))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "new.txt"), []byte("n"), 0o600))
	s.control("POST", "/reset", "")
	assert.Contains(t, s.get("me/skydrive/files").names(), "new.txt", "a reset reads the files again")

	require.NoError(t, os.WriteFile(accounts, []byte("{"), 0o600))
	a := s.do("POST", hello.Control+"/reset", "")
	assert.Equal(t, 500, a.status)
	assert.Contains(t, a.body, "-accounts")
	assert.Contains(t, s.get("me/skydrive/files").names(), "new.txt", "what cannot be reset stays")
	require.NoError(t, stop())
}

func TestAccountsFile(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"face.png": string(imagetest.PNG(20, 20)), "od/a.txt": "a",
		"accounts.json": `{
		"clients": [{"id": "000000004c043705", "secret": "s3cret", "name": "My photos", "redirect_urls": ["http://localhost:8000/callback"]}],
		"accounts": [{"id": "8c8ce076ca27823f", "first_name": "Roberto", "last_name": "Tamburello", "gender": "male", "locale": "de_DE",
		  "birth_day": 17, "birth_month": 4, "birth_year": 1971, "emails": {"account": "roberto@contoso.com", "other": "o@contoso.com"},
		  "phones": {"mobile": "(111) 222-3333"}, "addresses": {"personal": {"city": "Redmond", "street_2": "Apt. 9"}},
		  "work": [{"employer": "Contoso", "position": "Boss"}], "seed": "od", "picture": "face.png"}]}`,
	})
	s := newService(t, "-accounts", filepath.Join(dir, "accounts.json"))
	assert.Equal(t, "8c8ce076ca27823f", s.hello.UserID)
	assert.Equal(t, "000000004c043705", s.hello.ClientID)
	assert.Equal(t, "s3cret", s.hello.ClientSecret)
	me := s.get("me").body
	for _, want := range []string{`"male"`, `"de_DE"`, `"birth_day": 17`, `"(111) 222-3333"`, `"Redmond"`, `"Apt. 9"`, `"Contoso"`, `"o@contoso.com"`} {
		assert.Contains(t, me, want)
	}
	assert.Contains(t, s.get("me/skydrive/files").names(), "a.txt")
	page := s.do("GET", s.hello.Login+"/oauth20_authorize.srf?client_id=000000004c043705&scope=wl.basic&response_type=code&redirect_uri=http://localhost:8000/callback", "")
	assert.Equal(t, 200, page.status, "a person is asked")
	assert.Contains(t, page.body, "My photos")
	elsewhere := s.do("GET", s.hello.Login+"/oauth20_authorize.srf?client_id=000000004c043705&scope=wl.basic&response_type=code&redirect_uri=http://evil.example/", "")
	assert.Equal(t, 400, elsewhere.status)
}
