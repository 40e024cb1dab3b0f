package graphtest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"slices"
	"sync"
)

// signingKey is made when the first ID token is: that takes a while.
var signingKey = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

const keyID = "graphtest"

func (c *call) issuer() string { return c.origins.login + "/" + consumersTenant + "/v2.0" }

func (c *call) idToken(g grant) (string, error) {
	key, err := signingKey()
	if err != nil {
		return "", err
	}
	user, err := c.backend.User(c.ctx(), g.user)
	if err != nil {
		return "", err
	}
	now := c.now().Unix()
	claims := object{
		"iss": c.issuer(), "aud": g.client, "sub": pairwise(g.client, g.user), "oid": "00000000-0000-0000-" + g.user[:4] + "-" + g.user[4:],
		"tid": consumersTenant, "ver": "2.0", "name": user.Name, "preferred_username": principalName(user),
		"iat": now, "nbf": now, "exp": now + int64(c.service.set.tokenLife.Seconds()),
	}
	if g.nonce != "" {
		claims["nonce"] = g.nonce
	}
	if slices.Contains(g.scopes, "email") {
		claims["email"] = principalName(user)
	}
	signed := encodeJSON(object{"typ": "JWT", "alg": "RS256", "kid": keyID}) + "." + encodeJSON(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

// pairwise is how one application knows a user: no other application gets the same.
func pairwise(client, user string) string {
	sum := sha256.Sum256([]byte(client + " " + user))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func encodeJSON(o object) string {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func (c *call) openIDConfiguration() object {
	base := c.origins.login + "/consumers"
	return object{
		"issuer": c.issuer(), "authorization_endpoint": base + "/oauth2/v2.0/authorize", "token_endpoint": base + "/oauth2/v2.0/token",
		"device_authorization_endpoint": base + "/oauth2/v2.0/devicecode", "jwks_uri": base + "/discovery/v2.0/keys",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"pairwise"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "scopes_supported": []string{"openid", "profile", "email", "offline_access"},
	}
}

func (c *call) signingKeys() (*answer, error) {
	key, err := signingKey()
	if err != nil {
		return nil, err
	}
	exponent := binary.BigEndian.AppendUint32(nil, uint32(key.E)) //nolint:gosec // 65537
	return ok(object{"keys": []object{{
		"kty": "RSA", "use": "sig", "kid": keyID, "alg": "RS256",
		"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(exponent[1:]),
	}}}), nil
}
