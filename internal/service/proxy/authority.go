package proxy

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// How long certificates are good. A leaf is made anew before its end, so that a proxy may run for long.
const (
	authorityLife = 2 * 365 * 24 * time.Hour
	leafLife      = 90 * 24 * time.Hour
	backdated     = 24 * time.Hour // for clients whose clock is late
)

// Authority signs certificates for the hosts of a proxy. Its key lives in memory only and ends with the process.
// It is safe for concurrent use.
type Authority struct {
	hosts Hosts
	now   func() time.Time
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey

	mu     sync.Mutex
	leaves map[string]*tls.Certificate // by name or pattern
}

// NewAuthority makes an authority for these hosts, and only these: its certificate says so too. name is what certificate
// viewers show.
func NewAuthority(name string, hosts Hosts) (*Authority, error) {
	return newAuthority(name, hosts, time.Now)
}

func newAuthority(name string, hosts Hosts, now func() time.Time) (*Authority, error) {
	if err := hosts.check(); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("proxy: make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber:          serial(),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now().Add(-backdated),
		NotAfter:              now().Add(authorityLife),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		// Whoever trusts this authority trusts it for nothing else. Not critical: old clients do not know it.
		PermittedDNSDomains: permitted(hosts),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("proxy: make the authority: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("proxy: read the authority: %w", err)
	}
	return &Authority{hosts: hosts, now: now, cert: cert, key: key, leaves: map[string]*tls.Certificate{}}, nil
}

func permitted(hosts Hosts) []string {
	domains := make([]string, len(hosts))
	for i, pattern := range hosts {
		domains[i] = strings.TrimPrefix(strings.ToLower(pattern), "*.")
	}
	return domains
}

func serial() *big.Int {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // never fails, says crypto/rand
	raw[0] = raw[0]&0x7f | 0x40
	return new(big.Int).SetBytes(raw[:])
}

// PEM is the authority's certificate, for clients to trust.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// WriteFile writes the certificate (never the key) to a file that everybody may read. Whoever reads the file at the
// same time finds the old one or the new one.
func (a *Authority) WriteFile(path string) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), ".ca-*.pem")
	if err != nil {
		return fmt.Errorf("proxy: write the authority's certificate: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
			err = fmt.Errorf("proxy: write the authority's certificate: %w", err)
		}
	}()
	_, err = file.Write(a.PEM())
	if err == nil {
		err = file.Chmod(0o644)
	}
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	return err
}

// certificate is the leaf for a host. It covers all that fall under the same pattern, so that clients cannot fill the
// memory with names.
func (a *Authority) certificate(host string) (*tls.Certificate, error) {
	pattern, ok := a.hosts.Match(host)
	if !ok {
		return nil, fmt.Errorf("proxy: %s is none of the hosts (%s)", host, a.hosts)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf := a.leaves[pattern]; leaf != nil && a.now().Add(backdated).Before(leaf.Leaf.NotAfter) {
		return leaf, nil
	}
	leaf, err := a.sign(pattern)
	if err != nil {
		return nil, err
	}
	a.leaves[pattern] = leaf
	return leaf, nil
}

func (a *Authority) sign(pattern string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("proxy: make a key: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		NotBefore:    a.now().Add(-backdated),
		NotAfter:     a.now().Add(leafLife),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{pattern},
	}
	if template.NotAfter.After(a.cert.NotAfter) {
		template.NotAfter = a.cert.NotAfter
	}
	if len(pattern) <= 64 { // the most that a common name may have; very old clients read nothing else
		template.Subject.CommonName = pattern
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("proxy: sign for %s: %w", pattern, err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("proxy: sign for %s: %w", pattern, err)
	}
	return &tls.Certificate{Certificate: [][]byte{der, bytes.Clone(a.cert.Raw)}, PrivateKey: key, Leaf: leaf}, nil
}
