package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// uploadPage is the answer to a form in a browser: a page that goes on to the application's own, with the upload's
// result in the fragment.
type uploadPage struct {
	redirect string
	state    string
}

// uploadRedirect reads state and redirect_uri. The redirect's host must be one of the client's: otherwise the page
// would take the result, and the browser, to a stranger.
func uploadRedirect(c *call) (*uploadPage, error) {
	raw := c.Params().Get("redirect_uri")
	if raw == "" {
		return nil, nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, wire.BadParameter("redirect_uri", "a URL of the application's redirect domain")
	}
	app, ok := c.h.Login.Client(c.Context(), c.grant.Client)
	if ok && !app.MayRedirect(raw, c.Origin) {
		return nil, wire.BadParameter("redirect_uri", "a URL of the application's redirect domain")
	}
	u.Fragment = ""
	return &uploadPage{redirect: u.String(), state: c.Params().Get("state")}, nil
}

// reply writes the page in the documented form. The URL is a string of a script: encoding/json escapes what could
// end the string or the script element, and everything of the fragment is percent-encoded besides.
func (p *uploadPage) reply(result any) (reply, error) {
	text, err := wire.Marshal(result)
	if err != nil {
		return reply{}, err
	}
	target := p.redirect + "#state=" + wire.EscapeComponent(p.state) + "&result=" + wire.EscapeComponent(string(text))
	literal, err := json.Marshal(target)
	if err != nil {
		return reply{}, err
	}
	// json writes & as \u0026, which is the same to a script; the documented page has it raw, and inside a script
	// element it is harmless.
	script := strings.ReplaceAll(string(literal), `\u0026`, "&")
	return reply{status: http.StatusOK, html: "<html>\n<head>\n<script type=\"text/javascript\">\nwindow.location = " +
		script + ";\n</script>\n</head>\n</html>\n"}, nil
}
