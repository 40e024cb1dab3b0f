package imaging

import "io"

// Inspect tells what a file is: by its content, and by the extension of name where the content says nothing. Of an image
// it reads only the header and the EXIF part; Check reports whether the rest is sound too.
func Inspect(file io.ReadSeeker, name string) Facts {
	src, err := newSource(file)
	if err != nil {
		return Facts{Class: ClassByName(name)}
	}
	if p, err := open(file); err == nil {
		return Facts{Class: Image, Type: p.mediaType, Width: p.Width, Height: p.Height, Exif: exifOf(p.source, p.format)}
	}
	byName := ClassByName(name)
	head := src.read(0, 512)
	for _, kind := range []struct {
		is      func(head []byte, byName Class) bool
		inspect func(src source, byName Class) Facts
	}{
		{isMP4, inspectMP4},
		{isASF, inspectASF},
		{isRIFF, inspectRIFF},
		{isAIFF, inspectAIFF},
		{isOgg, inspectOgg},
		{isMatroska, inspectMatroska},
		{isMPEG, inspectMPEG},
		{isFLAC, inspectFLAC},
		{isMPEGAudio, inspectMPEGAudio},
	} {
		if kind.is(head, byName) {
			facts := kind.inspect(src, byName)
			if facts.Class == Video && facts.Duration > 0 {
				facts.Bitrate = int64(float64(src.size) * 8 / facts.Duration.Seconds())
			}
			return facts
		}
	}
	return Facts{Class: byName}
}
