package graphtest

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// defaultUser are the properties of a user that come unasked (documented).
var defaultUser = []string{"businessPhones", "displayName", "givenName", "jobTitle", "mail", "mobilePhone", "officeLocation", "preferredLanguage", "surname", "userPrincipalName"}

// self refuses users/ID for anybody else.
func (c *call) self() error {
	if len(c.args) == 0 || strings.EqualFold(c.args[0], c.user) {
		return nil
	}
	user, err := c.backend.User(c.ctx(), c.user)
	if err == nil && strings.EqualFold(c.args[0], principalName(user)) {
		return nil
	}
	return fail(http.StatusNotFound, "Request_ResourceNotFound", "Resource '%s' does not exist or one of its queried reference-property objects are not present.", c.args[0])
}

func getUser(c *call) (*answer, error) {
	if err := c.self(); err != nil {
		return nil, err
	}
	user, err := c.backend.User(c.ctx(), c.user)
	if err != nil {
		return nil, err
	}
	if c.selected == nil {
		c.selected = defaultUser
	}
	o := c.pick(userObject(user))
	o["@odata.context"] = c.context("users/$entity")
	return ok(o), nil
}

func userObject(user backend.User) object {
	o := object{
		"id": user.ID, "displayName": user.Name, "givenName": nullable(user.FirstName), "surname": nullable(user.LastName),
		"mail": nullable(user.Emails.Account), "userPrincipalName": principalName(user), "otherMails": []string{},
		"preferredLanguage": nullable(strings.ReplaceAll(user.Locale, "_", "-")), "businessPhones": []string{},
		"mobilePhone": nullable(user.Phones.Mobile), "jobTitle": nil, "officeLocation": nil, "companyName": nil,
		"streetAddress": nullable(user.Addresses.Personal.Street), "city": nullable(user.Addresses.Personal.City),
		"state": nullable(user.Addresses.Personal.State), "postalCode": nullable(user.Addresses.Personal.PostalCode),
		"country": nullable(user.Addresses.Personal.Region),
	}
	if user.Phones.Business != "" {
		o["businessPhones"] = []string{user.Phones.Business}
	}
	if len(user.Work) > 0 {
		o["jobTitle"], o["companyName"] = nullable(user.Work[0].Position), nullable(user.Work[0].Employer)
	}
	return o
}

// photoSizes are those that Graph knows.
var photoSizes = map[string]bool{"48x48": true, "64x64": true, "96x96": true, "120x120": true, "240x240": true, "360x360": true, "432x432": true, "504x504": true, "648x648": true}

// getPhoto gives the bytes of the profile picture. Backends have a default picture for everybody, and Graph has not: only
// accounts that were given one have one here.
func getPhoto(c *call) (*answer, error) {
	pixels := 360
	if len(c.args) > 0 {
		if !photoSizes[c.args[0]] {
			return nil, fail(http.StatusBadRequest, "ErrorInvalidImageSize", "There is no photo of the size %s.", c.args[0])
		}
		width, _, _ := strings.Cut(c.args[0], "x")
		pixels, _ = strconv.Atoi(width)
	}
	c.mu.RLock()
	has := c.photos[c.user]
	c.mu.RUnlock()
	if !has {
		return nil, fail(http.StatusNotFound, "ImageNotFound", "Exception of type 'Microsoft.Fast.Profile.Core.Exception.ImageNotFoundException' was thrown.")
	}
	picture, err := c.backend.UserPicture(c.ctx(), c.user, pixels)
	if err != nil {
		return nil, err
	}
	defer picture.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(picture)
	return &answer{stream: func() {
		c.w.Header().Set("Content-Type", picture.Type)
		c.w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		if c.r.Method != http.MethodHead {
			_, _ = c.w.Write(content)
		}
	}}, errors.Join(err)
}
