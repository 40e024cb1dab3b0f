package liveconnect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"testing"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// An album is made, a photo put into it, and the photos listed.
func Example() {
	server, err := livetest.Start() // a service to talk to; leave it out to call Microsoft's host
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	client, err := server.Account().NewClient()
	if err != nil {
		log.Fatal(err)
	}

	album, err := client.Albums.Create(ctx, liveconnect.Me, &liveconnect.NewAlbum{Name: "Maui 2011"})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Uploads.Put(ctx, album.ID, "orbs.jpg", orbs(), nil); err != nil {
		log.Fatal(err)
	}
	for photo, err := range client.Photos.All(ctx, album.ID, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d × %d pixels, taken with a %s\n", photo.Name, photo.Width, photo.Height, photo.CameraModel)
	}
	if err := server.Close(); err != nil {
		log.Fatal(err)
	}
	// Output: orbs.jpg: 1024 × 768 pixels, taken with a Sunny 3000
}

// Signing in by the authorization code flow, here at an emulator.
func ExampleNewClient() {
	ctx := context.Background()
	conf := liveconnect.OAuthConfig(livetest.ClientID, livetest.ClientSecret, "https://example.com/callback",
		liveconnect.ScopeBasic, liveconnect.ScopeSkyDriveUpdate, liveconnect.ScopeOfflineAccess)
	conf.Endpoint = liveconnect.OAuthEndpoint(emulator.LoginURL) // not for Microsoft's host

	// The user consents in a browser, which comes back to the redirect URL with a code.
	callback := browse(conf.AuthCodeURL("a random state"))
	if callback.Query().Get("state") != "a random state" {
		log.Fatal("not an answer to our request")
	}
	token, err := conf.Exchange(ctx, callback.Query().Get("code"))
	if err != nil {
		log.Fatal(err)
	}

	// The client refreshes the token from now on.
	client, err := liveconnect.NewClient(conf.Client(ctx, token), liveconnect.WithBaseURL(emulator.APIURL))
	if err != nil {
		log.Fatal(err)
	}
	me, err := client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("Hello", me.FirstName)
	// Output: Hello Roberto
}

// OAuthConfig is the configuration of Microsoft's sign-in host.
func ExampleOAuthConfig() {
	conf := liveconnect.OAuthConfig("000000004c0ffee5", "secret", liveconnect.DesktopRedirectURL, liveconnect.ScopeSkyDrive)
	fmt.Println(conf.AuthCodeURL("state"))
	// Output: https://login.live.com/oauth20_authorize.srf?client_id=000000004c0ffee5&redirect_uri=https%3A%2F%2Flogin.live.com%2Foauth20_desktop.srf&response_type=code&scope=wl.skydrive&state=state
}

func ExampleLogoutURL() {
	fmt.Println(liveconnect.LogoutURL(liveconnect.DefaultLoginURL, "000000004c0ffee5", "https://example.com/bye"))
	// Output: https://login.live.com/oauth20_logout.srf?client_id=000000004c0ffee5&redirect_uri=https%3A%2F%2Fexample.com%2Fbye
}

// A call that this package has no method for.
func ExampleClient_Do() {
	ctx, client := context.Background(), exampleClient()
	var quota struct{ Quota, Available int64 }
	if err := client.Do(ctx, &liveconnect.Request{Path: "me/skydrive/quota"}, &quota); err != nil {
		log.Fatal(err)
	}
	fmt.Println(quota.Quota>>30, "GiB")
	// Output: 25 GiB
}

// Errors are matched with errors.Is, and taken apart with errors.As.
func ExampleError() {
	ctx, client := context.Background(), exampleClient()
	_, err := client.Photos.Get(ctx, "file.0123456789abcdef.123456789ABCDEF!117")
	if errors.Is(err, liveconnect.ErrNotFound) {
		fmt.Println("There is no such photo.")
	}
	var failed *liveconnect.Error
	if errors.As(err, &failed) {
		fmt.Println(failed.Op, failed.StatusCode, failed.Code)
	}
	// Output:
	// There is no such photo.
	// Photos.Get 404 resource_not_found
}

// Set sends a value, Null removes one, and what is left out stays as it is.
func ExampleOpt() {
	ctx, client := context.Background(), exampleClient()
	folder, err := client.Folders.Create(ctx, liveconnect.Root,
		&liveconnect.NewFolder{Name: "Maui", Description: liveconnect.Set("Our fun vacation")})
	if err != nil {
		log.Fatal(err)
	}
	folder, err = client.Folders.Update(ctx, folder.ID, &liveconnect.ItemUpdate{Name: liveconnect.Set("Maui 2011")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %q\n", folder.Name, folder.Description)
	folder, err = client.Folders.Update(ctx, folder.ID, &liveconnect.ItemUpdate{Description: liveconnect.Null[string]()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %q\n", folder.Name, folder.Description)
	// Output:
	// Maui 2011, "Our fun vacation"
	// Maui 2011, ""
}

// What the service has to say besides the object: status, header, request id.
func ExampleWithResponse() {
	client := exampleClient()
	var response liveconnect.Response
	ctx := liveconnect.WithResponse(context.Background(), &response)
	if _, err := client.Uploads.Put(ctx, liveconnect.Root, "notes.txt", bytes.NewReader([]byte("hello")), nil); err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.StatusCode)
	// Output: 201
}

// emulator is what the examples run on, each with an account of its own.
var emulator *livetest.Server

// withEmulator has the emulator run as long as the tests do.
type withEmulator struct{ tests *testing.M }

func (w withEmulator) Run() int {
	var err error
	if emulator, err = livetest.Start(); err != nil {
		log.Fatal(err)
	}
	code := w.tests.Run()
	fmt.Print(summary.String())
	if err := emulator.Close(); err != nil {
		log.Fatal(err)
	}
	return code
}

// exampleClient signs in to a new account of Roberto Tamburello.
func exampleClient() *liveconnect.Client {
	account, err := emulator.AddAccount("Roberto", "Tamburello")
	if err != nil {
		log.Fatal(err)
	}
	client, err := account.NewClient()
	if err != nil {
		log.Fatal(err)
	}
	return client
}

// orbs is a photo, in the place of an *os.File.
func orbs() io.Reader {
	return bytes.NewReader(imagetest.JPEG(1024, 768, &imagetest.Exif{
		Make: "Contoso", Model: "Sunny 3000", Taken: "2011:07:23 14:25:00", Offset: "+00:00",
		FNumber: imagetest.Rational{Num: 28, Den: 10}, Exposure: imagetest.Rational{Num: 1, Den: 125},
	}))
}

// browse is a user's browser: it opens a page, and tells where that leads.
func browse(page string) *url.URL {
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(page)
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	location, err := resp.Location()
	if err != nil {
		return &url.URL{}
	}
	return location
}
