package main

import (
	"context"
	"net/http"
)

// open puts together what answers requests.
func (c *serve) open(ctx context.Context, o *office) (http.Handler, error) {
	o.work.Go(func() { o.keepUp(ctx) })
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	return mux, nil
}
