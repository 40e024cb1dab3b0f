package liveconnect_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"strings"

	"golang.org/x/oauth2"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// sessionClient makes a client of an emulator, as a program makes one of the service.
func sessionClient(server *livetest.Server) *liveconnect.Client {
	token, err := server.Account().Token()
	if err != nil {
		log.Fatal(err)
	}
	client, err := liveconnect.NewClient(nil, liveconnect.WithBaseURL(server.APIURL), liveconnect.WithStorageURL(server.StorageURL),
		liveconnect.WithTokenSource(oauth2.StaticTokenSource(token)))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

// A large file is uploaded in fragments. The state of the session is stored first: should the program end, or the line
// break for good, the next run goes on where the server stands.
func ExampleUploadsService_Session() {
	server, err := livetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, ctx := sessionClient(server), context.Background()
	defer client.CloseIdleConnections()
	film := strings.NewReader(strings.Repeat("a long film ", 1_000_000)) // an *os.File will do

	session, err := client.Uploads.Session(ctx, liveconnect.Root, "film.avi", film.Size(), nil)
	if err != nil {
		log.Fatal(err)
	}
	stored, err := json.Marshal(session.State()) // and write it to a file
	if err != nil {
		log.Fatal(err)
	}

	// In the next run:
	var state liveconnect.SessionState
	if err := json.Unmarshal(stored, &state); err != nil {
		log.Fatal(err)
	}
	session, err = client.Uploads.ResumeSession(ctx, state)
	if err != nil {
		log.Fatal(err)
	}
	var progress liveconnect.Progress
	file, err := session.Upload(ctx, film, &liveconnect.FragmentOptions{
		Progress: func(p liveconnect.Progress) { progress = p }, // or draw a bar
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Name, progress.Done, "of", progress.Total, "bytes")
	// Output: film.avi 12000000 of 12000000 bytes
}

// Auto takes files of every size: small ones by PUT, those over 100 MB by a session.
func ExampleUploadsService_Auto() {
	server, err := livetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, ctx := sessionClient(server), context.Background()
	defer client.CloseIdleConnections()

	file, err := client.Uploads.Auto(ctx, liveconnect.MyPhotos, "notes.txt", strings.NewReader("What I saw."), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Name)
	// Output: notes.txt
}
