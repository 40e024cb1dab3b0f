package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/go-liveconnect/liveconnect/internal/service/server"
)

func TestUsageTellsOfEachFlag(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-h"}, &out, io.Discard))
	newFlagSet(&options{}).VisitAll(func(f *flag.Flag) {
		assert.Regexp(t, `(?m)^  -`+regexp.QuoteMeta(f.Name)+`\b`, out.String())
	})
	for _, name := range regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(out.String(), -1) {
		assert.NotNil(t, newFlagSet(&options{}).Lookup(name[1]), name[1])
	}
	for _, line := range strings.Split(out.String(), "\n") {
		assert.LessOrEqual(t, len([]rune(line)), 120, line)
	}
}

func TestUsageExampleIsAnAccountsFile(t *testing.T) {
	t.Parallel()
	begin := strings.Index(usage, "  {\n    \"clients\"")
	end := strings.Index(usage, "\n  }\n")
	require.Positive(t, begin)
	var file accountsFile
	require.NoError(t, readJSON([]byte(usage[begin:end+4]), &file))
	assert.Equal(t, "000000004c043705", file.Clients[0].ID)
	assert.Equal(t, []string{"nuno@contoso.com"}, file.Accounts[0].Friends)
}

func TestVersion(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-version"}, &out, io.Discard))
	assert.Regexp(t, `^liveconnectd \S+ go1\.\d+\S*\n$`, out.String())
}

func TestBadArguments(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.json")
	require.NoError(t, os.WriteFile(bad, []byte(`{"acounts": []}`), 0o600))
	for want, args := range map[string][]string{
		"flag provided but not defined: -nonsense; see -h":   {"-nonsense"},
		`unexpected argument "argument"; see -h`:             {"argument"},
		"listen on -addr 127.0.0.1:99999":                    {"-addr", "127.0.0.1:99999"},
		`-log "xml": want text or json`:                      {"-log", "xml"},
		"-token-lifetime 0s":                                 {"-token-lifetime", "0"},
		"-external-url":                                      {"-external-url", "live.example.com"},
		"-storage-url":                                       {"-storage-url", "http://live.example.com/path"},
		"want so many at once + so many per second":          {"-throttle=reads=5"},
		`"deletes" is neither reads nor writes`:              {"-throttle=deletes=5+1/s"},
		"-seed: open":                                        {"-addr", "127.0.0.1:0", "-seed", "no-such"},
		`no account has the id or address "x@contoso.com"`:   {"-addr", "127.0.0.1:0", "-seed", "x@contoso.com=" + dir},
		"-accounts: open no-such: no such file":              {"-addr", "127.0.0.1:0", "-accounts", "no-such"},
		`unknown field "acounts" at byte`:                    {"-addr", "127.0.0.1:0", "-accounts", bad},
		"-faults: open no-such: no such file":                {"-addr", "127.0.0.1:0", "-faults", "no-such"},
		`"do" is ""; want one of answer, cut_request`:        {"-addr", "127.0.0.1:0", "-faults", writeFile(t, `[{}]`)},
		"proxy: write the authority's certificate":           {"-addr", "127.0.0.1:0", "-ca", filepath.Join(dir, "no", "ca.pem")},
		"account 2: the user id 8c8ce076ca27823f is taken":   {"-addr", "127.0.0.1:0", "-accounts", writeFile(t, `{"accounts":[{"id":"8c8ce076ca27823f"},{"id":"8c8ce076ca27823f"}]}`)},
		`Nuno: friends: unknown account: no account has the`: {"-addr", "127.0.0.1:0", "-accounts", writeFile(t, `{"accounts":[{"name":"Nuno","friends":["a"]}]}`)},
		`Nuno: shares: there is no "Maui" in the account`:    {"-addr", "127.0.0.1:0", "-accounts", writeFile(t, `{"accounts":[{"name":"Nuno","shares":[{"path":"Maui"}]}]}`)},
		"client 1 has no id":                                 {"-addr", "127.0.0.1:0", "-accounts", writeFile(t, `{"clients":[{"secret":"s"}]}`)},
	} {
		err := run(t.Context(), args, io.Discard, io.Discard)
		require.ErrorContains(t, err, want, args)
		assert.NotContains(t, err.Error(), "\n", args)
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestFlags(t *testing.T) {
	t.Parallel()
	o, err := parseFlags([]string{
		"-seed", "pictures", "-seed", "8c8ce076ca27823f=a=b", "-seed", "nuno@contoso.com=c", "-seed", "year=2012", "-throttle",
	})
	require.NoError(t, err)
	assert.Equal(t, seedFlag{{"", "pictures"}, {"8c8ce076ca27823f", "a=b"}, {"nuno@contoso.com", "c"}, {"", "year=2012"}}, o.seeds)
	assert.Equal(t, server.DefaultThrottle(), *o.throttle.rules)
	assert.Equal(t, time.Hour, o.tokenLifetime)
	assert.Equal(t, "127.0.0.1:8080", o.addr)
	assert.False(t, o.autoConsent)

	o, err = parseFlags([]string{"-throttle=writes=3+0.5/s"})
	require.NoError(t, err)
	assert.Equal(t, server.Throttle{Writes: server.Rate{Burst: 3, PerSecond: 0.5}}, *o.throttle.rules)
	o, err = parseFlags([]string{"-throttle", "-throttle=false"})
	require.NoError(t, err)
	assert.Nil(t, o.throttle.rules)
}

// FuzzThrottleFlag: whatever is taken as rates are rates.
func FuzzThrottleFlag(f *testing.F) {
	for _, seed := range []string{"true", "reads=100+10/s,writes=20+1/s", "reads=1+1e300", "writes=-1+1", "=+", "reads=1+NaN", "reads=1+Inf/s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var flag throttleFlag
		if flag.Set(text) != nil || flag.rules == nil {
			return
		}
		for _, rate := range []server.Rate{flag.rules.Reads, flag.rules.Writes} {
			if rate != (server.Rate{}) && (rate.Burst < 1 || !(rate.PerSecond > 0) || rate.PerSecond > 1e6) {
				t.Fatalf("%q is taken as %+v", text, rate)
			}
		}
	})
}
