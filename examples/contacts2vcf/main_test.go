package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-vcard"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect"
	"github.com/go-liveconnect/liveconnect/examples/internal/readme"
	"github.com/go-liveconnect/liveconnect/livetest"
)

func TestReadme(t *testing.T) { readme.Check(t, "contacts2vcf", run) }

// export runs the program on a server and reads what it has written.
func export(t *testing.T, server *livetest.Server) ([]vcard.Card, error) {
	t.Helper()
	token, err := server.Account().Token()
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "contacts.vcf")
	if err := run(t.Context(), []string{"-api", server.APIURL, "-token", token.AccessToken, "-o", name}, io.Discard, io.Discard); err != nil {
		_, missing := os.Stat(name)
		assert.ErrorIs(t, missing, os.ErrNotExist, "nothing is written by halves")
		return nil, err
	}
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.NotContains(t, string(content), "HASH")
	var cards []vcard.Card
	for decoder := vcard.NewDecoder(strings.NewReader(string(content))); ; {
		card, err := decoder.Decode()
		if errors.Is(err, io.EOF) {
			return cards, nil
		}
		require.NoError(t, err)
		cards = append(cards, card)
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	for _, c := range []liveconnect.Contact{
		{
			FirstName: "Åse", LastName: "O'Neill, PhD; Jr", Gender: "female", IsFavorite: true, BirthDay: 9, BirthMonth: 7,
			Emails: liveconnect.Emails{Preferred: "Ase@x.example", Personal: "ase@x.example", Business: "b@x.example", Other: "o@x.example"},
		},
		{LastName: "back\\slash", BirthDay: 3},
		{Emails: liveconnect.Emails{Other: "zz@x.example"}, BirthMonth: 12},
	} {
		_, err := server.Account().AddContact(c)
		require.NoError(t, err)
	}
	cards, err := export(t, server)
	require.NoError(t, err)
	require.Len(t, cards, 3)
	named := map[string]vcard.Card{}
	for _, card := range cards {
		named[card.Value("FN")] = card
	}

	full := named["Åse O'Neill, PhD; Jr"]
	require.NotNil(t, full)
	assert.Equal(t, "O'Neill, PhD, Jr", full.Name().FamilyName)
	assert.Equal(t, "Åse", full.Name().GivenName)
	assert.Equal(t, "--0709", full.Value("BDAY"))
	assert.Equal(t, "Favorites", full.Value("CATEGORIES"))
	sex, _ := full.Gender()
	assert.Equal(t, vcard.SexFemale, sex)
	assert.Equal(t, []string{"Ase@x.example", "b@x.example", "o@x.example"}, full.Values("EMAIL"))
	assert.Equal(t, "1", full["EMAIL"][0].Params.Get("PREF"))
	assert.True(t, full["EMAIL"][0].Params.HasType("home"))
	assert.True(t, full["EMAIL"][1].Params.HasType("work"))
	assert.Regexp(t, "^contact\\.", full.Value("UID"))

	assert.Equal(t, "back\\slash", named["back\\slash"].Name().FamilyName)
	assert.Equal(t, "---03", named["back\\slash"].Value("BDAY"))
	require.NotNil(t, named["zz@x.example"])
	assert.Nil(t, named["zz@x.example"].Name())
	assert.Equal(t, "--12", named["zz@x.example"].Value("BDAY"))
}

func TestNoContacts(t *testing.T) {
	t.Parallel()
	cards, err := export(t, livetest.NewServer(t))
	require.NoError(t, err)
	assert.Empty(t, cards)
}

func TestBrokenList(t *testing.T) {
	t.Parallel()
	server := livetest.NewServer(t)
	server.Fault(livetest.Fault{Path: "/contacts$", Do: livetest.Error(403, "request_token_unauthorized", "")})
	_, err := export(t, server)
	require.ErrorIs(t, err, liveconnect.ErrForbidden)
}
