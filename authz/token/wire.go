package token

import (
	"encoding/binary"
	"math"
	"time"

	"postern/storage"
)

// The binary encoding: numbers are unsigned varints in their shortest form, ids 16 bytes, strings have their length
// before them, lists their count, times are whole seconds since 1970 and 0 for none. Every value has one encoding.

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func appendNumber(b []byte, n int64) []byte { return binary.AppendUvarint(b, uint64(n)) }

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromSeconds(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}

// reader takes an encoding apart. The strings it returns are parts of the one it reads, so that a token costs one
// allocation for all its texts. After the first thing that is wrong, bad stays set and the rest reads as zero.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) fail() { r.rest, r.bad = "", true }

func (r *reader) take(n int) string {
	if n < 0 || n > len(r.rest) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// number reads a varint, refusing longer forms than needed and what is more than most.
func (r *reader) number(most int64) int64 {
	var n uint64
	for i := 0; i < len(r.rest) && i < 9; i++ { // 9 bytes have 63 bits
		c := r.rest[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if (c == 0 && i > 0) || n > uint64(most) {
				break
			}
			r.rest = r.rest[i+1:]
			return int64(n)
		}
	}
	r.fail()
	return 0
}

func (r *reader) byte() byte {
	s := r.take(1)
	if s == "" {
		return 0
	}
	return s[0]
}

func (r *reader) string() string { return r.take(int(r.number(int64(len(r.rest))))) }

// strings reads a list; an empty one is nil.
func (r *reader) strings() []string {
	n := r.number(int64(len(r.rest))) // each has at least a byte for its length
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.string()
	}
	return list
}

func (r *reader) id() (id storage.ID) {
	copy(id[:], r.take(len(id)))
	return id
}

// idIf reads an id if its flag is set. It is not zero then, as that is what the flag is for.
func (r *reader) idIf(set bool) (id storage.ID) {
	if !set {
		return id
	}
	if id = r.id(); id.IsZero() {
		r.fail()
	}
	return id
}

func (r *reader) hash() (h [32]byte) {
	copy(h[:], r.take(len(h)))
	return h
}

// latest is a second that no clock of ours reaches, and that adding to does not overflow.
const latest = 1 << 40

func (r *reader) seconds() int64 { return r.number(latest) }

func (r *reader) epoch() int64 { return r.number(math.MaxInt64) }

// done tells whether all went well and nothing is left.
func (r *reader) done() bool { return !r.bad && r.rest == "" }
