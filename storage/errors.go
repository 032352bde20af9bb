package storage

import "errors"

// Which error it was. Test with errors.Is.
var (
	// ErrNotFound: no such row.
	ErrNotFound = errors.New("not found")
	// ErrConflict: it exists already, or was changed meanwhile.
	ErrConflict = errors.New("conflict")
	// ErrSpent: it could be used once, and was.
	ErrSpent = errors.New("already used")
	// ErrGone: what it stands on is not live any more.
	ErrGone = errors.New("gone")
	// ErrUnavailable: the database does not answer.
	ErrUnavailable = errors.New("database unavailable")
)
