package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

// options are the flags.
type options struct {
	addr          string
	seeds         seedFlag
	accounts      string
	data          string
	inspect       string
	repair        string
	ca            string
	faults        string
	log           string
	version       bool
	externalURL   string
	storageURL    string
	autoConsent   bool
	tokenLifetime time.Duration
	throttle      throttleFlag
	remoteControl bool
}

// usage is what -h prints. A test holds it against the flags.
const usage = `liveconnectd runs the Live Connect service (API v5.0) on this machine, for programs that used to call
https://apis.live.net/v5.0.

  liveconnectd [flags]

When it is ready it prints one JSON line: the base URLs, a registered application, and the tokens of the accounts.

  {"api":"http://127.0.0.1:8080/v5.0","login":"http://127.0.0.1:8080","storage":"http://127.0.0.1:8080",
   "client_id":"…","client_secret":"…","access_token":"…","refresh_token":"…","user_id":"…", …}

Three ways to point a program here:
  base URL     put "api" in the place of https://apis.live.net/v5.0, "login" in that of https://login.live.com
  http proxy   http_proxy=http://127.0.0.1:8080, for programs that call http://apis.live.net
  https proxy  https_proxy=http://127.0.0.1:8080, and trust the file that -ca writes:
                 curl --cacert ca.pem -H "Authorization: Bearer $TOKEN" https://apis.live.net/v5.0/me
               also SSL_CERT_FILE, REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS
Open http://127.0.0.1:8080/ in a browser for the accounts, their files, the last requests, and these lines filled in.

Where it listens
  -addr HOST:PORT          address to listen on; port 0 takes a free one (default 127.0.0.1:8080)
  -external-url URL        where clients reach it, when they reach it by another name than the one they send
  -storage-url URL         origin of links to content (default: the host that the client asked for)
  -ca FILE                 write the certificate of the proxy's authority, made anew at each start, to this file
  -allow-remote-control    let other machines use /_live/ and the status page too

What is in it
  -accounts FILE           JSON: accounts, friends, shares, quotas, applications (example below)
  -seed DIR                the files in DIR become the OneDrive of the first account
  -seed WHO=DIR            that of the account with this id or email address; -seed may be repeated
                           Folders that hold nothing but photos and videos become albums. Hidden files are left out.
  -data DIR                keep all this in DIR, so that it is there again after a restart, or a crash; without it, it
                           is gone when the program ends. Accounts and seeds are made at the first start only.
  -check DIR               say what is wrong with what -data has kept in DIR, and end
  -repair DIR              the same, and leave out what is wrong, so that the rest can be used; nothing is deleted

How it behaves
  -auto-consent            sign in and consent without showing a page, for tests
  -token-lifetime D        life of access tokens, such as 90s or 1h (default 1h0m0s)
  -throttle[=RATES]        answer 420 to programs that call too often: each application and user has a bucket for reads
                           and one for writes. Default rates: reads=100+10/s,writes=20+1/s (at once + per second)
  -faults FILE             JSON: what goes wrong from the start; as in POST /_live/faults
  -log text|json           form of the log on standard error (default text)
  -version                 print the version and end

An accounts file, of which everything may be left out:
  {
    "clients": [{"id": "000000004c043705", "secret": "s3cret", "name": "My photos",
                 "redirect_urls": ["http://localhost:8000/callback"]}],
    "accounts": [
      {"first_name": "Roberto", "last_name": "Tamburello", "emails": {"account": "roberto@contoso.com"},
       "quota": 1000000, "seed": "roberto/", "friends": ["nuno@contoso.com"],
       "shares": [{"path": "Pictures/Maui", "with": ["nuno@contoso.com"]}]},
      {"name": "Nuno Bento", "emails": {"account": "nuno@contoso.com"}}
    ]
  }

Test suites steer it at /_live/ (health, reset, accounts, faults, clock, requests): GET /_live/ lists what there is.
It ends on Ctrl-C or SIGTERM.
`

// parseFlags reads the command line.
func parseFlags(args []string) (options, error) {
	var o options
	flags := newFlagSet(&o)
	err := flags.Parse(args)
	if err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w; see -h", err)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q; see -h", flags.Arg(0))
	}
	flags.Visit(func(f *flag.Flag) {
		if err == nil && f.Value.String() == "" && f.Name != "seed" && f.Name != "throttle" {
			err = fmt.Errorf("-%s is empty: give it a value, or leave it out", f.Name)
		}
	})
	if err != nil {
		return o, err
	}
	return o, o.check()
}

func newFlagSet(o *options) *flag.FlagSet {
	flags := flag.NewFlagSet("liveconnectd", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // run prints what is to be printed
	flags.StringVar(&o.addr, "addr", "127.0.0.1:8080", "")
	flags.StringVar(&o.externalURL, "external-url", "", "")
	flags.StringVar(&o.storageURL, "storage-url", "", "")
	flags.StringVar(&o.ca, "ca", "", "")
	flags.BoolVar(&o.remoteControl, "allow-remote-control", false, "")
	flags.StringVar(&o.accounts, "accounts", "", "")
	flags.StringVar(&o.data, "data", "", "")
	flags.StringVar(&o.inspect, "check", "", "")
	flags.StringVar(&o.repair, "repair", "", "")
	flags.Var(&o.seeds, "seed", "")
	flags.BoolVar(&o.autoConsent, "auto-consent", false, "")
	flags.DurationVar(&o.tokenLifetime, "token-lifetime", time.Hour, "")
	flags.Var(&o.throttle, "throttle", "")
	flags.StringVar(&o.faults, "faults", "", "")
	flags.StringVar(&o.log, "log", "text", "")
	flags.BoolVar(&o.version, "version", false, "")
	return flags
}

func (o *options) check() error {
	if o.log != "text" && o.log != "json" {
		return fmt.Errorf("-log %q: want text or json", o.log)
	}
	if o.tokenLifetime < time.Second {
		return fmt.Errorf("-token-lifetime %v: want a second or more", o.tokenLifetime)
	}
	for name, raw := range map[string]string{"-external-url": o.externalURL, "-storage-url": o.storageURL} {
		u, err := url.Parse(raw)
		if raw != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.Trim(u.Path, "/") != "") {
			return fmt.Errorf("%s %q: want an origin such as http://live.example.com:8080", name, raw)
		}
	}
	return nil
}

// seed says which directory becomes whose OneDrive.
type seed struct{ who, dir string }

// seedFlag is -seed, which may be repeated.
type seedFlag []seed

func (f *seedFlag) String() string { return "" }

// Set implements [flag.Value]. What stands before an equals sign is an account only if it can be one: a directory's
// name may have one too.
func (f *seedFlag) Set(value string) error {
	s := seed{dir: value}
	if who, dir, ok := strings.Cut(value, "="); ok && (strings.Contains(who, "@") || isCID(who)) {
		s = seed{who, dir}
	}
	if s.dir == "" {
		return errors.New("want a directory")
	}
	*f = append(*f, s)
	return nil
}

func isCID(text string) bool {
	_, err := strconv.ParseUint(text, 16, 64)
	return err == nil && len(text) == 16
}

// throttleFlag is -throttle, with rates or without.
type throttleFlag struct{ rules *server.Throttle }

// IsBoolFlag makes the flag good without a value.
func (f *throttleFlag) IsBoolFlag() bool { return true }

func (f *throttleFlag) String() string { return "" }

// Set implements [flag.Value]: "reads=100+10/s,writes=20+1/s".
func (f *throttleFlag) Set(value string) error {
	switch value {
	case "true":
		rules := server.DefaultThrottle()
		f.rules = &rules
		return nil
	case "false":
		f.rules = nil
		return nil
	}
	rules := server.Throttle{}
	for part := range strings.SplitSeq(value, ",") {
		kind, text, _ := strings.Cut(strings.TrimSpace(part), "=")
		rate, err := parseRate(text)
		switch {
		case err != nil:
			return err
		case kind == "reads":
			rules.Reads = rate
		case kind == "writes":
			rules.Writes = rate
		default:
			return fmt.Errorf("%q is neither reads nor writes", kind)
		}
	}
	f.rules = &rules
	return nil
}

// parseRate reads "20+1/s": so many at once, and so many per second.
func parseRate(text string) (server.Rate, error) {
	burst, perSecond, ok := strings.Cut(strings.TrimSuffix(text, "/s"), "+")
	n, err := strconv.Atoi(burst)
	r, rateErr := strconv.ParseFloat(perSecond, 64)
	if !ok || err != nil || rateErr != nil || n < 1 || !(r > 0 && r <= 1e6) {
		return server.Rate{}, fmt.Errorf("%q is no rate; want so many at once + so many per second, such as 20+1/s", text)
	}
	return server.Rate{Burst: n, PerSecond: r}, nil
}

// programInfo is which program this is.
type programInfo string

// thisProgram tells the version that the program was built from.
func thisProgram() programInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "liveconnectd"
	}
	return programInfo("liveconnectd " + info.Main.Version + " " + info.GoVersion)
}
