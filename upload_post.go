package liveconnect

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/redact"
)

// PostOptions change how a file is uploaded by POST.
type PostOptions struct {
	UploadOptions
	// State and RedirectURI ask for an HTML page in place of JSON, which sends a browser to RedirectURI with State and
	// the result behind a "#". The domain of RedirectURI must be the application's. Post reads the page itself;
	// [ParseUploadRedirect] reads one that a browser got.
	State       string `url:"state,omitempty"`
	RedirectURI string `url:"redirect_uri,omitempty"`
	// ContentType is the media type of the file inside the form; empty is application/octet-stream.
	ContentType string `url:"-"`
	// ToFolder posts to /FOLDER_ID, the older of the two documented paths, in place of /FOLDER_ID/files.
	ToFolder bool `url:"-"`
}

func (o *PostOptions) validate() error {
	if o == nil {
		return nil
	}
	if _, _, err := mime.ParseMediaType(o.ContentType); o.ContentType != "" && err != nil {
		return fmt.Errorf("content type %q: want one such as image/jpeg", o.ContentType)
	}
	if (o.State == "") != (o.RedirectURI == "") {
		return errors.New("state and redirect_uri go together")
	}
	return o.UploadOptions.validate()
}

// Post uploads a file as an HTML form does, with multipart/form-data: POST /FOLDER_ID/files, with ToFolder POST
// /FOLDER_ID, or POST /UPLOAD_LOCATION, scope wl.skydrive_update. target is a folder id, [Root] and the like, or the
// UploadLocation of a folder. The documents prefer [UploadsService.Put], which also treats names better that are not
// ASCII (seen in clients).
//
// A POST is sent again only if nothing was sent yet, or the service says that it was not carried out.
//
// Errors: those of Put. Reference pages "File object" and "Photo object".
func (s *UploadsService) Post(ctx context.Context, target, name string, body io.Reader, opts *PostOptions) (*UploadedFile, error) {
	const op = "Uploads.Post"
	if opts == nil {
		opts = &PostOptions{}
	}
	r := request{op: op, method: http.MethodPost, params: opts}
	r.aim(target, opts.ToFolder)
	r.check(checkName("file name", name), opts.validate())
	if err := r.invalid(); err != nil {
		return nil, err
	}
	source, err := newUploadBody(body, &opts.UploadOptions)
	if err != nil {
		return nil, invalidArgument(op, "%w", err)
	}
	r.body = newFormBody(name, opts.ContentType, source)
	send := object[UploadedFile]
	if opts.RedirectURI != "" {
		send = postForPage
	}
	file, err := send(ctx, (*service)(s), r)
	return file, source.end(err)
}

// aim sends a form to a folder, or to its upload location.
func (r *request) aim(target string, toFolder bool) {
	if strings.Contains(target, "://") {
		r.at, r.err = parseLocation(target)
		return
	}
	r.path = folderPath("folder id", target)
	if !toFolder {
		r.path = r.path.add("files")
	}
}

// postForPage makes an upload whose answer is an HTML page.
func postForPage(ctx context.Context, s *service, r request) (*UploadedFile, error) {
	c, err := s.ready(ctx, r.op)
	if err != nil {
		return nil, err
	}
	var page []byte
	err = c.do(ctx, &r, func(resp *http.Response) error {
		defer resp.Body.Close() //nolint:errcheck // read to its end
		var err error
		page, err = io.ReadAll(io.LimitReader(resp.Body, c.answers.maxBytes))
		return err
	})
	if err != nil {
		return nil, err
	}
	answer, err := parseUploadRedirect(page, c.tokens.secrets()...)
	if err != nil {
		return nil, &Error{Op: r.op, Method: r.method, Err: err}
	}
	return answer.File, nil
}

// UploadRedirect is what the HTML answer to an upload says.
type UploadRedirect struct {
	RedirectURI string // where the browser is sent
	State       string // as it was asked for
	File        *UploadedFile
}

// window.location = "…", a string of JavaScript.
var locationPattern = regexp.MustCompile(`window\.location\s*=\s*("(?:[^"\\]|\\.)*")`)

// ParseUploadRedirect reads the HTML page that the service answers to an upload with State and RedirectURI, or the
// address that a browser was sent to by it. If the result is an error, it is returned as an *[Error].
func ParseUploadRedirect(page []byte) (*UploadRedirect, error) { return parseUploadRedirect(page) }

// parseUploadRedirect shows nothing of what it cannot read: a page may hold a token, and does hold a link to the file.
func parseUploadRedirect(page []byte, secrets ...*redact.Secret) (*UploadRedirect, error) {
	location := strings.TrimSpace(string(page))
	if match := locationPattern.FindSubmatch(page); match != nil {
		if err := json.Unmarshal(match[1], &location); err != nil {
			return nil, fmt.Errorf("%w: the page's address is not a string of JavaScript", ErrUnexpectedContent)
		}
	}
	address, fragment, found := strings.Cut(location, "#")
	if !found || !strings.Contains(fragment, "result=") {
		return nil, fmt.Errorf("%w: neither the page of an upload nor the address it leads to", ErrUnexpectedContent)
	}
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return nil, fmt.Errorf("%w: the address of the upload's result has an escape that is none", ErrUnexpectedContent)
	}
	result := []byte(values.Get("result"))
	if code, message := errorBody(result); code != "" || message != "" {
		return nil, &Error{
			Op: "ParseUploadRedirect", Code: shownCode(code, secrets...), Message: shown(message, maxShown, secrets...),
		}
	}
	answer := &UploadRedirect{RedirectURI: address, State: values.Get("state"), File: new(UploadedFile)}
	if err := json.Unmarshal(result, answer.File); err != nil || answer.File.ID == "" {
		return nil, fmt.Errorf("%w: the upload's result, of %d bytes, is no file", ErrUnexpectedContent, len(result))
	}
	return answer, nil
}

// formBody is an upload inside a form of one part. Its length is known if the file's is, and nothing is buffered.
type formBody struct {
	*uploadBody
	boundary   string
	head, tail string
}

func newFormBody(name, contentType string, file *uploadBody) *formBody {
	boundary := "go-liveconnect-" + rand.Text()
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", "%0D", "\n", "%0A").Replace(name)
	return &formBody{
		uploadBody: file, boundary: boundary,
		head: "--" + boundary + "\r\n" + `Content-Disposition: form-data; name="file"; filename="` + escaped + "\"\r\n" +
			"Content-Type: " + cmp.Or(contentType, "application/octet-stream") + "\r\n\r\n",
		tail: "\r\n--" + boundary + "--\r\n",
	}
}

func (b *formBody) open() (io.ReadCloser, int64, error) {
	file, size, err := b.uploadBody.open()
	if err != nil {
		return nil, 0, err
	}
	if size >= 0 {
		size += int64(len(b.head) + len(b.tail))
	}
	return &formReader{io.MultiReader(strings.NewReader(b.head), file, strings.NewReader(b.tail)), file}, size, nil
}

// formReader is a form on its way, and closes the file in it.
type formReader struct {
	io.Reader
	io.Closer
}

// delivered leaves out what stands around the file.
func (b *formBody) delivered(total int64) {
	b.uploadBody.delivered(min(max(total-int64(len(b.head)), 0), b.current.read.Load()))
}

func (b *formBody) contentType() string { return "multipart/form-data; boundary=" + b.boundary }
