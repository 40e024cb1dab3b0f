package liveconnect

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
)

// OtherItem is an item of a type that this package does not know.
type OtherItem struct {
	ItemInfo
	// JSON is the item as the service wrote it.
	JSON json.RawMessage
}

// Notebook is a OneNote notebook. It is listed like a file, but has no content to download or replace, and the service
// refuses the calls for it (seen in clients).
type Notebook struct {
	ItemInfo
}

// anyItem reads an item by its type.
type anyItem struct{ Item }

func (a *anyItem) UnmarshalJSON(b []byte) error {
	var head struct {
		Type ItemType `json:"type"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return err
	}
	a.Item = newItem(head.Type)
	if other, ok := a.Item.(*OtherItem); ok {
		other.JSON = bytes.Clone(b)
		return unmarshal(b, &other.ItemInfo)
	}
	return unmarshal(b, a.Item)
}

func newItem(t ItemType) Item {
	switch t {
	case TypeFile:
		return new(File)
	case TypeFolder:
		return new(Folder)
	case TypeAlbum:
		return new(Album)
	case TypePhoto:
		return new(Photo)
	case TypeVideo:
		return new(Video)
	case TypeAudio:
		return new(Audio)
	case TypeNotebook:
		return new(Notebook)
	default:
		return new(OtherItem)
	}
}

// ItemsService is for drive items of every type: [Client.Items].
type ItemsService service

// Get returns an item of any type: GET /ITEM_ID, scope wl.skydrive (wl.photos for albums, photos, videos and audio,
// wl.contacts_skydrive or wl.contacts_photos for what others share).
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "REST API", the File, Folder, Album, Photo, Audio and Video
// objects.
func (s *ItemsService) Get(ctx context.Context, itemID string) (Item, error) {
	found, err := get[anyItem](ctx, (*service)(s), "Items.Get", itemPath(itemID))
	if err != nil {
		return nil, err
	}
	return found.Item, nil
}

// ByPath finds an item by its path below a folder, such as "Pictures/Maui/orbs.jpg" below [Root]: GET /FOLDER_ID/files for
// each folder on the way, page by page until the name is found, scope wl.skydrive. The API knows no shorter way. Names are
// compared without regard to case, as the service does.
//
// Errors: [ErrNotFound], also where something on the way is not a folder, [ErrForbidden]. Asked for by users of several
// clients; reference page "Folder object".
func (s *ItemsService) ByPath(ctx context.Context, folderID, path string) (Item, error) {
	const op = "Items.ByPath"
	names, err := splitPath(strings.Trim(path, "/"))
	if err == nil && len(names) == 0 {
		err = errors.New("the path is empty")
	}
	if err = errors.Join(folderPath("folder id", folderID).err, err); err != nil {
		return nil, invalidArgument(op, "%w", err)
	}
	var found Item
	for i, name := range names {
		opts := &ListOptions{Limit: childrenPerPage}
		if i < len(names)-1 {
			opts.Filter = []Filter{FilterFolders, FilterAlbums}
		}
		if found, err = named(s.list(op, folderID, opts).all(ctx), name); err != nil {
			return nil, err
		}
		if found == nil {
			return nil, &Error{Op: op, Err: fmt.Errorf("%w: there is no %q in %q", ErrNotFound, name, "/"+strings.Join(names[:i], "/"))}
		}
		folderID = found.Info().ID
	}
	return found, nil
}

// childrenPerPage bounds what is read of a large folder to find one name in it.
const childrenPerPage = 1000

// List returns one page of what is in a folder or album: GET /FOLDER_ID/files, scope wl.skydrive. [Root] and the other
// special folders stand for their ids. Without a Limit, all items come in one page.
//
// Errors: [ErrNotFound], [ErrForbidden]. Reference page "REST API", "Folder object" and "Query parameters".
func (s *ItemsService) List(ctx context.Context, folderID string, opts *ListOptions) (*Page[Item], error) {
	return s.list("Items.List", folderID, opts).page(ctx)
}

// Pages iterates over the pages of List.
func (s *ItemsService) Pages(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[*Page[Item], error] {
	return s.list("Items.Pages", folderID, opts).pages(ctx)
}

// All iterates over the items of all pages of List.
func (s *ItemsService) All(ctx context.Context, folderID string, opts *ListOptions) iter.Seq2[Item, error] {
	return s.list("Items.All", folderID, opts).all(ctx)
}

func (s *ItemsService) list(op, folderID string, opts *ListOptions) lister[anyItem, Item] {
	return s.lister(op, folderPath("folder id", folderID).add("files"), opts)
}

// lister describes a list of items of all types.
func (s *ItemsService) lister(op string, path urlPath, opts listOptions) lister[anyItem, Item] {
	l := lister[anyItem, Item]{service: (*service)(s), convert: func(a *anyItem) Item { return a.Item }}
	l.first = listRequest(op, path, opts)
	return l
}

// Search returns one page of the files and folders of a whole drive that match a text: GET /USER_ID/skydrive/search?q=…,
// scope wl.skydrive. [Me] is the signed-in user. Without a Limit a page has 100 items, and there are never more than the
// first 500: at an Offset of 500 the list is empty. New items may take a while to be found (seen in clients).
//
// Errors: [ErrForbidden]. Reference pages "Search object" and "Search query parameter"; the window was seen in clients.
func (s *ItemsService) Search(ctx context.Context, userID, text string, opts *ListOptions) (*Page[Item], error) {
	return s.search("Items.Search", userID, text, opts).page(ctx)
}

// SearchPages iterates over the pages of Search.
func (s *ItemsService) SearchPages(ctx context.Context, userID, text string, opts *ListOptions) iter.Seq2[*Page[Item], error] {
	return s.search("Items.SearchPages", userID, text, opts).pages(ctx)
}

// SearchAll iterates over the items of all pages of Search.
func (s *ItemsService) SearchAll(ctx context.Context, userID, text string, opts *ListOptions) iter.Seq2[Item, error] {
	return s.search("Items.SearchAll", userID, text, opts).all(ctx)
}

func (s *ItemsService) search(op, userID, text string, opts *ListOptions) lister[anyItem, Item] {
	return s.lister(op, objectPath("user id", userID).add("skydrive", "search"), &searchOptions{text, opts})
}

// searchOptions are list options with the text to look for.
type searchOptions struct {
	text string
	*ListOptions
}

func (o *searchOptions) validate() error {
	return errors.Join(requireText("search text", o.text, 0), o.ListOptions.validate())
}

func (o *searchOptions) params() any {
	params := struct {
		Text string `url:"q"`
		ListOptions
	}{Text: o.text}
	if own, ok := o.ListOptions.params().(ListOptions); ok {
		params.ListOptions = own
	}
	return params
}

// SharedKind chooses what [ItemsService.Shared] lists.
type SharedKind string

// The values of SharedKind.
const (
	SharedItems  SharedKind = ""       // everything: /shared
	SharedFiles  SharedKind = "files"  // everything, by its other name: /shared/files
	SharedAlbums SharedKind = "albums" // /shared/albums
	SharedPhotos SharedKind = "photos" // /shared/photos
	SharedVideos SharedKind = "videos" // /shared/videos
)

// Shared returns one page of what others share with a user: GET /USER_ID/skydrive/shared, or one of the four paths below
// it, scope wl.contacts_skydrive (wl.contacts_photos for albums, photos and videos). [Me] is the signed-in user.
//
// Errors: [ErrForbidden]. Reference page "REST API", the object paths of File, Album, Photo and Video.
func (s *ItemsService) Shared(ctx context.Context, userID string, kind SharedKind, opts *ListOptions) (*Page[Item], error) {
	return s.shared("Items.Shared", userID, kind, opts).page(ctx)
}

// SharedPages iterates over the pages of Shared.
func (s *ItemsService) SharedPages(ctx context.Context, userID string, kind SharedKind, opts *ListOptions) iter.Seq2[*Page[Item], error] {
	return s.shared("Items.SharedPages", userID, kind, opts).pages(ctx)
}

// SharedAll iterates over the items of all pages of Shared.
func (s *ItemsService) SharedAll(ctx context.Context, userID string, kind SharedKind, opts *ListOptions) iter.Seq2[Item, error] {
	return s.shared("Items.SharedAll", userID, kind, opts).all(ctx)
}

func (s *ItemsService) shared(op, userID string, kind SharedKind, opts *ListOptions) lister[anyItem, Item] {
	path := objectPath("user id", userID).add("skydrive", "shared")
	if kind != SharedItems {
		path = path.add(string(kind))
	}
	l := s.lister(op, path, opts)
	l.first.check(oneOf("kind", kind, SharedItems, SharedFiles, SharedAlbums, SharedPhotos, SharedVideos))
	return l
}

// Recent returns the documents that a user has last worked on: GET /USER_ID/skydrive/recent_docs, scope wl.skydrive.
// [Me] is the signed-in user.
//
// Errors: [ErrForbidden]. Reference page "File and folder properties"; the answer was seen in clients.
func (s *ItemsService) Recent(ctx context.Context, userID string, opts *ListOptions) (*Page[Item], error) {
	return s.recent("Items.Recent", userID, opts).page(ctx)
}

// RecentPages iterates over the pages of Recent.
func (s *ItemsService) RecentPages(ctx context.Context, userID string, opts *ListOptions) iter.Seq2[*Page[Item], error] {
	return s.recent("Items.RecentPages", userID, opts).pages(ctx)
}

// RecentAll iterates over the items of all pages of Recent.
func (s *ItemsService) RecentAll(ctx context.Context, userID string, opts *ListOptions) iter.Seq2[Item, error] {
	return s.recent("Items.RecentAll", userID, opts).all(ctx)
}

func (s *ItemsService) recent(op, userID string, opts *ListOptions) lister[anyItem, Item] {
	return s.lister(op, objectPath("user id", userID).add("skydrive", "recent_docs"), opts)
}

// Quota is how much a drive can hold, in bytes.
type Quota struct {
	Total     int64 `json:"quota"`
	Available int64 `json:"available"`
}

// Quota returns how much room a drive has: GET /USER_ID/skydrive/quota, scope wl.skydrive. [Me] is the signed-in user.
//
// Errors: [ErrForbidden]. Reference page "Folders and files"; the answer was seen in clients.
func (s *ItemsService) Quota(ctx context.Context, userID string) (*Quota, error) {
	r := request{op: "Items.Quota", method: http.MethodGet, path: objectPath("user id", userID).add("skydrive", "quota")}
	answer, err := fetch[struct {
		Total     *int64 `json:"quota"`
		Available *int64 `json:"available"`
	}](ctx, (*service)(s), r)
	switch {
	case err != nil:
		return nil, err
	case answer.Total == nil || answer.Available == nil:
		return nil, &Error{Op: r.op, Err: fmt.Errorf("%w: a quota without numbers", ErrUnexpectedContent)}
	}
	return &Quota{Total: *answer.Total, Available: *answer.Available}, nil
}
