package api

import (
	"cmp"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// families are the rows of kinds of items in endpoints.tsv.
var families = map[backend.Kind]string{
	backend.KindFolder: "folders.", backend.KindAlbum: "albums.", backend.KindPhoto: "photos.",
	backend.KindVideo: "videos.", backend.KindAudio: "audio.",
}

// row names the row of endpoints.tsv for a request that was answered: the table of routes has one line where the kind of
// what was found, or the way in which it was asked for, makes several rows.
func row(c *call, id string, succeeded bool) string {
	family, verb, _ := strings.Cut(id, ".")
	switch id {
	case "photos.picture":
		if c.found.IsFolder() {
			return "albums.cover"
		}
	case "calendars.create":
		if _, subscribes := c.body.Text("subscription_location"); subscribes {
			return "calendars.subscribe"
		}
	case "content.get":
		switch {
		case succeeded && c.Params().Flag("suppress_redirects", false):
			return "content.url"
		case succeeded && c.R.Header.Get("Range") != "":
			return "content.range"
		}
	case "content.post", "folders.create":
		switch parent := id == "folders.create"; {
		case parent && !wire.IsMultipart(c.R):
		case succeeded && c.Params().Get("redirect_uri") != "":
			return "content.post_html"
		case parent:
			return "content.post_parent"
		}
	}
	switch {
	case family != "files" || c.found == "":
		return id
	case verb == "get" && c.target.kind == targetDrive:
		return "folders.root"
	case verb == "get" && c.target.special != "":
		return "folders.special"
	case c.found == backend.KindAlbum && (verb == "move" || verb == "copy"):
		return "folders." + verb
	}
	return cmp.Or(families[c.found], "files.") + verb
}
