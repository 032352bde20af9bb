package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"
)

// suites are those of TLS 1.2 with ephemeral keys and authenticated encryption (RFC 9325, section 4.2). TLS 1.3 has no
// others.
var suites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
	tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
}

func tlsConfig(c *certificate) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		CipherSuites:   suites,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current.Load(), nil },
	}
}

// certificate is a certificate in files that somebody renews. It is safe for concurrent use.
type certificate struct {
	certFile, keyFile string
	seen              string // what the files looked like when they were read
	current           atomic.Pointer[tls.Certificate]
}

func openCertificate(certFile, keyFile string) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile}
	_, err := c.refresh()
	return c, err
}

// refresh reads the files if they changed. If they cannot be used, as in the middle of a renewal, the last certificate
// stays in force.
func (c *certificate) refresh() (changed bool, err error) {
	looks, err := looksOf(c.certFile, c.keyFile)
	if err != nil {
		return false, fmt.Errorf("read certificate: %w", err)
	}
	if looks == c.seen {
		return false, nil
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return false, fmt.Errorf("read certificate: %w", err)
	}
	c.current.Store(&pair)
	c.seen = looks
	return true, nil
}

// looksOf tells whether files changed without reading them. It follows the symbolic links by which Kubernetes and
// certbot swap them.
func looksOf(files ...string) (string, error) {
	var looks string
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return "", err
		}
		looks += fmt.Sprintf("%d %d %v;", info.ModTime().UnixNano(), info.Size(), fileID(info))
	}
	return looks, nil
}

// certificateInterval is how often the files are looked at. Two stat calls cost nothing, and no watcher can miss a change.
const certificateInterval = 2 * time.Second

// watch refreshes until ctx ends.
func (c *certificate) watch(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(certificateInterval)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		changed, err := c.refresh()
		if err != nil && !failing {
			log.Warn("the certificate cannot be read again; the last one stays", "error", err)
		}
		failing = err != nil
		if changed {
			log.Info("the certificate was read again")
		}
	}
}
