package liveconnect_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// exampleFile starts a service with one file, and returns a client and the file's id.
func exampleFile(name string, content []byte) (client *liveconnect.Client, fileID string, stop func() error) {
	server, err := livetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	fileID, err = server.Account().AddFile("Documents/"+name, content)
	if err != nil {
		log.Fatal(err)
	}
	token, err := server.Account().Token()
	if err != nil {
		log.Fatal(err)
	}
	conf := server.OAuthConfig(liveconnect.DesktopRedirectURL)
	client, err = liveconnect.NewClient(conf.Client(context.Background(), token), liveconnect.WithBaseURL(server.APIURL))
	if err != nil {
		log.Fatal(err)
	}
	return client, fileID, func() error {
		client.CloseIdleConnections()
		return server.Close()
	}
}

func ExampleDownloadsService_Open() {
	client, fileID, stop := exampleFile("orbs.txt", []byte("three orbs"))
	defer stop()

	sum := sha256.New()
	d, err := client.Downloads.Open(context.Background(), fileID, &liveconnect.DownloadOptions{Hash: sum})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	content, err := io.ReadAll(d) // goes on by itself when the line breaks
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d bytes, SHA-256 %x…\n", content, d.Size, sum.Sum(nil)[:4])
	// Output: three orbs: 10 bytes, SHA-256 3687391d…
}

func ExampleDownloadsService_Open_range() {
	client, fileID, stop := exampleFile("orbs.txt", []byte("three orbs"))
	defer stop()

	d, err := client.Downloads.Open(context.Background(), fileID, &liveconnect.DownloadOptions{
		Range: liveconnect.Range{Offset: 6, Length: 3},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer d.Close()
	content, err := io.ReadAll(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", content)
	// Output: orb
}

func ExampleDownloadsService_File() {
	client, fileID, stop := exampleFile("orbs.txt", []byte("three orbs"))
	defer stop()
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	name := filepath.Join(dir, "orbs.txt")

	if err := client.Downloads.File(context.Background(), fileID, name, nil); err != nil {
		fmt.Println(err) // call it again, in this process or another, and it goes on from there
		return
	}
	content, err := os.ReadFile(name)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s\n", content)

	err = client.Downloads.File(context.Background(), fileID, name, nil)
	fmt.Println("left alone:", errors.Is(err, os.ErrExist))
	err = client.Downloads.File(context.Background(), fileID, name, &liveconnect.FileOptions{Replace: true})
	fmt.Println("replaced:", err == nil)
	// Output:
	// three orbs
	// left alone: true
	// replaced: true
}

func ExampleDownloadsService_To() {
	client, fileID, stop := exampleFile("orbs.txt", []byte(strings.Repeat("three orbs\n", 1000)))
	defer stop()
	file, err := os.CreateTemp("", "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()

	item, err := client.Downloads.To(context.Background(), fileID, file, &liveconnect.ToOptions{
		PartSize: 1000, Concurrency: 8, // the defaults are for larger files
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s: %d bytes\n", item.Name, item.Size)
	// Output: orbs.txt: 11000 bytes
}

func ExampleDownloadsService_ReaderAt() {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	for _, name := range []string{"one.txt", "two.txt"} {
		entry, err := w.Create(name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Fprintf(entry, "this is %s", name)
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
		return
	}
	client, fileID, stop := exampleFile("files.zip", archive.Bytes())
	defer stop()

	r, err := client.Downloads.ReaderAt(context.Background(), fileID, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	list, err := zip.NewReader(r, r.Size()) // reads the directory at the end, not the whole archive
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, entry := range list.File {
		fmt.Println(entry.Name, entry.UncompressedSize64)
	}
	// Output:
	// one.txt 15
	// two.txt 15
}
