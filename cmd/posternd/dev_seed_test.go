package main

import (
	"bytes"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/authz/token"
	"postern/storage/storagetest"
	"postern/web/demo"
)

// demoHouse is what a demo is seeded into.
func demoHouse(t *testing.T, file string) demoDeps {
	t.Helper()
	store, log := storagetest.SQLite(t, time.Now), slog.New(slog.DiscardHandler)
	const issuer = "http://localhost:8420"
	ring, err := key.Open(t.Context(), store, key.Config{Secret: bytes.Repeat([]byte("s"), 32), Issuer: issuer, Now: time.Now, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	mint := token.New(ring, issuer, time.Now)
	people, err := identity.New(identity.Config{Store: store, Mint: mint, Now: time.Now, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	return demoDeps{
		people: people, clients: client.NewRegistry(client.Config{Store: store, NewSecret: mint.NewClientSecret, Now: time.Now}),
		scopes: catalogue.New(store, time.Now), now: time.Now, issuer: issuer, file: file,
	}
}

func seeded(t *testing.T, deps demoDeps) Demo {
	t.Helper()
	d, err := seedDemo(t.Context(), deps)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// canSignIn tells whether a login works.
func (deps demoDeps) canSignIn(t *testing.T, l demoLogin) bool {
	t.Helper()
	_, err := deps.people.SignIn(t.Context(), identity.Attempt{Email: l.Email, Password: l.Password, Address: netip.MustParseAddr("127.0.0.1")})
	if err != nil && !errors.Is(err, identity.ErrCredentials) {
		t.Fatal(err)
	}
	return err == nil
}

// authenticates tells whether a client's secret works.
func (deps demoDeps) authenticates(t *testing.T, as demo.Credentials) bool {
	t.Helper()
	found, err := deps.clients.Show(t.Context(), as.ID)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.Parse(found.Row, found.Secrets, client.Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	_, ok := c.Authenticate(as.Secret, time.Now())
	return ok
}

func (deps demoDeps) wantWorking(t *testing.T, d Demo) {
	t.Helper()
	for _, l := range []demoLogin{d.Admin, d.User} {
		if !deps.canSignIn(t, l) {
			t.Errorf("%s cannot sign in", l.Email)
		}
	}
	for _, as := range []demo.Credentials{d.App, d.Backend, d.Resource} {
		if !deps.authenticates(t, as) {
			t.Errorf("%s cannot authenticate", as.ID)
		}
	}
}

func demoPath(t *testing.T) string { return filepath.Join(t.TempDir(), "data", "demo.json") }

func TestTheDemoStaysTheSameFromStartToStart(t *testing.T) {
	t.Parallel()
	deps := demoHouse(t, demoPath(t))
	first := seeded(t, deps)
	deps.wantWorking(t, first)
	if second := seeded(t, deps); second != first {
		t.Error("the second start changed the demo")
	}
	info, err := os.Stat(deps.file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v, %v", info.Mode(), err)
	}
	found, err := deps.clients.Show(t.Context(), first.App.ID)
	if err != nil || len(found.Secrets) != 1 {
		t.Errorf("%d secrets of the app, %v", len(found.Secrets), err)
	}
}

func TestTheDemoHasWhatItPromises(t *testing.T) {
	t.Parallel()
	deps := demoHouse(t, demoPath(t))
	d := seeded(t, deps)
	org, err := deps.people.DefaultOrganization(t.Context())
	if err != nil || org.Slug != "example" || org.Name != "Example" {
		t.Errorf("the default organization is %s (%s), %v", org.Name, org.Slug, err)
	}
	for email, admin := range map[string]bool{demoAdmin: true, demoUser: false} {
		u, err := deps.people.UserByEmail(t.Context(), email)
		if err != nil || u.IsAdmin != admin {
			t.Errorf("%s is an administrator: %t, %v", email, u.IsAdmin, err)
		}
	}
	scopes, err := deps.scopes.List(t.Context())
	if err != nil || len(scopes) != len(demoScopes) {
		t.Errorf("%d scopes, %v", len(scopes), err)
	}
	for id, kind := range map[string]string{d.App.ID: client.Web, d.Backend.ID: client.Machine, d.Resource.ID: client.Machine, d.CLI: client.Native} {
		found, err := deps.clients.Show(t.Context(), id)
		if err != nil || found.Kind != kind || found.OrgSlug != "example" || !found.VerifiedAt.IsZero() {
			t.Errorf("%s is a %s of %s, verified at %s, %v", id, found.Kind, found.OrgSlug, found.VerifiedAt, err)
		}
	}
}

func TestALostFileMeansNewPasswordsAndSecrets(t *testing.T) {
	t.Parallel()
	deps := demoHouse(t, demoPath(t))
	first := seeded(t, deps)
	for range client.MaxSecrets + 1 {
		if err := os.Remove(deps.file); err != nil {
			t.Fatal(err)
		}
		deps.wantWorking(t, seeded(t, deps))
	}
	if deps.canSignIn(t, first.User) {
		t.Error("the old password still works")
	}
}

func TestALostDatabaseKeepsThePasswords(t *testing.T) {
	t.Parallel()
	deps := demoHouse(t, demoPath(t))
	first := seeded(t, deps)
	other := demoHouse(t, deps.file)
	second := seeded(t, other)
	other.wantWorking(t, second)
	if second.User != first.User {
		t.Error("the password changed")
	}
}

func TestAPasswordThatSomebodyChangedIsNotPrinted(t *testing.T) {
	t.Parallel()
	deps := demoHouse(t, demoPath(t))
	first := seeded(t, deps)
	u, err := deps.people.UserByEmail(t.Context(), demoUser)
	if err != nil {
		t.Fatal(err)
	}
	mine := demoLogin{Email: demoUser, Password: "staple of the stable"}
	if err := deps.people.SetPassword(t.Context(), demoActor, u.ID, mine.Password); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := seeded(t, deps).Print(&out); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), first.User.Password) || !strings.Contains(out.String(), "(changed since)") {
		t.Errorf("printed:\n%s", out.String())
	}
	if !deps.canSignIn(t, mine) {
		t.Error("the start took somebody's password away")
	}
}

func TestTheAppFollowsTheIssuersPort(t *testing.T) {
	t.Parallel()
	deps := demoHouse(t, demoPath(t))
	seeded(t, deps)
	deps.issuer = "http://127.0.0.1:9000"
	d := seeded(t, deps)
	found, err := deps.clients.Show(t.Context(), d.App.ID)
	if err != nil || d.AppURL != "http://127.0.0.1:9001" || !slices.Contains(found.Document.RedirectURIs, "http://127.0.0.1:9001/callback") {
		t.Errorf("the app is at %s and registered for %v, %v", d.AppURL, found.Document.RedirectURIs, err)
	}
}

func TestTheDemoIsForLoopbackIssuers(t *testing.T) {
	t.Parallel()
	for _, issuer := range []string{"https://auth.example.com", "", "http://localhost:65535", "http://localhost:x"} {
		if _, err := newDemo(issuer); err == nil {
			t.Errorf("%q got a demo", issuer)
		}
	}
}

func TestABrokenFileIsNamed(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "demo.json")
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seedDemo(t.Context(), demoHouse(t, file)); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("the error is %v", err)
	}
}

func TestTheDemoIsPrintedOneCommandToALine(t *testing.T) {
	t.Parallel()
	d := seeded(t, demoHouse(t, demoPath(t)))
	var out strings.Builder
	if err := d.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{d.Issuer, d.AppURL, demoAdmin, d.Admin.Password, demoUser, d.User.Password, d.App.Secret, d.CLI} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%s is not printed", want)
		}
	}
	if n := strings.Count(out.String(), "\n  curl "); n != 5 {
		t.Errorf("%d commands begin a line, want 5:\n%s", n, out.String())
	}
}
