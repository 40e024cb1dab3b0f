package proxy

import (
	"crypto/ecdsa"
	"crypto/x509"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLeaves(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	a, err := newAuthority("test", testHosts(), func() time.Time { return now })
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)

	one, err := a.certificate("cid-1.store.example.com")
	require.NoError(t, err)
	two, err := a.certificate("CID-2.store.example.com.")
	require.NoError(t, err)
	assert.Same(t, one, two, "hosts of a pattern share a certificate")
	assert.Equal(t, []string{"*.store.example.com"}, one.Leaf.DNSNames)
	assert.IsType(t, &ecdsa.PrivateKey{}, one.PrivateKey)
	for _, host := range []string{"cid-1.store.example.com", "cid-2.store.example.com"} {
		_, err = one.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, CurrentTime: now})
		require.NoError(t, err)
	}
	_, err = one.Leaf.Verify(x509.VerifyOptions{DNSName: "api.example.com", Roots: roots, CurrentTime: now})
	require.Error(t, err)
	assert.Less(t, one.Leaf.NotAfter.Sub(one.Leaf.NotBefore), 398*24*time.Hour, "browsers take no longer ones")

	now = now.Add(leafLife)
	later, err := a.certificate("cid-1.store.example.com")
	require.NoError(t, err)
	assert.NotSame(t, one, later)
	_, err = later.Leaf.Verify(x509.VerifyOptions{DNSName: "cid-1.store.example.com", Roots: roots, CurrentTime: now})
	require.NoError(t, err)

	_, err = a.certificate("www.example.org")
	require.ErrorContains(t, err, "www.example.org is none of the hosts")
}

func TestAuthorityIsGoodForItsHostsOnly(t *testing.T) {
	t.Parallel()
	a, err := NewAuthority("test", testHosts())
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	a.hosts = append(a.hosts, "bank.example.org") // as somebody who got hold of the key
	leaf, err := a.certificate("bank.example.org")
	require.NoError(t, err)
	_, err = leaf.Leaf.Verify(x509.VerifyOptions{DNSName: "bank.example.org", Roots: roots})
	var invalid x509.CertificateInvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, x509.CANotAuthorizedForThisName, invalid.Reason)
}

func TestWriteFile(t *testing.T) {
	t.Parallel()
	a, err := NewAuthority("test", testHosts())
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(path, []byte("an old one"), 0o600))
	require.NoError(t, a.WriteFile(path))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(a.PEM()), string(text))
	assert.Equal(t, 1, strings.Count(string(text), "BEGIN"))
	assert.NotContains(t, string(text), "KEY")
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o644), info.Mode().Perm())
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	assert.Len(t, entries, 1)

	require.ErrorContains(t, a.WriteFile(filepath.Join(path, "no", "such")), "proxy: write the authority's certificate")
	require.Error(t, a.WriteFile(t.TempDir()), "a directory is in the way")
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{
		"api.example.com": "api.example.com", "API.EXAMPLE.COM.": "api.example.com", "a.store.example.com": "*.store.example.com",
		"store.example.com": "", ".store.example.com": "", "a.b.store.example.com": "", "xapi.example.com": "", "": "", ".": "",
		"*.store.example.com": "*.store.example.com", "api.example.com:443": "",
	} {
		got, ok := testHosts().Match(host)
		assert.Equal(t, want, got, host)
		assert.Equal(t, want != "", ok, host)
	}
	for _, bad := range []string{"", "*.", "*", "a.*.b", "http://a", "a:443", ".a", "*..a"} {
		_, err := NewAuthority("test", Hosts{bad})
		require.ErrorContains(t, err, "is not a host name", bad)
	}
}

// FuzzAuthority: whatever CONNECT names, the host that is matched is one of ours, and what is printed of it is plain.
func FuzzAuthority(f *testing.F) {
	for _, seed := range []string{"api.example.com:443", "[::1]:443", "a.store.example.com", "x:y:z", "\x00\n", "é.store.example.com:80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, authority string) {
		host, _ := splitHost(authority)
		if pattern, ok := testHosts().Match(host); ok {
			lower := strings.TrimSuffix(strings.ToLower(host), ".")
			label, isStore := strings.CutSuffix(lower, ".store.example.com")
			if lower != "api.example.com" && (!isStore || label == "" || strings.Contains(label, ".")) {
				t.Fatalf("%q falls under %q", host, pattern)
			}
		}
		for _, r := range printable(authority) {
			if r < '!' || r > '~' {
				t.Fatalf("%q is printed", r)
			}
		}
	})
}
