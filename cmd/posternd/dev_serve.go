package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"
)

// demoFile is where the demo's passwords are kept: beside a SQLite database, else in the folder that one would be in.
func (c *Config) demoFile() string {
	if path := c.sqlitePath(); path != "" {
		return filepath.Join(filepath.Dir(path), "demo.json")
	}
	return filepath.Join("data", "demo.json")
}

// serveDemo seeds the demo and serves its app until ctx ends. That somebody else has the app's port is no reason not to
// serve the rest: Print says so.
func serveDemo(ctx context.Context, o *office, now func() time.Time) (Demo, error) {
	d, err := seedDemo(ctx, demoDeps{
		people: o.People, clients: o.Clients, scopes: o.Scopes, now: now, issuer: o.config.Issuer, file: o.config.demoFile(),
	})
	if err != nil {
		return Demo{}, err
	}
	handler, err := d.handler(now, o.log)
	if err != nil {
		return Demo{}, err
	}
	server, err := newServer(ctx, o.config, o.log, handler)
	if err != nil {
		return Demo{}, err
	}
	address := strings.TrimPrefix(d.AppURL, "http://")
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		o.log.WarnContext(ctx, "the demo's app is not served", "error", fmt.Errorf("listen on %s: %w", address, err))
		d.AppDown = true
		return d, nil
	}
	go func() {
		if err := serveUntil(ctx, server, listener, o.config.ShutdownTimeout, o.log); err != nil {
			o.log.ErrorContext(ctx, "the demo's app ended", "error", err)
		}
	}()
	return d, nil
}
