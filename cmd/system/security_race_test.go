package system_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"

	"golang.org/x/oauth2"

	"postern/cmd/system/systemtest"
)

// Requirement 9 in a race: a code is redeemed at the very moment in which what it stands on is taken back. Whoever comes
// first: once both have answered, nothing of the app's lives. An INSERT that does not see a DELETE under way, and is not
// seen by the search for grants to revoke that follows it, would leave an access token of an hour to an app that the
// person has just removed.
func TestTakingBackWinsTheRaceAgainstRedemption(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, x session) error{
		"consent": func(t *testing.T, x session) error {
			_, err := x.s.People.RevokeAllConsents(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"))
			return err
		},
		"TI-13 membership": func(t *testing.T, x session) error {
			return x.s.People.RemoveMember(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"), x.s.Org)
		},
		"RT-24 everything of the user": func(t *testing.T, x session) error {
			return x.s.People.SignOutEverywhere(t.Context(), systemtest.Actor, userID(t, x.s, "user@example.com"), [16]byte{})
		},
		"everything of the client": func(t *testing.T, x session) error {
			return x.s.Clients.RevokeTokens(t.Context(), systemtest.Actor, x.app.ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachEngine(t, func(t *testing.T, e engine) {
				x := signedIn(t, e, webApp, "jobs:read")
				reader := x.s.AddClient(api)
				for range 10 {
					race(t, x, reader, end)
				}
			})
		})
	}
}

func race(t *testing.T, x session, reader systemtest.Client, end func(*testing.T, session) error) {
	t.Helper()
	user := userID(t, x.s, "user@example.com")
	check(t, x.s.People.PutMember(t.Context(), systemtest.Actor, user, x.s.Org, "member"))
	forms := make([]url.Values, 8)
	for i := range forms {
		forms[i] = x.codeWith(t, oauth2.GenerateVerifier())
	}
	answers := make([]answer, len(forms))
	var failed error
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i, form := range forms {
		wg.Go(func() { <-begin; answers[i] = tell(t, x.s, "/oauth/token", x.app, form) })
	}
	wg.Go(func() { <-begin; failed = end(t, x) })
	close(begin)
	wg.Wait()
	check(t, failed)
	for _, a := range answers {
		if a.Status != http.StatusOK {
			expectGrantRefused(t, "a loser", a)
			continue
		}
		live := a.document()
		eventually(t, func() bool { return !active(t, x.s, reader, live["access_token"].(string)) })
		if a := refresh(t, x.s, x.app, live["refresh_token"].(string)); a.Error != "invalid_grant" {
			t.Errorf("the grant lives on: %d", a.status)
		}
	}
}
