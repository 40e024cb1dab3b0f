package liveconnect

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
)

// UploadsService puts content into a drive: [Client.Uploads].
type UploadsService service

// Put uploads a file into a folder or album: PUT /FOLDER_ID/files/NAME, scope wl.skydrive_update. [Root] and the other
// special folders stand for their ids. The documented limit is 100 MB: a larger body whose size is known is refused
// before anything is sent, with an error that matches ErrInvalidArgument and ErrTooLarge.
//
// body is read from where it stands to its end, is not held in memory, and is not closed. Its size is taken from
// opts.Size, a Seek method or a Len method; without any of these, the upload is sent in chunks. A body that can Seek,
// and one that opts.Open gives, is sent again after a fault; another one only as long as nothing was read of it. If body
// fails, or is not as long as announced, the server never sees a complete request, and what it had stays as it was.
//
// [WithResponse] tells status 201 for a new file, 200 for one that was replaced.
//
// Errors: [ErrAlreadyExists] with [OverwriteFalse], [ErrNotFound] for the folder, [ErrQuotaExceeded], [ErrTooLarge],
// [ErrForbidden], [ErrSourceLength]. Reference pages "File object" and "Photo object".
func (s *UploadsService) Put(ctx context.Context, folderID, name string, body io.Reader, opts *UploadOptions) (*UploadedFile, error) {
	path := folderPath("folder id", folderID).add("files").addName("file name", name)
	return (*service)(s).upload(ctx, request{op: "Uploads.Put", path: path}, body, opts)
}

// PutTo is Put to an upload location: PUT /UPLOAD_LOCATION/NAME for the UploadLocation of a folder or album, and a PUT to
// the location alone, with an empty name, for that of a file, whose content it replaces. Scope wl.skydrive_update. The
// location must be at the API host or at a storage origin of the client, because it gets the token.
//
// Errors: those of Put, and [ErrInvalidArgument] for a location elsewhere. Reference pages "File object" and "Photo
// object".
func (s *UploadsService) PutTo(ctx context.Context, uploadLocation, name string, body io.Reader, opts *UploadOptions) (*UploadedFile, error) {
	at, err := parseLocation(uploadLocation)
	r := request{op: "Uploads.PutTo", at: at, err: err}
	if name != "" {
		r.path = r.path.addName("file name", name)
	} else if opts != nil {
		// The service ignores overwrite here; Microsoft's clients leave it out.
		r.params = &UploadOptions{DownsizePhotoUploads: opts.DownsizePhotoUploads}
	}
	return (*service)(s).upload(ctx, r, body, opts)
}

// Replace gives a file new content: PUT /ITEM_ID/content, scope wl.skydrive_update. The file keeps its id and name;
// opts.Overwrite has no meaning here and must be empty.
//
// Errors: those of Put. Reference pages "File object" and "Photo object".
func (s *UploadsService) Replace(ctx context.Context, itemID string, body io.Reader, opts *UploadOptions) (*UploadedFile, error) {
	r := request{op: "Uploads.Replace", path: objectPath("item id", itemID).add("content")}
	if opts != nil && opts.Overwrite != "" {
		r.check(errors.New("overwrite has no meaning when the content of a file is replaced"))
	}
	return (*service)(s).upload(ctx, r, body, opts)
}

// upload sends a body by PUT, with the parameters of opts if the request has none.
func (s *service) upload(ctx context.Context, r request, body io.Reader, opts *UploadOptions) (*UploadedFile, error) {
	if opts == nil {
		opts = &UploadOptions{}
	}
	r.method = http.MethodPut
	if r.params == nil {
		r.params = opts
	}
	r.check(opts.validate())
	if err := r.invalid(); err != nil {
		return nil, err
	}
	source, err := newUploadBody(body, opts)
	if err != nil {
		return nil, invalidArgument(r.op, "%w", err)
	}
	r.body = source
	file, err := object[UploadedFile](ctx, s, r)
	return file, source.end(err)
}

func parseLocation(location string) (*url.URL, error) {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || u.User != nil {
		return nil, errors.New("the upload location is not a URL such as the service gives in UploadLocation")
	}
	return u, nil
}
