package liveconnect_test

import (
	"context"
	"fmt"
	"image"
	_ "image/jpeg"
	"log"

	"github.com/go-liveconnect/liveconnect"
)

func ExamplePhotosService_All() {
	ctx, client := context.Background(), exampleClient()
	if _, err := client.Uploads.Put(ctx, liveconnect.MyPhotos, "orbs.jpg", orbs(), nil); err != nil {
		log.Fatal(err)
	}
	for photo, err := range client.Photos.All(ctx, liveconnect.MyPhotos, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s, %s %s, f/%.1f, %g/%g s\n", photo.Name, photo.WhenTaken.Format("2 January 2006"), photo.CameraMake,
			photo.FocalRatio, photo.ExposureNumerator, photo.ExposureDenominator)
		for _, size := range photo.Images {
			fmt.Println(size.Type, size.Width, size.Height)
		}
	}
	// Output:
	// orbs.jpg, 23 July 2011 Contoso, f/2.8, 1/125 s
	// normal 800 600
	// album 176 132
	// thumbnail 96 72
	// full 1024 768
}

func ExamplePhotosService_Picture() {
	ctx, client := context.Background(), exampleClient()
	orbs, err := client.Uploads.Put(ctx, liveconnect.MyPhotos, "orbs.jpg", orbs(), nil)
	if err != nil {
		log.Fatal(err)
	}
	thumbnail, err := client.Photos.Picture(ctx, orbs.ID, liveconnect.ImageThumbnail)
	if err != nil {
		log.Fatal(err)
	}
	config, format, err := image.DecodeConfig(thumbnail)
	if err != nil {
		log.Fatal(err)
	}
	if err := thumbnail.Close(); err != nil {
		log.Fatal(err)
	}
	fmt.Println(format, config.Width, config.Height)
	// Output: jpeg 96 72
}

func ExampleVideosService_List() {
	ctx, client := context.Background(), exampleClient()
	addFile(client, liveconnect.MyPhotos, "surfing.mp4", "a film")
	addFile(client, liveconnect.MyPhotos, "beach.mp4", "another film")
	largest := &liveconnect.ListOptions{SortBy: liveconnect.SortBySize, SortOrder: liveconnect.Descending, Limit: 1}
	videos, err := client.Videos.List(ctx, liveconnect.MyPhotos, largest)
	if err != nil {
		log.Fatal(err)
	}
	for _, video := range videos.Data {
		fmt.Println(video.Name, video.Size)
	}
	// Output: beach.mp4 12
}

func ExampleAudioService_Update() {
	ctx, client := context.Background(), exampleClient()
	file := addFile(client, liveconnect.MyDocuments, "waves.mp3", "the sea")
	audio, err := client.Audio.Update(ctx, file.ID, &liveconnect.AudioUpdate{
		Title:  liveconnect.Set("Waves"),
		Artist: liveconnect.Set("The Pacific Ocean"),
		Genre:  liveconnect.Set("Nature"),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s by %s (%s)\n", audio.Title, audio.Artist, audio.Name)
	// Output: Waves by The Pacific Ocean (waves.mp3)
}

func ExampleCommentsService_Create() {
	ctx, client := context.Background(), exampleClient()
	photo, err := client.Uploads.Put(ctx, liveconnect.MyPhotos, "orbs.jpg", orbs(), nil)
	if err != nil {
		log.Fatal(err)
	}
	if _, err := client.Comments.Create(ctx, photo.ID, "A lighthouse made of orbs!"); err != nil {
		log.Fatal(err)
	}
	for comment, err := range client.Comments.All(ctx, photo.ID, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %s\n", comment.From.Name, comment.Message)
	}
	// Output: Roberto Tamburello: A lighthouse made of orbs!
}

func ExampleTagsService_Create() {
	ctx, client := context.Background(), exampleClient()
	photo, err := client.Uploads.Put(ctx, liveconnect.MyPhotos, "orbs.jpg", orbs(), nil)
	if err != nil {
		log.Fatal(err)
	}
	// Nuno is in the middle of the upper half.
	tag, err := client.Tags.Create(ctx, photo.ID, &liveconnect.NewTag{
		User: liveconnect.TaggedUser{Name: "Nuno Bento"},
		X:    liveconnect.Set(50.0),
		Y:    liveconnect.Set(25.0),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(tag.User.Name, *tag.X, *tag.Y)
	// Output: Nuno Bento 50 25
}
