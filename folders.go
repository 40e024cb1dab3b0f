package liveconnect

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
)

// Folder is a folder of a drive. All of it is read only; [ItemUpdate] has what can be changed. The root folder has no
// ParentID, no From and no CreatedTime, and is called "SkyDrive".
type Folder struct {
	ItemInfo
	Count int `json:"count"` // items directly in it
}

// NewFolder is what [FoldersService.Create] needs.
type NewFolder struct {
	Name        string      `json:"name"` // required
	Description Opt[string] `json:"description,omitzero"`
}

func (f *NewFolder) validate() error {
	if f == nil {
		return errors.New("the folder is nil")
	}
	return checkName("folder name", f.Name)
}

func (f *Folder) checkType() error { return f.mustBe(TypeFolder, TypeAlbum) }

// FoldersService is for the folders of a drive: [Client.Folders]. What is in a folder is listed by [ItemsService].
type FoldersService service

// Root returns the root folder of a user's drive: GET /USER_ID/skydrive, scope wl.skydrive. [Me] is the signed-in user.
//
// Errors: [ErrForbidden]. Reference page "Folder object".
func (s *FoldersService) Root(ctx context.Context, userID string) (*Folder, error) {
	return get[Folder](ctx, (*service)(s), "Folders.Root", folderPath("folder id", SpecialFolder(userID, Root)))
}

// Special returns one of the folders that have a name of their own: GET /USER_ID/skydrive/my_documents, or in its place
// my_photos, camera_roll or public_documents, scope wl.skydrive. The name is one of these, or a constant such as
// [MyDocuments].
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "File and folder properties".
func (s *FoldersService) Special(ctx context.Context, userID, name string) (*Folder, error) {
	name = strings.TrimPrefix(name, Root+"/")
	return get[Folder](ctx, (*service)(s), "Folders.Special", folderPath("folder id", userID+"/skydrive/"+name))
}

// Get returns a folder: GET /FOLDER_ID, scope wl.skydrive (wl.contacts_skydrive for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Folder object".
func (s *FoldersService) Get(ctx context.Context, folderID string) (*Folder, error) {
	return get[Folder](ctx, (*service)(s), "Folders.Get", folderPath("folder id", folderID))
}

// List returns one page of the folders in a folder: GET /FOLDER_ID/folders, scope wl.skydrive. [Root] and the other
// special folders stand for their ids. Albums are not among them.
//
// Errors: [ErrNotFound], [ErrForbidden]. Inferred from the documented /photos and /videos.
func (s *FoldersService) List(ctx context.Context, folderID string, opts *ListOptions) (*Page[*Folder], error) {
	return s.list("Folders.List", folderID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *FoldersService) Pages(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Page[*Folder], error] {
	return s.list("Folders.Pages", folderID, opts).pages(ctx)
}

// All iterates over the folders of all pages of List.
func (s *FoldersService) All(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Folder, error] {
	return s.list("Folders.All", folderID, opts).all(ctx)
}

func (s *FoldersService) list(op, folderID string, opts *ListOptions) lister[Folder, *Folder] {
	return newLister[Folder]((*service)(s), op, folderPath("folder id", folderID).add("folders"), opts)
}

// Create makes a folder in another one: POST /FOLDER_ID, scope wl.skydrive_update. [Root] and the other special folders
// stand for their ids.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Folder object".
func (s *FoldersService) Create(ctx context.Context, parentID string, folder *NewFolder) (*Folder, error) {
	return send[Folder](ctx, (*service)(s), "Folders.Create", http.MethodPost, folderPath("parent folder id", parentID), folder)
}

// Update changes a folder's name or description: PUT /FOLDER_ID, scope wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Folder object".
func (s *FoldersService) Update(ctx context.Context, folderID string, change *ItemUpdate) (*Folder, error) {
	return update[Folder](ctx, (*service)(s), "Folders.Update", folderPath("folder id", folderID), change)
}

// Delete moves a folder and all that is in it to the recycle bin, which this API cannot reach: DELETE /FOLDER_ID, scope
// wl.skydrive_update.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "Folder object".
func (s *FoldersService) Delete(ctx context.Context, folderID string) error {
	return remove(ctx, (*service)(s), "Folders.Delete", objectPath("folder id", folderID))
}

// Move puts a folder, with all that is in it, into another one: MOVE /FOLDER_ID, scope wl.skydrive_update. It keeps its
// id, and so does everything in it.
//
// Errors: [ErrNotFound], [ErrAlreadyExists], [ErrForbidden]. Reference page "Folder object".
func (s *FoldersService) Move(ctx context.Context, folderID, destinationID string) (*Folder, error) {
	return relocate[Folder](ctx, (*service)(s), "Folders.Move", methodMove, objectPath("folder id", folderID), destinationID)
}

// Copy asks for a copy of a folder: COPY /FOLDER_ID, scope wl.skydrive_update. The documents name the call; the service
// is known to refuse it (seen in clients). Copy the files one by one instead.
//
// Errors: [ErrBadRequest], [ErrNotFound], [ErrForbidden]. Reference page "File object".
func (s *FoldersService) Copy(ctx context.Context, folderID, destinationID string) (*Folder, error) {
	return relocate[Folder](ctx, (*service)(s), "Folders.Copy", methodCopy, objectPath("folder id", folderID), destinationID)
}
