package liveconnect_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"iter"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
)

const (
	applicationID     = "application.000000004c043705"
	applicationSecret = "O9L3tC4ecrCdLDaNsNC3m4mdiBm9gYi4"
)

func contosoApp() *liveconnect.Application {
	return &liveconnect.Application{
		ID: applicationID, Name: "Pilot Live Connect App", ClientID: "000000004c043705",
		ClientSecret:       liveconnect.NewSecret(applicationSecret),
		URIs:               []liveconnect.ApplicationURI{{URI: "http://www.contoso.com", Type: "web"}},
		TermsOfServiceLink: "http://www.contoso.com/terms_of_service.php",
		PrivacyLink:        "http://www.contoso.com/privacy.php",
		UploadLocation:     "https://apis.live.net/v5.0/application.000000004c043705/picture",
		CreatedTime:        at("2011-04-18 19:03:59"), UpdatedTime: at("2011-04-25 18:24:26"),
	}
}

func TestDocumentedApplication(t *testing.T) {
	t.Parallel()
	page, err := serving(t, http.StatusOK, "documented/application_list.json").Applications.List(t.Context(), liveconnect.Me, nil)
	got := one(t, page, err)
	want := contosoApp()
	want.Picture = "https://public.dc1files.livefilestore.com/y1ppKKuiPyL82GBO149h-XhPxuPbD4iv0r-0IbITngBKpqEUShzTmxsj295NjLtLfmZxWZArsbYPG6FkhV7nKCPeg?psid=1"
	assert.Equal(t, want, got)
	assert.Equal(t, applicationSecret, got.ClientSecret.Reveal())
}

func TestApplicationsList(t *testing.T) {
	t.Parallel()
	opts := &liveconnect.PageOptions{Limit: 2}
	l := listing[*liveconnect.Application]{
		func(ctx context.Context, c *liveconnect.Client, id string) (*liveconnect.Page[*liveconnect.Application], error) {
			return c.Applications.List(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Page[*liveconnect.Application], error] {
			return c.Applications.Pages(ctx, id, opts)
		},
		func(ctx context.Context, c *liveconnect.Client, id string) iter.Seq2[*liveconnect.Application, error] {
			return c.Applications.All(ctx, id, opts)
		},
	}
	l.check(t, liveconnect.Me, "/me/applications", `{"id":"a"}`, limitOf2())
	l.check(t, "8c8ce076ca27823f", "/8c8ce076ca27823f/applications", `{"id":"a"}`, limitOf2())
}

func TestApplications(t *testing.T) {
	t.Parallel()
	const created = "documented/application_created.json"
	exchanges(t, []exchange{{
		name: "Get", answer: created, method: "GET", path: "/" + applicationID, want: contosoApp(),
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Applications.Get(ctx, applicationID)
		},
	}, {
		name: "Get by client id", answer: created, method: "GET", path: "/000000004c043705", want: contosoApp(),
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Applications.Get(ctx, "000000004c043705")
		},
	}, {
		name: "Create", status: http.StatusCreated, answer: created, method: "POST", path: "/me/applications", want: contosoApp(),
		body: string(fixture(t, "documented/application_create.json")),
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Applications.Create(ctx, liveconnect.Me, &liveconnect.NewApplication{
				Name: "Pilot Live Connect App", URI: "http://www.contoso.com",
				TermsOfServiceLink: "http://www.contoso.com/terms_of_service.php",
				PrivacyLink:        "http://www.contoso.com/privacy.php",
			})
		},
	}, {
		name: "Create with as little as possible", status: http.StatusCreated, answer: created, method: "POST", path: "/me/applications",
		body: `{"name":"n","uri":"https://app.example"}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Applications.Create(ctx, liveconnect.Me, &liveconnect.NewApplication{Name: "n", URI: "https://app.example"})
		},
	}, {
		name: "Update", answer: created, method: "PUT", path: "/" + applicationID, want: contosoApp(),
		body: `{"name":"n","uri":"https://app.example","terms_of_service_link":null,"privacy_link":""}`,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Applications.Update(ctx, applicationID, &liveconnect.ApplicationUpdate{
				Name: liveconnect.Set("n"), URI: liveconnect.Set("https://app.example"),
				TermsOfServiceLink: liveconnect.Null[string](), PrivacyLink: liveconnect.Set(""),
			})
		},
	}, {
		name: "Delete", status: http.StatusNoContent, method: "DELETE", path: "/" + applicationID,
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return nothing(c.Applications.Delete(ctx, applicationID))
		},
	}, {
		name: "LogoURL", answer: `{"location":"https://storage.example/logo.png"}`, method: "GET", path: "/" + applicationID + "/picture",
		query: url.Values{"suppress_redirects": {"true"}}, want: "https://storage.example/logo.png",
		call: func(ctx context.Context, c *liveconnect.Client) (any, error) {
			return c.Applications.LogoURL(ctx, applicationID)
		},
	}})
}

func TestApplicationsLogo(t *testing.T) {
	t.Parallel()
	logo := encodedLogo(t, "png", 48, 48)
	s := newStub(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/logo" {
			w.Header().Set("Content-Type", "image/png")
			_, _ = w.Write(logo)
			return
		}
		http.Redirect(w, r, "/logo", http.StatusFound)
	})
	content, err := s.client(t).Applications.Logo(t.Context(), applicationID)
	require.NoError(t, err)
	got, err := io.ReadAll(content)
	require.NoError(t, err)
	require.NoError(t, content.Close())
	assert.Equal(t, logo, got)
	assert.Equal(t, "image/png", content.ContentType)
	assert.Equal(t, "/v5.0/"+applicationID+"/picture", s.asked()[0].Path)
}

// encodedLogo makes a picture of one colour.
func encodedLogo(t *testing.T, format string, width, height int) []byte {
	t.Helper()
	picture := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})
	var b bytes.Buffer
	var err error
	switch format {
	case "png":
		err = png.Encode(&b, picture)
	case "gif":
		err = gif.Encode(&b, picture, nil)
	case "jpeg":
		err = jpeg.Encode(&b, picture, nil)
	}
	require.NoError(t, err)
	return b.Bytes()
}

func TestApplicationsUploadLogo(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"png", "gif"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			logo := encodedLogo(t, format, 48, 48)
			s := newStub(t, answer(http.StatusCreated, nil))
			require.NoError(t, s.client(t).Applications.UploadLogo(t.Context(), applicationID, bytes.NewReader(logo), nil))
			sent := s.last(t)
			assert.Equal(t, http.MethodPut, sent.Method)
			assert.Equal(t, "/v5.0/"+applicationID+"/picture", sent.Path)
			assert.Empty(t, sent.Header.Get("Content-Type"))
			assert.Equal(t, string(logo), sent.Body)
		})
		t.Run(format+" in a form", func(t *testing.T) {
			t.Parallel()
			logo := encodedLogo(t, format, 48, 48)
			s := newStub(t, answer(http.StatusCreated, []byte(`{"id":"x"}`)))
			require.NoError(t, s.client(t).Applications.UploadLogo(t.Context(), applicationID,
				iotest.OneByteReader(bytes.NewReader(logo)), &liveconnect.LogoOptions{Form: true}))
			sent := s.last(t)
			assert.Equal(t, http.MethodPost, sent.Method)
			assert.Equal(t, "/v5.0/"+applicationID+"/picture", sent.Path)
			mediaType, params, err := mime.ParseMediaType(sent.Header.Get("Content-Type"))
			require.NoError(t, err)
			assert.Equal(t, "multipart/form-data", mediaType)
			form := multipart.NewReader(strings.NewReader(sent.Body), params["boundary"])
			part, err := form.NextPart()
			require.NoError(t, err)
			assert.Equal(t, "file", part.FormName())
			assert.Equal(t, "logo."+format, part.FileName())
			assert.Equal(t, "image/"+format, part.Header.Get("Content-Type"))
			content, err := io.ReadAll(part)
			require.NoError(t, err)
			assert.Equal(t, logo, content)
			_, err = form.NextPart()
			require.ErrorIs(t, err, io.EOF, "one part only")
		})
	}
}

func TestApplicationsRefuse(t *testing.T) {
	t.Parallel()
	create := func(userID string, application *liveconnect.NewApplication) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Applications.Create(ctx, userID, application)
			return err
		}
	}
	update := func(applicationID string, change *liveconnect.ApplicationUpdate) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Applications.Update(ctx, applicationID, change)
			return err
		}
	}
	upload := func(applicationID string, logo []byte) func(context.Context, *liveconnect.Client) error {
		return func(ctx context.Context, c *liveconnect.Client) error {
			return c.Applications.UploadLogo(ctx, applicationID, bytes.NewReader(logo), nil)
		}
	}
	refused(t, badCalls{
		"Get: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Applications.Get(ctx, "")
			return err
		},
		"Delete: empty id": func(ctx context.Context, c *liveconnect.Client) error { return c.Applications.Delete(ctx, "") },
		"Logo: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Applications.Logo(ctx, "")
			return err
		},
		"LogoURL: empty id": func(ctx context.Context, c *liveconnect.Client) error {
			_, err := c.Applications.LogoURL(ctx, "")
			return err
		},
		"Create: empty id":   create("", &liveconnect.NewApplication{Name: "n", URI: "u"}),
		"Create: nil":        create(liveconnect.Me, nil),
		"Create: no name":    create(liveconnect.Me, &liveconnect.NewApplication{URI: "u"}),
		"Create: no uri":     create(liveconnect.Me, &liveconnect.NewApplication{Name: "n"}),
		"Create: not UTF-8":  create(liveconnect.Me, &liveconnect.NewApplication{Name: "n", URI: "u", PrivacyLink: "\xff"}),
		"Update: empty id":   update("", &liveconnect.ApplicationUpdate{Name: liveconnect.Set("n")}),
		"Update: nil":        update(applicationID, nil),
		"Update: nothing":    update(applicationID, &liveconnect.ApplicationUpdate{}),
		"Update: not UTF-8":  update(applicationID, &liveconnect.ApplicationUpdate{PrivacyLink: liveconnect.Set("\xff")}),
		"Update: empty name": update(applicationID, &liveconnect.ApplicationUpdate{Name: liveconnect.Set("")}),
		"Update: null uri":   update(applicationID, &liveconnect.ApplicationUpdate{URI: liveconnect.Null[string]()}),
		"UploadLogo: nil": func(ctx context.Context, c *liveconnect.Client) error {
			return c.Applications.UploadLogo(ctx, applicationID, nil, nil)
		},
		"UploadLogo: empty id":    upload("", encodedLogo(t, "png", 48, 48)),
		"UploadLogo: too wide":    upload(applicationID, encodedLogo(t, "png", 49, 48)),
		"UploadLogo: too low":     upload(applicationID, encodedLogo(t, "gif", 48, 47)),
		"UploadLogo: JPEG":        upload(applicationID, encodedLogo(t, "jpeg", 48, 48)),
		"UploadLogo: not a image": upload(applicationID, []byte("logo")),
		"UploadLogo: empty":       upload(applicationID, nil),
		"UploadLogo: too large":   upload(applicationID, append(encodedLogo(t, "png", 48, 48), make([]byte, 1<<20)...)),
	})
}

func TestApplicationsUploadLogoReader(t *testing.T) {
	t.Parallel()
	s := newStub(t, answer(http.StatusCreated, nil))
	broken := errors.New("disk on fire")
	err := s.client(t).Applications.UploadLogo(t.Context(), applicationID, iotest.ErrReader(broken), nil)
	require.ErrorIs(t, err, broken)
	assert.Empty(t, s.asked())
}

func TestSecretDoesNotShow(t *testing.T) {
	t.Parallel()
	app, err := serving(t, http.StatusOK, "documented/application_created.json").Applications.Get(t.Context(), applicationID)
	require.NoError(t, err)
	require.Equal(t, applicationSecret, app.ClientSecret.Reveal())
	type holder struct{ app liveconnect.Application }
	shown := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "% x", "%p"} {
		shown[verb] = fmt.Sprintf(verb, app.ClientSecret)
		shown[verb+" of the object"] = fmt.Sprintf(verb, app)
		shown[verb+" of the value"] = fmt.Sprintf(verb, *app)
		shown[verb+" inside"] = fmt.Sprintf(verb, holder{*app})
	}
	encoded, err := json.Marshal(app)
	require.NoError(t, err)
	shown["json"] = string(encoded)
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
	} {
		var b bytes.Buffer
		slog.New(handler(&b)).Info("made", "secret", app.ClientSecret, "app", app, "value", *app, "inside", holder{*app})
		shown["slog "+name] = b.String()
	}
	shown["String"], shown["GoString"] = app.ClientSecret.String(), app.ClientSecret.GoString()
	hexed := fmt.Sprintf("%x", applicationSecret)
	for how, text := range shown {
		assert.NotContains(t, text, applicationSecret, how)
		assert.NotContains(t, strings.ToLower(text), hexed, how)
	}
	assert.Equal(t, "[secret]", shown["%v"])
	assert.Contains(t, shown["%+v of the object"], "ClientSecret:[secret]")
}

func TestSecretReads(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]string{`{}`: "", `{"client_secret":null}`: "", `{"client_secret":"a\"b"}`: `a"b`} {
		var app liveconnect.Application
		require.NoError(t, json.Unmarshal([]byte(content), &app), content)
		assert.Equal(t, want, app.ClientSecret.Reveal(), content)
		assert.Equal(t, want == "", app.ClientSecret.String() == "", content)
	}
	var app liveconnect.Application
	err := json.Unmarshal([]byte(`{"client_secret":{"x":"hidden"}}`), &app)
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "hidden")
}
