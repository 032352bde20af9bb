package storage

import (
	"crypto/rand"
	"database/sql/driver"
	"encoding/base32"
	"errors"
	"time"
)

// ID names a row: 48 bits of milliseconds since 1970, then 80 random bits. Rows made later sort later, and nobody
// guesses one.
type ID [16]byte

// idText is Crockford's base 32 in lower case: no look-alikes, and a double click selects all of it.
var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID returns a fresh ID for something made at now.
func NewID(now time.Time) ID {
	var id ID
	rand.Read(id[6:])
	ms := uint64(now.UnixMilli())
	for i := 5; i >= 0; i-- {
		id[i] = byte(ms)
		ms >>= 8
	}
	return id
}

// ParseID reads what String wrote: 26 characters, nothing else.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 26 {
		return id, errors.New("an id has 26 characters")
	}
	if n, err := idText.Decode(id[:], []byte(s)); err != nil || n != len(id) || id.String() != s {
		return ID{}, errors.New("an id has only the characters 0-9 and a-z without i, l, o and u")
	}
	return id, nil
}

// String returns the 26 characters of id.
func (id ID) String() string { return idText.EncodeToString(id[:]) }

// IsZero tells whether id names nothing.
func (id ID) IsZero() bool { return id == ID{} }

// Time returns when id was made, in UTC, to the millisecond.
func (id ID) Time() time.Time {
	var ms int64
	for _, b := range id[:6] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms).UTC()
}

// Value stores id as 16 bytes, and the zero ID as null.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads 16 bytes or null.
func (id *ID) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*id = ID{}
		return nil
	case []byte:
		if len(v) == len(id) {
			copy(id[:], v)
			return nil
		}
	}
	return errors.New("an id column holds something other than 16 bytes")
}

// firstID is the least ID of all that are made at t or later.
func firstID(t time.Time) ID {
	id := NewID(t)
	clear(id[6:])
	return id
}
