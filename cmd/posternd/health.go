package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

const healthTimeout = 2 * time.Second

func newHealth(h *host) *cobra.Command {
	path := "/healthz"
	cmd := &cobra.Command{
		Use: "health", Short: "Ask the server on this machine whether it is well", Args: cobra.NoArgs,
		Long:    "Ask the server that listens on this machine whether it is well, for containers that have nothing else to ask with.",
		Example: "  posternd health\n  posternd health --ready",
		RunE: h.withConfig(func(ctx context.Context, cmd *cobra.Command, c *Config, _ []string) error {
			if ready, _ := cmd.Flags().GetBool("ready"); ready {
				path = "/readyz"
			}
			if err := askHealth(ctx, c, path); err != nil {
				return err
			}
			return h.say("ok")
		}),
	}
	addSettingFlags(cmd.Flags(), false)
	cmd.Flags().Bool("ready", false, "ask whether database, migrations and caches are ready too")
	return cmd
}

func askHealth(ctx context.Context, c *Config, path string) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	transport := &http.Transport{DisableKeepAlives: true}
	u := url.URL{Scheme: "http", Host: nearAddress(c.Listen), Path: path}
	if c.TLSCertFile != "" {
		u.Scheme = "https"
		var err error
		if transport.TLSClientConfig, err = trustOwn(c); err != nil {
			return err
		}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
	}
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		return fmt.Errorf("ask for health: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("the server answers %s", answer.Status)
	}
	return nil
}

// nearAddress is how to reach a listener from its own machine.
func nearAddress(listen string) string {
	name, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(name); name == "" || err == nil && ip.IsUnspecified() {
		name = "127.0.0.1"
	}
	return net.JoinHostPort(name, port)
}

// trustOwn trusts the server's own certificate, whoever signed it, for the issuer's host.
func trustOwn(c *Config) (*tls.Config, error) {
	text, err := os.ReadFile(c.TLSCertFile)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	name, _, _ := strings.Cut(strings.TrimPrefix(c.Issuer, "https://"), ":")
	return &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12}, nil
}
