// Package liveconnect is a client of the Live Connect REST API, version 5.0: a user's OneDrive (albums, photos, videos,
// audio, files, folders, comments, tags), Outlook.com calendars, events and contacts, profile, friends, activities and
// applications.
//
// Microsoft has retired the service; its host answers every call with [ErrAPIDeprecated]. Programs that were written for
// it run on the emulator that comes with this module: package livetest in Go tests, the command liveconnectd for
// programs in any language. [WithBaseURL] points a client there. Package graph answers the same calls from the accounts
// that exist today.
//
// # Getting started
//
// Sign in with [OAuthConfig], make a [Client] of the HTTP client it gives, and call the objects of the API, which are
// the client's fields:
//
//	conf := liveconnect.OAuthConfig(id, secret, redirectURL, liveconnect.ScopeSkyDriveUpdate, liveconnect.ScopeOfflineAccess)
//	token, err := conf.Exchange(ctx, code)
//	client, err := liveconnect.NewClient(conf.Client(ctx, token))
//
//	album, err := client.Albums.Create(ctx, liveconnect.Me, &liveconnect.NewAlbum{Name: "Maui 2011"})
//	file, err := client.Uploads.Put(ctx, album.ID, "orbs.jpg", body, nil)
//	for photo, err := range client.Photos.All(ctx, album.ID, nil) {
//		…
//	}
//	err = client.Downloads.File(ctx, file.ID, "orbs.jpg", nil)
//
// Package [github.com/go-liveconnect/liveconnect/tree] is for whole folders: walking through them, mirroring them to disk and
// back.
//
// # Lists
//
// Every list has three forms: List is one [Page], Pages iterates over pages, All over the objects of all pages. The
// iterators ask for a page when it is needed, may be ranged over again, and yield an error once, as the last thing.
//
// # Reading and writing
//
// Objects are read as plain values; what the service wrote as null is the zero value, unless null means something else
// than zero. What can be written has a type of its own, with [Opt] fields: leave one out to keep what is there, [Set] it,
// or send [Null].
//
// # Errors
//
// Every error is an *[Error]. Match it with errors.Is and the Err variables:
//
//	if errors.Is(err, liveconnect.ErrAlreadyExists) { … }
//
// Reads, and writes that may be repeated without harm, are tried again when the connection or the service fails; see
// [RetryPolicy]. Every wait ends with the context.
//
// # Tokens
//
// The access token goes to the API host and to nobody else: not to the storage hosts that downloads are redirected to,
// not to where a link in an answer points. No token or secret shows in errors and logs.
package liveconnect
