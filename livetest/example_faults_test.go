package livetest_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// The service is busy twice. The client tries again, and the caller sees nothing of it.
func ExampleServer_Fault() {
	server, client := start()
	id, err := server.Account().AddFile("Documents/notes.txt", []byte("hello"))
	if err != nil {
		log.Fatal(err)
	}
	fault := server.Fault(livetest.Fault{
		Host: livetest.API, Path: `/file\.`, Count: 2, Do: livetest.Error(http.StatusServiceUnavailable, "server_busy", "0"),
	})
	file, err := client.Files.Get(context.Background(), id)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Name, "after", fault.Hits(), "errors")
	for _, request := range server.Requests() {
		fmt.Println(request.Status, request.Intercepted)
	}
	stop(server)
	// Output:
	// notes.txt after 2 errors
	// 503 true
	// 503 true
	// 200 false
}

// A connection that breaks in the middle of a download, as plain net/http sees it.
func ExampleCutResponse() {
	server, _ := start()
	server.Fault(livetest.Fault{Host: livetest.Login, Do: livetest.CutResponse(4, livetest.Close)})
	resp, err := http.Get(server.LoginURL + "/oauth20_logout.srf")
	if err != nil {
		log.Fatal(err)
	}
	var page [100]byte
	n, err := resp.Body.Read(page[:])
	for err == nil {
		var more int
		more, err = resp.Body.Read(page[n:])
		n += more
	}
	fmt.Printf("%d bytes: %v\n", n, err)
	if err := resp.Body.Close(); err != nil {
		log.Fatal(err)
	}
	stop(server)
	// Output: 4 bytes: unexpected EOF
}

// An hour later the token has expired. The client gets a new one.
func ExampleServer_Advance() {
	server, client := start()
	server.Advance(time.Hour)
	user, err := client.Users.Get(context.Background(), liveconnect.Me)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Name)
	for _, request := range server.Requests() {
		fmt.Println(request)
	}
	stop(server)
	// Output:
	// Roberto Tamburello
	// GET /v5.0/me 401
	// POST /oauth20_token.srf 200
	// GET /v5.0/me 200
}
