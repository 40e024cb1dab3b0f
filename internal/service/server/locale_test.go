package server_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

func TestAccessFollowsTheLocale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.mkdir("me/skydrive", "Maui")
	access := func(query string) any {
		return w.get(id + query).field("shared_with").(map[string]any)["access"]
	}
	for query, want := range map[string]string{
		"":               "Just me",
		"?locale=":       "Just me",
		"?locale=en-US":  "Just me",
		"?locale=de-DE":  "Nur ich",
		"?locale=de":     "Nur ich",
		"?locale=DE-at":  "Nur ich",
		"?locale=fr_CA":  "Moi uniquement",
		"?locale=es-ES":  "Solo yo",
		"?locale=it-IT":  "Solo io",
		"?locale=pt-BR":  "Somente eu",
		"?locale=ja-JP":  "自分のみ",
		"?locale=tlh-QO": "Just me",
		"?locale=-":      "Just me",
	} {
		assert.Equal(t, want, access(query), query)
	}

	w.get(id + "/shared_read_link")
	assert.Equal(t, "Personen mit einem Link", access("?locale=de-DE"))
	listed := w.get("me/skydrive/files?locale=fr-FR").data()
	assert.Equal(t, map[string]any{"access": "Moi uniquement"}, listed[0]["shared_with"])

	own := "Nur die Wanderfreunde" // a word that a program has set itself
	item := backend.Ref{Owner: robertoID, ID: id[len("folder."+robertoID+"."):]}
	require.NoError(t, w.store.ShareItem(item, nunoID, own))
	assert.Equal(t, own, access("?locale=de-DE"))
}

// Every word of access has its translation, in every language of the table.
func TestEveryAccessWordIsTranslated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.mkdir("me/skydrive", "Maui")
	item := backend.Ref{Owner: robertoID, ID: id[len("folder."+robertoID+"."):]}
	for _, english := range []string{
		"Just me", "People I selected", "Everyone (public)", "Friends", "My friends and their friends", "People with a link",
		"Public", "Shared", "Some people",
	} {
		require.NoError(t, w.store.ShareItem(item, nunoID, english))
		for _, locale := range []string{"de-DE", "fr-FR", "es-ES", "it-IT", "pt-BR", "ja-JP"} {
			word := w.get(id + "?locale=" + locale).field("shared_with").(map[string]any)["access"]
			assert.NotEmpty(t, word)
			if english != "Public" || locale != "fr-FR" { // which are the same word
				assert.NotEqual(t, english, word, locale)
			}
		}
	}
}

func TestNamesFollowTheLocale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.store.Befriend(robertoID, nunoID))
	assert.Equal(t, http.StatusCreated, w.json(http.MethodPost, "me/contacts", `{"work": [{"employer": {"name": "Contoso Ltd"}}]}`).status)
	for _, test := range []struct{ locale, user, contact string }{
		{"", "Roberto Tamburello", "Nuno Bento"},
		{"en-US", "Roberto Tamburello", "Nuno Bento"},
		{"de-DE", "Roberto Tamburello", "Nuno Bento"},
		{"ja-JP", "Tamburello Roberto", "Bento Nuno"},
		{"zh-CN", "Tamburello Roberto", "Bento Nuno"},
		{"ko-KR", "Tamburello Roberto", "Bento Nuno"},
		{"hu-HU", "Tamburello Roberto", "Bento Nuno"},
	} {
		query := "?locale=" + test.locale
		me := w.get("me" + query)
		assert.Equal(t, test.user, me.field("name"), test.locale)
		assert.Equal(t, "Roberto", me.field("first_name"))
		assert.ElementsMatch(t, []string{test.contact, "Contoso Ltd"}, w.get("me/contacts"+query).names())
		assert.Equal(t, []string{test.contact}, w.get("me/friends"+query).names())
	}
}

func TestTheNextPageHasTheSameLocale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	next := w.get("me/skydrive/files?limit=1&locale=de-DE").paging()["next"].(string)
	link, err := url.Parse(next)
	require.NoError(t, err)
	assert.Equal(t, "de-DE", link.Query().Get("locale"))
}

// strangers is a backend that cannot tell its accounts.
type strangers struct{ backend.Backend }

func (strangers) UserByLogin(context.Context, string) (backend.User, error) {
	return backend.User{}, errors.New("the directory is down")
}

func (strangers) AllUsers(context.Context, backend.Page) (backend.List[backend.User], error) {
	return backend.List[backend.User]{}, errors.New("the directory is down")
}

func TestSignInWithoutADirectory(t *testing.T) {
	t.Parallel()
	for _, auto := range []bool{true, false} {
		w := newWorld(t, func(cfg *server.Config) {
			cfg.AutoConsent, cfg.Backend = auto, strangers{cfg.Backend}
		})
		page := w.url + "/oauth20_authorize.srf?client_id=" + clientID + "&response_type=code&scope=wl.basic&redirect_uri=" +
			url.QueryEscape("https://example.com/cb")
		a := w.do(http.MethodGet, page, nil)
		require.Equal(t, http.StatusFound, a.status, a.body)
		assert.Contains(t, a.header.Get("Location"), "error=server_error")
		a = w.do(http.MethodGet, page+"&login_hint=roberto@contoso.com", nil)
		assert.Contains(t, a.header.Get("Location"), "error=server_error")
	}
}

func TestUpdateSubscription(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.json(http.MethodPost, "me/calendars", `{"name": "Soccer", "subscription_location": "http://ical.contoso.com/1"}`)
	id := made.field("id").(string)
	a := w.json(http.MethodPut, id, `{"subscription_location": "http://ical.contoso.com/2"}`)
	assert.Equal(t, "http://ical.contoso.com/2", a.field("subscription_location"))
	assert.Equal(t, "Soccer", a.field("name"))
	w.json(http.MethodPut, id, `{"subscription_location": ""}`).failed(http.StatusBadRequest, "request_parameter_invalid")

	own := w.json(http.MethodPost, "me/calendars", `{"name": "Own"}`).field("id").(string)
	w.json(http.MethodPut, own, `{"subscription_location": "http://ical.contoso.com/2"}`).failed(http.StatusBadRequest, "request_parameter_invalid")
}
