package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The limits of a connection. Slow ones end (SECURITY TE-30); the handler bounds bodies.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 15 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 16 << 10
)

// listenAndServe serves handler until ctx ends, and then lets running requests finish. ready runs once the address is
// taken.
func (h *host) listenAndServe(ctx context.Context, o *office, handler http.Handler, ready func() error) error {
	server, err := newServer(ctx, o.config, o.log, handler)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.config.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", o.config.Listen, err)
	}
	if err := ready(); err != nil {
		return errors.Join(err, listener.Close())
	}
	o.log.InfoContext(ctx, "listening", "address", listener.Addr().String(), "tls", server.TLSConfig != nil)
	return serveUntil(ctx, server, listener, o.config.ShutdownTimeout, o.log)
}

// newServer is an http.Server with our limits. HTTP/2 comes with TLS.
func newServer(ctx context.Context, c *Config, log *slog.Logger, handler http.Handler) (*http.Server, error) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes, // net/http reads up to 8 KiB more, by what its buffer holds
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	if c.TLSCertFile == "" {
		return server, nil
	}
	certificate, err := openCertificate(c.TLSCertFile, c.TLSKeyFile)
	if err != nil {
		return nil, err
	}
	go certificate.watch(ctx, log)
	server.TLSConfig = tlsConfig(certificate)
	return server, nil
}

// serveUntil serves until ctx ends, then stops accepting and waits for what runs, at most patience.
func serveUntil(ctx context.Context, server *http.Server, l net.Listener, patience time.Duration, log *slog.Logger) error {
	if server.TLSConfig != nil {
		l = tls.NewListener(l, server.TLSConfig)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping", "patience", patience.String())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		log.Warn("requests were cut off", "error", err)
		return server.Close()
	}
	return nil
}
