package throttle_test

import (
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/authz/throttle"
)

var (
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	here = netip.MustParseAddr("192.0.2.1")
)

// fail tries and fails n times from addresses of their own, each as soon as it may, and returns when the last one was.
func fail(t *testing.T, g *throttle.Guard, account, device string, n int, now time.Time) time.Time {
	t.Helper()
	for i := range n {
		for {
			_, wait := g.Begin(account, device, netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), now)
			if wait == 0 {
				break
			}
			now = now.Add(wait)
		}
	}
	return now
}

func TestWaitsOfAnAccountDouble(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := fail(t, g, "user", "", 5, noon)
	if now != noon {
		t.Fatalf("the first five waited until %v", now)
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128} {
		_, wait := g.Begin("user", "", here, now)
		if wait != want*time.Second {
			t.Fatalf("after %d failures: %v, want %v s", 5+i, wait, int(want))
		}
		if _, early := g.Begin("user", "", here, now.Add(wait-time.Millisecond)); early != time.Millisecond {
			t.Fatalf("a millisecond before: %v", early)
		}
		now = fail(t, g, "user", "", 1, now.Add(wait))
	}
}

func TestWaitsEndAtFifteenMinutesAndFade(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := fail(t, g, "user", "", 40, noon)
	if _, wait := g.Begin("user", "", here, now); wait != 15*time.Minute {
		t.Errorf("after 40 failures: %v", wait)
	}
	if _, wait := g.Begin("user", "", here, now.Add(12*time.Hour)); wait != 0 {
		t.Errorf("half a day later: %v", wait)
	}
}

func TestADayOfGuessingOneAccount(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	tries := 0
	for now := noon; now.Before(noon.Add(10 * 24 * time.Hour)); tries++ {
		now = fail(t, g, "user", "", 1, now)
	}
	if tries > 10*120 {
		t.Errorf("%d guesses in ten days", tries)
	}
}

func TestLG28AddressesDoNotHelpAgainstOneAccount(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	fail(t, g, "user", "", 5, noon) // each from another address
	if _, wait := g.Begin("user", "", netip.MustParseAddr("203.0.113.9"), noon); wait == 0 {
		t.Error("a fresh address went on")
	}
	if _, wait := g.Begin("other", "", netip.MustParseAddr("203.0.113.9"), noon); wait != 0 {
		t.Errorf("another account waits %v", wait)
	}
}

func TestOneAddressIsSlowedOverManyAccounts(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name    string
		address func(i int) netip.Addr
		other   string
	}{
		{"IPv4 by itself", func(int) netip.Addr { return here }, "192.0.2.2"},
		{"IPv4 written as IPv6 is the same", func(i int) netip.Addr {
			if i%2 == 0 {
				return here
			}
			return netip.AddrFrom16(here.As16())
		}, "192.0.2.2"},
		{"IPv6 by its /64", func(i int) netip.Addr {
			return netip.MustParseAddr(fmt.Sprintf("2001:db8:0:1:%x::1", i+1))
		}, "2001:db8:0:2::1"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			g := throttle.NewGuard()
			for i := range 50 {
				if _, wait := g.Begin(fmt.Sprint("user", i), "", row.address(i), noon); wait != 0 {
					t.Fatalf("failure %d waited %v", i, wait)
				}
			}
			if _, wait := g.Begin("one more", "", row.address(50), noon); wait != time.Second {
				t.Errorf("after 50 failures: %v", wait)
			}
			if _, wait := g.Begin("one more", "", netip.MustParseAddr(row.other), noon); wait != 0 {
				t.Errorf("the neighbour waits %v", wait)
			}
		})
	}
}

func TestTheOwnerCanAlwaysSignIn(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := fail(t, g, "user", "", 60, noon)
	for i := range 60 {
		g.Begin(fmt.Sprint("user", i), "", here, now)
	}
	own, wait := g.Begin("user", "laptop", here, now)
	if wait != 0 {
		t.Fatalf("the owner's browser waits %v", wait)
	}
	own.Succeeded(now)
	if _, wait := g.Begin("user", "", netip.MustParseAddr("203.0.113.9"), now); wait == 0 {
		t.Error("the owner's success let strangers go on")
	}
}

func TestAKnownBrowserHasItsOwnCounter(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := fail(t, g, "user", "laptop", 6, noon)
	if _, wait := g.Begin("user", "laptop", here, now); wait != 2*time.Second {
		t.Errorf("after six failures: %v", wait)
	}
	if _, wait := g.Begin("user", "", here, now); wait != 0 {
		t.Errorf("the account waits %v for the browser's failures", wait)
	}
	if _, wait := g.Begin("other", "laptop", here, now); wait != 0 {
		t.Errorf("the same browser waits %v for another account", wait)
	}
	now = now.Add(2 * time.Second)
	right, wait := g.Begin("user", "laptop", here, now)
	if wait != 0 {
		t.Fatal(wait)
	}
	right.Succeeded(now)
	if end := fail(t, g, "user", "laptop", 5, now); end != now {
		t.Errorf("success did not reset the browser: it waited %v", end.Sub(now))
	}
}

func TestSuccessAndAbandonCountNothing(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := noon
	for range 200 {
		a, wait := g.Begin("user", "", here, now)
		if wait != 0 {
			t.Fatalf("waits %v", wait)
		}
		now = now.Add(time.Second)
		a.Succeeded(now)
		if a, wait = g.Begin("user", "laptop", here, now); wait != 0 {
			t.Fatalf("the browser waits %v", wait)
		}
		a.Abandon()
	}
}

func TestAHundredAtOnceAreNoCheaper(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	var through atomic.Int64
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			if _, wait := g.Begin("user", "", netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), noon); wait == 0 {
				through.Add(1)
			}
		})
	}
	all.Wait()
	if n := through.Load(); n != 5 {
		t.Errorf("%d of 100 went on", n)
	}
}

func TestSprayingEvictsNobody(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := fail(t, g, "user", "", 8, noon)
	for i := range 200_000 {
		g.Begin(fmt.Sprint("spray", i), "", netip.AddrFrom4([4]byte{byte(1 + i>>16), byte(i >> 8), byte(i), 1}), now)
	}
	if _, wait := g.Begin("user", "", netip.MustParseAddr("203.0.113.9"), now); wait < 8*time.Second {
		t.Errorf("after the flood the user waits %v", wait)
	}
}

func TestWithoutAnAddressAllShareOne(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	for i := range 50 {
		g.Begin(fmt.Sprint("user", i), "", netip.Addr{}, noon)
	}
	if _, wait := g.Begin("one more", "", netip.Addr{}, noon); wait == 0 {
		t.Error("no address: no limit")
	}
}

func BenchmarkGuard(b *testing.B) {
	g := throttle.NewGuard()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			g.Begin("user@example.org", "", here, noon)
		}
	})
}

// A thousand people behind one address, or one shared account, sign in all day with the right password. Each attempt counts
// as a failure until it is proven; what is left of that afterwards must not add up to a wait.
func TestSuccessesLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	g := throttle.NewGuard()
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	var running []throttle.Attempt
	for n := range 20_000 {
		a, wait := g.Begin("shared@example.com", "", netip.MustParseAddr("192.0.2.7"), now)
		if wait > 0 {
			t.Fatalf("sign-in %d has to wait %s", n, wait)
		}
		now = now.Add(37 * time.Millisecond)
		if running = append(running, a); len(running) == 4 {
			running[0].Succeeded(now)
			running = running[1:]
		}
	}
}
