package throttle

import (
	"hash/maphash"
	"math"
	"sync/atomic"
	"time"
)

// Sketch counts how often keys failed lately, each failure fading by half in every half-life. It is a count-min sketch:
// a key's level is at least its true one (see the package's odds). Its size is fixed, it is safe for concurrent use
// without locks, and the hash is keyed with random bytes of its own.
type Sketch struct {
	seed     maphash.Seed
	mask     uint32
	halfLife float64 // milliseconds
	rows     [2][]atomic.Uint64
}

// Key is a key hashed for one Sketch.
type Key uint64

// NewSketch has 2^bits cells in each of two rows: 16 bytes times 2^bits.
func NewSketch(bits int, halfLife time.Duration) *Sketch {
	s := &Sketch{seed: maphash.MakeSeed(), mask: 1<<bits - 1, halfLife: float64(halfLife.Milliseconds())}
	for i := range s.rows {
		s.rows[i] = make([]atomic.Uint64, 1<<bits)
	}
	return s
}

// Key hashes parts. A NUL between them keeps ab, c apart from a, bc.
func (s *Sketch) Key(parts ...string) Key {
	var h maphash.Hash
	h.SetSeed(s.seed)
	for _, part := range parts {
		h.WriteString(part)
		h.WriteByte(0)
	}
	return Key(h.Sum64())
}

// Level is how often key has failed, faded to now, and when it last did (no earlier than it really did).
func (s *Sketch) Level(key Key, now time.Time) (level float64, last time.Time) {
	level = math.Inf(1)
	var at int64 = math.MaxInt64
	for i := range s.rows {
		c := cell(s.cell(i, key).Load())
		level = min(level, s.faded(c, now.UnixMilli()))
		at = min(at, c.at())
	}
	return level, time.UnixMilli(at)
}

// Add counts one failure at now and returns the level with it.
func (s *Sketch) Add(key Key, now time.Time) (level float64) {
	level = math.Inf(1)
	for i := range s.rows {
		after := s.change(i, key, func(c cell) cell {
			at := max(now.UnixMilli(), c.at())
			return newCell(at, math.Ceil((s.faded(c, at)+1)*scale))
		})
		level = min(level, after.level())
	}
	return level
}

// Refund takes back what an Add at when has left of itself. It rounds down where Add rounds up: were both to round up, what
// ten thousand successes leave would look like failures.
func (s *Sketch) Refund(key Key, when time.Time) {
	for i := range s.rows {
		s.change(i, key, func(c cell) cell {
			left := s.fade(1, c.at()-when.UnixMilli())
			return newCell(c.at(), math.Floor((c.level()-left)*scale))
		})
	}
}

// Forget brings key's level to zero. Keys that share one of its cells can lose up to that level too.
func (s *Sketch) Forget(key Key, now time.Time) {
	level, _ := s.Level(key, now)
	for i := range s.rows {
		s.change(i, key, func(c cell) cell {
			return newCell(c.at(), math.Floor((c.level()-level*s.fade(1, c.at()-now.UnixMilli()))*scale))
		})
	}
}

// cell finds a key's cell: each row uses half of the hash.
func (s *Sketch) cell(row int, key Key) *atomic.Uint64 {
	return &s.rows[row][uint32(key>>(32*row))&s.mask]
}

func (s *Sketch) change(row int, key Key, f func(cell) cell) cell {
	for p := s.cell(row, key); ; {
		before := p.Load()
		after := f(cell(before))
		if p.CompareAndSwap(before, uint64(after)) {
			return after
		}
	}
}

func (s *Sketch) faded(c cell, now int64) float64 {
	if c.level() == 0 || now <= c.at() {
		return c.level()
	}
	return s.fade(c.level(), now-c.at())
}

// fade is exact for negative times too: what level was before.
func (s *Sketch) fade(level float64, milliseconds int64) float64 {
	return level * math.Exp2(-float64(milliseconds)/s.halfLife)
}

// cell is a level and when it was that, in one word: 42 bits of milliseconds since 1970, 22 of level in 256ths.
type cell uint64

const (
	levelBits = 22
	maxLevel  = 1<<levelBits - 1
	scale     = 256
)

func newCell(at int64, scaled float64) cell {
	return cell(at<<levelBits) | cell(max(0, min(scaled, maxLevel)))
}

func (c cell) at() int64 { return int64(c >> levelBits) }

func (c cell) level() float64 { return float64(c&maxLevel) / scale }
