package grant

import (
	"errors"
	"fmt"
	"testing"

	"github.com/ory/fosite"

	"postern/storage"
)

// fosite wraps what storage returns into server_error, knows codes that no RFC has, and answers lost races with 500:
// outside, none of it may show.
func TestAsError(t *testing.T) {
	t.Parallel()
	own := invalidGrant(codeWhat, "used before")
	for _, row := range []struct {
		name   string
		err    error
		code   Code
		status int
	}{
		{"our own, as it is", own, InvalidGrant, 400},
		{"our own inside fosite's server_error", fosite.ErrServerError.WithWrap(own), InvalidGrant, 400},
		{"our own inside fosite's, wrapped again", fmt.Errorf("exchange: %w", fosite.ErrServerError.WithWrap(own)), InvalidGrant, 400},
		{"the database is away", fmt.Errorf("read: %w", storage.ErrUnavailable), TemporarilyUnavailable, 503},
		{"the database is away, inside fosite's", fosite.ErrServerError.WithWrap(storage.ErrUnavailable), TemporarilyUnavailable, 503},
		{"invalid_state is fosite's invention", fosite.ErrInvalidState, InvalidRequest, 400},
		{"token_inactive too", fosite.ErrInactiveToken, InvalidGrant, 400},
		{"invalid_client is 401 (RFC 6749 5.2)", fosite.ErrInvalidClient, InvalidClient, 401},
		{"unauthorized_client is 400 (RFC 6749 5.2)", fosite.ErrUnauthorizedClient, UnauthorizedClient, 400},
		{"anything else is ours to mend", errors.New("select * from secrets"), ServerError, 500},
	} {
		e := AsError(row.err)
		if e.Code != row.code || e.Status != row.status {
			t.Errorf("%s: %s %d, want %s %d", row.name, e.Code, e.Status, row.code, row.status)
		}
		if e.Code == ServerError && e.Description == "select * from secrets" {
			t.Errorf("%s: the inside shows outside", row.name)
		}
	}
}
