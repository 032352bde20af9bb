package main

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/cmd/system"
)

// demoOffice is an office whose issuer is one port below l's, where the demo's app belongs.
func demoOffice(t *testing.T, l net.Listener) *office {
	t.Helper()
	deps := demoHouse(t, "")
	return &office{
		config: &Config{
			Issuer:      fmt.Sprintf("http://127.0.0.1:%d", l.Addr().(*net.TCPAddr).Port-1),
			DatabaseURL: hidden("sqlite:" + filepath.Join(t.TempDir(), "postern.db")),
		},
		log:    slog.New(slog.DiscardHandler),
		System: &system.System{People: deps.people, Clients: deps.clients, Scopes: deps.scopes},
	}
}

func loopback(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func TestTheDemosAppIsServed(t *testing.T) {
	t.Parallel()
	l := loopback(t)
	o := demoOffice(t, l)
	l.Close()
	d, err := serveDemo(t.Context(), o, time.Now)
	if err != nil || d.AppDown {
		t.Fatalf("down: %t, %v", d.AppDown, err)
	}
	resp, err := http.Get(d.AppURL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if page, err := io.ReadAll(resp.Body); err != nil || !strings.Contains(string(page), "Acme") {
		t.Errorf("status %d, %v", resp.StatusCode, err)
	}
}

func TestATakenPortIsSaidAndStopsNothing(t *testing.T) {
	t.Parallel()
	l := loopback(t)
	d, err := serveDemo(t.Context(), demoOffice(t, l), time.Now)
	if err != nil || !d.AppDown {
		t.Fatalf("down: %t, %v", d.AppDown, err)
	}
	var out strings.Builder
	if err := d.Print(&out); err != nil || !strings.Contains(out.String(), "not served: the port is taken") {
		t.Errorf("%v, printed:\n%s", err, out.String())
	}
}

func TestTheDemosFileIsBesideTheDatabase(t *testing.T) {
	t.Parallel()
	for url, want := range map[hidden]string{
		"sqlite:./data/postern.db":          filepath.Join("data", "demo.json"),
		"sqlite:/var/lib/p.db?x=1":          "/var/lib/demo.json",
		"postgres://postern@localhost/main": filepath.Join("data", "demo.json"),
	} {
		if got := (&Config{DatabaseURL: url}).demoFile(); got != want {
			t.Errorf("for %s it is %s, want %s", string(url), got, want)
		}
	}
}
