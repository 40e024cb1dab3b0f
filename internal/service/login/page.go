package login

import (
	"html/template"
	"net/http"

	"github.com/go-liveconnect/liveconnect/internal/service/wire"
)

// page names one of the login host's pages.
type page string

const (
	consentPage page = "consent"
	errorPage   page = "error"
	blankPage   page = "blank"
)

// pages are plain HTML that works without scripts, styles from elsewhere, or eyes.
var pages = template.Must(template.New("pages").Parse(`{{define "head"}}<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.}}</title>
<style>
:root { color-scheme: light dark; --ink: #1b1b1b; --quiet: #555; --paper: #fff; --desk: #f0f2f5; --line: #8a8a8a; --blue: #0b5cad; --on-blue: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #f2f2f2; --quiet: #bdbdbd; --paper: #1f1f1f; --desk: #121212; --line: #8a8a8a; --blue: #8cc2ff; --on-blue: #10243a; }
}
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--desk); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; margin: 6vh auto; padding: 2rem; background: var(--paper); border-radius: .5rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
ul { padding-left: 1.25rem; }
code, .quiet { color: var(--quiet); font-size: .875rem; }
code, label .quiet { display: block; }
fieldset { border: 1px solid var(--line); border-radius: .25rem; margin: 1.5rem 0; padding: .5rem; }
legend { padding: 0 .375rem; }
label.account { display: flex; align-items: center; gap: .75rem; padding: .5rem; border-radius: .25rem; cursor: pointer; }
label.account:hover { background: var(--desk); }
input[type=radio] { flex: none; width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--blue); }
button { min-width: 6rem; min-height: 2.75rem; margin: 0 .5rem .5rem 0; font: inherit; border: 1px solid var(--blue); border-radius: .25rem; color: var(--blue); background: var(--paper); cursor: pointer; }
button[value=yes] { color: var(--on-blue); background: var(--blue); }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
footer { margin-top: 1.5rem; }
@media (max-width: 34rem) { main { margin: 0; min-height: 100vh; padding: 1.25rem; border-radius: 0; } }
</style>
</head>
{{end}}

{{define "consent"}}{{template "head" "Sign in"}}<body>
<main>
<h1>Let this app access your info?</h1>
<p><strong>{{.Client}}</strong> asks for:</p>
<ul>
{{range .Scopes}}<li>{{.About}} <code>{{.Name}}</code></li>
{{end}}</ul>
<form method="post" action="/oauth20_authorize.srf">
{{range .Fields}}<input type="hidden" name="{{index . 0}}" value="{{index . 1}}">
{{end}}{{if and .Accounts (not .More)}}<fieldset>
<legend>Account</legend>
{{range $i, $a := .Accounts}}<label class="account"><input type="radio" name="account" value="{{$a.ID}}"{{if eq $a.ID $.Chosen}} checked{{end}} required> <span>{{$a.Name}}{{with $a.Emails.Account}} <span class="quiet">{{.}}</span>{{end}}</span></label>
{{end}}</fieldset>
{{else}}<p><label for="account">Account (id of 16 hexadecimal digits)</label>
<input id="account" name="account" required pattern="[0-9a-fA-F]{16}" value="{{.Chosen}}"></p>
{{end}}<button name="consent" value="yes">Yes</button>
<button name="consent" value="no" formnovalidate>No</button>
</form>
<footer class="quiet">An emulator of Live Connect, for tests. It never asks for a password.</footer>
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
{{end}}`))

func loginPage(c *wire.Call, status int, p page, data any) {
	h := c.W.Header()
	setLoginHeaders(h)
	h.Set("Content-Type", wire.TypeHTML)
	h.Set("X-Frame-Options", "DENY")
	c.W.WriteHeader(status)
	if c.R.Method == http.MethodHead {
		return
	}
	_ = pages.ExecuteTemplate(c.W, string(p), data) // fails when the browser is gone
}
