package throttle

import "time"

// Curve says how long failures make one wait. Below Free, not at all; then First, and twice as long with each further
// one, at most Most. The wait counts from the last failure.
type Curve struct {
	Free        int
	First, Most time.Duration
}

// delay rounds the level, so that failures a few minutes apart count in full.
func (c Curve) delay(level float64) time.Duration {
	over := int(level+0.5) - c.Free
	switch {
	case over < 0:
		return 0
	case over > 30:
		return c.Most
	}
	return min(c.First<<over, c.Most)
}

// wait is how much of the delay is left at now: 0 or less lets one go on.
func (c Curve) wait(s *Sketch, key Key, now time.Time) time.Duration {
	level, last := s.Level(key, now)
	delay := c.delay(level)
	if delay == 0 {
		return 0
	}
	return max(0, min(last.Add(delay).Sub(now), c.Most))
}
