package api

import (
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	del    = http.MethodDelete
	move   = wire.MethodMove
	copyTo = wire.MethodCopy
)

// routes is every path of the API. Items are listed once, under files.*; the log names the row by the kind of the
// item that was found (see row). Where the scope depends on the kind or on the owner of what is found, the handler
// asks for it, and the scopes stay empty here.
var routes = []route{
	{"user.get", get, "USER", nil, 0, getUser},
	{"user.picture", get, "USER/picture", nil, anonymous, getUserPicture},
	{"permissions.get", get, "USER/permissions", nil, own, getPermissions},
	{"friends.list", get, "USER/friends", readBasic, own, listFriends},

	{"contacts.list", get, "USER/contacts", readBasic, own, listContacts},
	{"contacts.create", post, "USER/contacts", []string{"wl.contacts_create"}, own, createContact},
	{"contacts.get", get, "CONTACT", readBasic, 0, getContact},
	{"contacts.update", put, "CONTACT", []string{"wl.contacts_update"}, 0, updateContact},
	{"contacts.delete", del, "CONTACT", []string{"wl.contacts_update"}, 0, deleteContact},

	{"calendars.list", get, "USER/calendars", readCalendars, 0, listCalendars},
	{"calendars.create", post, "USER/calendars", writeCalendars, own, createCalendar},
	{"calendars.get", get, "CALENDAR", readCalendars, 0, getCalendar},
	{"calendars.update", put, "CALENDAR", writeCalendars, 0, updateCalendar},
	{"calendars.delete", del, "CALENDAR", writeCalendars, 0, deleteCalendar},

	{"events.list_owner", get, "USER/events", readCalendars, 0, listEvents},
	{"events.list_calendar", get, "CALENDAR/events", readCalendars, 0, listEvents},
	{"events.create_default", post, "USER/events", []string{"wl.events_create", "wl.calendars_update"}, own, createEvent},
	{"events.create_calendar", post, "CALENDAR/events", writeCalendars, 0, createEvent},
	{"events.get", get, "EVENT", readCalendars, 0, getEvent},
	{"events.update", put, "EVENT", writeCalendars, 0, updateEvent},
	{"events.delete", del, "EVENT", writeCalendars, 0, deleteEvent},

	{"activities.share", post, "USER/share", []string{"wl.share"}, own, shareActivity},

	{"applications.list", get, "USER/applications", readApplications, own, listApplications},
	{"applications.create", post, "USER/applications", writeApplications, own, createApplication},
	{"applications.get", get, "APPLICATION", readApplications, 0, getApplication},
	{"applications.update", put, "APPLICATION", writeApplications, 0, updateApplication},
	{"applications.delete", del, "APPLICATION", writeApplications, 0, deleteApplication},
	{"applications.logo", get, "APPLICATION/picture", readApplications, 0, getLogo},
	{"applications.logo_put", put, "APPLICATION/picture", writeApplications, rawBody, putLogo},
	{"applications.logo_put", put, "APPLICATION/picture/NAME", writeApplications, rawBody, putLogo},
	{"applications.logo_post", post, "APPLICATION/picture", writeApplications, rawBody, putLogo},
	{"applications.logo_post", post, "APPLICATION/picture/NAME", writeApplications, rawBody, putLogo},

	{"items.quota", get, "DRIVE/quota", readDrive, own, getQuota},
	{"items.search", get, "DRIVE/search", readDrive, own, searchItems},
	{"items.recent", get, "DRIVE/recent_docs", readDrive, own, listRecent},
	{"items.recent", get, "DRIVE/recent", readDrive, own, listRecent}, // so in Microsoft's table of renamed paths
	{"items.shared", get, "DRIVE/shared", readShared, own, listShared},
	{"items.shared", get, "DRIVE/shared/files", readShared, own, listShared},
	{"items.shared", get, "DRIVE/shared/albums", readShared, own, listSharedOf(backend.KindAlbum)},
	{"items.shared", get, "DRIVE/shared/photos", readShared, own, listSharedOf(backend.KindPhoto)},
	{"items.shared", get, "DRIVE/shared/videos", readShared, own, listSharedOf(backend.KindVideo)},
	{"items.preview", get, "skydrive/get_item_preview", nil, anonymous, getPreview},

	{"albums.list", get, "USER/albums", readPhotos, 0, listRootAlbums},
	{"albums.create", post, "USER/albums", writeDrive, own, createAlbum},

	{"files.get", get, "ITEM", nil, 0, getItem},
	{"files.update", put, "ITEM", writeDrive, 0, updateItem},
	{"files.delete", del, "ITEM", writeDrive, 0, deleteItem},
	{"files.move", move, "ITEM", writeDrive, 0, moveItem},
	{"files.copy", copyTo, "ITEM", writeDrive, 0, copyItem},
	{"folders.create", post, "ITEM", writeDrive, 0, postToFolder},

	{"items.list", get, "ITEM/files", nil, 0, listChildren},
	{"folders.list", get, "ITEM/folders", nil, 0, listChildrenOf(backend.KindFolder)},
	{"albums.list", get, "ITEM/albums", nil, 0, listChildrenOf(backend.KindAlbum)},
	{"photos.list", get, "ITEM/photos", nil, 0, listChildrenOf(backend.KindPhoto)},
	{"videos.list", get, "ITEM/videos", nil, 0, listChildrenOf(backend.KindVideo)},
	{"audio.list", get, "ITEM/audio", nil, 0, listChildrenOf(backend.KindAudio)},

	{"content.post", post, "ITEM/files", writeDrive, rawBody, postFile},
	{"content.put_name", put, "ITEM/files/NAME", writeDrive, rawBody, putFile},
	{"content.get", get, "ITEM/content", nil, 0, getContent},
	{"content.replace", put, "ITEM/content", writeDrive, rawBody, putContent},
	{"photos.picture", get, "ITEM/picture", nil, 0, getPicture},

	{"items.read_link", get, "ITEM/shared_read_link", writeDrive, 0, getReadLink},
	{"items.edit_link", get, "ITEM/shared_edit_link", writeDrive, 0, getEditLink},
	{"items.embed", get, "ITEM/embed", writeDrive, 0, getEmbed},

	{"comments.list", get, "ITEM/comments", nil, 0, listComments},
	{"comments.create", post, "ITEM/comments", writeDrive, 0, createComment},
	{"comments.get", get, "COMMENT", nil, 0, getComment},
	{"comments.delete", del, "COMMENT", writeDrive, 0, deleteComment},

	{"tags.list", get, "ITEM/tags", nil, 0, listTags},
	{"tags.create", post, "ITEM/tags", writeDrive, 0, createTag},
	{"tags.get", get, "TAG", nil, 0, getTag},
	{"tags.update", put, "TAG", writeDrive, 0, updateTag},
	{"tags.delete", del, "TAG", writeDrive, 0, deleteTag},
}
