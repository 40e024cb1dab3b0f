package liveconnect

import (
	"context"
	"errors"
	"iter"
	"net/http"
)

// Album is a folder of photos and videos at the root of a drive. Its id begins with "folder." (older answers have
// "album."), and all calls for folders work with it. All of it is read only; [ItemUpdate] has what can be changed.
type Album struct {
	ItemInfo
	Count int `json:"count"` // items directly in it
}

// NewAlbum is what [AlbumsService.Create] needs.
type NewAlbum struct {
	Name        string      `json:"name"` // required
	Description Opt[string] `json:"description,omitzero"`
}

func (a *NewAlbum) validate() error {
	if a == nil {
		return errors.New("the album is nil")
	}
	return checkName("album name", a.Name)
}

func (a *Album) checkType() error { return a.mustBe(TypeAlbum) }

// AlbumsService is for the albums of a drive: [Client.Albums]. What is in an album is listed by [ItemsService] and
// [PhotosService].
type AlbumsService service

// List returns one page of a user's albums: GET /USER_ID/albums, scope wl.photos (wl.contacts_photos for another user).
// [Me] is the signed-in user. Without a Limit, all albums come in one page.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) List(ctx context.Context, userID string, opts *ListOptions) (*Page[*Album], error) {
	return s.list("Albums.List", userID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *AlbumsService) Pages(ctx context.Context, userID string, opts *ListOptions) iter.Seq2[*Page[*Album], error] {
	return s.list("Albums.Pages", userID, opts).pages(ctx)
}

// All iterates over the albums of all pages of List.
func (s *AlbumsService) All(ctx context.Context, userID string, opts *ListOptions) iter.Seq2[*Album, error] {
	return s.list("Albums.All", userID, opts).all(ctx)
}

func (s *AlbumsService) list(op, userID string, opts *ListOptions) lister[Album, *Album] {
	return newLister[Album]((*service)(s), op, objectPath("user id", userID).add("albums"), opts)
}

// Get returns an album: GET /ALBUM_ID, scope wl.photos (wl.contacts_photos for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) Get(ctx context.Context, albumID string) (*Album, error) {
	return get[Album](ctx, (*service)(s), "Albums.Get", objectPath("album id", albumID))
}

// Create makes an album at the root of a drive: POST /USER_ID/albums, scope wl.skydrive_update. [Me] is the signed-in
// user.
//
// Errors: [ErrAlreadyExists], [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) Create(ctx context.Context, userID string, album *NewAlbum) (*Album, error) {
	return send[Album](ctx, (*service)(s), "Albums.Create", http.MethodPost, objectPath("user id", userID).add("albums"), album)
}

// Update changes an album's name or description: PUT /ALBUM_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) Update(ctx context.Context, albumID string, change *ItemUpdate) (*Album, error) {
	return update[Album](ctx, (*service)(s), "Albums.Update", objectPath("album id", albumID), change)
}

// Delete moves an album and all that is in it to the recycle bin, which this API cannot reach: DELETE /ALBUM_ID, scope
// wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) Delete(ctx context.Context, albumID string) error {
	return remove(ctx, (*service)(s), "Albums.Delete", objectPath("album id", albumID))
}

// Move puts an album into a folder: MOVE /FOLDER_ID with its id, scope wl.skydrive_update. The album keeps its id, and becomes a folder
// there where it is not among the albums any more. It never overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Folder object", for albums are folders.
func (s *AlbumsService) Move(ctx context.Context, albumID, folderID string) (*Folder, error) {
	return relocate[Folder](ctx, (*service)(s), "Albums.Move", methodMove, objectPath("album id", albumID), folderID)
}

// Cover opens an album's cover picture: GET /ALBUM_ID/picture, scope wl.photos. The caller closes what it returns.
//
// Errors: [ErrNotFound] (also for an album without photos), [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) Cover(ctx context.Context, albumID string) (*Download, error) {
	return picture(ctx, (*service)(s), "Albums.Cover", objectPath("album id", albumID), ImageSize(""))
}

// CoverURL returns the address of an album's cover picture, which needs no token and is good for a short time: GET
// /ALBUM_ID/picture?suppress_redirects=true, scope wl.photos.
//
// Errors: [ErrNotFound] (also for an album without photos), [ErrForbidden]. Reference page "Album object".
func (s *AlbumsService) CoverURL(ctx context.Context, albumID string) (string, error) {
	return pictureURL(ctx, (*service)(s), "Albums.CoverURL", objectPath("album id", albumID), ImageSize(""))
}
