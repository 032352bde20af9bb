package client_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/storage"
)

func TestSecrets(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, first := d.webApp()
		s, second, err := d.AddSecret(t.Context(), tester, row.ID, client.SecretOptions{Expires: d.now().Add(time.Hour)})
		d.do(err)
		if !d.authenticates(row.ID, first) || !d.authenticates(row.ID, second) || s.Hint != second[len(second)-4:] {
			t.Error("two secrets do not live side by side")
		}
		for range client.MaxSecrets - 2 {
			_, _, err := d.AddSecret(t.Context(), tester, row.ID, client.SecretOptions{})
			d.do(err)
		}
		if _, _, err := d.AddSecret(t.Context(), tester, row.ID, client.SecretOptions{}); !errors.Is(err, client.ErrTooManySecrets) {
			t.Errorf("R11 a sixth: %v", err)
		}
		d.wait(time.Hour)
		if d.authenticates(row.ID, second) {
			t.Error("it works beyond its end")
		}
		if _, _, err := d.AddSecret(t.Context(), tester, row.ID, client.SecretOptions{}); err != nil {
			t.Errorf("an expired one still takes a place: %v", err)
		}
		if _, _, err := d.AddSecret(t.Context(), tester, row.ID, client.SecretOptions{Expires: d.now()}); !errors.Is(err, client.ErrExpiry) {
			t.Errorf("one that ends at once: %v", err)
		}
		d.wait(31 * 24 * time.Hour)
		d.do(d.RevokeSecret(t.Context(), tester, row.ID, d.newest(row.ID), false))
		_, _, err = d.AddSecret(t.Context(), tester, row.ID, client.SecretOptions{})
		d.do(err)
		shown, err := d.Show(t.Context(), row.ID)
		d.do(err)
		if len(shown.Secrets) != client.MaxSecrets {
			t.Errorf("%d are listed: the one that ended a month ago stays", len(shown.Secrets))
		}
		if _, text := d.events(row.ID); strings.Contains(text, "pcs_secret") {
			t.Errorf("IL-06 the trail: %s", text)
		}
	})
}

func (d *desk) newest(id string) storage.ID {
	d.t.Helper()
	secrets, err := d.store.ClientSecrets(d.t.Context(), id)
	d.do(err)
	return secrets[0].ID
}

func TestRevokeSecret(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, secret := d.webApp()
		other, _ := d.webApp()
		if err := d.RevokeSecret(t.Context(), tester, other.ID, d.newest(row.ID), false); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("TI-11 another client's secret: %v", err)
		}
		epoch := d.view(row.ID).Epoch
		d.do(d.RevokeSecret(t.Context(), tester, row.ID, d.newest(row.ID), true))
		if d.authenticates(row.ID, secret) || d.view(row.ID).Epoch != epoch+1 {
			t.Error("a compromised secret, or what it got, lives on")
		}
		d.wantEvents(row.ID, event.ClientCreated, event.ClientSecretRevoked, event.ClientTokensRevoked)
	})
}

func TestRotateSecret(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, first := d.webApp()
		_, second, err := d.RotateSecret(t.Context(), tester, row.ID, time.Hour)
		d.do(err)
		if !d.authenticates(row.ID, first) || !d.authenticates(row.ID, second) {
			t.Error("there is no overlap")
		}
		d.wait(time.Hour)
		if d.authenticates(row.ID, first) || !d.authenticates(row.ID, second) {
			t.Error("after the overlap")
		}
		_, third, err := d.RotateSecret(t.Context(), tester, row.ID, 0)
		d.do(err)
		if d.authenticates(row.ID, second) || !d.authenticates(row.ID, third) {
			t.Error("without an overlap")
		}
		if _, _, err := d.RotateSecret(t.Context(), tester, row.ID, -1); !errors.Is(err, client.ErrExpiry) {
			t.Errorf("a negative overlap: %v", err)
		}
		spa, _, err := d.Create(t.Context(), tester, client.Metadata{Name: "S", Kind: client.SPA, RedirectURIs: []string{"https://a.example/"}}, client.Options{})
		d.do(err)
		if _, _, err := d.RotateSecret(t.Context(), tester, spa.ID, 0); !errors.Is(err, client.ErrPublic) {
			t.Errorf("R13 a public client: %v", err)
		}
	})
}
