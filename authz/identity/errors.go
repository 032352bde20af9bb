package identity

import (
	"errors"
	"fmt"
	"time"

	"postern/authz/password"
	"postern/storage"
)

// Which error it was. Test with errors.Is. The texts of those that stand for bad input are for people. Besides these,
// new passwords are refused with the errors of password.Check.
var (
	ErrNotFound    = storage.ErrNotFound    // no such object, or somebody else's
	ErrUnavailable = storage.ErrUnavailable // the database does not answer
	ErrBusy        = password.ErrBusy       // too many passwords are being checked

	ErrCredentials = errors.New("the address or the password is wrong")
	ErrNoSession   = errors.New("not signed in")
	ErrLink        = errors.New("this link has expired or was used before")

	ErrEmail      = errors.New("this is not an e-mail address")
	ErrEmailTaken = errors.New("somebody has this e-mail address already")
	ErrName       = errors.New("a name has 1 to 100 characters, all of them visible")
	ErrSlug       = errors.New("a short name has 2 to 40 characters: a-z, 0-9 and single hyphens between them")
	ErrSlugTaken  = errors.New("an organization has this short name already")
	ErrRole       = errors.New("a role is owner, admin, developer or member")
	ErrParent     = errors.New("the parent organization does not exist")

	ErrLastAdmin  = errors.New("the last administrator has to stay one")
	ErrHasAdmin   = errors.New("the set-up is complete")
	ErrDisabled   = errors.New("this account is disabled")
	ErrNotMember  = errors.New("not a member of this organization")
	ErrNoScopes   = errors.New("nothing was allowed")
	ErrNoPassword = errors.New("the current password is wrong")
)

// ErrWait says that there were too many attempts. Read it with errors.AsType.
type ErrWait struct {
	For time.Duration // until the next attempt is looked at
}

func (e ErrWait) Error() string {
	return fmt.Sprintf("too many attempts: wait %s", e.For.Round(time.Second))
}
