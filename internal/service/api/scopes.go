package api

// The scopes that a kind of request needs: any one of a list. Inclusions (update includes reading, and so on) are in
// package login.
var (
	readBasic         = []string{"wl.basic"}
	readCalendars     = []string{"wl.calendars", "wl.contacts_calendars"}
	writeCalendars    = []string{"wl.calendars_update"}
	readApplications  = []string{"wl.applications"}
	writeApplications = []string{"wl.applications_create"}
	readDrive         = []string{"wl.skydrive"}
	writeDrive        = []string{"wl.skydrive_update"}
	readPhotos        = []string{"wl.photos"}
	readShared        = []string{"wl.contacts_skydrive", "wl.contacts_photos"}
)
