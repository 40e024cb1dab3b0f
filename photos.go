package liveconnect

import (
	"context"
	"iter"
)

// Photo is a picture in a drive. All of it is read only; [ItemUpdate] has what can be changed.
type Photo struct {
	ItemInfo
	TagsCount   int     `json:"tags_count"`
	TagsEnabled bool    `json:"tags_enabled"`
	Picture     string  `json:"picture"` // the thumbnail's URL
	Source      string  `json:"source"`  // the full picture's URL; good for a short time only, so do not store it
	Images      []Image `json:"images"`
	WhenTaken   Time    `json:"when_taken"` // zero when the camera did not say
	Height      int     `json:"height"`     // pixels
	Width       int     `json:"width"`      // pixels
	// Location is nil when it is not known, and on photos that others share.
	Location    *Location `json:"location"`
	CameraMake  string    `json:"camera_make"`
	CameraModel string    `json:"camera_model"`
	// FocalRatio is the f-number, FocalLength is in millimetres; both are 0 when not known.
	FocalRatio  float64 `json:"focal_ratio"`
	FocalLength float64 `json:"focal_length"`
	// The exposure time in seconds is ExposureNumerator / ExposureDenominator; both are 0 when not known.
	ExposureNumerator   float64 `json:"exposure_numerator"`
	ExposureDenominator float64 `json:"exposure_denominator"`
}

// Image is one size of a photo. The service makes [ImageNormal], [ImageAlbum], [ImageThumbnail] and [ImageFull].
type Image struct {
	Height int       `json:"height"` // pixels
	Width  int       `json:"width"`  // pixels
	Source string    `json:"source"` // good for a short time only
	Type   ImageSize `json:"type"`
}

// Location is where a photo was taken: degrees north and east, and the altitude above sea level in the camera's unit,
// usually metres.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Altitude  float64 `json:"altitude"`
}

func (p *Photo) canBe(t ItemType) bool { return t == TypePhoto || t == "" }

// PhotosService is for the photos of a drive: [Client.Photos]. [UploadsService] adds photos.
type PhotosService service

// List returns one page of the photos in an album or folder: GET /FOLDER_ID/photos, scope wl.photos. [Root] and the
// other special folders stand for their ids. Without a Limit, all photos come in one page.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) List(ctx context.Context, folderID string, opts *ListOptions) (*Page[*Photo], error) {
	return s.list("Photos.List", folderID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *PhotosService) Pages(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Page[*Photo], error] {
	return s.list("Photos.Pages", folderID, opts).pages(ctx)
}

// All iterates over the photos of all pages of List.
func (s *PhotosService) All(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Photo, error] {
	return s.list("Photos.All", folderID, opts).all(ctx)
}

func (s *PhotosService) list(op, folderID string, opts *ListOptions) lister[Photo, *Photo] {
	return newLister[Photo]((*service)(s), op, folderPath("folder id", folderID).add("photos"), opts)
}

// Get returns a photo: GET /PHOTO_ID, scope wl.photos (wl.contacts_photos for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) Get(ctx context.Context, photoID string) (*Photo, error) {
	return get[Photo](ctx, (*service)(s), "Photos.Get", objectPath("photo id", photoID))
}

// Update changes a photo's name or description: PUT /PHOTO_ID, scope wl.skydrive_update. A new name needs its extension.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) Update(ctx context.Context, photoID string, change *ItemUpdate) (*Photo, error) {
	return update[Photo](ctx, (*service)(s), "Photos.Update", objectPath("photo id", photoID), change)
}

// Delete moves a photo to the recycle bin, which this API cannot reach: DELETE /PHOTO_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) Delete(ctx context.Context, photoID string) error {
	return remove(ctx, (*service)(s), "Photos.Delete", objectPath("photo id", photoID))
}

// Move puts a photo into another folder: MOVE /PHOTO_ID, scope wl.skydrive_update. The photo keeps its id. It never
// overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) Move(ctx context.Context, photoID, folderID string) (*Photo, error) {
	return relocate[Photo](ctx, (*service)(s), "Photos.Move", methodMove, objectPath("photo id", photoID), folderID)
}

// Copy puts a copy of a photo into another folder: COPY /PHOTO_ID, scope wl.skydrive_update. The copy has an id of its
// own. It never overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrQuotaExceeded], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) Copy(ctx context.Context, photoID, folderID string) (*Photo, error) {
	return relocate[Photo](ctx, (*service)(s), "Photos.Copy", methodCopy, objectPath("photo id", photoID), folderID)
}

// Picture opens a photo in one of its sizes: GET /PHOTO_ID/picture?type=…, scope wl.photos. The empty size is
// [ImageNormal]. The caller closes what it returns.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) Picture(ctx context.Context, photoID string, size ImageSize) (*Download, error) {
	return picture(ctx, (*service)(s), "Photos.Picture", objectPath("photo id", photoID), size)
}

// PictureURL returns the address of a photo in one of its sizes, which needs no token and is good for a short time:
// GET /PHOTO_ID/picture?type=…&suppress_redirects=true, scope wl.photos.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Photo object".
func (s *PhotosService) PictureURL(ctx context.Context, photoID string, size ImageSize) (string, error) {
	return pictureURL(ctx, (*service)(s), "Photos.PictureURL", objectPath("photo id", photoID), size)
}
