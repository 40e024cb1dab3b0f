package livetest_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// In a test, NewServer and Client do without the errors; see the top of the page.
func Example() {
	server, err := livetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	client, err := server.Account().NewClient()
	if err != nil {
		log.Fatal(err)
	}
	file, err := client.Uploads.Put(context.Background(), liveconnect.Root, "notes.txt", strings.NewReader("hello"), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Name)
	if err := server.Close(); err != nil {
		log.Fatal(err)
	}
	// Output: notes.txt
}

// What a client has sent, by the rows of testdata/endpoints.tsv.
func ExampleServer_Requests() {
	server, client := start()
	ctx := context.Background()
	_, _ = client.Uploads.Put(ctx, liveconnect.Root, "notes.txt", strings.NewReader("hello"), nil)
	_, _ = client.Albums.Get(ctx, "folder.0123456789abcdef.123456789ABCDEF!117")
	for _, request := range server.Requests() {
		fmt.Println(request.Method, request.Endpoint, request.Status)
	}
	stop(server)
	// Output:
	// PUT content.put_name 201
	// GET files.get 404
}

// Accounts get what a test needs; none of it is in the request log.
func ExampleAccount_AddFile() {
	server, client := start()
	if _, err := server.Account().AddFile("Documents/2012/May/notes.txt", []byte("hello")); err != nil {
		log.Fatal(err)
	}
	found, err := client.Items.Search(context.Background(), liveconnect.Me, "notes", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(found.Data[0].Info().Name, len(server.Requests()))
	stop(server)
	// Output: notes.txt 1
}

// Two accounts, one of which shows the other a folder.
func ExampleAccount_Share() {
	server, client := start()
	nuno, err := server.AddAccount("Nuno", "Bento")
	if err != nil {
		log.Fatal(err)
	}
	folder, err := nuno.AddFolder("Recipes")
	if err != nil {
		log.Fatal(err)
	}
	if err := nuno.Share(folder, server.Account()); err != nil {
		log.Fatal(err)
	}
	for item, err := range client.Items.SharedAll(context.Background(), liveconnect.Me, liveconnect.SharedItems, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s of %s\n", item.Info().Name, item.Info().From.Name)
	}
	stop(server)
	// Output: Recipes of Nuno Bento
}

// A token with few scopes, to see what a program says when it lacks one.
func ExampleAccount_Token() {
	server, _ := start()
	token, err := server.Account().Token(liveconnect.ScopeBasic)
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	client, err := liveconnect.NewClient(server.OAuthConfig(liveconnect.DesktopRedirectURL).Client(ctx, token),
		liveconnect.WithBaseURL(server.APIURL))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Folders.Root(ctx, liveconnect.Me)
	fmt.Println(errors.Is(err, liveconnect.ErrForbidden))
	stop(server)
	// Output: true
}

// An account that is full after ten bytes.
func ExampleWithQuota() {
	server, client := start(livetest.WithQuota(10))
	_, err := client.Uploads.Put(context.Background(), liveconnect.Root, "notes.txt", strings.NewReader("hello, world"), nil)
	fmt.Println(errors.Is(err, liveconnect.ErrQuotaExceeded))
	stop(server)
	// Output: true
}

// The server's clock is the test's.
func ExampleWithClock() {
	may := time.Date(2012, time.May, 1, 12, 0, 0, 0, time.UTC)
	server, client := start(livetest.WithClock(func() time.Time { return may }))
	album, err := client.Albums.Create(context.Background(), liveconnect.Me, &liveconnect.NewAlbum{Name: "Spring"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(album.CreatedTime)
	stop(server)
	// Output: 2012-05-01T12:00:00+0000
}

func start(opts ...livetest.Option) (*livetest.Server, *liveconnect.Client) {
	server, err := livetest.Start(opts...)
	if err != nil {
		log.Fatal(err)
	}
	client, err := server.Account().NewClient()
	if err != nil {
		log.Fatal(err)
	}
	return server, client
}

func stop(server *livetest.Server) {
	if err := server.Close(); err != nil {
		log.Fatal(err)
	}
}
