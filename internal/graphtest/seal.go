package graphtest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// seal writes a link that holds from now on.
func (s *service) seal(l link) string {
	l.Epoch, l.Expires = s.epochs[l.Kind].Load(), s.now().Add(linkLife).UnixMilli()
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // texts and numbers
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(text), text...))
}

// open reads a link.
func (s *service) open(kind, sealed string) (l link, state linkState) {
	raw, err := base64.RawURLEncoding.DecodeString(sealed)
	if err != nil || len(raw) < signature {
		return l, linkForged
	}
	if !hmac.Equal(raw[:signature], s.sign(raw[signature:])) || json.NewDecoder(bytes.NewReader(raw[signature:])).Decode(&l) != nil || l.Kind != kind {
		return l, linkForged
	}
	if l.Epoch != s.epochs[kind].Load() || s.now().UnixMilli() > l.Expires {
		return l, linkExpired
	}
	return l, linkValid
}

func (s *service) sign(text []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(text)
	return mac.Sum(nil)[:signature]
}
