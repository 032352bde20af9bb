package system_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"postern/cmd/system"
	"postern/cmd/system/systemtest"
)

// Guessing of passwords and secrets (issue 2, section 6; requirement 15). Time moves on by the clock alone: what the
// server waits for by itself is at most some seconds. All limits are per node.

// behindProxy starts a server that believes X-Forwarded-For from here, so that a test has as many addresses as it wants.
func behindProxy(t *testing.T) *systemtest.Server {
	t.Helper()
	s := systemtest.Start(t, engines[0].config(t), systemtest.Options{Config: func(c *system.Config) {
		c.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	}})
	s.AddScopes("jobs:read", "jobs:write", "teams.read")
	s.AddUser("user@example.com", false)
	return s
}

// tryFrom signs in once, from an address, as a browser with those cookies.
func tryFrom(t testing.TB, s *systemtest.Server, b *systemtest.Browser, address, email, password string) int {
	_, form := b.Page.Form("login")
	if form == nil {
		t.Errorf("no sign-in page: status %d", b.Page.Status)
		return 0
	}
	r := s.Request("POST", "/login", with(form, "username", email, "password", password), "Origin", s.URL, "X-Forwarded-For", address, "X-Real-IP", address, "Forwarded", "for="+address)
	for _, c := range b.Cookies() {
		r.AddCookie(c)
	}
	return send(t, r).Status
}

func opened(s *systemtest.Server) *systemtest.Browser {
	b := s.NewBrowser()
	b.Get("/login")
	return b
}

// guess tries n wrong passwords at once and counts the answers by status.
func guess(t testing.TB, s *systemtest.Server, b *systemtest.Browser, n int, from func(i int) (address, email string)) map[int]int {
	s.Clock.Stop() // a slow machine must not sit the waits out
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[int]int{}
	turns := make(chan struct{}, 4) // a slow machine would give up on some of ninety at once, which then count for nothing
	for i := range n {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			address, email := from(i)
			status := tryFrom(t, s, b, address, email, fmt.Sprintf("guess number %d", i))
			mu.Lock()
			defer mu.Unlock()
			got[status]++
		})
	}
	wg.Wait()
	return got
}

// insist guesses on for some minutes, as patiently as the waits demand, so that the next wait is a long one.
func insist(t testing.TB, s *systemtest.Server, b *systemtest.Browser, address string, emails ...string) {
	for range 6 {
		s.Clock.Advance(2 * time.Minute)
		for _, email := range emails {
			tryFrom(t, s, b, address, email, "a wrong password")
		}
	}
	b.Get("/login") // the page would expire in some minutes
}

// LG-28, LG-29, PX-06 (CWE-307, CWE-348, Authelia CVE-2025-24806): one account is guessed at from everywhere, in every
// spelling of its name, and with an address in every header that could carry one. All of it is one counter, whether the
// account exists or not; another account is not touched.
func TestOneAccountIsOneCounterFromEverywhere(t *testing.T) {
	t.Parallel()
	spellings := []string{
		"user@example.com", "USER@example.com", "User@Example.COM", " user@example.com", "user@example.com ", "\tuser@example.com",
		"\uff55ser@example.com", "user@EXAMPLE.com",
	}
	for name, row := range map[string]struct {
		start func(t *testing.T) *systemtest.Server
		from  func(i int) (string, string)
	}{
		"LG-28 many addresses": {behindProxy, func(i int) (string, string) {
			return fmt.Sprintf("198.51.100.%d", i), "user@example.com"
		}},
		"LG-28 many networks": {behindProxy, func(i int) (string, string) {
			return fmt.Sprintf("2001:db8:%x::1", i), "user@example.com"
		}},
		"LG-29 many spellings":        {sqlite, func(i int) (string, string) { return "", spellings[i%len(spellings)] }},
		"nobody's account":            {behindProxy, func(i int) (string, string) { return fmt.Sprintf("198.51.100.%d", i), "nobody@example.com" }},
		"LG-29 no address, spellings": {sqlite, func(i int) (string, string) { return "", []string{"nobody", "NOBODY", " nobody "}[i%3] }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := row.start(t)
			s.AddUser("second@example.com", false)
			b := opened(s)
			got := guess(t, s, b, 40, row.from)
			if got[http.StatusTooManyRequests] < 25 || got[http.StatusTooManyRequests]+got[http.StatusUnprocessableEntity] != 40 {
				t.Errorf("of 40 guesses at one account: %v", got)
			}
			if status := tryFrom(t, s, b, "203.0.113.9", "second@example.com", systemtest.Password); status != http.StatusSeeOther {
				t.Errorf("another account has to wait too: status %d", status)
			}
		})
	}
}

// Per address, IPv6 by its /64: a list of names, one password each. A /64 is one customer; the next one is somebody else.
func TestOneAddressIsOneCounterForAllNames(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		from  func(i int) string
		other string
	}{
		"IPv4":             {func(int) string { return "198.51.100.7" }, "198.51.100.8"},
		"IPv6 within a 64": {func(i int) string { return fmt.Sprintf("2001:db8:1:1:%x::%x", i+1, i) }, "2001:db8:1:2::1"},
		"IPv4 in IPv6":     {func(i int) string { return []string{"198.51.100.7", "::ffff:198.51.100.7"}[i%2] }, "::ffff:198.51.100.9"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := behindProxy(t)
			b := opened(s)
			got := guess(t, s, b, 90, func(i int) (string, string) { return row.from(i), fmt.Sprintf("name%d@example.com", i) })
			if got[http.StatusTooManyRequests] < 20 {
				t.Errorf("of 90 names from one address: %v", got)
			}
			insist(t, s, b, row.from(1), "one-more@example.com", "two-more@example.com", "three-more@example.com")
			if status := tryFrom(t, s, b, row.from(3), "user@example.com", systemtest.Password); status != http.StatusTooManyRequests {
				t.Errorf("the address goes on: status %d", status)
			}
			if status := tryFrom(t, s, b, row.other, "user@example.com", systemtest.Password); status != http.StatusSeeOther {
				t.Errorf("the neighbour has to wait: status %d", status)
			}
		})
	}
}

// LG-28, PX-06 (CWE-348): where no proxy is configured, the address is that of the connection; and where one is, what it
// did not write itself is not believed.
func TestTheAddressIsNotWhatTheClientSays(t *testing.T) {
	t.Parallel()
	direct := sqlite(t)
	got := guess(t, direct, opened(direct), 90, func(i int) (string, string) {
		return fmt.Sprintf("198.51.100.%d", i), fmt.Sprintf("name%d@example.com", i)
	})
	if got[http.StatusTooManyRequests] < 20 {
		t.Errorf("LG-28 without a proxy: of 90 names with an invented address each: %v", got)
	}
	proxied := behindProxy(t)
	got = guess(t, proxied, opened(proxied), 90, func(i int) (string, string) {
		return fmt.Sprintf("198.51.100.%d, 203.0.113.5", i), fmt.Sprintf("name%d@example.com", i)
	})
	if got[http.StatusTooManyRequests] < 20 {
		t.Errorf("LG-28 through a proxy: of 90 names with an invented first hop each: %v", got)
	}
}

// The owner gets in although the account is under attack: his browser has signed in before and has a counter of its own.
// A thief with that cookie, or the same cookie for another account, gains nothing.
func TestTheDeviceCookieLetsTheOwnerIn(t *testing.T) {
	t.Parallel()
	s := behindProxy(t)
	s.AddUser("second@example.com", false)
	owner, stranger := opened(s), opened(s)
	owner.SignIn("user@example.com")
	owner.Get("/logout")
	owner.Press("logout-yes", nil)
	owner.Get("/login")
	if owner.Cookie("postern_device") == "" {
		t.Fatal("signing out forgets the device")
	}
	attack := func(email string) {
		guess(t, s, stranger, 40, func(i int) (string, string) { return fmt.Sprintf("198.51.100.%d", i), email })
	}
	attack("user@example.com")
	attack("second@example.com")
	insist(t, s, stranger, "198.51.100.250", "user@example.com", "second@example.com")
	owner.Get("/login")
	if status := tryFrom(t, s, stranger, "203.0.113.9", "user@example.com", systemtest.Password); status != http.StatusTooManyRequests {
		t.Errorf("control: a new browser with the right password: status %d", status)
	}
	if status := tryFrom(t, s, owner, "203.0.113.9", "second@example.com", systemtest.Password); status != http.StatusTooManyRequests {
		t.Errorf("the cookie helps with an account that the browser never signed in to: status %d", status)
	}
	forged := opened(s)
	forged.Plant("postern_device", manglings(owner.Cookie("postern_device"))["one character changed"], "/")
	if status := tryFrom(t, s, forged, "203.0.113.9", "user@example.com", systemtest.Password); status != http.StatusTooManyRequests {
		t.Errorf("a forged cookie helps: status %d", status)
	}
	if status := tryFrom(t, s, owner, "203.0.113.9", "user@example.com", systemtest.Password); status != http.StatusSeeOther {
		t.Errorf("the owner cannot sign in: status %d", status)
	}
	thief := opened(s)
	thief.Plant("postern_device", owner.Cookie("postern_device"), "/")
	got := guess(t, s, thief, 40, func(i int) (string, string) { return fmt.Sprintf("192.0.2.%d", i), "user@example.com" })
	if got[http.StatusTooManyRequests] < 25 {
		t.Errorf("with a stolen device cookie of 40 guesses: %v", got)
	}
}

// Spraying evicts nothing: counters are cells of a fixed sketch, not entries of a list, so that thousands of other names
// do not push the one out that is being guessed.
func TestSprayingForgetsNobody(t *testing.T) {
	t.Parallel()
	s := behindProxy(t)
	b := opened(s)
	guess(t, s, b, 40, func(i int) (string, string) { return fmt.Sprintf("198.51.100.%d", i), "user@example.com" })
	insist(t, s, b, "198.51.100.250", "user@example.com")
	guess(t, s, b, 300, func(i int) (string, string) {
		return fmt.Sprintf("203.0.%d.%d", i/250, i%250), fmt.Sprintf("name%d@example.com", i)
	})
	if status := tryFrom(t, s, b, "192.0.2.1", "user@example.com", systemtest.Password); status != http.StatusTooManyRequests {
		t.Errorf("after 300 other names the account is free again: status %d", status)
	}
	s.Clock.Advance(48 * time.Hour)
	if status := tryFrom(t, s, opened(s), "192.0.2.1", "user@example.com", systemtest.Password); status != http.StatusSeeOther {
		t.Errorf("two days later: status %d", status)
	}
}

// The form that changes a password is a place to guess it too, for whoever found a browser signed in: the same counters
// stand before it.
func TestThePasswordFormIsNoWayToGuess(t *testing.T) {
	t.Parallel()
	s := sqlite(t)
	b := opened(s)
	b.SignIn("user@example.com")
	statuses := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	cookies := b.Cookies()
	for i := range 40 {
		wg.Go(func() {
			r := s.Request("POST", "/account/password", url.Values{
				"current": {fmt.Sprintf("guess number %d", i)}, "password": {"an entirely new password"}, "password_again": {"an entirely new password"},
			}, "Origin", s.URL)
			for _, c := range cookies {
				r.AddCookie(c)
			}
			status := send(t, r).Status
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	if statuses[http.StatusTooManyRequests] < 25 {
		t.Errorf("of 40 guesses: %v", statuses)
	}
}

// Failed client secrets slow the address down, never the client: whoever knows a client_id could else stop that client.
func TestFailedSecretsSlowTheAddressNotTheClient(t *testing.T) {
	t.Parallel()
	s := behindProxy(t)
	app := s.AddClient(machine)
	try := func(address, secret string) answer {
		return send(t, s.Request("POST", "/oauth/token", machineForm(), "Authorization", basic(app.ID, secret), "X-Forwarded-For", address))
	}
	for _, path := range []string{"198.51.100.7", "2001:db8:1:1::7"} {
		refused := 0
		for range 80 {
			a := try(path, "wrong")
			if a.Status == http.StatusTooManyRequests {
				refused++
				if a.Header.Get("Retry-After") == "" || !a.tokenFree() {
					t.Errorf("429 without Retry-After: %v", a.Header)
				}
			}
		}
		if refused < 20 {
			t.Errorf("of 80 wrong secrets from %s, %d had to wait", path, refused)
		}
		if a := try(path, app.Secret); a.Status != http.StatusTooManyRequests {
			t.Errorf("the address goes on: status %d", a.Status)
		}
	}
	for _, address := range []string{"198.51.100.8", "2001:db8:1:2::7"} {
		expectTokens(t, "the client from "+address, try(address, app.Secret))
	}
	if a := try("2001:db8:1:1:ffff::1", app.Secret); a.Status != http.StatusTooManyRequests {
		t.Errorf("another address of the same /64: status %d", a.Status)
	}
	s.Clock.Advance(3 * time.Hour)
	expectTokens(t, "three hours later", try("198.51.100.7", app.Secret))
}

// A flood of sign-ins keeps every core busy with argon2id, but no more at once than its cap. Token requests go on beside
// it: they never wait for their turn behind passwords. What is measured is not time but proportion, with much room.
func TestAFloodOfSignInsLeavesTokensFast(t *testing.T) {
	t.Parallel()
	s := behindProxy(t)
	app := s.AddClient(machine)
	b := opened(s)
	took := func(f func()) time.Duration {
		began := time.Now()
		f()
		return time.Since(began)
	}
	stop := make(chan struct{})
	var mu sync.Mutex
	var signIns []time.Duration
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				d := took(func() {
					tryFrom(t, s, b, fmt.Sprintf("10.%d.%d.1", i, n%250), fmt.Sprintf("flood%d-%d@example.com", i, n), "a wrong password")
				})
				mu.Lock()
				signIns = append(signIns, d)
				mu.Unlock()
			}
		})
	}
	tokens := make([]time.Duration, 60)
	for i := range tokens {
		tokens[i] = took(func() { expectTokens(t, "during the flood", tell(t, s, "/oauth/token", app, machineForm())) })
	}
	for enough := false; !enough; {
		mu.Lock()
		enough = len(signIns) >= 16
		mu.Unlock()
	}
	close(stop)
	wg.Wait()
	if median(tokens) > median(signIns)/2 {
		t.Errorf("a token takes %s and a sign-in %s (medians): tokens wait behind passwords", median(tokens), median(signIns))
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}
