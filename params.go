package liveconnect

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ListOptions choose what a list of drive items holds. nil is everything, in the service's own order.
type ListOptions struct {
	// Limit is the number of items of a page. 0 leaves it to the service, which puts all items into one page.
	Limit int `url:"limit,omitempty"`
	// Offset is the number of items to skip.
	Offset int `url:"offset,omitempty"`
	// Filter lists only items of these types; empty is all.
	Filter []Filter `url:"filter,comma,omitempty"`
	// SortBy is the order; empty is the folder's own.
	SortBy SortBy `url:"sort_by,omitempty"`
	// SortOrder is the direction of SortBy; empty is ascending.
	SortOrder SortOrder `url:"sort_order,omitempty"`
	// Download makes the links in the answer (Source, Picture) tell browsers to save rather than to show.
	Download bool `url:"download,omitempty"`
}

// PageOptions choose a part of a list that is not of drive items. nil is everything, in the service's own order.
type PageOptions struct {
	// Limit is the number of objects of a page. 0 leaves it to the service.
	Limit int `url:"limit,omitempty"`
	// Offset is the number of objects to skip.
	Offset int `url:"offset,omitempty"`
}

// Filter is a type of items in [ListOptions].
type Filter string

// The values of Filter. FilterNotebooks was seen in clients, the others are documented.
const (
	FilterAlbums    Filter = "albums"
	FilterAudio     Filter = "audio"
	FilterFolders   Filter = "folders"
	FilterPhotos    Filter = "photos"
	FilterVideos    Filter = "videos"
	FilterNotebooks Filter = "notebooks"
)

// SortBy is what a list is sorted by.
type SortBy string

// The values of SortBy.
const (
	SortByDefault SortBy = "default"
	SortByName    SortBy = "name"
	SortByUpdated SortBy = "updated"
	SortBySize    SortBy = "size"
)

// SortOrder is the direction of a sorted list.
type SortOrder string

// The values of SortOrder.
const (
	Ascending  SortOrder = "ascending"
	Descending SortOrder = "descending"
)

// Overwrite says what an upload does when the folder has a file of that name. The zero value leaves the parameter out;
// the service then overwrites.
type Overwrite string

// The values of Overwrite.
const (
	OverwriteTrue          Overwrite = "true"          // replace the content; the file keeps its id
	OverwriteFalse         Overwrite = "false"         // fail with ErrAlreadyExists
	OverwriteChooseNewName Overwrite = "ChooseNewName" // keep both; the new file is called "name(1).jpg"
)

// ImageSize names one of the sizes of a photo, in which it fits into a square of so many pixels, never enlarged.
type ImageSize string

// The values of ImageSize.
const (
	ImageThumbnail ImageSize = "thumbnail" // 96
	ImageSmall     ImageSize = "small"     // 96; some answers have 100
	ImageAlbum     ImageSize = "album"     // 176
	ImageNormal    ImageSize = "normal"    // 800; the default
	ImageFull      ImageSize = "full"      // as stored
)

func (o *PageOptions) validate() error {
	if o == nil {
		return nil
	}
	return checkPage(o.Limit, o.Offset)
}

func (o *PageOptions) params() any {
	if o == nil {
		return nil
	}
	return *o
}

func checkPage(limit, offset int) error {
	if limit < 0 {
		return fmt.Errorf("limit %d is below zero", limit)
	}
	if offset < 0 {
		return fmt.Errorf("offset %d is below zero", offset)
	}
	return nil
}

func (o *ListOptions) validate() error {
	if o == nil {
		return nil
	}
	if err := checkPage(o.Limit, o.Offset); err != nil {
		return err
	}
	for _, filter := range o.Filter {
		if err := oneOf("filter", filter, FilterAlbums, FilterAudio, FilterFolders, FilterPhotos, FilterVideos, FilterNotebooks); err != nil {
			return err
		}
	}
	if err := oneOf("sort_by", o.SortBy, "", SortByDefault, SortByName, SortByUpdated, SortBySize); err != nil {
		return err
	}
	return oneOf("sort_order", o.SortOrder, "", Ascending, Descending)
}

func (o *ListOptions) params() any {
	if o == nil {
		return nil
	}
	own := *o
	own.Filter = slices.Clone(o.Filter)
	return own
}

// unsafeOverwrite reports whether a second try could find, or add to, what the first has done. The service takes the
// values in any case.
func unsafeOverwrite(o Overwrite) bool {
	return strings.EqualFold(string(o), string(OverwriteFalse)) || strings.EqualFold(string(o), string(OverwriteChooseNewName))
}

func (o Overwrite) validate() error {
	return oneOf("overwrite", o, "", OverwriteTrue, OverwriteFalse, OverwriteChooseNewName)
}

func (s ImageSize) validate() error {
	return oneOf("image size", s, "", ImageThumbnail, ImageSmall, ImageAlbum, ImageNormal, ImageFull)
}

func oneOf[T ~string](what string, value T, allowed ...T) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	if allowed[0] == "" {
		allowed = allowed[1:]
	}
	return fmt.Errorf("%s %s: want one of %q", what, strconv.Quote(string(value)), allowed)
}

// checkText checks a text of a body, which may hold so many characters; 0 is any number.
func checkText(what, text string, limit int) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%s is not valid UTF-8", what)
	}
	if n := utf8.RuneCountInString(text); limit > 0 && n > limit {
		return fmt.Errorf("%s of %d characters: want at most %d", what, n, limit)
	}
	return nil
}

// requireText is checkText for a text that must not be empty.
func requireText(what, text string, limit int) error {
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%s is empty", what)
	}
	return checkText(what, text, limit)
}

// requireNewText is requireText for a change; leaving it out is fine.
func requireNewText(what string, text Opt[string], limit int) error {
	if text.IsNull() {
		return fmt.Errorf("%s cannot be null", what)
	}
	if value, ok := text.Get(); ok {
		return requireText(what, value, limit)
	}
	return nil
}

// errNoChange refuses an update that is nil, or leaves everything out.
var errNoChange = errors.New("the update changes nothing")
