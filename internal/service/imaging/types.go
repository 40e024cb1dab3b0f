package imaging

import (
	"cmp"
	"path"
	"strings"
)

// types are the media types of extensions.
var types = map[string]string{
	"jpg":  "image/jpeg",
	"jpeg": "image/jpeg",
	"jpe":  "image/jpeg",
	"png":  "image/png",
	"gif":  "image/gif",
	"bmp":  "image/bmp",
	"webp": "image/webp",
	"tif":  "image/tiff",
	"tiff": "image/tiff",
	"heic": "image/heic",
	"heif": "image/heif",
	"mp4":  "video/mp4",
	"m4v":  "video/mp4",
	"mov":  "video/quicktime",
	"wmv":  "video/x-ms-wmv",
	"avi":  "video/x-msvideo",
	"mpg":  "video/mpeg",
	"mpeg": "video/mpeg",
	"mpe":  "video/mpeg",
	"m1v":  "video/mpeg",
	"m2v":  "video/mpeg",
	"vob":  "video/mpeg",
	"m2ts": "video/mp2t",
	"mts":  "video/mp2t",
	"qt":   "video/quicktime",
	"asf":  "video/x-ms-asf",
	"3gp":  "video/3gpp",
	"3g2":  "video/3gpp2",
	"ogv":  "video/ogg",
	"webm": "video/webm",
	"mkv":  "video/x-matroska",
	"mp3":  "audio/mpeg",
	"mp2":  "audio/mpeg",
	"wma":  "audio/x-ms-wma",
	"m4b":  "audio/mp4",
	"ogg":  "audio/ogg",
	"oga":  "audio/ogg",
	"opus": "audio/ogg",
	"spx":  "audio/ogg",
	"aif":  "audio/aiff",
	"aiff": "audio/aiff",
	"aifc": "audio/aiff",
	"mka":  "audio/x-matroska",
	"m4a":  "audio/mp4",
	"aac":  "audio/aac",
	"wav":  "audio/wav",
	"flac": "audio/flac",
	"txt":  "text/plain",
	"log":  "text/plain",
	"md":   "text/plain",
	"htm":  "text/html",
	"html": "text/html",
	"css":  "text/css",
	"csv":  "text/csv",
	"xml":  "text/xml",
	"json": "application/json",
	"js":   "application/javascript",
	"pdf":  "application/pdf",
	"rtf":  "application/rtf",
	"zip":  "application/zip",
	"doc":  "application/msword",
	"xls":  "application/vnd.ms-excel",
	"ppt":  "application/vnd.ms-powerpoint",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// TypeByName is the media type for a file's extension, "application/octet-stream" if that is unknown. It looks into a
// table of its own, since the one of package mime differs from machine to machine.
func TypeByName(name string) string {
	return cmp.Or(types[extension(name)], "application/octet-stream")
}

// ClassByName tells videos and audio by the extension. Pictures are not told so: a file is one only if its bytes are.
func ClassByName(name string) Class {
	class, _, _ := strings.Cut(types[extension(name)], "/")
	switch class {
	case "video":
		return Video
	case "audio":
		return Audio
	}
	return Other
}

// extension is the lower-case part of the name after its last full stop.
func extension(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
}
