package liveconnect_test

import (
	"bytes"
	"context"
	"fmt"
	"log"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/internal/service/imaging/imagetest"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func ExampleUsersService_Get() {
	ctx, client := context.Background(), exampleClient()
	me, err := client.Users.Get(ctx, liveconnect.Me)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Name, me.Locale)
	// Output: Roberto Tamburello en_US
}

// What a program may do, and what to ask the user for.
func ExamplePermissionsService_Get() {
	ctx, client := context.Background(), exampleClient()
	permissions, err := client.Permissions.Get(ctx, liveconnect.Me)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(permissions.Has(liveconnect.ScopeSkyDriveUpdate))
	fmt.Println(permissions.Missing(liveconnect.ScopePhotos, liveconnect.ScopeIMAP))
	// Output:
	// true
	// [wl.imap]
}

func ExampleFriendsService_All() {
	ctx, client := context.Background(), clientWithFriend("Nuno", "Bento")
	for friend, err := range client.Friends.All(ctx, liveconnect.Me, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(friend.Name)
	}
	// Output: Nuno Bento
}

func ExampleContactsService_Create() {
	ctx, client := context.Background(), exampleClient()
	for _, contact := range []*liveconnect.NewContact{
		{FirstName: "Henrik", LastName: "Jensen", IsFavorite: true},
		{Emails: liveconnect.ContactEmails{Business: "info@contoso.com"}}, // shown by its address
	} {
		if _, err := client.Contacts.Create(ctx, liveconnect.Me, contact); err != nil {
			log.Fatal(err)
		}
	}
	for contact, err := range client.Contacts.All(ctx, liveconnect.Me, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(contact.Name, contact.IsFavorite)
	}
	// Output:
	// Henrik Jensen true
	// info@contoso.com false
}

func ExampleActivitiesService_Share() {
	ctx, client := context.Background(), exampleClient()
	activity, err := client.Activities.Share(ctx, liveconnect.Me, &liveconnect.NewActivity{
		Message: "Our vacation on Maui",
		Link:    "https://example.com/maui",
		Name:    "Maui 2011",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %s (%s)\n", activity.From.Name, activity.Message, activity.Link)
	// Output: Roberto Tamburello: Our vacation on Maui (https://example.com/maui)
}

func ExampleApplicationsService_Create() {
	ctx, client := context.Background(), exampleClient()
	app, err := client.Applications.Create(ctx, liveconnect.Me, &liveconnect.NewApplication{
		Name: "Orbs of the day",
		URI:  "https://example.com/callback",
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(app.Name, len(app.ClientID), app.ClientSecret) // the secret shows to Reveal only

	logo := bytes.NewReader(imagetest.PNG(48, 48)) // or an *os.File
	if err := client.Applications.UploadLogo(ctx, app.ID, logo, nil); err != nil {
		log.Fatal(err)
	}
	// Output: Orbs of the day 16 [secret]
}

// clientWithFriend signs in to an account that has a friend.
func clientWithFriend(firstName, lastName string) *liveconnect.Client {
	var accounts [2]*livetest.Account
	for i, name := range [...][2]string{{"Roberto", "Tamburello"}, {firstName, lastName}} {
		var err error
		if accounts[i], err = emulator.AddAccount(name[0], name[1]); err != nil {
			log.Fatal(err)
		}
	}
	if err := accounts[0].Befriend(accounts[1]); err != nil {
		log.Fatal(err)
	}
	client, err := accounts[0].NewClient()
	if err != nil {
		log.Fatal(err)
	}
	return client
}
