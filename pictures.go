package liveconnect

import "context"

// pictureParams ask for a picture in a size.
type pictureParams struct {
	Type string `url:"type,omitempty"`
}

// picture opens the image behind GET …/picture.
func picture[S interface {
	~string
	validate() error
}](ctx context.Context, s *service, op string, object urlPath, size S) (*Download, error) {
	r := request{op: op, path: object.add("picture"), params: pictureParams{string(size)}, err: size.validate()}
	return openPicture(ctx, s, r, object)
}

// pictureURL asks for the address of the image behind GET …/picture.
func pictureURL[S interface {
	~string
	validate() error
}](ctx context.Context, s *service, op string, object urlPath, size S) (string, error) {
	return link(ctx, s, request{op: op, path: object.add("picture"), params: pictureParams{string(size)}, err: size.validate()})
}

// openPicture opens content that is not that of an item, but belongs to an object of the service; an empty path is none.
func openPicture(ctx context.Context, s *service, r request, object urlPath) (*Download, error) {
	return (&remoteContent{service: s, request: r, object: object}).download(ctx, Range{}, sink{})
}
