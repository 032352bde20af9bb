package token

import (
	"errors"
	"testing"
	"time"
)

func TestStateOpensOnlyForWhatItWasMade(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	end := noon.Add(time.Minute)
	s := must(m.SealState("reset", []byte("payload"), end, []byte("cookie")))(t)
	rows := []struct {
		name, purpose, binding string
		at                     time.Duration
		want                   error
	}{
		{"as made", "reset", "cookie", 0, nil},
		{"for another purpose", "setup", "cookie", 0, ErrInvalid},
		{"in another browser", "reset", "other", 0, ErrInvalid},
		{"without the binding", "reset", "", 0, ErrInvalid},
		{"with purpose and binding cut elsewhere", "resetc", "ookie", 0, ErrInvalid},
		{"at its end", "reset", "cookie", time.Minute, ErrExpired},
		{"in another browser, at its end", "reset", "other", time.Minute, ErrInvalid},
	}
	for _, row := range rows {
		got, err := m.later(row.at).OpenState(row.purpose, s, []byte(row.binding))
		if !errors.Is(err, row.want) || (err == nil) != (string(got) == "payload") {
			t.Errorf("%s: %q, %v", row.name, got, err)
		}
	}
}

func TestStateHolds5KiB(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	if _, err := m.SealState("x", make([]byte, 5<<10), noon, nil); err != nil {
		t.Errorf("5 KiB: %v", err)
	}
	if _, err := m.SealState("x", make([]byte, 8<<10), noon, nil); !errors.Is(err, ErrTooLong) {
		t.Errorf("8 KiB: %v", err)
	}
}
