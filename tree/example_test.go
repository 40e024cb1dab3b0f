package tree_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
	"github.com/go-liveconnect/liveconnect/tree"
)

// treeExample starts a service with some files, and a client.
func treeExample() (*liveconnect.Client, func(), error) {
	server, err := livetest.Start()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range []string{"Trips/Norway/fjord.txt", "Trips/Norway/Bergen.txt", "Trips/alps.txt"} {
		if _, err := server.Account().AddFile(name, []byte("about "+name)); err != nil {
			return nil, nil, err
		}
	}
	token, err := server.Account().Token()
	if err != nil {
		return nil, nil, err
	}
	client, err := liveconnect.NewClient(server.OAuthConfig("").Client(context.Background(), token), liveconnect.WithBaseURL(server.APIURL))
	return client, func() { client.CloseIdleConnections(); _ = server.Close() }, err
}

// Everything below a folder, whatever it takes to list it.
func ExampleWalk() {
	client, closeAll, err := treeExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer closeAll()

	for entry, err := range tree.Walk(context.Background(), client, liveconnect.Root, &tree.WalkOptions{Concurrency: 8}) {
		if err != nil {
			fmt.Println(entry.Path, err) // the walk goes on with the next folder
			continue
		}
		fmt.Println(entry.Path)
	}
	// Output:
	// Documents
	// Pictures
	// Public
	// Trips
	// Trips/alps.txt
	// Trips/Norway
	// Trips/Norway/Bergen.txt
	// Trips/Norway/fjord.txt
}

// A copy of a folder on disk. Made again, it brings what is new and goes on with what was not complete.
func ExampleDownload() {
	client, closeAll, err := treeExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer closeAll()
	dir, err := os.MkdirTemp("", "trips")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	for range 2 {
		result, err := tree.Download(context.Background(), client, liveconnect.Root, dir, &tree.Options{
			Select: func(e tree.Entry) bool { return e.Depth > 0 || e.Path == "Trips" },
			Report: func(f tree.File) {
				if f.State == tree.Failed {
					fmt.Println(f.Path, f.Err)
				}
			},
		})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%d downloaded with %d bytes, %d there already\n", result.Done, result.Bytes, result.Skipped)
	}
	// Output:
	// 3 downloaded with 77 bytes, 0 there already
	// 0 downloaded with 0 bytes, 3 there already
}

// A directory becomes a folder of the service. Photos arrive as they are.
func ExampleUpload() {
	client, closeAll, err := treeExample()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer closeAll()
	dir, err := os.MkdirTemp("", "diary")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for _, day := range []string{"monday.txt", "tuesday.txt"} {
		if err := os.WriteFile(filepath.Join(dir, day), []byte("Dear diary, it is "+day), 0o600); err != nil {
			fmt.Println(err)
			return
		}
	}

	result, err := tree.Upload(context.Background(), client, dir, liveconnect.MyDocuments, &tree.Options{
		Concurrency: 1,
		Report: func(f tree.File) {
			if f.State == tree.Done {
				fmt.Println(f.Path, f.Total)
			}
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Done, "uploaded")
	// Output:
	// monday.txt 28
	// tuesday.txt 29
	// 2 uploaded
}
