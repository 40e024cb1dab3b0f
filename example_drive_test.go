package liveconnect_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	"github.com/go-liveconnect/liveconnect"
)

func ExampleAlbumsService_Create() {
	ctx, client := context.Background(), exampleClient()
	album, err := client.Albums.Create(ctx, liveconnect.Me, &liveconnect.NewAlbum{
		Name:        "Maui 2011",
		Description: liveconnect.Set("Photos from our fun vacation"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(album.Name, "by", album.From.Name)
	// Output: Maui 2011 by Roberto Tamburello
}

func ExampleAlbumsService_All() {
	ctx, client := context.Background(), exampleClient()
	for album, err := range client.Albums.All(ctx, liveconnect.Me, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(album.Name, album.Count)
	}
	// Output: Pictures 0
}

func ExampleFoldersService_Create() {
	ctx, client := context.Background(), exampleClient()
	folder, err := client.Folders.Create(ctx, liveconnect.MyDocuments, &liveconnect.NewFolder{Name: "Invoices"})
	if err != nil {
		log.Fatal(err)
	}
	parent, err := client.Folders.Get(ctx, folder.ParentID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(parent.Name, "/", folder.Name)
	// Output: Documents / Invoices
}

// A folder that has a name of its own may be missing.
func ExampleFoldersService_Special() {
	ctx, client := context.Background(), exampleClient()
	folder, err := client.Folders.Special(ctx, liveconnect.Me, liveconnect.MyDocuments)
	if errors.Is(err, liveconnect.ErrNotFound) {
		fmt.Println("This account has no such folder.")
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(folder.Name)
	// Output: Documents
}

// A folder lists items of every type.
func ExampleItemsService_All() {
	ctx, client := context.Background(), exampleClient()
	addFile(client, liveconnect.Root, "notes.txt", "hello")
	if _, err := client.Uploads.Put(ctx, liveconnect.Root, "orbs.jpg", orbs(), nil); err != nil {
		log.Fatal(err)
	}

	byName := &liveconnect.ListOptions{SortBy: liveconnect.SortByName}
	for item, err := range client.Items.All(ctx, liveconnect.Root, byName) {
		if err != nil {
			log.Fatal(err)
		}
		switch item := item.(type) {
		case *liveconnect.Folder:
			fmt.Printf("%s/\n", item.Name)
		case *liveconnect.Photo:
			fmt.Printf("%s, %d × %d pixels\n", item.Name, item.Width, item.Height)
		default:
			fmt.Println(item.Info().Name, item.Info().Type)
		}
	}
	// Output:
	// Documents/
	// notes.txt file
	// orbs.jpg, 1024 × 768 pixels
	// Pictures album
	// Public/
}

// Page by page, for a program that shows one at a time.
func ExampleItemsService_Pages() {
	ctx, client := context.Background(), exampleClient()
	for _, name := range []string{"a.txt", "b.txt", "c.txt", "d.txt", "e.txt"} {
		addFile(client, liveconnect.MyDocuments, name, "hello")
	}
	byTwos := &liveconnect.ListOptions{Limit: 2}
	for page, err := range client.Items.Pages(ctx, liveconnect.MyDocuments, byTwos) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(len(page.Data), "from", page.Data[0].Info().Name)
	}
	// Output:
	// 2 from a.txt
	// 2 from c.txt
	// 1 from e.txt
}

func ExampleItemsService_Search() {
	ctx, client := context.Background(), exampleClient()
	addFile(client, liveconnect.MyDocuments, "shopping list.txt", "bread")
	addFile(client, liveconnect.MyDocuments, "letter.txt", "Dear Nuno")
	found, err := client.Items.Search(ctx, liveconnect.Me, "list", nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range found.Data {
		fmt.Println(item.Info().Name)
	}
	// Output: shopping list.txt
}

func ExampleItemsService_Quota() {
	ctx, client := context.Background(), exampleClient()
	addFile(client, liveconnect.Root, "notes.txt", "hello")
	quota, err := client.Items.Quota(ctx, liveconnect.Me)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(quota.Total-quota.Available, "bytes are used")
	// Output: 5 bytes are used
}

// A link for people without an account. The item is shared from then on.
func ExampleItemsService_ReadLink() {
	ctx, client := context.Background(), exampleClient()
	file := addFile(client, liveconnect.Root, "notes.txt", "hello")
	link, err := client.Items.ReadLink(ctx, file.ID)
	if err != nil {
		log.Fatal(err)
	}
	item, err := client.Items.Get(ctx, file.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.HasPrefix(link, "https://"), item.Info().SharedWith.Access)
	// Output: true People with a link
}

func ExampleFilesService_Move() {
	ctx, client := context.Background(), exampleClient()
	file := addFile(client, liveconnect.Root, "notes.txt", "hello")

	// The file keeps its id; a special folder's name will do for the destination.
	moved, err := client.Files.Move(ctx, file.ID, liveconnect.MyDocuments)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(moved.ID == file.ID, moved.Name, moved.Size)
	// Output: true notes.txt 5
}

func ExampleFilesService_Update() {
	ctx, client := context.Background(), exampleClient()
	file := addFile(client, liveconnect.Root, "notes.txt", "hello")
	renamed, err := client.Files.Update(ctx, file.ID, &liveconnect.ItemUpdate{Name: liveconnect.Set("letter.txt")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(renamed.Name)
	// Output: letter.txt
}

// A file is put into the folder Documents, unless there is one of that name.
func ExampleUploadsService_Put() {
	ctx, client := context.Background(), exampleClient()
	body := strings.NewReader("Dear Nuno") // or an *os.File
	opts := &liveconnect.UploadOptions{Overwrite: liveconnect.OverwriteFalse}
	file, err := client.Uploads.Put(ctx, liveconnect.MyDocuments, "letter.txt", body, opts)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(file.Name)

	_, err = client.Uploads.Put(ctx, liveconnect.MyDocuments, "letter.txt", body, opts)
	if errors.Is(err, liveconnect.ErrAlreadyExists) {
		fmt.Println("There is a letter already.")
	}
	// Output:
	// letter.txt
	// There is a letter already.
}

// addFile is for examples that need a file.
func addFile(client *liveconnect.Client, folderID, name, content string) *liveconnect.UploadedFile {
	file, err := client.Uploads.Put(context.Background(), folderID, name, strings.NewReader(content), nil)
	if err != nil {
		log.Fatal(err)
	}
	return file
}
