package api

import (
	"github.com/go-liveconnect/liveconnect/internal/service/backend"

	"bytes"
	"image"
	_ "image/gif" // the two formats that a logo may have
	_ "image/png"
	"io"
	"net/http"
	"net/url"
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

func (c *call) showApplication(a backend.Application) any {
	out := applicationJSON{
		ID: "application." + a.ID, Name: a.Name, ClientID: a.ID, ClientSecret: a.Secret,
		URIs: []uriJSON{{a.URI, "web"}}, TermsOfService: textOrNull(a.TermsOfService), Privacy: textOrNull(a.Privacy),
		UploadLocation: c.apiURL("application." + a.ID + "/picture"), // no slash at this one's end
		CreatedTime:    timeText(a.Created), UpdatedTime: timeText(a.Updated),
	}
	if a.HasLogo {
		u := c.logoURL(a)
		out.Picture = &u
	}
	return out
}

func (c *call) logoURL(a backend.Application) string {
	return c.storageURL(link{kind: linkLogo, ref: backend.Ref{ID: a.ID}, download: c.download()}, "logo")
}

// application finds the application of the path among the caller's own.
func (c *call) application() (backend.Application, error) {
	a, err := c.s.backend.Application(c.ctx(), c.target.id)
	if err == nil && a.Owner != c.user() {
		err = backend.ErrNotFound
	}
	return a, err
}

func listApplications(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	all, err := backend.All(c.s.backend.ApplicationsOf(c.ctx(), c.owner(), backend.Page{}))
	if err != nil {
		return reply{}, err
	}
	return listPage(c, all, c.showApplication)
}

func getApplication(c *call) (reply, error) {
	a, err := c.application()
	if err != nil {
		return reply{}, err
	}
	return reply{body: c.showApplication(a)}, nil
}

func createApplication(c *call) (reply, error) {
	if err := c.ownOnly(); err != nil {
		return reply{}, err
	}
	for _, required := range []string{"name", "uri"} {
		if v, _ := c.body.text(required); v == "" {
			return reply{}, errMissing(required, "name", "uri")
		}
	}
	a := backend.Application{Owner: c.user()}
	if err := applyApplication(&a, c.body); err != nil {
		return reply{}, err
	}
	a, err := c.s.backend.CreateApplication(c.ctx(), a)
	if err != nil {
		return reply{}, err
	}
	return reply{
		status: http.StatusCreated, body: c.showApplication(a), location: c.apiURL("application." + a.ID + "/"),
	}, nil
}

func updateApplication(c *call) (reply, error) {
	a, err := c.application()
	if err != nil {
		return reply{}, err
	}
	if err := applyApplication(&a, c.body); err != nil {
		return reply{}, err
	}
	if a, err = c.s.backend.UpdateApplication(c.ctx(), a); err != nil {
		return reply{}, err
	}
	return reply{body: c.showApplication(a)}, nil
}

func applyApplication(a *backend.Application, body object) error {
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
		v := body.textPtr(f.name)
		if v == nil {
			continue
		}
		if *v == "" && f.must {
			return errParameter(f.name, "a text that isn't empty")
		}
		if u, err := url.Parse(*v); f.link && *v != "" && (err != nil || u.Host == "") {
			return errParameter(f.name, "an absolute URL")
		}
		*f.at = *v
	}
	return nil
}

func deleteApplication(c *call) (reply, error) {
	a, err := c.application()
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusNoContent}, c.s.backend.DeleteApplication(c.ctx(), a.ID)
}

func getLogo(c *call) (reply, error) {
	a, err := c.application()
	if err != nil {
		return reply{}, err
	}
	if !a.HasLogo {
		return reply{}, backend.ErrNoPicture
	}
	return reply{status: http.StatusFound, location: c.logoURL(a)}, nil
}

// A logo is a PNG or GIF of 48 × 48 pixels. The limit of its size is ours.
const (
	logoPixels = 48
	maxLogo    = 1 << 20
)

// putLogo takes a logo by PUT, or by POST as multipart. Its file name and the overwrite parameter have no meaning.
func putLogo(c *call) (reply, error) {
	a, err := c.application()
	if err != nil {
		return reply{}, err
	}
	var src io.Reader
	if c.method == http.MethodPost {
		src, _, err = c.filePart(maxLogo)
	} else {
		src, err = c.bodyReader(maxLogo)
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
		return reply{}, errBody("A logo must be a PNG or GIF image of 48 x 48 pixels.")
	}
	if err := c.s.backend.SetLogo(c.ctx(), a.ID, picture); err != nil {
		return reply{}, err
	}
	// The answer of a logo's upload is not recorded; this is that of other uploads.
	return reply{
		status:   http.StatusCreated,
		body:     uploadJSON{ID: "application." + a.ID, Name: a.Name, Source: c.logoURL(a)},
		location: c.apiURL("application." + a.ID + "/picture/"),
	}, nil
}
