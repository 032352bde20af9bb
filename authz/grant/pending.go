package grant

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"postern/authz/token"
)

const (
	pendingTTL = 15 * time.Minute
	maxPending = 4096 // characters of a sealed request
)

// The purposes that a Pending is sealed for: none is accepted in place of another.
const (
	ForFlow    = "flow"    // on its way from step to step, bound to a browser
	ForConsent = "consent" // in the consent form: it also names session and user
	ForResume  = "resume"  // from a POST to our own GET, where no cookie came along; binds nothing
)

// ErrPending says that a sealed request is over, was made for another browser or step, or is not ours.
var ErrPending = errors.New("the pending request has expired or belongs to another browser")

// Seal makes p fit to travel through the browser. binding is the secret of the browser's cookie, or nil.
func (s *Server) Seal(purpose string, p *Pending, binding []byte) (string, error) {
	payload, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("write pending request: %w", err)
	}
	text, err := s.mint.SealState(purpose, payload, s.now().Add(pendingTTL), binding)
	if err != nil && !errors.Is(err, token.ErrTooLong) {
		return "", fmt.Errorf("seal pending request: %w", err)
	}
	if err != nil || len(text) > maxPending {
		return "", refuse(InvalidRequest, "The authorization request is too long: it has at most 3000 characters. Send a shorter state or fewer parameters.")
	}
	return text, nil
}

// Open reads what Seal made. The error is ErrPending.
func (s *Server) Open(purpose, text string, binding []byte) (*Pending, error) {
	payload, err := s.mint.OpenState(purpose, text, binding)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPending, err)
	}
	var p Pending
	if err := json.Unmarshal(payload, &p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPending, err)
	}
	return &p, nil
}
