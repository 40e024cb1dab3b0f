package liveconnect

import (
	"context"
	"errors"
	"iter"
)

// Audio is a sound file in a drive. All of it is read only; [AudioUpdate] has what can be changed.
type Audio struct {
	ItemInfo
	Source      string `json:"source"` // the content's URL; good for a short time only, so do not store it
	Title       string `json:"title"`
	Artist      string `json:"artist"`
	Album       string `json:"album"`
	AlbumArtist string `json:"album_artist"`
	Genre       string `json:"genre"`
	Duration    int64  `json:"duration"` // milliseconds
	Picture     string `json:"picture"`  // the URL of a picture, such as the album's cover
}

// AudioUpdate changes the properties of a sound file; what is left out stays as it is.
type AudioUpdate struct {
	Name        Opt[string] `json:"name,omitzero"` // with its extension
	Description Opt[string] `json:"description,omitzero"`
	Title       Opt[string] `json:"title,omitzero"`
	Artist      Opt[string] `json:"artist,omitzero"`
	Album       Opt[string] `json:"album,omitzero"`
	AlbumArtist Opt[string] `json:"album_artist,omitzero"`
	Genre       Opt[string] `json:"genre,omitzero"`
}

func (u *AudioUpdate) validate() error {
	if u == nil || *u == (AudioUpdate{}) {
		return errNoChange
	}
	return errors.Join(
		checkNewName("name", u.Name),
		checkText("description", u.Description.value, 0),
		checkText("title", u.Title.value, 0),
		checkText("artist", u.Artist.value, 0),
		checkText("album", u.Album.value, 0),
		checkText("album_artist", u.AlbumArtist.value, 0),
		checkText("genre", u.Genre.value, 0),
	)
}

func (a *Audio) canBe(t ItemType) bool { return t == TypeAudio || t == "" }

// AudioService is for the sound files of a drive: [Client.Audio]. [UploadsService] adds sound files.
type AudioService service

// List returns one page of the sound files in a folder: GET /FOLDER_ID/audio, scope wl.skydrive. [Root] and the other
// special folders stand for their ids. Without a Limit, all come in one page.
//
// Errors: [ErrNotFound], [ErrForbidden]. Inferred from the documented /photos and /videos; where the service should not
// have it, [ItemsService.List] with [FilterAudio] is documented.
func (s *AudioService) List(ctx context.Context, folderID string, opts *ListOptions) (*Page[*Audio], error) {
	return s.list("Audio.List", folderID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *AudioService) Pages(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Page[*Audio], error] {
	return s.list("Audio.Pages", folderID, opts).pages(ctx)
}

// All iterates over the sound files of all pages of List.
func (s *AudioService) All(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Audio, error] {
	return s.list("Audio.All", folderID, opts).all(ctx)
}

func (s *AudioService) list(op, folderID string, opts *ListOptions) lister[Audio, *Audio] {
	return newLister[Audio]((*service)(s), op, folderPath("folder id", folderID).add("audio"), opts)
}

// Get returns a sound file: GET /AUDIO_ID, scope wl.skydrive (wl.contacts_skydrive for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Audio object".
func (s *AudioService) Get(ctx context.Context, audioID string) (*Audio, error) {
	return get[Audio](ctx, (*service)(s), "Audio.Get", objectPath("audio id", audioID))
}

// Update changes a sound file's name, description or what it says of the music: PUT /AUDIO_ID, scope
// wl.skydrive_update. A new name needs its extension.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Audio object".
func (s *AudioService) Update(ctx context.Context, audioID string, change *AudioUpdate) (*Audio, error) {
	return update[Audio](ctx, (*service)(s), "Audio.Update", objectPath("audio id", audioID), change)
}

// Delete moves a sound file to the recycle bin, which this API cannot reach: DELETE /AUDIO_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Audio object".
func (s *AudioService) Delete(ctx context.Context, audioID string) error {
	return remove(ctx, (*service)(s), "Audio.Delete", objectPath("audio id", audioID))
}

// Move puts a sound file into another folder: MOVE /AUDIO_ID, scope wl.skydrive_update. The file keeps its id. It never
// overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Audio object".
func (s *AudioService) Move(ctx context.Context, audioID, folderID string) (*Audio, error) {
	return relocate[Audio](ctx, (*service)(s), "Audio.Move", methodMove, objectPath("audio id", audioID), folderID)
}

// Copy puts a copy of a sound file into another folder: COPY /AUDIO_ID, scope wl.skydrive_update. The copy has an id of
// its own. It never overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrQuotaExceeded], [ErrForbidden]. Reference page "Audio object".
func (s *AudioService) Copy(ctx context.Context, audioID, folderID string) (*Audio, error) {
	return relocate[Audio](ctx, (*service)(s), "Audio.Copy", methodCopy, objectPath("audio id", audioID), folderID)
}
