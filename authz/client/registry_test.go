package client_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/storage"
)

func TestCreate(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, secret := d.webApp()
		if _, err := storage.ParseID(row.ID); err != nil || row.OrgSlug != "acme" || row.CreatedBy != "User" {
			t.Errorf("got %+v", row)
		}
		if !d.authenticates(row.ID, secret) || d.authenticates(row.ID, secret[:len(secret)-1]) {
			t.Error("the secret that was shown is not the one that works")
		}
		d.wantEvents(row.ID, event.ClientCreated)
		if _, text := d.events(row.ID); strings.Contains(text, secret) || !strings.Contains(text, "https://app.example/cb") {
			t.Errorf("R19 IL-06 the trail: %s", text)
		}
	})
}

func TestCreateRegistered(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, secret := d.webApp()
		response, err := client.Respond(row, secret, time.Time{})
		d.do(err)
		text, err := json.Marshal(response)
		d.do(err)
		var got map[string]any
		d.do(json.Unmarshal(text, &got))
		for member, want := range map[string]any{
			"client_id": row.ID, "client_secret": secret, "client_secret_expires_at": 0.0, "client_name": "App", "kind": "web",
			"client_id_issued_at": float64(d.now().Unix()), "token_endpoint_auth_method": "client_secret_basic", "organization": "acme",
		} {
			if got[member] != want {
				t.Errorf("RFC 7591 3.2.1 %s: %v, want %v", member, got[member], want)
			}
		}
		response, err = client.Respond(row, "", time.Time{})
		d.do(err)
		if text, _ := json.Marshal(response); bytes.Contains(text, []byte("secret_expires")) || bytes.Contains(text, []byte(`client_secret"`)) {
			t.Errorf("without a secret: %s", text)
		}
	})
}

func TestCreateForPublicAndGiven(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		spa := client.Metadata{Name: "SPA", Kind: client.SPA, RedirectURIs: []string{"https://app.example/"}}
		row, secret, err := d.Create(t.Context(), tester, spa, client.Options{ID: "my-spa"})
		if err != nil || secret != "" || row.ID != "my-spa" {
			t.Fatalf("R13 got %+v, %q, %v", row, secret, err)
		}
		if _, _, err := d.Create(t.Context(), tester, spa, client.Options{ID: "my-spa"}); !errors.Is(err, client.ErrConflict) {
			t.Errorf("the id again: %v", err)
		}
		if _, _, err := d.Create(t.Context(), tester, spa, client.Options{ID: "../x"}); err == nil || !strings.Contains(err.Error(), "client_id") {
			t.Errorf("an id of other characters: %v", err)
		}
		job := client.Metadata{Name: "Job", Kind: client.Machine}
		const given = "imported-from-elsewhere"
		row, secret, err = d.Create(t.Context(), tester, job, client.Options{Secret: given})
		if err != nil || secret != given || !d.authenticates(row.ID, given) {
			t.Errorf("a given secret: %q, %v", secret, err)
		}
		if _, _, err := d.Create(t.Context(), tester, job, client.Options{Secret: "short"}); !errors.Is(err, client.ErrSecret) {
			t.Errorf("a short secret: %v", err)
		}
	})
}

func TestCreateFindsThePublisher(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		other := d.organization("other")
		for _, row := range []struct {
			name, organization string
			org                storage.ID
			want               storage.ID
			problem            string
		}{
			{"by slug", "other", storage.ID{}, other.ID, ""},
			{"by id", other.ID.String(), storage.ID{}, other.ID, ""},
			{"the option goes first", "other", d.org.ID, d.org.ID, ""},
			{"TI-11 a slug that does not exist", "nobody", storage.ID{}, storage.ID{}, "organization does not exist"},
			{"TI-11 an id that does not exist", "", storage.NewID(d.now()), storage.ID{}, "organization does not exist"},
			{"none, of two", "", storage.ID{}, storage.ID{}, "organization must name the publisher"},
		} {
			m := client.Metadata{Name: "Job", Kind: client.Machine, Organization: row.organization}
			got, _, err := d.Create(t.Context(), tester, m, client.Options{Org: row.org})
			problem := ""
			if err != nil {
				problem = err.Error()
			}
			if got.OrgID != row.want || problem != row.problem {
				t.Errorf("%s: %v, %q", row.name, got.OrgID, problem)
			}
		}
	})
}

func TestCreateWithoutScopesGivesTheDefaults(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		d.do(d.store.Tx(t.Context(), func(tx *storage.Tx) error {
			for _, s := range []storage.Scope{
				{Name: "profile", Title: "Profile", Kind: "read", Default: true},
				{Name: "jobs:read", Title: "Jobs", Kind: "read"},
				{Name: "purge", Title: "Purge", Kind: "destructive", Default: true, Reserved: true},
			} {
				if err := tx.InsertScope(t.Context(), s); err != nil {
					return err
				}
			}
			return nil
		}))
		row, _, err := d.Create(t.Context(), tester, client.Metadata{Name: "Job", Kind: client.Machine}, client.Options{})
		d.do(err)
		if got := d.view(row.ID).Allowance; len(got) != 1 || got[0] != "profile" {
			t.Errorf("RFC 7591 2 scope: %q", got)
		}
	})
}

func TestR20AnOrganizationHasAThousandClients(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		full, other := d.org, d.organization("other")
		d.do(d.store.Tx(t.Context(), func(tx *storage.Tx) error {
			for i := range client.MaxClients {
				row := client.Row{ID: fmt.Sprint("c", i), OrgID: full.ID, Kind: client.Machine, Name: "Job", Metadata: "{}", Version: 1}
				if err := tx.InsertClient(t.Context(), row); err != nil {
					return err
				}
			}
			return nil
		}))
		m := client.Metadata{Name: "Job", Kind: client.Machine}
		if _, _, err := d.Create(t.Context(), tester, m, client.Options{Org: full.ID}); !errors.Is(err, client.ErrTooManyClients) {
			t.Errorf("one more: %v", err)
		}
		row, _, err := d.Create(t.Context(), tester, m, client.Options{Org: other.ID})
		d.do(err)
		if err := d.Transfer(t.Context(), tester, row.ID, full.ID); !errors.Is(err, client.ErrTooManyClients) {
			t.Errorf("one more by transfer: %v", err)
		}
	})
}

func TestUpdate(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, _ := d.webApp()
		shown, err := d.Show(t.Context(), row.ID)
		d.do(err)
		m := shown.Document
		m.Name, m.RedirectURIs = "New", []string{"https://new.example/cb"}
		after, err := d.Update(t.Context(), tester, row.ID, shown.Version, m)
		if err != nil || after.Version != shown.Version+1 || after.Name != "New" {
			t.Fatalf("got %+v, %v", after, err)
		}
		if c := d.view(row.ID); c.Name != "New" || c.RedirectURIs[0] != "https://new.example/cb" || c.Version != after.Version {
			t.Errorf("stored: %+v", c)
		}
		d.wantEvents(row.ID, event.ClientCreated, event.ClientUpdated)
		if _, err := d.Update(t.Context(), tester, row.ID, shown.Version, m); !errors.Is(err, client.ErrConflict) {
			t.Errorf("two pages open at once: %v", err)
		}
		if _, err := d.Update(t.Context(), tester, "nobody", 1, m); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("no such client: %v", err)
		}
		m.Kind, m.Organization = client.Machine, "other"
		_, err = d.Update(t.Context(), tester, row.ID, after.Version, m)
		if problems, ok := errors.AsType[client.Problems](err); !ok || len(problems.Of("kind")) != 1 || len(problems.Of("organization")) != 1 {
			t.Errorf("another kind and publisher: %v", err)
		}
	})
}

// revocation is what nodes know of the client's end; zero: nothing.
func (d *desk) revocation(id string) storage.Revocation {
	d.t.Helper()
	all, err := d.store.Revocations(d.t.Context(), d.now())
	d.do(err)
	for _, r := range all {
		if r.Kind == storage.RevokedClient && r.ID == storage.ClientKey(id) {
			return r
		}
	}
	return storage.Revocation{}
}

func TestDisableAndEnable(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, _ := d.webApp()
		d.do(d.Disable(t.Context(), tester, row.ID))
		d.do(d.Disable(t.Context(), tester, row.ID))
		c := d.view(row.ID)
		if !c.Disabled || c.Epoch != row.Epoch+1 {
			t.Errorf("got %+v", c)
		}
		if r := d.revocation(row.ID); r.Epoch != c.Epoch || !r.ExpiresAt.Equal(d.now().Add(24*time.Hour+5*time.Minute)) {
			t.Errorf("requirement 9: %+v", r)
		}
		d.do(d.Enable(t.Context(), tester, row.ID))
		if again := d.view(row.ID); again.Disabled || again.Epoch != c.Epoch {
			t.Errorf("got %+v", again)
		}
		d.do(d.RevokeTokens(t.Context(), tester, row.ID))
		if d.view(row.ID).Epoch != c.Epoch+1 || d.revocation(row.ID).Epoch != c.Epoch+1 {
			t.Error("R17 tokens live on")
		}
		d.wantEvents(row.ID, event.ClientCreated, event.ClientDisabled, event.ClientEnabled, event.ClientTokensRevoked)
	})
}

func TestDeleteRT25(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		m := client.Metadata{Name: "Job", Kind: client.Machine}
		row, _, err := d.Create(t.Context(), tester, m, client.Options{ID: "job"})
		d.do(err)
		d.do(d.Delete(t.Context(), tester, "job"))
		if _, err := d.Show(t.Context(), "job"); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("it is still there: %v", err)
		}
		if r := d.revocation("job"); r.Epoch <= row.Epoch {
			t.Errorf("its tokens live on: %+v", r)
		}
		again, _, err := d.Create(t.Context(), tester, m, client.Options{ID: "job"})
		d.do(err)
		if again.Epoch < d.revocation("job").Epoch || d.view("job").Epoch != again.Epoch {
			t.Errorf("a new client of that name is born dead: %+v", again)
		}
		if err := d.Delete(t.Context(), tester, "nobody"); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("no such client: %v", err)
		}
	})
}

func TestVerifyAndTransfer(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, _ := d.webApp()
		other := d.organization("other")
		d.do(d.Verify(t.Context(), tester, row.ID))
		d.do(d.Verify(t.Context(), tester, row.ID))
		if !d.view(row.ID).Verified {
			t.Error("not verified")
		}
		d.do(d.Transfer(t.Context(), tester, row.ID, other.ID))
		if c := d.view(row.ID); c.Verified || c.OrgID != other.ID || c.OrgSlug != "other" {
			t.Errorf("C12 got %+v", c)
		}
		if err := d.Transfer(t.Context(), tester, row.ID, storage.NewID(d.now())); err == nil {
			t.Error("nobody publishes it now")
		}
		d.do(d.Verify(t.Context(), tester, row.ID))
		d.do(d.Unverify(t.Context(), tester, row.ID))
		d.wantEvents(row.ID, event.ClientCreated, event.ClientVerified, event.ClientTransferred, event.ClientVerified, event.ClientUnverified)
	})
}

func TestLogoOfAClient(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, _ := d.webApp()
		var file bytes.Buffer
		d.do(png.Encode(&file, image.NewGray(image.Rect(0, 0, 200, 200))))
		d.do(d.SetLogo(t.Context(), tester, row.ID, file.Bytes()))
		picture, sum, err := d.Logo(t.Context(), row.ID)
		if err != nil || len(picture) == 0 || d.view(row.ID).LogoSum != sum {
			t.Errorf("got %d bytes, %q, %v", len(picture), sum, err)
		}
		if err := d.SetLogo(t.Context(), tester, row.ID, []byte("<svg/>")); !errors.Is(err, client.ErrLogoFormat) {
			t.Errorf("an SVG: %v", err)
		}
		d.do(d.RemoveLogo(t.Context(), tester, row.ID))
		d.do(d.RemoveLogo(t.Context(), tester, row.ID))
		if _, _, err := d.Logo(t.Context(), row.ID); !errors.Is(err, client.ErrNotFound) {
			t.Errorf("it is still there: %v", err)
		}
		d.wantEvents(row.ID, event.ClientCreated, event.ClientLogoChanged, event.ClientLogoRemoved)
	})
}

func TestListAndShow(t *testing.T) {
	engines(t, func(t *testing.T, d *desk) {
		row, _ := d.webApp()
		rows, next, err := d.List(t.Context(), client.Filter{Search: "app"}, client.Page{Limit: 10})
		if err != nil || len(rows) != 1 || rows[0].ID != row.ID || next != "" {
			t.Errorf("got %+v, %q, %v", rows, next, err)
		}
		shown, err := d.Show(t.Context(), row.ID)
		if err != nil || shown.Document.Organization != "acme" || len(shown.Secrets) != 1 || shown.Document.Name != "App" {
			t.Errorf("got %+v, %v", shown, err)
		}
	})
}
