package admin_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/authz/redirect"
	"postern/storage"
)

func TestSecrets(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, first := s.addClient(nil)
	at := "/admin/clients/" + row.ID + "/secrets"
	s.admin.get(at).want(http.StatusOK, "pcs_…"+first[len(first)-4:], "1 of 5 active", "posternd test", "In 90 days")
	a := s.admin.post(at, "expires", "720h").want(http.StatusOK, "The new secret", "You will not see it again")
	fresh := a.code("secret")
	s.neverAgain(row.ID, fresh)
	d := s.clientOf("Planner")
	if len(d.Secrets) != 2 || d.Secrets[0].ExpiresAt.IsZero() || d.Secrets[0].CreatedBy != "admin@example.com" {
		t.Fatalf("stored %+v", d.Secrets)
	}
	s.admin.get(at).want(http.StatusOK, "pcs_…"+fresh[len(fresh)-4:], "2 of 5 active", "admin@example.com")
	s.admin.post(at, "expires", "1000000h").want(http.StatusUnprocessableEntity, "Choose one of the times")
	for range 3 {
		s.admin.post(at, "expires", "").want(http.StatusOK)
	}
	s.admin.post(at, "expires", "").want(http.StatusUnprocessableEntity, "as many secrets as it can")

	for i, secret := range s.clientOf("Planner").Secrets {
		ask := at + "/" + secret.ID.String() + "/revoke"
		a := s.admin.get(ask).want(http.StatusOK, "refused at once", "used 0 times")
		if last := strings.Contains(a.body, "the last secret that works"); last != (i == 4) {
			t.Errorf("R12 secret %d: says that it is the last one: %v", i, last)
		}
		s.admin.done(s.admin.post(ask), at, "The secret pcs_…"+secret.Hint+" is revoked.")
		s.admin.post(ask).want(http.StatusNotFound)
	}
	s.admin.get(at).want(http.StatusOK, "This client has no secret.")
	wantEvents(t, s.events(event.ObjectClient, row.ID), event.ClientSecretAdded, event.ClientSecretRevoked)
}

func TestRevokingASecretShowsItsUse(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	now := time.Now()
	for range 7 {
		s.store.CountLater(event.ObjectClient, row.ID, "issued.client_credentials", now)
	}
	s.store.CountLater(event.ObjectClient, row.ID, "issued.client_credentials", now.AddDate(0, 0, -3))
	secret := s.clientOf("Planner").Secrets[0].ID
	s.store.SeenLater("client_secret", secret, now)
	s.must(s.store.Flush(t.Context()))
	s.admin.get("/admin/clients/"+row.ID+"/secrets/"+secret.String()+"/revoke").want(http.StatusOK, "used 7 times", "used 8 times")
	s.admin.get("/admin/clients").want(http.StatusOK, "just now")
}

func TestDangerZone(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	north, err := s.people.CreateOrganization(t.Context(), setUp, identity.NewOrganization{Slug: "north", Name: "<u>North</u>"})
	s.must(err)
	row, _ := s.addClient(func(m *client.Metadata) { m.Name = "Plan & <b>go</b>" })
	at := "/admin/clients/" + row.ID
	s.admin.get(at+"/danger").want(http.StatusOK, "<u>North</u>", "Ends 0 active grants").lacks("<b>go")

	for _, org := range []string{"", "x", s.me.ID.String()} {
		s.admin.post(at+"/transfer", "organization", org).want(http.StatusUnprocessableEntity, "Choose an organization of the list")
	}
	s.admin.done(s.admin.post(at+"/transfer", "organization", north.ID.String()), at, "has a new publisher")
	s.admin.post(at+"/revoke-tokens", "confirm", "plan & <b>go</b>").want(http.StatusUnprocessableEntity, `id="revoke_confirm-error"`)
	s.admin.done(s.admin.post(at+"/revoke-tokens", "confirm", "Plan & <b>go</b> "), at+"/danger", "All tokens of Plan & <b>go</b> are revoked")
	s.admin.done(s.admin.post(at+"/disable"), at+"/danger", "is disabled")
	s.admin.get(at).want(http.StatusOK, "This client is disabled.")
	s.admin.done(s.admin.post(at+"/enable"), at+"/danger", "is enabled")
	s.admin.get(at).want(http.StatusOK, `action="`+at+`/verify"`, "Clients of the publisher").lacks(at+"/unverify", "</svg> Verified")
	s.admin.done(s.admin.post(at+"/verify"), at, "is marked as verified").want(http.StatusOK, `action="`+at+`/unverify"`, "</svg> Verified").lacks(at + `/verify"`)
	s.admin.done(s.admin.post(at+"/unverify"), at, "not marked as verified any more").lacks("</svg> Verified")
	s.admin.post(at+"/delete", "confirm", row.ID).want(http.StatusUnprocessableEntity, `id="delete_confirm-error"`)
	s.admin.done(s.admin.post(at+"/delete", "confirm", "Plan & <b>go</b>"), "/admin/clients", "is deleted")
	s.admin.get(at).want(http.StatusNotFound)
	s.admin.get("/admin/audit?object="+row.ID).want(http.StatusOK, "Deleted an app", "Moved an app to another publisher")
	wantEvents(t, s.events(event.ObjectClient, row.ID), event.ClientTransferred, event.ClientTokensRevoked, event.ClientDisabled,
		event.ClientEnabled, event.ClientVerified, event.ClientUnverified, event.ClientDeleted)
}

// TestActivity: counts, errors by code and refusals with their reason (UX R9, R16).
func TestActivity(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	now := time.Now()
	s.store.CountLater(event.ObjectClient, row.ID, "issued.authorization_code", now)
	s.store.CountLater(event.ObjectClient, row.ID, "issued.refresh_token", now.AddDate(0, 0, -29))
	s.store.CountLater(event.ObjectClient, row.ID, "issued.refresh_token", now.AddDate(0, 0, -31))
	s.store.CountLater(event.ObjectClient, row.ID, "authorized", now)
	s.store.CountLater(event.ObjectClient, row.ID, "error.invalid_grant", now)
	failure := storage.Failure{Object: event.ObjectClient, ObjectID: row.ID, At: now, Code: "invalid_request", Reason: "redirect_uri is not <registered>", RequestID: "r1"}
	failure.Detail = encode(t, redirect.Explain([]string{"https://planner.example/cb"}, "https://planner.example/CB"))
	s.store.FailLater(failure)
	s.store.FailLater(storage.Failure{Object: event.ObjectUser, ObjectID: s.me.ID.String(), At: now, Code: "credentials", Reason: "wrong password"})
	s.must(s.store.Flush(t.Context()))
	s.admin.get("/admin/clients/"+row.ID+"/activity").want(http.StatusOK, "2 in 30 days", "invalid_grant",
		"redirect_uri is not <registered>", "https://planner.example/<mark>CB</mark>", "Request <code>r1").lacks("No errors")
	s.admin.get("/admin").want(http.StatusOK, "2 in 30 days", "redirect_uri is not <registered>", "Sign-in of admin@example.com: wrong password", "Planner")
}

func TestOverviewOfANewServer(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.admin.get("/admin").want(http.StatusOK, "Register an app", "Describe your scopes", "Add a second administrator", "Created a user")
	s.addUser("new@example.com", true)
	s.addScope("a:b")
	s.addClient(nil)
	s.admin.get("/admin").want(http.StatusOK).lacks("Register an app", "Describe your scopes", "Add a second administrator")
}

// picture is a PNG of a size.
func picture(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// upload sends files, each in a part called name.
func (b *browser) upload(path, name string, files ...[]byte) answer {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, file := range files {
		part, err := w.CreateFormFile(name, "logo.png")
		b.s.must(err)
		_, err = part.Write(file)
		b.s.must(err)
	}
	b.s.must(w.Close())
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodPost, b.s.issuer+path, &body)
	b.s.must(err)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.send(r)
}

func TestLogo(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	row, _ := s.addClient(nil)
	at := "/admin/clients/" + row.ID
	good := picture(t, 200, 200)
	for _, test := range []struct {
		name, part string
		files      [][]byte
		status     int
		want       string
	}{
		{"R3 not square", "logo", [][]byte{picture(t, 200, 100)}, 422, "has to be square"},
		{"R3 too small", "logo", [][]byte{picture(t, 100, 100)}, 422, "120 to 2,048 pixels"},
		{"R3 more than 1 MB", "logo", [][]byte{slices.Concat(good, make([]byte, 1<<20))}, 422, "larger than 1 MB"},
		{"R3 far more than 1 MB", "logo", [][]byte{make([]byte, 3<<20)}, 422, "larger than 1 MB"},
		{"no picture at all", "logo", [][]byte{[]byte("<svg onload=alert(1)>")}, 422, "neither a PNG nor a JPEG"},
		{"nothing chosen", "logo", [][]byte{{}}, 422, "Choose a picture first"},
		{"two pictures", "logo", [][]byte{good, good}, 400, "more than one picture"},
		{"another part", "evil", [][]byte{good}, 400, "something other than a picture"},
		{"no part", "logo", nil, 400, "could not be read"},
	} {
		t.Run(test.name, func(t *testing.T) { s.admin.upload(at+"/logo", test.part, test.files...).want(test.status, test.want) })
	}
	s.admin.post(at+"/logo", "logo", "x").want(http.StatusBadRequest, "not an upload")
	s.visitor.upload(at+"/logo", "logo", good).want(http.StatusSeeOther)
	s.plain.upload(at+"/logo", "logo", good).want(http.StatusNotFound)

	s.admin.done(s.admin.upload(at+"/logo", "logo", good), at+"/settings", "The logo of Planner is changed.")
	s.admin.get(at+"/settings").want(http.StatusOK, "/logo/"+row.ID+"/", "Remove logo")
	s.admin.done(s.admin.post(at+"/logo/remove"), at+"/settings", "The logo of Planner is removed.")
	wantEvents(t, s.events(event.ObjectClient, row.ID), event.ClientLogoChanged, event.ClientLogoRemoved)
}
