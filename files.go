package liveconnect

import "context"

// File is a file that is not a photo, video, sound or notebook. All of it is read only; [ItemUpdate] has what can be
// changed.
type File struct {
	ItemInfo
	Source string `json:"source"` // the content's URL; good for a short time only, so do not store it
}

// canBe: a photo, too, can be read as a file; a folder cannot.
func (f *File) canBe(t ItemType) bool { return t != TypeFolder && t != TypeAlbum }

// FilesService is for the files of a drive: [Client.Files]. Its calls work with photos, videos and audio as well, whose
// own properties it leaves out. [ItemsService] lists files, [UploadsService] adds them, [DownloadsService] reads them.
type FilesService service

// Get returns a file: GET /FILE_ID, scope wl.skydrive (wl.contacts_skydrive for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "File object".
func (s *FilesService) Get(ctx context.Context, fileID string) (*File, error) {
	return get[File](ctx, (*service)(s), "Files.Get", objectPath("file id", fileID))
}

// Update changes a file's name or description: PUT /FILE_ID, scope wl.skydrive_update. A new name needs its extension.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "File object".
func (s *FilesService) Update(ctx context.Context, fileID string, change *ItemUpdate) (*File, error) {
	return update[File](ctx, (*service)(s), "Files.Update", objectPath("file id", fileID), change)
}

// Delete moves a file to the recycle bin, which this API cannot reach: DELETE /FILE_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "File object".
func (s *FilesService) Delete(ctx context.Context, fileID string) error {
	return remove(ctx, (*service)(s), "Files.Delete", objectPath("file id", fileID))
}

// Move puts a file into another folder: MOVE /FILE_ID, scope wl.skydrive_update. The file keeps its id. It never
// overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "File object".
func (s *FilesService) Move(ctx context.Context, fileID, folderID string) (*File, error) {
	return relocate[File](ctx, (*service)(s), "Files.Move", methodMove, objectPath("file id", fileID), folderID)
}

// Copy puts a copy of a file into another folder: COPY /FILE_ID, scope wl.skydrive_update. The copy has an id of its
// own. It never overwrites.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrQuotaExceeded], [ErrForbidden]. Reference page "File object".
func (s *FilesService) Copy(ctx context.Context, fileID, folderID string) (*File, error) {
	return relocate[File](ctx, (*service)(s), "Files.Copy", methodCopy, objectPath("file id", fileID), folderID)
}
