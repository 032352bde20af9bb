package main

import (
	"context"
	"errors"
	"fmt"

	"postern/authz/catalogue"
	"postern/authz/client"
	"postern/authz/identity"
	"postern/authz/key"
	"postern/storage"
)

// The exit codes, as the help of posternd lists them.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2 // the command line or a setting
	exitNotFound    = 3
	exitConflict    = 4 // it exists, or was changed meanwhile
	exitUnavailable = 5 // the database does not answer
)

// usageError: the command line is wrong.
type usageError struct{ err error }

// Error says what is wrong with it.
func (u usageError) Error() string { return u.err.Error() }

// Unwrap gives the cause.
func (u usageError) Unwrap() error { return u.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// codes is which error ends with which code. The first that fits counts.
var codes = []struct {
	err  error
	code int
}{
	{storage.ErrNotFound, exitNotFound},
	{client.ErrNotFound, exitNotFound},
	{key.ErrNoKey, exitNotFound},
	{storage.ErrConflict, exitConflict},
	{storage.ErrNotEmpty, exitConflict},
	{catalogue.ErrExists, exitConflict},
	{identity.ErrEmailTaken, exitConflict},
	{identity.ErrSlugTaken, exitConflict},
	{storage.ErrUnavailable, exitUnavailable},
}

// exitCode tells how a command that returned err ends.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if _, ok := errors.AsType[problems](err); ok {
		return exitUsage
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	for _, row := range codes {
		if errors.Is(err, row.err) {
			return row.code
		}
	}
	return exitFailed
}

// advice is what somebody can do about an error, where its text does not say so.
var advice = []struct {
	err  error
	text string
}{
	{key.ErrWrongSecret, "Set secret or secret_file to the one that this database was made with."},
	{key.ErrOtherIssuer, "Set issuer back, or move the keys: posternd secret rotate --new-secret-file FILE."},
	{storage.ErrUnavailable, "Is database_url right, and does the database run?"},
	{context.DeadlineExceeded, "It took too long. Is the database busy or far away?"},
}

// explain words err for the console.
func explain(err error) string {
	text := "posternd: " + err.Error()
	for _, row := range advice {
		if errors.Is(err, row.err) {
			return text + "\n" + row.text
		}
	}
	return text
}
