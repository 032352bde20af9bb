package client_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/storage"
)

var (
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	defaults = client.Defaults{
		AccessTTL: time.Hour, JWTTTL: 10 * time.Minute, RefreshTTL: 30 * 24 * time.Hour,
		RefreshIdle: 14 * 24 * time.Hour, RefreshGrace: time.Minute,
	}
)

func parse(t *testing.T, row client.Row, secrets ...client.Secret) *client.Client {
	t.Helper()
	c, err := client.Parse(row, secrets, defaults)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func secret(text string, expires time.Time) client.Secret {
	return client.Secret{ID: storage.NewID(noon), ClientID: "app", Hash: sha256.Sum256([]byte(text)), ExpiresAt: expires}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	const first, second, ended = "pcs_first_0123456789", "pcs_second_0123456789", "pcs_ended_0123456789"
	live := secret(second, noon.Add(time.Hour))
	other := secret("pcs_of_another_client", time.Time{})
	other.ClientID = "other"
	c := parse(t, client.Row{ID: "app", Kind: client.Web, Name: "App", Metadata: `{}`},
		secret(first, time.Time{}), live, secret(ended, noon), other)
	for _, row := range []struct {
		name, secret string
		want         bool
	}{
		{"the secret", first, true},
		{"the other secret that is live", second, true},
		{"one that has expired this very moment", ended, false},
		{"CA-03 cut by one character", first[:len(first)-1], false},
		{"CA-03 with one more", first + "9", false},
		{"CA-05 with a NUL suffix", first + "\x00", false},
		{"CA-06 in other letter case", strings.ToUpper(first), false},
		{"CA-07 with a blank before", " " + first, false},
		{"CA-07 with a line break behind", first + "\n", false},
		{"CA-09 none at all", "", false},
		{"TE-09 another client's", "pcs_of_another_client", false},
		{"CA-41 the stored hash itself", string(live.Hash[:]), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			id, ok := c.Authenticate(row.secret, noon)
			if ok != row.want || ok == id.IsZero() {
				t.Errorf("got %v, %v", id, ok)
			}
		})
	}
	if id, ok := c.Authenticate(second, noon); !ok || id != live.ID {
		t.Errorf("which secret it was: %v, %v", id, ok)
	}
	if _, ok := c.Authenticate(second, noon.Add(time.Hour)); ok {
		t.Error("an expired secret was taken")
	}
}

func TestParseResolvesLifetimes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, metadata               string
		access, refresh, idle, grace time.Duration
	}{
		{"the server's", `{}`, time.Hour, 30 * 24 * time.Hour, 14 * 24 * time.Hour, time.Minute},
		{"those of JWTs", `{"access_token_format":"jwt"}`, 10 * time.Minute, 30 * 24 * time.Hour, 14 * 24 * time.Hour, time.Minute},
		{"its own", `{"access_token_ttl":120,"refresh_token_ttl":7200,"refresh_idle_ttl":3600,"refresh_grace":5}`, 2 * time.Minute, 2 * time.Hour, time.Hour, 5 * time.Second},
		{"no idle limit and no grace", `{"refresh_idle_ttl":0,"refresh_grace":0}`, time.Hour, 30 * 24 * time.Hour, 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := parse(t, client.Row{ID: "app", Kind: client.Web, Name: "App", Metadata: row.metadata})
			if c.AccessTTL != row.access || c.RefreshTTL != row.refresh || c.RefreshIdle != row.idle || c.RefreshGrace != row.grace {
				t.Errorf("got %v, %v, %v, %v", c.AccessTTL, c.RefreshTTL, c.RefreshIdle, c.RefreshGrace)
			}
		})
	}
}

func TestParseKeepsPublicClientsSafe(t *testing.T) {
	t.Parallel()
	c := parse(t, client.Row{
		ID: "app", Kind: client.Native, Name: "App", DisabledAt: noon,
		Metadata: `{"require_pkce":false,"refresh_token_rotation":false,"scope":"jobs:* profile"}`,
	})
	if !c.Public() || !c.Native() || !c.RequirePKCE || !c.Rotate || !c.Disabled || c.Verified {
		t.Errorf("got %+v", c)
	}
	if !c.Allows(client.GrantCode) || !c.Refreshes() || c.Allows(client.GrantCredentials) || c.Allows("") {
		t.Errorf("grant types of %+v", c)
	}
	if len(c.Allowance) != 2 || c.Key != storage.ClientKey("app") {
		t.Errorf("got %+v", c)
	}
}

func TestParseRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	for _, metadata := range []string{``, `[]`, `{"scope":"*"}`} {
		if _, err := client.Parse(client.Row{ID: "app", Kind: client.Web, Metadata: metadata}, nil, defaults); !errors.Is(err, client.ErrStored) {
			t.Errorf("%q: %v", metadata, err)
		}
	}
}

func BenchmarkAuthenticate(b *testing.B) {
	c, err := client.Parse(client.Row{ID: "app", Kind: client.Web, Metadata: `{}`}, []client.Secret{secret("pcs_first_0123456789", time.Time{})}, defaults)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.Authenticate("pcs_first_0123456789", noon)
	}
}
