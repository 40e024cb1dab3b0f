package login

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/backend"
)

// tokenJSON is the token endpoint's answer, in the recorded order.
type tokenJSON struct {
	TokenType           string `json:"token_type"`
	ExpiresIn           int64  `json:"expires_in"`
	Scope               string `json:"scope"`
	AccessToken         string `json:"access_token"`
	RefreshToken        string `json:"refresh_token,omitempty"`
	AuthenticationToken string `json:"authentication_token,omitempty"`
	UserID              string `json:"user_id"`
}

func (h *Host) tokenAnswer(made Token, g Grant, u backend.User, client Client) tokenJSON {
	out := tokenJSON{
		TokenType: "bearer", ExpiresIn: int64(made.ExpiresIn / time.Second), Scope: made.Scope,
		AccessToken: made.AccessToken, RefreshToken: made.RefreshToken, UserID: u.LoginID,
	}
	if g.Scopes.Has("wl.signin") {
		out.AuthenticationToken = authenticationToken(client, u, g.Redirect, h.Now().Add(made.ExpiresIn))
	}
	return out
}

// claims of an authentication token, in the order in which Microsoft's own reader lists them.
type claims struct {
	Expires int64  `json:"exp"`
	Issuer  string `json:"iss"`
	Aud     string `json:"aud"`
	UserID  string `json:"uid"`
	Version int    `json:"ver"`
	AppURI  string `json:"urn:microsoft:appuri"`
	AppID   string `json:"urn:microsoft:appid"`
}

// authenticationToken tells a client's own server who signed in: a JWT signed with the hash of the client's secret.
func authenticationToken(client Client, u backend.User, redirect string, expires time.Time) string {
	domain := ""
	if r, err := url.Parse(redirect); err == nil {
		domain = r.Hostname()
	}
	payload, err := json.Marshal(claims{
		Expires: expires.Unix(), Issuer: "urn:windows:liveid", Aud: domain, UserID: u.LoginID,
		Version: 1, AppURI: "appid://" + client.ID, AppID: client.ID,
	})
	if err != nil {
		return ""
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","kid":"0","typ":"JWT"}`)) + "." + encode(payload)
	key := sha256.Sum256([]byte(client.Secret + "JWTSig"))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}
