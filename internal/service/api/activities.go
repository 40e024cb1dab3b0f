package api

import (
	"net/http"
	"unicode/utf8"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// activityJSON is what was shared: null where nothing was given.
type activityJSON struct {
	From        personJSON `json:"from"`
	Message     *string    `json:"message"`
	Link        *string    `json:"link"`
	Description *string    `json:"description"`
	Picture     *string    `json:"picture"`
	Name        *string    `json:"name"`
	Source      *string    `json:"source"`
}

// The longest values of an activity.
const (
	maxActivityText   = 512
	maxActivitySource = 487
)

// shareActivity adds to the activity feed. There are three kinds: a text, which stands alone; a text with a link;
// and a video, which has both a link and a source.
func shareActivity(c *call) (reply, error) {
	field := func(name string) string { v, _ := c.body.Text(name); return v }
	a := backend.Activity{
		Message: field("message"), Link: field("link"), Description: field("description"), Picture: field("picture"),
		Name: field("name"), Source: field("source"),
	}
	if err := checkActivity(a); err != nil {
		return reply{}, err
	}
	a.Message, a.Description = cut(a.Message), cut(a.Description)
	a.Picture, a.Name = cut(a.Picture), cut(a.Name)
	me, err := c.h.Accounts.User(c.Context(), c.grant.User)
	if err != nil {
		return reply{}, err
	}
	a.From = backend.Person{ID: me.ID, Name: me.Name}
	if a, err = c.h.Accounts.Share(c.Context(), c.grant.User, a); err != nil {
		return reply{}, err
	}
	// An activity has no id, so there is no Location.
	return reply{status: http.StatusCreated, body: activityJSON{
		From: personOf(a.From), Message: wire.TextOrNull(a.Message), Link: wire.TextOrNull(a.Link),
		Description: wire.TextOrNull(a.Description), Picture: wire.TextOrNull(a.Picture), Name: wire.TextOrNull(a.Name),
		Source: wire.TextOrNull(a.Source),
	}}, nil
}

// checkActivity applies the documented rules; the messages of their refusals are modelled on the recorded ones.
func checkActivity(a backend.Activity) error {
	if a.Message == "" {
		return wire.Missing("message", "message")
	}
	if a.Link == "" {
		if a.Source != "" {
			return wire.Missing("link", "message", "link", "source")
		}
		for _, extra := range []struct{ name, value string }{
			{"description", a.Description}, {"picture", a.Picture}, {"name", a.Name},
		} {
			if extra.value != "" {
				return wire.NewError(http.StatusBadRequest, wire.CodeParameterInvalid,
					"The parameter '%s' isn't supported for an activity that has no 'link'.", extra.name)
			}
		}
	}
	if err := wire.CheckLength("link", a.Link, maxActivityText); err != nil {
		return err
	}
	return wire.CheckLength("source", a.Source, maxActivitySource)
}

// cut shortens a value that is only truncated, not refused.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= maxActivityText {
		return s
	}
	return string([]rune(s)[:maxActivityText])
}
