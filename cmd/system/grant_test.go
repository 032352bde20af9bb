package system_test

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"postern/authz/event"
	"postern/cmd/system/systemtest"
	"postern/storage"
)

// tokens is a token endpoint's answer, or error.
type tokens struct {
	Access    string `json:"access_token"`
	Refresh   string `json:"refresh_token"`
	Scope     string `json:"scope"`
	ExpiresIn int    `json:"expires_in"`
	Error     string `json:"error"`
	Text      string `json:"error_description"`
	status    int
}

func tokenRequest(t testing.TB, s *systemtest.Server, c systemtest.Client, form url.Values) tokens {
	t.Helper()
	status, body := post(t, s, "/oauth/token", c, form)
	var answer tokens
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("token endpoint: status %d: %s", status, body)
	}
	answer.status = status
	return answer
}

func refresh(t testing.TB, s *systemtest.Server, c systemtest.Client, token string, more ...string) tokens {
	t.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return tokenRequest(t, s, c, form)
}

func active(t testing.TB, s *systemtest.Server, c systemtest.Client, token string) bool {
	t.Helper()
	status, body := post(t, s, "/oauth/introspect", c, url.Values{"token": {token}})
	if status != 200 {
		t.Fatalf("introspection: status %d: %s", status, body)
	}
	return strings.HasPrefix(body, `{"active":true`)
}

// session is a user's browser that has allowed an app, and the app.
type session struct {
	s   *systemtest.Server
	app systemtest.Client
	b   *systemtest.Browser
	c   *oauth2.Config
}

func signedIn(t *testing.T, e engine, metadata string, scopes ...string) session {
	t.Helper()
	s := start(t, e)
	s.AddUser("user@example.com", false)
	return allowed(t, s, metadata, scopes...)
}

func allowed(t *testing.T, s *systemtest.Server, metadata string, scopes ...string) session {
	t.Helper()
	if len(scopes) == 0 {
		scopes = []string{"jobs:read", "jobs:write"}
	}
	x := session{s: s, app: s.AddClient(metadata), b: s.NewBrowser()}
	x.c = config(s, x.app, scopes...)
	return x
}

// code gets one code, and the form that redeems it.
func (x session) code(t *testing.T) url.Values {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	answer := authorize(t, x.b, x.c.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier)), "user@example.com")
	if answer.Get("code") == "" {
		t.Fatalf("no code: %v", answer)
	}
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {answer.Get("code")}, "redirect_uri": {x.app.Redirect}, "code_verifier": {verifier},
	}
}

func (x session) tokens(t *testing.T) tokens {
	t.Helper()
	answer := tokenRequest(t, x.s, x.app, x.code(t))
	if answer.status != 200 {
		t.Fatalf("exchange: %d %s %s", answer.status, answer.Error, answer.Text)
	}
	return answer
}

func clone(form url.Values) url.Values {
	out := url.Values{}
	for k, v := range form {
		out[k] = slices.Clone(v)
	}
	return out
}

// CO-22 (RFC 9700 4.2.4): an attacker who has a code races its owner. One answer has tokens, and the others, which are
// replays, end what it began.
func TestOneCodeRedeemedAHundredTimesAtOnceGivesOneAnswer(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		form := x.code(t)
		answers := make([]tokens, 100)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() { answers[i] = tokenRequest(t, x.s, x.app, clone(form)) })
		}
		wg.Wait()
		var won []tokens
		for _, a := range answers {
			switch {
			case a.status == 200:
				won = append(won, a)
			case a.status != 400 || a.Error != "invalid_grant":
				t.Errorf("a loser got %d %s", a.status, a.Error)
			}
		}
		if len(won) != 1 {
			t.Fatalf("%d requests got tokens, want exactly one", len(won))
		}
		if active(t, x.s, x.app, won[0].Access) {
			t.Error("the access token lives on after the replay")
		}
		if a := refresh(t, x.s, x.app, won[0].Refresh); a.Error != "invalid_grant" {
			t.Errorf("the refresh token lives on after the replay: %d %s", a.status, a.Error)
		}
		if n := events(t, x.s, event.GrantReused); n != 1 {
			t.Errorf("%d audit events of the replay, want 1", n)
		}
	})
}

// events counts the audit trail's entries of one name.
func events(t *testing.T, s *systemtest.Server, name string) int {
	t.Helper()
	rows, _, err := s.Store.Events(t.Context(), storage.EventFilter{Name: name}, storage.Page{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	return len(rows)
}

// RT-11 (RFC 9700 4.14.2): an app races itself. Everybody within the grace gets the same successor, and one generation
// is used up.
func TestOneRefreshTokenUsedAHundredTimesAtOnceHasOneSuccessor(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		first := x.tokens(t)
		answers := make([]tokens, 100)
		var wg sync.WaitGroup
		for i := range answers {
			wg.Go(func() { answers[i] = refresh(t, x.s, x.app, first.Refresh) })
		}
		wg.Wait()
		for _, a := range answers {
			if a.status != 200 || a.Refresh != answers[0].Refresh {
				t.Fatalf("status %d %s: the answers differ", a.status, a.Text)
			}
		}
		if grant := grantOf(t, x.s, first.Refresh); grant.Generation != 1 {
			t.Errorf("the grant is at generation %d, want 1", grant.Generation)
		}
		if a := refresh(t, x.s, x.app, answers[0].Refresh); a.status != 200 {
			t.Errorf("the successor does not work: %d %s", a.status, a.Text)
		}
	})
}

// grantOf reads the grant of a refresh token.
func grantOf(t *testing.T, s *systemtest.Server, token string) storage.Grant {
	t.Helper()
	r, err := s.Mint.ParseRefresh(token)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.Store.Grant(t.Context(), r.Grant)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// RT-02, RT-03, RT-04 (RFC 9700 4.14.2): a thief uses a refresh token that its owner has used since. Past the grace, both
// lose everything, at once.
func TestAnOldRefreshTokenEndsTheGrant(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		stolen := x.tokens(t)
		second := refresh(t, x.s, x.app, stolen.Refresh)
		third := refresh(t, x.s, x.app, second.Refresh)
		if a := refresh(t, x.s, x.app, stolen.Refresh); a.status != 400 || a.Error != "invalid_grant" {
			t.Fatalf("the stolen token: %d %s", a.status, a.Error)
		}
		for name, token := range map[string]string{"thief's": stolen.Access, "victim's": third.Access} {
			if active(t, x.s, x.app, token) {
				t.Errorf("the %s access token lives on", name)
			}
		}
		if a := refresh(t, x.s, x.app, third.Refresh); a.Error != "invalid_grant" {
			t.Errorf("the victim's refresh token lives on: %d", a.status)
		}
		if n := events(t, x.s, event.GrantStolen); n != 1 {
			t.Errorf("%d audit events of the theft, want 1", n)
		}
	})
}

// A thief inside the grace shares the successor, and is found at the next use past it.
func TestAThiefInsideTheGraceIsFoundAfterIt(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		stolen := x.tokens(t)
		victim := refresh(t, x.s, x.app, stolen.Refresh)
		thief := refresh(t, x.s, x.app, stolen.Refresh)
		if thief.Refresh != victim.Refresh {
			t.Fatal("within the grace the successor is the same")
		}
		next := refresh(t, x.s, x.app, victim.Refresh)
		x.s.Clock.Advance(2 * time.Minute)
		if a := refresh(t, x.s, x.app, thief.Refresh); a.Error != "invalid_grant" {
			t.Fatalf("the thief's copy past the grace: %d %s", a.status, a.Error)
		}
		if a := refresh(t, x.s, x.app, next.Refresh); a.Error != "invalid_grant" {
			t.Error("the grant lives on after the theft was found")
		}
	})
}

// RT-09, RFC 6749 6: the scope of a refresh narrows one access token, and never widens.
func TestRefreshNarrowsAndNeverWidens(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		first := x.tokens(t)
		narrow := refresh(t, x.s, x.app, first.Refresh, "scope", "jobs:read")
		if narrow.status != 200 || narrow.Scope != "jobs:read" {
			t.Fatalf("narrowing: %d scope %q", narrow.status, narrow.Scope)
		}
		wide := refresh(t, x.s, x.app, narrow.Refresh, "scope", "jobs:read teams.read")
		if wide.status != 400 || wide.Error != "invalid_scope" || !strings.Contains(wide.Text, "teams.read") {
			t.Fatalf("widening: %d %s %q", wide.status, wide.Error, wide.Text)
		}
		full := refresh(t, x.s, x.app, narrow.Refresh)
		if full.status != 200 || full.Scope != "jobs:read jobs:write" {
			t.Fatalf("the refused request burned the token, or the grant was narrowed: %d %q", full.status, full.Scope)
		}
	})
}

// Lifetimes: idle and absolute, neither of which a refresh can outlive.
func TestRefreshTokensEndByIdlenessAndByAge(t *testing.T) {
	eachEngine(t, func(t *testing.T, e engine) {
		x := signedIn(t, e, webApp)
		idle := x.tokens(t)
		x.s.Clock.Advance(31 * 24 * time.Hour)
		if a := refresh(t, x.s, x.app, idle.Refresh); a.Error != "invalid_grant" {
			t.Fatalf("an idle refresh token works: %d", a.status)
		}
		a := x.tokens(t)
		for range 3 {
			x.s.Clock.Advance(29 * 24 * time.Hour)
			if a = refresh(t, x.s, x.app, a.Refresh); a.status != 200 {
				t.Fatalf("a used refresh token: %d %s", a.status, a.Text)
			}
		}
		x.s.Clock.Advance(4 * 24 * time.Hour)
		if a = refresh(t, x.s, x.app, a.Refresh); a.Error != "invalid_grant" {
			t.Fatalf("a refresh token past its absolute life: %d", a.status)
		}
	})
}
