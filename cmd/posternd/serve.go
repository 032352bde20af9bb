package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

type serve struct {
	host *host
	dev  bool
}

const serveLong = `Run the server until it is told to stop (SIGINT or SIGTERM); it then finishes what runs, within shutdown_timeout.

Without any setting it serves http://localhost:8420 from SQLite in ./data/postern.db, which it makes. On PostgreSQL run
"posternd migrate up" before. Plain HTTP is served only where the issuer's host is a loopback one; otherwise set
tls_cert_file and tls_key_file, or trusted_proxies to the network of the proxy that ends TLS.`

func newServe(h *host) *cobra.Command {
	c := &serve{host: h}
	cmd := &cobra.Command{
		Use: "serve", Short: "Run the server", Long: serveLong, Args: cobra.NoArgs,
		Example: `  posternd serve
  posternd serve --dev
  posternd serve --issuer https://auth.example.com --listen :443 --tls-cert-file cert.pem --tls-key-file key.pem`,
		RunE: h.withConfig(c.run),
	}
	addSettingFlags(cmd.Flags(), false)
	cmd.Flags().BoolVar(&c.dev, "dev", false, "fill the database with a demo and print how to try it")
	return cmd
}

// run is the order of a start: refuse what cannot work before anything is opened, then database, handler, listener.
func (c *serve) run(ctx context.Context, cmd *cobra.Command, config *Config, _ []string) (err error) {
	if err := config.checkTransport(); err != nil {
		return err
	}
	limitMemory(c.host.environ)
	logs := newLogBuffer(c.host.err)
	defer logs.Close()
	host := *c.host
	host.err = logs
	c.host = &host
	o, err := c.host.openOffice(ctx, cmd, config)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer func() {
		cancel()
		err = closing(err, o.Close())
	}()
	handler, err := c.open(ctx, o)
	if err != nil {
		return err
	}
	return c.host.listenAndServe(ctx, o, handler, func() error { return c.welcome(ctx, o) })
}

// closing keeps the first error: what went wrong at the end often follows from what went wrong before.
func closing(err, last error) error {
	if err != nil {
		return err
	}
	return last
}

// checkTransport refuses to serve people's passwords in the clear (RFC 6749, section 3.1; RFC 9700, section 2.6).
func (c *Config) checkTransport() error {
	if c.issuerIsLoopback() || c.TLSCertFile != "" || len(c.TrustedProxies) > 0 {
		return nil
	}
	return problems{{
		key: "issuer", from: c.sources["issuer"], rule: "is " + c.Issuer + ", and nothing says where TLS ends",
		fix: "set tls_cert_file and tls_key_file, or trusted_proxies to the network of the proxy in front, such as 10.0.0.0/8",
	}}
}

// welcome prints, once the server listens, where it is and what is left to do.
func (c *serve) welcome(ctx context.Context, o *office) error {
	fmt.Fprintf(c.host.out, "Postern %s is at %s\n", version, o.config.Issuer)
	if c.dev {
		return c.showDemo(ctx, o)
	}
	needed, err := o.People.NeedsSetup(ctx)
	if err != nil || !needed {
		return err
	}
	token, err := o.People.SetupToken()
	if err != nil {
		return fmt.Errorf("make set-up link: %w", err)
	}
	fmt.Fprintf(c.host.out, "\nThere is no administrator yet. Make the first one here, within a day:\n%s\n\n", o.link("/setup", token))
	return nil
}

// showDemo fills the database with the demo and says how to try it.
func (c *serve) showDemo(ctx context.Context, o *office) error {
	d, err := serveDemo(ctx, o, c.host.now)
	if err != nil {
		return err
	}
	return d.Print(c.host.out)
}
