package storage

import (
	"errors"
	"fmt"
)

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
	// ErrSchemaBehind: the database lacks migrations that this binary needs.
	ErrSchemaBehind = errors.New("the database schema is older than this binary: run `posternd migrate up`")
	// ErrSchemaNewer: the database has migrations that this binary does not know.
	ErrSchemaNewer = errors.New("the database schema is newer than this binary: run a newer posternd")
	// ErrNotEmpty: a backup goes into an empty database only.
	ErrNotEmpty = errors.New("the database is not empty")
)

// fail says what was being done when err came up, and which of the errors above it is. It returns nil for nil.
func fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	switch kind := kindOf(err); kind {
	case nil:
		return fmt.Errorf("%s: %w", doing, err)
	case ErrUnavailable:
		return fmt.Errorf("%s: %w: %w", doing, kind, err)
	default:
		return fmt.Errorf("%s: %w", doing, kind) // the driver's words could name what a row holds
	}
}

// kindOf returns the error above that err amounts to, or nil.
func kindOf(err error) error {
	for _, engine := range []func(error) error{postgresKind, sqliteKind} {
		if kind := engine(err); kind != nil {
			return kind
		}
	}
	return commonKind(err)
}
