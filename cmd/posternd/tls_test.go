package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// writeCertificate makes a self-signed certificate for localhost in folder and returns its files.
func writeCertificate(t *testing.T, folder string, serial int64) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost", "auth.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

// start serves handler on a free port until the test ends, and returns its address and how to stop it.
func start(t *testing.T, c *Config, handler http.Handler) (address string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	server, err := newServer(ctx, c, quiet, handler)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- serveUntil(ctx, server, l, c.ShutdownTimeout, quiet) }()
	stop = func() error { cancel(); return <-ended }
	t.Cleanup(cancel)
	return l.Addr().String(), stop
}

func TestOnlyTLS12WithEphemeralAuthenticatedSuitesIsSpoken(t *testing.T) { // PX-07; RFC 9325, sections 3.1.1 and 4.2
	t.Parallel()
	cert, key := writeCertificate(t, t.TempDir(), 1)
	address, _ := start(t, &Config{TLSCertFile: cert, TLSKeyFile: key}, http.NotFoundHandler())
	dial := func(c *tls.Config) error {
		c.InsecureSkipVerify = true
		conn, err := tls.Dial("tcp", address, c)
		if err == nil {
			conn.Close()
		}
		return err
	}
	if err := dial(&tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	for _, suite := range append(tls.InsecureCipherSuites(), tls.CipherSuites()...) {
		if suite.SupportedVersions[0] == tls.VersionTLS13 {
			continue
		}
		good := strings.HasPrefix(suite.Name, "TLS_ECDHE_ECDSA") && !strings.Contains(suite.Name, "_CBC_") && !strings.Contains(suite.Name, "RC4")
		err := dial(&tls.Config{MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite.ID}})
		if (err == nil) != good {
			t.Errorf("%s: %v", suite.Name, err)
		}
	}
	if err := dial(&tls.Config{MinVersion: tls.VersionTLS13}); err != nil {
		t.Errorf("TLS 1.3: %v", err)
	}
}

func TestARenewedCertificateIsServedAndABrokenOneIsNot(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	certFile, keyFile := writeCertificate(t, folder, 1)
	c, err := openCertificate(certFile, keyFile)
	if err != nil {
		t.Fatal(err)
	}
	serial := func() int64 {
		leaf, err := x509.ParseCertificate(c.current.Load().Certificate[0])
		if err != nil {
			t.Fatal(err)
		}
		return leaf.SerialNumber.Int64()
	}
	if changed, err := c.refresh(); changed || err != nil {
		t.Errorf("untouched files: changed %v, %v", changed, err)
	}
	writeCertificate(t, folder, 2)
	if changed, err := c.refresh(); !changed || err != nil || serial() != 2 {
		t.Errorf("renewed files: changed %v, %v, serial %d", changed, err, serial())
	}
	if err := os.WriteFile(certFile, []byte("half a certifi"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.refresh(); err == nil || serial() != 2 {
		t.Errorf("broken file: %v, serial %d", err, serial())
	}
	writeCertificate(t, folder, 3)
	if _, err := c.refresh(); err != nil || serial() != 3 {
		t.Errorf("mended file: %v, serial %d", err, serial())
	}
}

func TestARunningRequestIsFinishedAtTheEnd(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	address, stop := start(t, &Config{ShutdownTimeout: time.Minute}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(entered)
		<-release
		io.WriteString(w, "whole")
	}))
	answer := make(chan string, 1)
	go func() {
		r, err := http.Get("http://" + address)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer r.Body.Close()
		body, _ := io.ReadAll(r.Body)
		answer <- string(body)
	}()
	<-entered
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for { // until nobody new is let in
		conn, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		conn.Close()
	}
	close(release)
	if got := <-answer; got != "whole" {
		t.Errorf("answer is %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestARequestThatNeverEndsIsCutOff(t *testing.T) {
	t.Parallel()
	entered, never := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(never) })
	address, stop := start(t, &Config{ShutdownTimeout: time.Millisecond}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(entered)
		<-never
	}))
	go http.Get("http://" + address)
	<-entered
	if err := stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func TestLongHeadersAreRefused(t *testing.T) {
	t.Parallel()
	address, _ := start(t, &Config{}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	for size, want := range map[int]int{15 << 10: http.StatusOK, 32 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address, nil)
		r.Header.Set("X-Long", strings.Repeat("x", size))
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("a header of %d bytes: %d, want %d", size, answer.StatusCode, want)
		}
	}
}

func TestConnectionsThatDripAreClosedAndOthersAreServed(t *testing.T) { // TE-30
	t.Parallel()
	address, _ := start(t, &Config{}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	const drips = 60
	closed := make(chan error, drips)
	for range drips {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
		conn.SetReadDeadline(time.Now().Add(4 * readHeaderTimeout))
		go func() {
			_, err := io.Copy(io.Discard, conn)
			closed <- err
		}()
	}
	answer, err := http.Get("http://" + address)
	if err != nil {
		t.Fatalf("another request: %v", err)
	}
	answer.Body.Close()
	for range drips {
		if err := <-closed; err != nil {
			t.Fatalf("the connection stays open: %v", err)
		}
	}
}

func TestPlainHTTPIsServedOnLoopbackOrBehindAProxyAlone(t *testing.T) { // RFC 6749, section 3.1
	t.Parallel()
	for _, row := range []struct {
		name, file string
		refused    bool
	}{
		{"a loopback issuer", "", false},
		{"a loopback address", "issuer: http://127.0.0.1:8420", false},
		{"https, and nothing that ends TLS", "issuer: https://auth.example.com", true},
		{"https through a proxy", "issuer: https://auth.example.com\ntrusted_proxies: [10.0.0.0/8]", false},
		{"https with a certificate", "issuer: https://auth.example.com\ntls_cert_file: c\ntls_key_file: k", false},
	} {
		c, err := load(t, nil, nil, row.file)
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		err = c.checkTransport()
		if (err != nil) != row.refused {
			t.Errorf("%s: %v", row.name, err)
		}
		if row.refused && (!strings.Contains(err.Error(), "tls_cert_file") || !strings.Contains(err.Error(), "trusted_proxies")) {
			t.Errorf("%s: does not say what to set: %v", row.name, err)
		}
	}
}

func TestHealthIsAskedOverTLSToo(t *testing.T) {
	t.Parallel()
	cert, key := writeCertificate(t, t.TempDir(), 1)
	c := &Config{TLSCertFile: cert, TLSKeyFile: key, Issuer: "https://auth.example.com"}
	healthy := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/healthz" {
			http.NotFound(w, r)
		}
	})
	c.Listen, _ = start(t, c, healthy)
	if err := askHealth(t.Context(), c, "/healthz"); err != nil {
		t.Errorf("TLS: %v", err)
	}
	if err := askHealth(t.Context(), c, "/readyz"); err == nil {
		t.Error("404 passes for health")
	}
	other, _ := writeCertificate(t, t.TempDir(), 2)
	c.TLSCertFile = other
	if err := askHealth(t.Context(), c, "/healthz"); err == nil {
		t.Error("another certificate is trusted")
	}
	plain := &Config{}
	plain.Listen, _ = start(t, plain, healthy)
	if err := askHealth(t.Context(), plain, "/healthz"); err != nil {
		t.Errorf("plain: %v", err)
	}
}
