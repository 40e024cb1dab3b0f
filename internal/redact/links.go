package redact

import (
	"regexp"
	"strings"
)

// linkPattern finds addresses, also where their colon and slashes are escaped in one of the ways that Text knows.
var linkPattern = regexp.MustCompile(`(?i)(\bhttps?)(?::|%(?:25)*3a|&(?:amp;)*#(?:0*58|x0*3a);|&(?:amp;)*colon;|\\+u003a|\\+x3a)` +
	`(?:\\*/|%(?:25)*2f|&(?:amp;)*#(?:0*47|x0*2f);|&(?:amp;)*sol;|\\+u002f|\\+x2f){2}([^\s"'<>]*)`)

// keyPattern finds what names itself a secret: access_token=…, "refresh_token":"…", Bearer ….
var keyPattern = regexp.MustCompile(`(?i)((?:access_token|refresh_token|authentication_token|id_token|client_secret|authkey)` +
	`(?:\\*["']|&quot;|%22)?\s*(?:[:=]|%3a|%3d|&#58;|&#61;)\s*(?:\\*["']|&quot;|%22)?|\bbearer +)[^\s"'<>&;,\\]{4,}`)

// Links leaves no more than scheme and host of the addresses in a text, whose path may be a key, and takes the values
// that a text calls tokens. Of the addresses of public hosts, the path stays.
func Links(text string, public func(host string) bool) string {
	text = linkPattern.ReplaceAllStringFunc(text, func(link string) string {
		match := linkPattern.FindStringSubmatch(link)
		authority, rest := match[2], ""
		if i := strings.IndexAny(authority, `/?#\%&`); i >= 0 {
			authority, rest = authority[:i], authority[i:]
		}
		host := authority[strings.LastIndex(authority, "@")+1:]
		shown := match[1] + "://" + host
		switch path, _, _ := strings.Cut(rest, "?"); {
		case rest == "" || rest == "/" || rest == `\`:
			return shown + rest
		case public(host) && !strings.ContainsAny(path, `#\%&`):
			if path != rest {
				path += "?" + Placeholder
			}
			return shown + path
		}
		return shown + "/" + Placeholder
	})
	return keyPattern.ReplaceAllString(text, "${1}"+Placeholder)
}
