// Package imaging finds out what a media file is and makes smaller pictures of it. It reads the size and the EXIF facts
// of photos, scales them, and reads the few facts that players show of videos and songs.
//
// Files come from strangers: nothing here panics on damaged ones, takes more memory than their bytes are worth, or loses
// what is sound in a file for what is not.
package imaging

import "time"

// Class is the sort of media a file holds.
type Class int

// The classes of files.
const (
	Other Class = iota
	Image
	Video
	Audio
)

// Facts are what a file's bytes and its name tell about it. What is not known is zero.
type Facts struct {
	Class Class
	// Type is the media type that the bytes show; empty when they show none. See TypeByName.
	Type string
	// Width and Height are the pixels of an image as they are stored: EXIF may say that it is to be turned. Those of a
	// video are as it is to be seen.
	Width, Height int
	// Exif is set for images.
	Exif Exif
	// Duration is set for videos and audio.
	Duration time.Duration
	// Bitrate is the bits per second of a video, its sound included.
	Bitrate int64
	// Song is set for audio.
	Song Song
	// Cover is the picture in the tags of a song or a video, as it is there: an image file, or what claims to be one.
	Cover []byte
}

// Song names a piece of music.
type Song struct{ Title, Artist, Album, AlbumArtist, Genre string }

// maxCover bounds a picture in the tags.
const maxCover = 4 << 20

// seconds is a duration; nonsense, such as a file that claims to last for centuries, is none.
func seconds(s float64) time.Duration {
	const year = 366 * 24 * 3600
	if !(s > 0 && s <= year) { // also if it is no number
		return 0
	}
	return time.Duration(s * float64(time.Second))
}
