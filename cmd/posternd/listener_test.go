package main

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"
)

// TE-30 (CWE-400): sixty connections drip a header a time and never finish. The server closes them, and answers others
// meanwhile.
func TestSlowConnectionsAreClosed(t *testing.T) {
	t.Parallel()
	server, err := newServer(t.Context(), &Config{}, slog.New(slog.DiscardHandler), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("ok"))
	}))
	if err != nil {
		t.Fatal(err)
	}
	for name, limit := range map[string]time.Duration{
		"ReadHeaderTimeout": server.ReadHeaderTimeout, "ReadTimeout": server.ReadTimeout,
		"WriteTimeout": server.WriteTimeout, "IdleTimeout": server.IdleTimeout,
	} {
		if limit <= 0 || limit > time.Minute {
			t.Errorf("%s is %s", name, limit)
		}
	}
	server.ReadHeaderTimeout = 300 * time.Millisecond // the same mechanism, without the wait
	l := loopback(t)
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	var slow []net.Conn
	for range 60 {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
		slow = append(slow, c)
	}
	resp, err := http.Get("http://" + l.Addr().String())
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("others are not answered: %v", err)
	}
	resp.Body.Close()
	for _, c := range slow {
		c.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil { // until the server closes
			t.Fatalf("a slow connection stays open: %v", err)
		}
	}
}
