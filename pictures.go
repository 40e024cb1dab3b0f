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
}](ctx context.Context, s *service, op, itemID string, size S) (*Download, error) {
	path, err := picturePath(itemID, size)
	if err != nil {
		return nil, invalidArgument(op, "%v", err)
	}
	object, _ := objectPath("id", itemID)
	return openPicture(ctx, s, request{op: op, path: path, params: pictureParams{string(size)}}, object)
}

// pictureURL asks for the address of the image behind GET …/picture.
func pictureURL[S interface {
	~string
	validate() error
}](ctx context.Context, s *service, op, itemID string, size S) (string, error) {
	path, err := picturePath(itemID, size)
	if err != nil {
		return "", invalidArgument(op, "%v", err)
	}
	return link(ctx, s, op, path, pictureParams{string(size)})
}

func picturePath(itemID string, size interface{ validate() error }) (urlPath, error) {
	path, err := objectPath("id", itemID)
	if err != nil {
		return urlPath{}, err
	}
	return path.add("picture"), size.validate()
}

// openPicture opens content that is not that of an item, but belongs to an object of the service; an empty path is none.
func openPicture(ctx context.Context, s *service, r request, object urlPath) (*Download, error) {
	return (&remoteContent{service: s, request: r, object: object}).download(ctx, Range{}, sink{})
}
