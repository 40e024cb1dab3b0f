package api

import (
	"bytes"
	"image"
	_ "image/gif" // the two formats that a logo may have
	_ "image/png"
	"io"
	"net/http"
	"net/url"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// applicationJSON has the order of the reference.
type applicationJSON struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	ClientID       string    `json:"client_id"`
	ClientSecret   string    `json:"client_secret"`
	URIs           []uriJSON `json:"uris"`
	TermsOfService *string   `json:"terms_of_service_link"`
	Privacy        *string   `json:"privacy_link"`
	Picture        *string   `json:"picture"`
	UploadLocation string    `json:"upload_location"`
	CreatedTime    *string   `json:"created_time"`
	UpdatedTime    *string   `json:"updated_time"`
}

type uriJSON struct {
	URI  string `json:"uri"`
	Type string `json:"type"`
}

func showApplication(c *call, a backend.Application) any {
	out := applicationJSON{
		ID: "application." + a.ID, Name: a.Name, ClientID: a.ID, ClientSecret: a.Secret,
		URIs: []uriJSON{{a.URI, "web"}}, TermsOfService: wire.TextOrNull(a.TermsOfService), Privacy: wire.TextOrNull(a.Privacy),
		UploadLocation: c.url("application." + a.ID + "/picture"), // no slash at this one's end
		CreatedTime:    wire.TimeText(a.Created), UpdatedTime: wire.TimeText(a.Updated),
	}
	if a.HasLogo {
		u := c.h.Links.Logo(c.Call, a.ID)
		out.Picture = &u
	}
	return out
}

// ownApplication finds the application of the path among the caller's own.
func ownApplication(c *call) (backend.Application, error) {
	a, err := c.h.Accounts.Application(c.Context(), c.target.id)
	if err == nil && a.Owner != c.grant.User {
		err = backend.ErrNotFound
	}
	return a, err
}

func listApplications(c *call) (reply, error) {
	return listPage(c, func(page backend.Page) (backend.List[backend.Application], error) {
		return c.h.Accounts.ApplicationsOf(c.Context(), c.owner(), page)
	}, func(a backend.Application) any { return showApplication(c, a) })
}

func getApplication(c *call) (reply, error) {
	a, err := ownApplication(c)
	return reply{body: showApplication(c, a)}, err
}

func createApplication(c *call) (reply, error) {
	for _, required := range []string{"name", "uri"} {
		if v, _ := c.body.Text(required); v == "" {
			return reply{}, wire.Missing(required, "name", "uri")
		}
	}
	a := backend.Application{Owner: c.grant.User}
	if err := applyApplication(&a, c.body); err != nil {
		return reply{}, err
	}
	a, err := c.h.Accounts.CreateApplication(c.Context(), a)
	return c.created("application."+a.ID, showApplication(c, a)), err
}

func updateApplication(c *call) (reply, error) {
	a, err := ownApplication(c)
	if err != nil {
		return reply{}, err
	}
	if err := applyApplication(&a, c.body); err != nil {
		return reply{}, err
	}
	a, err = c.h.Accounts.UpdateApplication(c.Context(), a)
	return reply{body: showApplication(c, a)}, err
}

func applyApplication(a *backend.Application, body wire.Object) error {
	for _, f := range []struct {
		name string
		at   *string
		must bool
		link bool
	}{
		{"name", &a.Name, true, false},
		{"uri", &a.URI, true, true},
		{"terms_of_service_link", &a.TermsOfService, false, true},
		{"privacy_link", &a.Privacy, false, true},
	} {
		v := body.TextPtr(f.name)
		if v == nil {
			continue
		}
		if *v == "" && f.must {
			return wire.BadParameter(f.name, "a text that isn't empty")
		}
		if u, err := url.Parse(*v); f.link && *v != "" && (err != nil || u.Host == "") {
			return wire.BadParameter(f.name, "an absolute URL")
		}
		*f.at = *v
	}
	return nil
}

func deleteApplication(c *call) (reply, error) {
	a, err := ownApplication(c)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.h.Accounts.DeleteApplication(c.Context(), a.ID)
}

func getLogo(c *call) (reply, error) {
	a, err := ownApplication(c)
	if err != nil {
		return reply{}, err
	}
	if !a.HasLogo {
		return reply{}, backend.ErrNoPicture
	}
	return reply{status: http.StatusFound, location: c.h.Links.Logo(c.Call, a.ID)}, nil
}

// A logo is a PNG or GIF of 48 × 48 pixels. The limit of its size is ours.
const (
	logoPixels = 48
	maxLogo    = 1 << 20
)

// putLogo takes a logo by PUT, or by POST as multipart. Its file name and the overwrite parameter have no meaning.
func putLogo(c *call) (reply, error) {
	a, err := ownApplication(c)
	if err != nil {
		return reply{}, err
	}
	var src io.Reader
	if c.Method == http.MethodPost {
		src, _, err = filePart(c, maxLogo, true)
	} else {
		src, err = wire.BodyReader(c.R, maxLogo)
	}
	if err != nil {
		return reply{}, err
	}
	picture, err := io.ReadAll(src)
	if err != nil {
		return reply{}, err
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil || format != "png" && format != "gif" || size.Width != logoPixels || size.Height != logoPixels {
		return reply{}, wire.BadBody("A logo must be a PNG or GIF image of 48 x 48 pixels.")
	}
	if err := c.h.Accounts.SetLogo(c.Context(), a.ID, picture); err != nil {
		return reply{}, err
	}
	// The answer of a logo's upload is not recorded; this is that of other uploads.
	return reply{
		status:   http.StatusCreated,
		body:     uploadJSON{ID: "application." + a.ID, Name: a.Name, Source: c.h.Links.Logo(c.Call, a.ID)},
		location: c.url("application." + a.ID + "/picture/"),
	}, nil
}
