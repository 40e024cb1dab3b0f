package liveconnect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Client calls the Live Connect REST API, version 5.0, for one user. Its fields are the objects of the API. It is safe
// for concurrent use, and all its goroutines share one pace and one budget of retries.
//
// Make it with [NewClient]. Every call of a zero Client returns [ErrNotInitialized].
type Client struct {
	Users        *UsersService
	Permissions  *PermissionsService
	Friends      *FriendsService
	Contacts     *ContactsService
	Calendars    *CalendarsService
	Events       *EventsService
	Activities   *ActivitiesService
	Applications *ApplicationsService

	Items     *ItemsService
	Folders   *FoldersService
	Albums    *AlbumsService
	Photos    *PhotosService
	Videos    *VideosService
	Audio     *AudioService
	Files     *FilesService
	Comments  *CommentsService
	Tags      *TagsService
	Uploads   *UploadsService
	Downloads *DownloadsService

	service service
}

// NewClient makes a client from an HTTP client that oauth2 made, such as oauth2.Config.Client returns:
//
//	conf := liveconnect.OAuthConfig(id, secret, redirectURL, liveconnect.ScopePhotos)
//	client, err := liveconnect.NewClient(conf.Client(ctx, token))
//
// The client takes the oauth2 transport apart and sets the token itself, so that it goes to the API and nowhere else:
// the transport alone would send it to every storage host that a download is redirected to. An HTTP client of another
// kind, or nil, goes with [WithTokenSource]; without a token, only what is public can be read.
//
// A transport of your own, one that logs for instance, belongs below oauth2's, as its Base. One above it has to have the
// methods Unwrap() http.RoundTripper, which returns what it lies over, and Rewrap(base http.RoundTripper)
// http.RoundTripper, which returns one like it over base; it then works as before, and sees the token only where that
// may go. Without them NewClient looks through fields, and returns an error where it finds oauth2's transport. It cannot
// look into a function: there, a download fails at its redirect with an error that says so, if the answers have the
// Request that was sent, as those of net/http and oauth2 do. A transport that sets the same token once more, or tells
// nothing of what it sent, goes unseen: its author keeps the token from other hosts.
//
// Timeout, Jar and CheckRedirect of the HTTP client keep their meaning. Mind that its Timeout cuts long downloads off.
// The errors of all options come back joined.
func NewClient(httpClient *http.Client, opts ...Option) (*Client, error) {
	cfg := defaultConfig()
	var errs []error
	for i, opt := range opts {
		if opt == nil {
			errs = append(errs, fmt.Errorf("option %d is nil", i+1))
			continue
		}
		errs = append(errs, opt(cfg))
	}
	sender, err := newCore(httpClient, cfg)
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, &Error{Op: "NewClient", Err: fmt.Errorf("%w: %w", ErrInvalidArgument, err)}
	}
	sender.answers.generated = new(decoders).read
	client := &Client{service: service{core: sender}}
	shared := &client.service
	client.Users = (*UsersService)(shared)
	client.Permissions = (*PermissionsService)(shared)
	client.Friends = (*FriendsService)(shared)
	client.Contacts = (*ContactsService)(shared)
	client.Calendars = (*CalendarsService)(shared)
	client.Events = (*EventsService)(shared)
	client.Activities = (*ActivitiesService)(shared)
	client.Applications = (*ApplicationsService)(shared)
	client.Items = (*ItemsService)(shared)
	client.Folders = (*FoldersService)(shared)
	client.Albums = (*AlbumsService)(shared)
	client.Photos = (*PhotosService)(shared)
	client.Videos = (*VideosService)(shared)
	client.Audio = (*AudioService)(shared)
	client.Files = (*FilesService)(shared)
	client.Comments = (*CommentsService)(shared)
	client.Tags = (*TagsService)(shared)
	client.Uploads = (*UploadsService)(shared)
	client.Downloads = (*DownloadsService)(shared)
	return client, nil
}

// CloseIdleConnections closes the connections that no call is using.
func (c *Client) CloseIdleConnections() {
	if c != nil && c.service.core != nil {
		c.service.core.http.CloseIdleConnections()
	}
}

// Request is a call that this package has no method for, see [Client.Do].
type Request struct {
	Method string     // GET if empty; also MOVE and COPY
	Path   string     // below the base URL, such as "me/skydrive/recent_docs"
	Query  url.Values // parameters, without access_token
	// Body is sent as JSON, but an [io.Reader] and a []byte as they are, as application/octet-stream unless Header says
	// otherwise. A reader that can Seek is sent again after a fault, another one is not. nil is no body.
	Body any
	// Header is set in addition to what the client sends, and in place of its Content-Type.
	Header http.Header
}

// Do makes a call that this package has no method for, with the same token, retries, limits and errors as the others.
// The JSON answer is decoded into out; nil takes any answer.
//
//	var quota struct{ Quota, Available int64 }
//	err := client.Do(ctx, &liveconnect.Request{Path: "me/skydrive/quota"}, &quota)
func (c *Client) Do(ctx context.Context, req *Request, out any) error {
	const op = "Client.Do"
	if c == nil {
		return &Error{Op: op, Err: ErrNotInitialized}
	}
	if req == nil {
		return invalidArgument(op, "the request is nil")
	}
	r := request{op: op, method: req.Method, extra: req.Query, header: req.Header}
	if r.method == "" {
		r.method = http.MethodGet
	}
	if strings.ContainsFunc(r.method, func(c rune) bool { return c < 'A' || c > 'Z' }) {
		return invalidArgument(op, "method %q: want a verb in capital letters", req.Method)
	}
	for _, segment := range strings.Split(strings.Trim(req.Path, "/"), "/") {
		if err := checkID("path segment", segment); err != nil {
			r.check(fmt.Errorf("path %q: %w", req.Path, err))
		}
		r.path = r.path.add(segment)
	}
	if req.Query.Has("access_token") {
		return invalidArgument(op, "the query has an access_token: the client sends its own")
	}
	for name := range req.Header {
		switch http.CanonicalHeaderKey(name) {
		case "Authorization", "Host", "Content-Length", "Transfer-Encoding", "Range", "Accept-Encoding":
			return invalidArgument(op, "the header has %q, which the client sets itself", name)
		}
	}
	if err := r.setBody(req.Body); err != nil {
		return invalidArgument(op, "%w", err)
	}
	return c.service.call(ctx, r, out)
}

// setBody sends bytes and readers as they are, and all else as JSON.
func (r *request) setBody(content any) error {
	switch content := content.(type) {
	case nil:
	case json.Marshaler:
		r.setJSON(content)
	case []byte:
		r.body = memoryBody{content, "application/octet-stream"}
	case io.Reader:
		source, err := newUploadBody(content, &UploadOptions{})
		if err != nil {
			return err
		}
		r.body = &rawBody{source}
	default:
		r.setJSON(content)
	}
	return nil
}

// rawBody is a reader's content that is no upload of a file.
type rawBody struct{ *uploadBody }

func (b *rawBody) contentType() string { return "application/octet-stream" }
