package liveconnect_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/go-liveconnect/liveconnect"
)

func TestActivities(t *testing.T) {
	t.Parallel()
	share := func(userID string, activity *liveconnect.NewActivity) func(context.Context, *liveconnect.Client) (any, error) {
		return func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Activities.Share(ctx, userID, activity)
		}
	}
	link, source := strings.Repeat("ß", 512), strings.Repeat("ß", 487)
	exchanges(t, []exchange{{
		name: "text with a link, as documented", status: http.StatusCreated, answer: "documented/activity.json",
		method: "POST", path: "/me/share", body: string(fixture(t, "documented/activity_request.json")),
		call: share(liveconnect.Me, &liveconnect.NewActivity{
			Message: "Explore Windows Live Hotmail", Link: "http://explore.live.com/windows-live-hotmail",
			Description: "Give us 15 seconds...we'll show you the new Hotmail!",
			Picture:     "http://res2.explore.live.com/...part of URL omitted for brevity...fd39.jpg",
			Name:        "Windows Live Hotmail Home",
		}),
		want: &liveconnect.Activity{
			From:    liveconnect.Person{ID: "8c8ce076ca27823f", Name: "Roberto Tamburello"},
			Message: "Explore Windows Live Hotmail", Link: "http://explore.live.com/windows-live-hotmail",
			Description: "Give us 15 seconds...we'll show you the new Hotmail!",
			Picture:     "http://res2.explore.live.com/...part of URL omitted for brevity...fd39.jpg",
			Name:        "Windows Live Hotmail Home",
		},
	}, {
		name: "text", status: http.StatusCreated, method: "POST", path: "/8c8ce076ca27823f/share",
		answer: `{"from":{"name":"A","id":"u"},"message":"Hi","link":null,"description":null,"picture":null,"name":null,"source":null}`,
		body:   `{"message":"Hi"}`, call: share("8c8ce076ca27823f", &liveconnect.NewActivity{Message: "Hi"}),
		want: &liveconnect.Activity{From: liveconnect.Person{ID: "u", Name: "A"}, Message: "Hi"},
	}, {
		name: "video", status: http.StatusCreated, method: "POST", path: "/me/share",
		answer: `{"message":"m","link":"l","description":"d","picture":"p","name":"n","source":"s"}`,
		body:   `{"message":"m","link":"l","description":"d","picture":"p","name":"n","source":"s"}`,
		call: share(liveconnect.Me, &liveconnect.NewActivity{
			Message: "m", Link: "l", Description: "d", Picture: "p", Name: "n", Source: "s",
		}),
		want: &liveconnect.Activity{Message: "m", Link: "l", Description: "d", Picture: "p", Name: "n", Source: "s"},
	}, {
		name: "at the limits", status: http.StatusCreated, answer: `{}`, method: "POST", path: "/me/share",
		body: `{"message":"m","link":"` + link + `","source":"` + source + `"}`,
		call: share(liveconnect.Me, &liveconnect.NewActivity{Message: "m", Link: link, Source: source}),
	}, {
		name: "a message that is cut", status: http.StatusCreated, answer: `{"message":"` + link + `"}`, method: "POST", path: "/me/share",
		body: `{"message":"` + link + `!"}`, call: share(liveconnect.Me, &liveconnect.NewActivity{Message: link + "!"}),
		want: &liveconnect.Activity{Message: link},
	}})
}

func TestActivitiesRefuse(t *testing.T) {
	t.Parallel()
	share := func(userID string, activity *liveconnect.NewActivity) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Activities.Share(ctx, userID, activity)
			return err
		}
	}
	me := liveconnect.Me
	refused(t, badCalls{
		"empty id":                 share("", &liveconnect.NewActivity{Message: "m"}),
		"nil":                      share(me, nil),
		"no message":               share(me, &liveconnect.NewActivity{Link: "l"}),
		"text with a description":  share(me, &liveconnect.NewActivity{Message: "m", Description: "d"}),
		"text with a picture":      share(me, &liveconnect.NewActivity{Message: "m", Picture: "p"}),
		"text with a name":         share(me, &liveconnect.NewActivity{Message: "m", Name: "n"}),
		"video without a link":     share(me, &liveconnect.NewActivity{Message: "m", Source: "s"}),
		"link too long":            share(me, &liveconnect.NewActivity{Message: "m", Link: strings.Repeat("l", 513)}),
		"source too long":          share(me, &liveconnect.NewActivity{Message: "m", Link: "l", Source: strings.Repeat("s", 488)}),
		"message not UTF-8":        share(me, &liveconnect.NewActivity{Message: "\xff"}),
		"picture not UTF-8":        share(me, &liveconnect.NewActivity{Message: "m", Link: "l", Picture: "\xff"}),
		"a description, not UTF-8": share(me, &liveconnect.NewActivity{Message: "m", Link: "l", Description: "\xff"}),
	})
}

func TestNewActivityTruncated(t *testing.T) {
	t.Parallel()
	fits, long := strings.Repeat("é", 512), strings.Repeat("é", 513)
	assert.Empty(t, (&liveconnect.NewActivity{
		Message: fits, Link: fits, Description: fits, Picture: fits, Name: fits,
	}).Truncated())
	assert.Equal(t, []string{"message", "description", "picture", "name"}, (&liveconnect.NewActivity{
		Message: long, Link: long, Description: long, Picture: long, Name: long, Source: long,
	}).Truncated())
	assert.Equal(t, []string{"name"}, (&liveconnect.NewActivity{Message: fits, Name: long}).Truncated())
}
