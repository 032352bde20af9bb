package templates

import "time"

// KeyRow is one key that signs or seals.
type KeyRow struct {
	KID       string
	Use       string // signing, sealing
	Alg       string
	State     State // announced, active, verifying, retired, revoked
	CreatedAt time.Time
	ActiveAt  time.Time // when it began to sign, or will
	EndsAt    time.Time // when nothing made with it is valid any more; zero when not known yet
}

// KeyList is GET /admin/keys. Its form posts when (announce, now) to /admin/keys/rotate.
type KeyList struct {
	Layout
	Keys []KeyRow
	Wait time.Duration // how long a new key is announced before it signs
}

func (KeyList) page() string { return "key_list" }

// KeyRevoke is GET /admin/keys/revoke?kid=. The form posts confirm (the kid) to the same URL.
type KeyRevoke struct {
	Layout
	Errors Errors
	Key    KeyRow
}

func (KeyRevoke) page() string { return "key_revoke" }
