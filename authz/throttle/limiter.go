package throttle

import (
	"net/netip"
	"time"
)

// Limiter slows addresses from which something fails too often. It is safe for concurrent use, and asking costs some ten
// nanoseconds: it stands before every token request.
type Limiter struct {
	sketch *Sketch
	curve  Curve
}

// NewSecretLimiter is for wrong client secrets: 50 are free, then an address waits 1 s to 1 min, until it has been quiet
// for some tens of minutes. It never slows the client as such, which others could be using rightly. It takes 512 KiB.
func NewSecretLimiter() *Limiter {
	return &Limiter{NewSketch(15, 10*time.Minute), Curve{Free: 50, First: time.Second, Most: time.Minute}}
}

// NewMissLimiter is for client ids that do not exist, each of which may cost a look into the database: 100 are free, then
// an address waits 1 s to 30 s, until it has been quiet for some minutes. It takes 512 KiB.
func NewMissLimiter() *Limiter {
	return &Limiter{NewSketch(15, time.Minute), Curve{Free: 100, First: time.Second, Most: 30 * time.Second}}
}

// Wait is how long address has to wait at now. 0: it can go on.
func (l *Limiter) Wait(address netip.Addr, now time.Time) time.Duration {
	return l.curve.wait(l.sketch, addressKey(l.sketch, address), now)
}

// Fail counts a failure from address.
func (l *Limiter) Fail(address netip.Addr, now time.Time) {
	l.sketch.Add(addressKey(l.sketch, address), now)
}
