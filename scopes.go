package liveconnect

// Scope is a permission that a user gives to an application when signing in.
type Scope string

// The scopes. Reading a user's own files needs ScopeSkyDrive, changing them ScopeSkyDriveUpdate, albums and photos
// alone ScopePhotos. (Reference page "Scopes and permissions"; the last one was seen in Microsoft's SDKs only.)
const (
	ScopeBasic         Scope = "wl.basic"          // profile and contact list, read
	ScopeSignIn        Scope = "wl.signin"         // sign in without asking again
	ScopeOfflineAccess Scope = "wl.offline_access" // a refresh token, so that access outlives the hour

	ScopeBirthday           Scope = "wl.birthday"            // the user's birth date
	ScopeCalendars          Scope = "wl.calendars"           // calendars and events, read
	ScopeCalendarsUpdate    Scope = "wl.calendars_update"    // calendars and events, read and write
	ScopeContactsBirthday   Scope = "wl.contacts_birthday"   // birth dates of the user and the contacts
	ScopeContactsCreate     Scope = "wl.contacts_create"     // add contacts
	ScopeContactsCalendars  Scope = "wl.contacts_calendars"  // calendars others share with the user
	ScopeContactsPhotos     Scope = "wl.contacts_photos"     // photos, videos, audio, albums others share with the user
	ScopeContactsSkyDrive   Scope = "wl.contacts_skydrive"   // files others share with the user
	ScopeContactsEmails     Scope = "wl.contacts_emails"     // the contacts' email addresses
	ScopeEmails             Scope = "wl.emails"              // the user's email addresses
	ScopeEventsCreate       Scope = "wl.events_create"       // add events to the default calendar
	ScopeMessenger          Scope = "wl.messenger"           // Messenger sign-in (XMPP)
	ScopeIMAP               Scope = "wl.imap"                // mail by IMAP and SMTP
	ScopePhoneNumbers       Scope = "wl.phone_numbers"       // the user's phone numbers
	ScopePhotos             Scope = "wl.photos"              // photos, videos, audio and albums, read
	ScopePostalAddresses    Scope = "wl.postal_addresses"    // the user's postal addresses
	ScopeShare              Scope = "wl.share"               // update the status message
	ScopeSkyDrive           Scope = "wl.skydrive"            // files, read
	ScopeSkyDriveUpdate     Scope = "wl.skydrive_update"     // files, read and write
	ScopeWorkProfile        Scope = "wl.work_profile"        // employer and position
	ScopeApplications       Scope = "wl.applications"        // the developer's client ids, read
	ScopeApplicationsCreate Scope = "wl.applications_create" // the developer's client ids, write
	ScopeOneNoteCreate      Scope = "office.onenote_create"  // add pages to OneNote
	ScopeContactsUpdate     Scope = "wl.contacts_update"     // change and delete contacts
)
