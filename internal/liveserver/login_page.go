package liveserver

import (
	"html/template"
	"net/http"
)

// page names one of the login host's pages.
type page string

const (
	consentPage page = "consent"
	errorPage   page = "error"
	blankPage   page = "blank"
)

// pageText is plain HTML that works without scripts, styles from elsewhere, or eyes.
const pageText = `{{define "head"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.}}</title>
<style>
body { font: 1rem/1.5 sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; }
fieldset { border: 1px solid #767676; margin: 0 0 1rem; }
label { display: block; padding: .25rem 0; }
button { font: inherit; padding: .4rem 1.2rem; margin-right: .5rem; }
</style>
</head>
{{end}}

{{define "consent"}}{{template "head" "Sign in"}}<body>
<main>
<h1>Let this app access your info?</h1>
<p><strong>{{.Client}}</strong> asks for:</p>
<ul>
{{range .Scopes}}<li>{{.}}</li>
{{end}}</ul>
<form method="post" action="/oauth20_authorize.srf">
{{range .Fields}}<input type="hidden" name="{{index . 0}}" value="{{index . 1}}">
{{end}}{{if .Accounts}}<fieldset>
<legend>Account</legend>
{{range $i, $a := .Accounts}}<label><input type="radio" name="account" value="{{$a.ID}}"{{if eq $a.ID $.Chosen}} checked{{end}} required> {{$a.Name}}{{with $a.Emails.Account}} ({{.}}){{end}}</label>
{{end}}</fieldset>
{{else}}<p><label for="account">Account (id of 16 hexadecimal digits)</label>
<input id="account" name="account" required pattern="[0-9a-fA-F]{16}"></p>
{{end}}<button name="consent" value="yes">Yes</button>
<button name="consent" value="no" formnovalidate>No</button>
</form>
</main>
</body>
</html>
{{end}}

{{define "error"}}{{template "head" "Sign-in error"}}<body>
<main>
<h1>We're unable to complete your request</h1>
<p>{{.}}</p>
</main>
</body>
</html>
{{end}}

{{define "blank"}}{{template "head" "Live Connect"}}<body></body>
</html>
{{end}}`

// consent is what the consent page shows.
type consent struct {
	Client   string
	Scopes   []string
	Fields   pairs
	Accounts []User
	Chosen   string
}

// showConsent asks who signs in, and whether the client may have what it wants.
func (c *call) showConsent(a authorization) {
	p := consent{
		Client: a.client.Name, Scopes: a.scopes, Accounts: c.s.accounts(),
		Fields: pairs{
			{"client_id", a.client.ID},
			{"redirect_uri", a.redirect},
			{"response_type", a.flow},
			{"scope", newScopeSet(a.scopes).text()},
			{"state", a.state},
		},
	}
	if p.Client == "" {
		p.Client = a.client.ID
	}
	if u, ok := c.s.account(c.ctx(), a.hint); ok {
		p.Chosen = u.ID
	} else if len(p.Accounts) > 0 {
		p.Chosen = p.Accounts[0].ID
	}
	c.loginPage(http.StatusOK, consentPage, p)
}

func (c *call) loginPage(status int, p page, data any) {
	h := c.w.Header()
	setLoginHeaders(h)
	h.Set("Content-Type", typeHTML)
	h.Set("X-Frame-Options", "DENY")
	c.w.WriteHeader(status)
	if c.r.Method == http.MethodHead {
		return
	}
	t := template.Must(template.New("pages").Parse(pageText))
	_ = t.ExecuteTemplate(c.w, string(p), data) // fails when the browser is gone
}
