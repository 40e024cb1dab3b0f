package login

// askedScope is a line of the consent page.
type askedScope struct {
	Name  string
	About string // in words; empty where only the name is known
}

// scopeWords say what a scope allows. The words are ours.
var scopeWords = map[string]string{
	"wl.basic":               "See your profile and your list of contacts",
	"wl.signin":              "Sign you in without asking when you are signed in already",
	"wl.offline_access":      "Do all this at any time, also when you are not using it",
	"wl.birthday":            "See your birthday",
	"wl.calendars":           "See your calendars and events",
	"wl.calendars_update":    "See and change your calendars and events",
	"wl.contacts_birthday":   "See your birthday and those of your contacts",
	"wl.contacts_calendars":  "See your calendars, and those that others share with you",
	"wl.contacts_create":     "Add contacts",
	"wl.contacts_update":     "Change your contacts",
	"wl.contacts_emails":     "See the email addresses of your contacts",
	"wl.contacts_photos":     "See your photos, and those that others share with you",
	"wl.contacts_skydrive":   "See your files, and those that others share with you",
	"wl.emails":              "See your email addresses",
	"wl.events_create":       "Add events to your calendar",
	"wl.phone_numbers":       "See your phone numbers",
	"wl.photos":              "See your photos, videos, songs and albums",
	"wl.postal_addresses":    "See your postal addresses",
	"wl.share":               "Change your status",
	"wl.skydrive":            "See your files",
	"wl.skydrive_update":     "See, add, change and delete your files",
	"wl.work_profile":        "See where you work",
	"wl.applications":        "See the applications that you have registered",
	"wl.applications_create": "Register and change applications for you",
}

// scopesInWords tells a person what an application asks for.
func scopesInWords(names []string) []askedScope {
	asked := make([]askedScope, len(names))
	for i, name := range names {
		asked[i] = askedScope{Name: name, About: scopeWords[name]}
	}
	return asked
}
