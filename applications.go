package liveconnect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // for checkLogo
	_ "image/png"
	"io"
	"iter"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/textproto"
)

// Application is a client id of a developer. All of it is read only; [ApplicationUpdate] has what can be changed.
type Application struct {
	ID                 string           `json:"id"`
	Name               string           `json:"name"`
	ClientID           string           `json:"client_id"`
	ClientSecret       Secret           `json:"client_secret"`
	URIs               []ApplicationURI `json:"uris"`
	TermsOfServiceLink string           `json:"terms_of_service_link"`
	PrivacyLink        string           `json:"privacy_link"`
	Picture            string           `json:"picture"`         // the logo's URL; "" without one
	UploadLocation     string           `json:"upload_location"` // where a logo goes, see UploadLogo
	CreatedTime        Time             `json:"created_time"`
	UpdatedTime        Time             `json:"updated_time"`
}

func (a *Application) id() string { return a.ID }

// ApplicationURI is where an application's users come back to after signing in.
type ApplicationURI struct {
	URI  string `json:"uri"`
	Type string `json:"type"` // "web"
}

// Secret is a text that shows itself to Reveal only: printed, logged or encoded, it is "[secret]", and "" if it is empty.
type Secret struct {
	// A pointer, because fmt prints what is in unexported fields without asking the methods.
	text *string
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text itself.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns "[secret]", or "".
func (s Secret) String() string {
	if s.Reveal() == "" {
		return ""
	}
	return mask
}

// GoString returns what String does.
func (s Secret) GoString() string { return s.String() }

// Format writes what String does, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements [slog.LogValuer] with what String does.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText implements [encoding.TextMarshaler] with what String does, for JSON and for logs.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// mask is what is shown of a secret.
const mask = "[secret]"

// UnmarshalJSON reads the text itself, or null. What MarshalText wrote is refused: the secret is not in it.
func (s *Secret) UnmarshalJSON(b []byte) error {
	var text *string
	if err := json.Unmarshal(b, &text); err != nil {
		return errors.New("liveconnect: a secret must be a string or null")
	}
	if text != nil && *text == mask {
		return errors.New("liveconnect: this secret was written as a mask, and cannot be read back: store what Reveal returns")
	}
	s.text = text
	return nil
}

// NewApplication is what [ApplicationsService.Create] needs.
type NewApplication struct {
	Name               string `json:"name"` // required
	URI                string `json:"uri"`  // required: where users come back to after signing in
	TermsOfServiceLink string `json:"terms_of_service_link,omitempty"`
	PrivacyLink        string `json:"privacy_link,omitempty"`
}

func (a *NewApplication) validate() error {
	if a == nil {
		return errors.New("the application is nil")
	}
	return errors.Join(
		requireText("application name", a.Name, 0),
		requireText("uri", a.URI, 0),
		checkText("terms_of_service_link", a.TermsOfServiceLink, 0),
		checkText("privacy_link", a.PrivacyLink, 0),
	)
}

// ApplicationUpdate changes an application's properties; what is left out stays as it is.
type ApplicationUpdate struct {
	Name               Opt[string] `json:"name,omitzero"`
	URI                Opt[string] `json:"uri,omitzero"`
	TermsOfServiceLink Opt[string] `json:"terms_of_service_link,omitzero"`
	PrivacyLink        Opt[string] `json:"privacy_link,omitzero"`
}

func (u *ApplicationUpdate) validate() error {
	if u == nil || *u == (ApplicationUpdate{}) {
		return errNoChange
	}
	return errors.Join(
		requireNewText("name", u.Name, 0),
		requireNewText("uri", u.URI, 0),
		checkText("terms_of_service_link", u.TermsOfServiceLink.value, 0),
		checkText("privacy_link", u.PrivacyLink.value, 0),
	)
}

// ApplicationsService is for the client ids of developers: [Client.Applications]. The service dropped it in 2014. An
// application's id is "application." and its client id; the documents let the client id alone stand for it.
type ApplicationsService service

// List returns one page of a developer's applications: GET /USER_ID/applications, scope wl.applications. [Me] is the
// signed-in user.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Application object".
func (s *ApplicationsService) List(ctx context.Context, userID string, opts *PageOptions) (*Page[*Application], error) {
	return s.list("Applications.List", userID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *ApplicationsService) Pages(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Page[*Application], error] {
	return s.list("Applications.Pages", userID, opts).pages(ctx)
}

// All iterates over the applications of all pages of List.
func (s *ApplicationsService) All(ctx context.Context, userID string, opts *PageOptions) iter.Seq2[*Application, error] {
	return s.list("Applications.All", userID, opts).all(ctx)
}

func (s *ApplicationsService) list(op, userID string, opts *PageOptions) lister[Application, *Application] {
	return newLister[Application]((*service)(s), op, objectPath("user id", userID).add("applications"), opts)
}

// Get returns an application: GET /APPLICATION_ID, scope wl.applications.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Application object".
func (s *ApplicationsService) Get(ctx context.Context, applicationID string) (*Application, error) {
	return get[Application](ctx, (*service)(s), "Applications.Get", objectPath("application id", applicationID))
}

// Create makes an application: POST /USER_ID/applications, scope wl.applications_create. The answer has its client id
// and secret. [Me] is the signed-in user.
//
// Errors: [ErrParameterMissing], [ErrParameterInvalid], [ErrForbidden]. Reference page "Application object".
func (s *ApplicationsService) Create(ctx context.Context, userID string, application *NewApplication) (*Application, error) {
	return send[Application](ctx, (*service)(s), "Applications.Create", http.MethodPost, objectPath("user id", userID).add("applications"), application)
}

// Update changes an application's properties: PUT /APPLICATION_ID, scope wl.applications_create.
//
// Errors: [ErrNotFound], [ErrParameterInvalid], [ErrForbidden]. Reference page "Application object", which names the
// call without showing it.
func (s *ApplicationsService) Update(ctx context.Context, applicationID string, change *ApplicationUpdate) (*Application, error) {
	return send[Application](ctx, (*service)(s), "Applications.Update", http.MethodPut, objectPath("application id", applicationID), change)
}

// Delete removes an application: DELETE /APPLICATION_ID, scope wl.applications_create.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Application object", which names the call without showing it.
func (s *ApplicationsService) Delete(ctx context.Context, applicationID string) error {
	return remove(ctx, (*service)(s), "Applications.Delete", objectPath("application id", applicationID))
}

// Logo opens an application's logo: GET /APPLICATION_ID/picture, scope wl.applications. The caller closes what it
// returns.
//
// Errors: [ErrNotFound] (also for an application without a logo), [ErrForbidden]. Reference page "Application object".
func (s *ApplicationsService) Logo(ctx context.Context, applicationID string) (*Download, error) {
	return picture(ctx, (*service)(s), "Applications.Logo", objectPath("application id", applicationID), ImageSize(""))
}

// LogoURL returns the address of an application's logo: GET /APPLICATION_ID/picture?suppress_redirects=true, scope
// wl.applications.
//
// Errors: [ErrNotFound] (also for an application without a logo), [ErrForbidden]. Reference page "Application object".
func (s *ApplicationsService) LogoURL(ctx context.Context, applicationID string) (string, error) {
	return pictureURL(ctx, (*service)(s), "Applications.LogoURL", objectPath("application id", applicationID), ImageSize(""))
}

// LogoOptions change how a logo is uploaded. nil is a PUT.
type LogoOptions struct {
	// Form sends the logo as a form of a web page would, by POST.
	Form bool
}

// UploadLogo sets an application's logo: PUT /APPLICATION_ID/picture, or POST /APPLICATION_ID/picture with a multipart
// form, scope wl.applications_create. The logo must be a PNG or GIF picture of 48 × 48 pixels, which is checked before it
// is sent; it is read to its end, and held in memory.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Application object".
func (s *ApplicationsService) UploadLogo(ctx context.Context, applicationID string, logo io.Reader, opts *LogoOptions) error {
	const op = "Applications.UploadLogo"
	r := request{op: op, method: http.MethodPut, path: objectPath("application id", applicationID).add("picture")}
	if isNil(logo) {
		r.check(errors.New("the logo is nil"))
	}
	if err := r.invalid(); err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(logo, maxLogo+1))
	if err != nil {
		return &Error{Op: op, Err: fmt.Errorf("reading the logo: %w", err)}
	}
	format, err := checkLogo(content)
	if err != nil {
		return invalidArgument(op, "%v", err)
	}
	r.body = memoryBody{content: content}
	if opts != nil && opts.Form {
		r.method, r.body = http.MethodPost, logoForm(content, format)
	}
	return (*service)(s).call(ctx, r, nil)
}

// maxLogo is more than any picture of 48 × 48 pixels needs; it keeps a wrong file out of memory.
const maxLogo = 1 << 20

func checkLogo(content []byte) (format string, err error) {
	if len(content) > maxLogo {
		return "", fmt.Errorf("the logo has more than %d bytes", maxLogo)
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || format != "png" && format != "gif" {
		return "", errors.New("the logo is neither PNG nor GIF")
	}
	if config.Width != 48 || config.Height != 48 {
		return "", fmt.Errorf("the logo has %d × %d pixels: want 48 × 48", config.Width, config.Height)
	}
	return format, nil
}

// logoForm puts a logo into a form of one part. Writing to memory does not fail.
func logoForm(content []byte, format string) memoryBody {
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, _ := writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="logo.` + format + `"`},
		"Content-Type":        {"image/" + format},
	})
	_, _ = part.Write(content)
	_ = writer.Close()
	return memoryBody{form.Bytes(), writer.FormDataContentType()}
}
