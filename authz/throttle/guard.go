package throttle

import (
	"net/netip"
	"sync"
	"time"
)

// The curves of sign-in. One account sees about 120 guesses a day, one in 12 minutes, for as long as somebody keeps
// trying; an address can try 50 before it is slowed in the same way.
var (
	accountCurve = Curve{Free: 5, First: time.Second, Most: 15 * time.Minute}
	addressCurve = Curve{Free: 50, First: time.Second, Most: 15 * time.Minute}
)

const signInHalfLife = 2 * time.Hour

// Guard slows the guessing of passwords. It is safe for concurrent use.
type Guard struct {
	accounts, addresses, devices *Sketch
	locks                        [64]sync.Mutex // by account: looking and counting are one step
}

// NewGuard takes 2.75 MiB.
func NewGuard() *Guard {
	return &Guard{
		accounts:  NewSketch(17, signInHalfLife),
		addresses: NewSketch(15, signInHalfLife),
		devices:   NewSketch(14, signInHalfLife),
	}
}

// Attempt is a sign-in that was let through. It was counted as a failure when it began, so that a hundred at once are no
// cheaper than a hundred in a row. Call Succeeded or Abandon if it was none, and nothing if it was.
type Attempt struct {
	guard                    *Guard
	account, address, device Key
	known                    bool // a known browser: only device counts
	when                     time.Time
}

// Begin asks to try a password. account is the name in its normalised form, whether such a user exists or not: all
// spellings share a counter. device is empty, or the id from a device cookie that was proven to be for this very account.
// Such a browser is counted by itself, and neither the account's nor the address's failures hold it up: its owner can
// always sign in. A wait above zero refuses: nothing was counted, and nothing is to be computed.
func (g *Guard) Begin(account, device string, address netip.Addr, now time.Time) (Attempt, time.Duration) {
	a := Attempt{
		guard: g, when: now, known: device != "",
		account: g.accounts.Key(account),
		address: addressKey(g.addresses, address),
		device:  g.devices.Key(device, account),
	}
	lock := &g.locks[a.account%Key(len(g.locks))]
	lock.Lock()
	defer lock.Unlock()
	if wait := a.wait(now); wait > 0 {
		return Attempt{}, wait
	}
	a.count()
	return a, 0
}

func (a *Attempt) wait(now time.Time) time.Duration {
	if a.known {
		return accountCurve.wait(a.guard.devices, a.device, now)
	}
	return max(
		accountCurve.wait(a.guard.accounts, a.account, now),
		addressCurve.wait(a.guard.addresses, a.address, now),
	)
}

func (a *Attempt) count() {
	if a.known {
		a.guard.devices.Add(a.device, a.when)
		return
	}
	a.guard.accounts.Add(a.account, a.when)
	a.guard.addresses.Add(a.address, a.when)
}

// Succeeded says that the password was right. The browser starts anew; what others did to the account stays counted.
func (a Attempt) Succeeded(now time.Time) {
	if a.guard != nil && a.known {
		a.guard.devices.Forget(a.device, now)
		return
	}
	a.Abandon()
}

// Abandon says that nobody found out whether the password was right: the server was busy, or the database away.
func (a Attempt) Abandon() {
	switch {
	case a.guard == nil:
	case a.known:
		a.guard.devices.Refund(a.device, a.when)
	default:
		a.guard.accounts.Refund(a.account, a.when)
		a.guard.addresses.Refund(a.address, a.when)
	}
}

// addressKey counts an IPv6 address by its /64, which is what one customer has, and an IPv4 address by itself.
func addressKey(s *Sketch, address netip.Addr) Key {
	address = address.Unmap().WithZone("")
	if address.Is6() {
		prefix, _ := address.Prefix(64) // 64 is in range
		address = prefix.Addr()
	}
	bytes := address.As16()
	return s.Key(string(bytes[:]))
}
