package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// version is set when the program is built: see the Makefile.
var version = "devel"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	h := &host{in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), now: time.Now}
	code := h.execute(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
