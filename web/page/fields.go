package page

import (
	"errors"

	"postern/authz/identity"
	"postern/authz/password"
	"postern/templates"
)

// fieldErrors says at which field of a form an error is shown, and how. The rest is for the error page.
var fieldErrors = []struct {
	err            error
	field, message string
}{
	{identity.ErrEmail, "email", "This is not an e-mail address."},
	{identity.ErrEmailTaken, "email", "Somebody has this e-mail address already."},
	{identity.ErrName, "name", "A name has 1 to 100 visible characters."},
	{identity.ErrNoPassword, "current", "This is not your present password."},
	{ErrAgain, "password_again", "The two passwords differ."},
	{password.ErrTooShort, "password", "Use at least 8 characters. A few words in a row are good."},
	{password.ErrTooLong, "password", "Use at most 1,024 characters."},
	{password.ErrCommon, "password", "This password is one of the first that an attacker tries. Choose another."},
	{password.ErrPersonal, "password", "A password must not be your name or address."},
	{password.ErrNotText, "password", "This password has characters that are not text."},
}

// ErrAgain says that a new password and its repetition differ.
var ErrAgain = errors.New("the two passwords differ")

// Again compares a new password with its repetition.
func Again(fresh, again string) error {
	if fresh != again {
		return ErrAgain
	}
	return nil
}

// FieldErrors is err as a form shows it; nil if it is not about something that was typed.
func FieldErrors(err error) templates.Errors {
	for _, row := range fieldErrors {
		if errors.Is(err, row.err) {
			return templates.Errors{{Field: row.field, Message: row.message}}
		}
	}
	return nil
}
