package sample

import (
	"context"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/livetest"
)

// addDocuments puts files that are no photos into the account.
func addDocuments(account *livetest.Account) error {
	for _, document := range []struct{ path, content string }{
		{"Documents/Packing list.txt", "tent\nstove\nmaps\nthe good socks\n"},
		{"Documents/Club/Minutes 2014-05.txt", "Present: all but Nuno.\nThe boat is sold.\n"},
		{"Documents/Club/Members.csv", "name,since\nAgnes,2009\nNuno,2011\n"},
	} {
		if _, err := account.AddFile(document.path, []byte(document.content)); err != nil {
			return err
		}
	}
	return nil
}

// addWords has people comment on the first photos, and tags them.
func addWords(ctx context.Context, client *liveconnect.Client, photos []string) error {
	comments := []string{"The morning we nearly missed the ferry.", "Who took this one?", "北海道、また行きたい", "Print this, please: 20 × 30."}
	for i, comment := range comments[:min(len(comments), len(photos))] {
		if _, err := client.Comments.Create(ctx, photos[i], comment); err != nil {
			return err
		}
	}
	tags := []liveconnect.NewTag{
		{User: liveconnect.TaggedUser{Name: "Agnes Whitlock"}, X: liveconnect.Set(31.5), Y: liveconnect.Set(62.0)},
		{User: liveconnect.TaggedUser{Name: "Nuno Bento"}, X: liveconnect.Set(58.0), Y: liveconnect.Set(59.25)},
	}
	if len(photos) == 0 {
		return nil
	}
	for _, tag := range tags {
		if _, err := client.Tags.Create(ctx, photos[0], &tag); err != nil {
			return err
		}
	}
	return nil
}
