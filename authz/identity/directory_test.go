package identity

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"postern/authz/token"
	"postern/storage"
)

func TestConfigBounds(t *testing.T) {
	t.Parallel()
	whole := Config{Store: new(storage.Store), Mint: new(token.Mint), Now: time.Now, Logger: slog.New(slog.DiscardHandler)}
	d, err := New(whole)
	if err != nil || d.SessionTTL() != 30*day || d.DeviceCookieTTL() != 180*day || d.ttl.idle != 7*day || d.ttl.reset != time.Hour {
		t.Fatalf("defaults %+v, %v", d, err)
	}
	for name, set := range map[string]func(*Config){
		"SessionIdle":     func(c *Config) { c.SessionIdle = time.Second },
		"SessionTTL":      func(c *Config) { c.SessionTTL = 401 * day },
		"DeviceCookieTTL": func(c *Config) { c.DeviceCookieTTL = -day },
		"ResetTTL":        func(c *Config) { c.ResetTTL = 2 * day },
		"SetupTTL":        func(c *Config) { c.SetupTTL = 8 * day },
		"ConsentTTL":      func(c *Config) { c.ConsentTTL = time.Minute },
		"Store":           func(c *Config) { c.Store = nil },
	} {
		c := whole
		set(&c)
		if _, err := New(c); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s out of bounds: %v", name, err)
		}
	}
}
