package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// userJSON is a profile: what every token may see, in the recorded order, then what needs a scope. Where those came
// in between was not recorded; it stands where the reference has it.
type userJSON struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	FirstName *string `json:"first_name"`
	LastName  *string `json:"last_name"`
	Link      string  `json:"link"`
	*birthdayJSON
	Work        *[]workJSON    `json:"work,omitempty"`
	Gender      *string        `json:"gender"`
	Emails      *emailsJSON    `json:"emails,omitempty"`
	Addresses   *addressesJSON `json:"addresses,omitempty"`
	Phones      *phonesJSON    `json:"phones,omitempty"`
	Locale      string         `json:"locale"`
	UpdatedTime *string        `json:"updated_time"`
}

type birthdayJSON struct {
	Day   *int `json:"birth_day"`
	Month *int `json:"birth_month"`
	Year  *int `json:"birth_year"`
}

type workJSON struct {
	Employer nameJSON `json:"employer"`
	Position nameJSON `json:"position"`
}

type nameJSON struct {
	Name *string `json:"name"`
}

type emailsJSON struct {
	Preferred *string `json:"preferred"`
	Account   *string `json:"account"`
	Personal  *string `json:"personal"`
	Business  *string `json:"business"`
	Other     *string `json:"other,omitempty"` // documented, but missing in what was recorded of accounts without one
}

type addressesJSON struct {
	Personal addressJSON `json:"personal"`
	Business addressJSON `json:"business"`
}

type addressJSON struct {
	Street     *string `json:"street"`
	Street2    *string `json:"street_2"`
	City       *string `json:"city"`
	State      *string `json:"state"`
	PostalCode *string `json:"postal_code"`
	Region     *string `json:"region"`
}

type phonesJSON struct {
	Personal *string `json:"personal"`
	Business *string `json:"business"`
	Mobile   *string `json:"mobile"`
}

// getUser answers a profile. The documents want no scope for names and the like, and clients with nothing but
// wl.skydrive do ask who they are; the rest of a profile is left out without its scope. Of others only the public
// part is shown.
func getUser(c *call) (reply, error) {
	if !readsProfiles(c) {
		return reply{}, wire.ScopeMissing(readBasic)
	}
	u, err := c.h.Accounts.User(c.Context(), c.owner())
	if err != nil {
		return reply{}, err
	}
	out := userJSON{
		ID: u.ID, Name: fullName(c, u.Name, u.FirstName, u.LastName), FirstName: wire.TextOrNull(u.FirstName), LastName: wire.TextOrNull(u.LastName),
		Link: "https://profile.live.com/", Gender: wire.TextOrNull(u.Gender), Locale: u.Locale,
		UpdatedTime: wire.TimeText(u.Updated),
	}
	if c.owner() == c.grant.User {
		addPrivate(c, &out, u)
	}
	return reply{body: out}, nil
}

// readsProfiles reports whether the token is for this API at all. The documents ask for wl.basic, and of the fields
// without a scope they say that none is needed; python-onedrive reads /me with wl.skydrive alone. So any scope will do
// but those of other services.
func readsProfiles(c *call) bool {
	return slices.ContainsFunc(c.grant.Scopes.Granted(), func(scope string) bool {
		switch scope {
		case "wl.imap", "wl.messenger", "wl.offline_access":
			return false
		}
		return strings.HasPrefix(scope, "wl.")
	})
}

func addPrivate(c *call, out *userJSON, u backend.User) {
	if c.grant.Scopes.Has("wl.birthday") {
		out.birthdayJSON = &birthdayJSON{wire.NumberOrNull(u.BirthDay), wire.NumberOrNull(u.BirthMonth), wire.NumberOrNull(u.BirthYear)}
	}
	if c.grant.Scopes.Has("wl.work_profile") {
		work := make([]workJSON, 0, len(u.Work))
		for _, w := range u.Work {
			work = append(work, workJSON{nameJSON{wire.TextOrNull(w.Employer)}, nameJSON{wire.TextOrNull(w.Position)}})
		}
		out.Work = &work
	}
	if c.grant.Scopes.Has("wl.emails") {
		out.Emails = showEmails(u.Emails)
	}
	if c.grant.Scopes.Has("wl.postal_addresses") {
		out.Addresses = &addressesJSON{showAddress(u.Addresses.Personal), showAddress(u.Addresses.Business)}
	}
	if c.grant.Scopes.Has("wl.phone_numbers") {
		out.Phones = &phonesJSON{
			wire.TextOrNull(u.Phones.Personal), wire.TextOrNull(u.Phones.Business), wire.TextOrNull(u.Phones.Mobile),
		}
	}
}

func showEmails(e backend.Emails) *emailsJSON {
	return &emailsJSON{
		Preferred: wire.TextOrNull(e.Preferred), Account: wire.TextOrNull(e.Account), Personal: wire.TextOrNull(e.Personal),
		Business: wire.TextOrNull(e.Business), Other: wire.TextOrNull(e.Other),
	}
}

func showAddress(a backend.Address) addressJSON {
	return addressJSON{
		Street: wire.TextOrNull(a.Street), Street2: wire.TextOrNull(a.Street2), City: wire.TextOrNull(a.City),
		State: wire.TextOrNull(a.State), PostalCode: wire.TextOrNull(a.PostalCode), Region: wire.TextOrNull(a.Region),
	}
}

// getUserPicture redirects to the profile's picture. Anybody may see it, even without a token.
func getUserPicture(c *call) (reply, error) {
	pixels := 180 // medium; that it is the default is inferred
	switch strings.ToLower(c.Params().Get("type")) {
	case "small":
		pixels = 96
	case "", "medium":
	case "large":
		pixels = 360
	default:
		return reply{}, wire.BadParameter("type", "one of these: small, medium, large")
	}
	if _, ok := c.h.Accounts.(backend.Remote); ok {
		return passUserPicture(c, pixels)
	}
	u, err := c.h.Accounts.User(c.Context(), c.owner())
	if err != nil {
		return reply{}, err
	}
	return reply{
		status:   http.StatusFound,
		location: c.h.Links.UserPicture(c.Call, u.ID, pixels),
	}, nil
}

// passUserPicture answers the bytes themselves: the service that has them gives no link.
func passUserPicture(c *call, pixels int) (reply, error) {
	if c.grant.Anonymous() {
		return reply{}, wire.TokenMissing()
	}
	picture, err := c.h.Accounts.UserPicture(c.Context(), c.owner(), pixels)
	if err != nil {
		return reply{}, err
	}
	return reply{content: &picture}, nil
}

// getPermissions answers the granted scopes, in the one list that has exactly one object and no paging.
func getPermissions(c *call) (reply, error) {
	granted := make(map[string]int, len(c.grant.Scopes.Granted()))
	for _, s := range c.grant.Scopes.Granted() {
		granted[s] = 1
	}
	return reply{body: struct {
		Data []map[string]int `json:"data"`
	}{[]map[string]int{granted}}}, nil
}
