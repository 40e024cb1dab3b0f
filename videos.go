package liveconnect

import (
	"context"
	"iter"
)

// Video is a film in a drive. All of it is read only; [ItemUpdate] has what can be changed.
type Video struct {
	ItemInfo
	TagsCount   int    `json:"tags_count"`
	TagsEnabled bool   `json:"tags_enabled"`
	Picture     string `json:"picture"`  // the URL of a picture that stands for the video
	Source      string `json:"source"`   // the content's URL; good for a short time only, so do not store it
	Height      int    `json:"height"`   // pixels
	Width       int    `json:"width"`    // pixels
	Duration    int64  `json:"duration"` // milliseconds
	Bitrate     int64  `json:"bitrate"`  // bits per second
}

func (v *Video) canBe(t ItemType) bool { return t == TypeVideo || t == "" }

// VideosService is for the videos of a drive: [Client.Videos]. [UploadsService] adds videos.
type VideosService service

// List returns one page of the videos in an album or folder: GET /FOLDER_ID/videos, scope wl.photos. [Root] and the
// other special folders stand for their ids. Without a Limit, all videos come in one page.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Video object".
func (s *VideosService) List(ctx context.Context, folderID string, opts *ListOptions) (*Page[*Video], error) {
	return s.list("Videos.List", folderID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *VideosService) Pages(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Page[*Video], error] {
	return s.list("Videos.Pages", folderID, opts).pages(ctx)
}

// All iterates over the videos of all pages of List.
func (s *VideosService) All(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Video, error] {
	return s.list("Videos.All", folderID, opts).all(ctx)
}

func (s *VideosService) list(op, folderID string, opts *ListOptions) lister[Video, *Video] {
	return newLister[Video]((*service)(s), op, folderPath("folder id", folderID).add("videos"), opts)
}

// Get returns a video: GET /VIDEO_ID, scope wl.photos (wl.contacts_photos for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Video object".
func (s *VideosService) Get(ctx context.Context, videoID string) (*Video, error) {
	return get[Video](ctx, (*service)(s), "Videos.Get", objectPath("video id", videoID))
}

// Update changes a video's name or description: PUT /VIDEO_ID, scope wl.skydrive_update. A new name needs its extension.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Video object".
func (s *VideosService) Update(ctx context.Context, videoID string, change *ItemUpdate) (*Video, error) {
	return update[Video](ctx, (*service)(s), "Videos.Update", objectPath("video id", videoID), change)
}

// Delete moves a video to the recycle bin, which this API cannot reach: DELETE /VIDEO_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Video object".
func (s *VideosService) Delete(ctx context.Context, videoID string) error {
	return remove(ctx, (*service)(s), "Videos.Delete", objectPath("video id", videoID))
}

// Move puts a video into another folder: MOVE /VIDEO_ID, scope wl.skydrive_update. The video keeps its id. It never
// overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Video object".
func (s *VideosService) Move(ctx context.Context, videoID, folderID string) (*Video, error) {
	return relocate[Video](ctx, (*service)(s), "Videos.Move", methodMove, objectPath("video id", videoID), folderID)
}

// Copy puts a copy of a video into another folder: COPY /VIDEO_ID, scope wl.skydrive_update. The copy has an id of its
// own. It never overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrQuotaExceeded], [ErrForbidden]. Reference page "Video object".
func (s *VideosService) Copy(ctx context.Context, videoID, folderID string) (*Video, error) {
	return relocate[Video](ctx, (*service)(s), "Videos.Copy", methodCopy, objectPath("video id", videoID), folderID)
}
