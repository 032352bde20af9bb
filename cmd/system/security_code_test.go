package system_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/authz/event"
	"postern/cmd/system/systemtest"
)

// The rows of authorization codes at the token endpoint.

// expectGrantRefused asserts what every bad code and refresh token gets (RFC 6749 5.2): 400, and not a word about which.
func expectGrantRefused(t *testing.T, what string, a answer) {
	t.Helper()
	if a.Status != http.StatusBadRequest || a.code() != "invalid_grant" || !a.tokenFree() {
		t.Errorf("%s: status %d, error %q; want 400 invalid_grant", what, a.Status, a.code())
	}
}

// expectTokens asserts a success, and returns it.
func expectTokens(t *testing.T, what string, a answer) map[string]any {
	t.Helper()
	d := a.document()
	if a.Status != http.StatusOK || d["access_token"] == nil {
		t.Fatalf("%s: status %d: %s", what, a.Status, a.Body)
	}
	return d
}

// CO-00 control: whatever refuses everybody would pass the rest of this file.
func TestTheLegitimateCodeFlowWorks(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	for name, metadata := range map[string]string{
		"web": webApp, "public": spaApp, "native": nativeApp, "without PKCE": legacyApp, "JWT": jwtApp,
	} {
		x := allowed(t, s, metadata, "jobs:read")
		expectTokens(t, "CO-00 "+name, tell(t, s, "/oauth/token", x.app, x.code(t)))
	}
	x := allowed(t, s, postApp, "jobs:read")
	form := x.code(t)
	form.Set("client_id", x.app.ID)
	form.Set("client_secret", x.app.Secret)
	expectTokens(t, "CO-00 client_secret_post", send(t, s.Request(http.MethodPost, "/oauth/token", form)))
}

// CO-01, CO-02, CO-03 (RFC 6749 4.1.2, RFC 9700 4.5): somebody reads a code out of a log and redeems it after its owner.
// He gets nothing, and as nobody knows which of the two was the thief, what the first got ends.
func TestACodeWorksOnceAndItsReplayEndsTheGrant(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		s := start(t, e)
		s.AddUser("user@example.com", false)
		for id, metadata := range map[string]string{"CO-01 confidential": webApp, "CO-02 public": spaApp} {
			x := allowed(t, s, metadata, "jobs:read")
			form := x.code(t)
			first := expectTokens(t, id, tell(t, s, "/oauth/token", x.app, form))
			expectGrantRefused(t, id, tell(t, s, "/oauth/token", x.app, form))
			reader := s.AddClient(api)
			if active(t, s, reader, first["access_token"].(string)) {
				t.Errorf("CO-03 %s: the access token lives on after the replay", id)
			}
			if a := refresh(t, s, x.app, first["refresh_token"].(string)); a.Error != "invalid_grant" {
				t.Errorf("CO-03 %s: the refresh token lives on after the replay: %d", id, a.status)
			}
		}
	})
}

// CO-05, CO-06, CO-07, CO-08 (RFC 6749 4.1.3): a code of one client in another's hands. The other gets nothing; neither
// does it burn the code or end the grant, or any client could end those of all others.
func TestACodeIsWorthNothingToAnotherClient(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	other, public := s.AddClient(otherApp), s.AddClient(spaApp)
	for _, row := range []struct {
		name, owner string
		thief       systemtest.Client
	}{
		{"CO-06 by a confidential client", webApp, other},
		{"CO-07 by a public client", webApp, public},
		{"CO-08 of a public client by a confidential one", spaApp, other},
		{"of a public client by another public one", nativeApp, public},
	} {
		x := allowed(t, s, row.owner, "jobs:read")
		form := x.code(t)
		expectGrantRefused(t, row.name, tell(t, s, "/oauth/token", row.thief, form))
		tokens := expectTokens(t, row.name+", then by its owner", tell(t, s, "/oauth/token", x.app, form))
		expectGrantRefused(t, "CO-05 replay "+row.name, tell(t, s, "/oauth/token", row.thief, form))
		if a := refresh(t, s, x.app, tokens["refresh_token"].(string)); a.status != http.StatusOK {
			t.Errorf("CO-05 %s: a stranger's replay ended the owner's grant: %s", row.name, a.Error)
		}
	}
}

// CO-09 (RFC 6749 4.1.3): the code was stolen, the secret was not.
func TestACodeNeedsItsClientsAuthentication(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	form := x.code(t)
	a := send(t, s.Request(http.MethodPost, "/oauth/token", with(form, "client_id", x.app.ID)))
	if a.Status != http.StatusUnauthorized || a.code() != "invalid_client" {
		t.Errorf("CO-09: status %d, error %q", a.Status, a.code())
	}
	if a := send(t, s.Request(http.MethodPost, "/oauth/token", form)); a.Status != http.StatusUnauthorized {
		t.Errorf("CO-09 without a client at all: status %d", a.Status)
	}
	expectTokens(t, "CO-09, then with the secret", tell(t, s, "/oauth/token", x.app, form))
}

// CO-11 to CO-20 (RFC 6749 4.1.3, RFC 7636 4.6, RFC 9700 2.1.1 and 4.8.2): a code was injected into another session or
// stolen on its way, so that redirect URI or verifier do not fit. Every refusal leaves the code as it was: in particular
// a wrong verifier is not forgotten before a second try without one, which is how fosite's handler fell.
func TestACodeIsBoundToItsRequest(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	form := x.code(t)
	challenge := oauth2.S256ChallengeFromVerifier(form.Get("code_verifier"))
	for _, row := range []struct {
		name   string
		change []string
	}{
		{"CO-11 another redirect_uri", []string{"redirect_uri", "https://evil.example/callback"}},
		{"CO-11 a redirect_uri with a slash behind", []string{"redirect_uri", x.app.Redirect + "/"}},
		{"CO-11 a redirect_uri in capitals", []string{"redirect_uri", strings.ToUpper(x.app.Redirect)}},
		{"CO-11 a redirect_uri with a query", []string{"redirect_uri", x.app.Redirect + "?"}},
		{"CO-13 another verifier", []string{"code_verifier", oauth2.GenerateVerifier()}},
		{"CO-15 no verifier", []string{"code_verifier", ""}},
		{"CO-17 the challenge as verifier", []string{"code_verifier", challenge}},
		{"CO-13 the verifier in capitals", []string{"code_verifier", strings.ToUpper(form.Get("code_verifier"))}},
		{"CO-13 the verifier and more", []string{"code_verifier", form.Get("code_verifier") + "a"}},
		{"CO-13 the verifier and blanks", []string{"code_verifier", " " + form.Get("code_verifier") + " "}},
		{"CO-13 a verifier of 4,000 characters", []string{"code_verifier", strings.Repeat("a", 4000)}},
	} {
		a := tell(t, s, "/oauth/token", x.app, with(form, row.change...))
		if a.Status != http.StatusBadRequest || a.code() != "invalid_grant" && a.code() != "invalid_request" || !a.tokenFree() {
			t.Errorf("%s: status %d, error %q", row.name, a.Status, a.code())
		}
	}
	empty := clone(form)
	empty.Set("code_verifier", "")
	expectGrantRefused(t, "CO-16 an empty verifier", tell(t, s, "/oauth/token", x.app, empty))
	expectTokens(t, "CO-12 without redirect_uri, bound by PKCE", tell(t, s, "/oauth/token", x.app, with(form, "redirect_uri", "")))
}

// CO-12, CO-19, CO-20: what a client that may leave PKCE out must not be able to do.
func TestPKCECannotBeTalkedAway(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, legacyApp, "jobs:read")
	plain := x.codeWith(t, "")
	expectGrantRefused(t, "CO-12 no redirect_uri and no PKCE", tell(t, s, "/oauth/token", x.app, with(plain, "redirect_uri", "")))
	a := tell(t, s, "/oauth/token", x.app, with(plain, "code_verifier", oauth2.GenerateVerifier()))
	if a.Status != http.StatusBadRequest || !a.tokenFree() {
		t.Errorf("CO-19 a verifier without a challenge: status %d %s", a.Status, a.code())
	}
	expectTokens(t, "CO-19, then as it was asked for", tell(t, s, "/oauth/token", x.app, plain))

	for name, verifier := range map[string]string{
		"CO-20 of 42 characters": strings.Repeat("a", 42), "of 129 characters": strings.Repeat("a", 129), "with characters that it has not": strings.Repeat("a ", 30),
	} {
		a := tell(t, s, "/oauth/token", x.app, x.codeWith(t, verifier))
		if a.Status != http.StatusBadRequest || !a.tokenFree() {
			t.Errorf("%s and its own challenge: status %d", name, a.Status)
		}
	}
	bound := x.codeWith(t, oauth2.GenerateVerifier())
	expectGrantRefused(t, "CO-15 optional PKCE that was used", tell(t, s, "/oauth/token", x.app, with(bound, "code_verifier", "")))
}

// CO-22 (RFC 9700 4.2.4, CWE-367), for public clients: the code and its verifier leaked from a browser, and both race.
func TestAPublicClientsCodeRacedFiftyTimesGivesOneAnswer(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, spaApp, "jobs:read")
		form := x.code(t)
		answers := make([]answer, 50)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() { answers[i] = tell(t, x.s, "/oauth/token", x.app, form) })
		}
		wg.Wait()
		won := 0
		for _, a := range answers {
			if a.Status == http.StatusOK {
				won++
				continue
			}
			expectGrantRefused(t, "CO-22 a loser", a)
		}
		if won != 1 {
			t.Errorf("CO-22: %d token responses, want 1", won)
		}
		if n := events(t, x.s, event.GrantReused); n != 1 {
			t.Errorf("CO-22: %d audit events of the replay, want 1", n)
		}
	})
}

// CO-23 (RFC 6749 4.1.2): a code that lies about.
func TestACodeExpiresAfterAMinute(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	form := x.code(t)
	s.Clock.Advance(61 * time.Second)
	expectGrantRefused(t, "CO-23", tell(t, s, "/oauth/token", x.app, form))
	form = x.code(t)
	s.Clock.Advance(50 * time.Second)
	expectTokens(t, "within its time", tell(t, s, "/oauth/token", x.app, form))
}

// CO-24 (RFC 6749 10.10): codes that can be guessed from others. Behind version and key id no byte is the same in all.
func TestCodesHaveNothingInCommon(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	same := map[int]byte{}
	const head = 1 + 8
	for i := range 12 {
		raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(x.code(t).Get("code"), "pac_"))
		if err != nil || len(raw) < head+24+16 {
			t.Fatalf("a code of %d bytes: %v", len(raw), err)
		}
		for at := head; at < head+40; at++ {
			if c, seen := same[at]; i == 0 || seen && c == raw[at] {
				same[at] = raw[at]
			} else {
				delete(same, at)
			}
		}
	}
	if len(same) > 0 {
		t.Errorf("CO-24: bytes that all codes share: %v", same)
	}
}

// CO-25 to CO-30: look-ups by prefix, hash, collation or trimmed text would take these for the code.
func TestOnlyTheVeryCodeIsTheCode(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	form := x.code(t)
	for name, text := range manglings(form.Get("code")) {
		if text == form.Get("code") {
			continue
		}
		a := tell(t, s, "/oauth/token", x.app, with(form, "code", text))
		if a.Status != http.StatusBadRequest || a.code() != "invalid_grant" && a.code() != "invalid_request" || !a.tokenFree() {
			t.Errorf("CO-25 to CO-30, %s: status %d, error %q", name, a.Status, a.code())
		}
	}
	expectTokens(t, "then the very code", tell(t, s, "/oauth/token", x.app, form))
}

// CO-33 (RFC 6749 3.2): what stands in a URL stands in logs and histories. Only a POST's body counts, and what is sent
// otherwise burns nothing.
func TestACodeIsRedeemedByPostAlone(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	form := x.code(t)
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "get", "TRACE", "PROPFIND"} {
		a := send(t, s.Request(method, "/oauth/token?"+form.Encode(), nil, "Authorization", basic(x.app.ID, x.app.Secret)))
		if a.Status != http.StatusMethodNotAllowed || !a.tokenFree() {
			t.Errorf("CO-33 %s: status %d", method, a.Status)
		}
	}
	a := send(t, s.Request(http.MethodPost, "/oauth/token?"+form.Encode(), url.Values{}, "Authorization", basic(x.app.ID, x.app.Secret)))
	if a.Status != http.StatusBadRequest || !a.tokenFree() {
		t.Errorf("CO-33 a POST with everything in the query: status %d", a.Status)
	}
	a = send(t, s.Request(http.MethodGet, "/oauth/token?"+form.Encode(), nil,
		"Authorization", basic(x.app.ID, x.app.Secret), "X-HTTP-Method-Override", "POST", "X-Method-Override", "POST", "X-HTTP-Method", "POST"))
	if a.Status != http.StatusMethodNotAllowed || !a.tokenFree() {
		t.Errorf("CO-33 a method override: status %d", a.Status)
	}
	expectTokens(t, "then by POST", tell(t, s, "/oauth/token", x.app, form))
}

// CO-37 (RFC 9700 4.2.4): the redirect that carries a code is kept by no cache, and is told to no third party.
func TestTheRedirectWithACodeIsNotKept(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	x := allowed(t, s, webApp, "jobs:read")
	x.code(t)
	p := x.b.Page
	if p.Status != http.StatusSeeOther || p.Header.Get("Cache-Control") != "no-store" || p.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("CO-37: status %d, Cache-Control %q, Referrer-Policy %q", p.Status, p.Header.Get("Cache-Control"), p.Header.Get("Referrer-Policy"))
	}
}

// CO-39 (RFC 9700 4.2) and its neighbours: between a code and its redemption its user logs out, is disabled, takes the
// access away or leaves the organization, or the app is disabled. The code is worth nothing then.
func TestACodeDiesWithWhatItStandsOn(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		for name, end := range map[string]func(t *testing.T, x session, app systemtest.Client){
			"CO-39 the user logged out": func(t *testing.T, x session, _ systemtest.Client) {
				x.b.Get("/logout")
				x.b.Press("logout-yes", nil)
			},
			"the user was disabled": func(t *testing.T, x session, _ systemtest.Client) {
				check(t, x.s.People.Disable(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com")))
			},
			"the consent was taken back": func(t *testing.T, x session, _ systemtest.Client) {
				_, err := x.s.People.RevokeAllConsents(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"))
				check(t, err)
			},
			"TI-13 the user left the organization": func(t *testing.T, x session, _ systemtest.Client) {
				check(t, x.s.People.RemoveMember(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"), x.s.Org))
			},
			"the client's tokens were ended": func(t *testing.T, x session, app systemtest.Client) {
				check(t, x.s.Clients.RevokeTokens(t.Context(), systemtest.Actor, app.ID))
			},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				x := signedIn(t, e, webApp, "jobs:read")
				form := x.code(t)
				end(t, x, x.app)
				expectGrantRefused(t, name, tell(t, x.s, "/oauth/token", x.app, form))
			})
		}
	})
}
