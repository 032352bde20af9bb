// Package errorsx stands in for github.com/ory/x/errorsx: the few lines of it that fosite calls.
//
// The original records a stack trace for each error that passes, and its module brings tracing exporters, gRPC and an
// ORM along. Postern needs neither: its own floors wrap errors with what was being done.
package errorsx

import (
	"errors"

	pkgerrors "github.com/pkg/errors"
)

// WithStack returns err unchanged.
func WithStack(err error) error { return err }

// Cause returns the innermost error that err wraps.
func Cause(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// The carriers describe what an error may tell about itself. fosite asserts that its RFC6749Error has them all.
type (
	// StatusCodeCarrier has an HTTP status code.
	StatusCodeCarrier interface{ StatusCode() int }
	// RequestIDCarrier names the request that failed.
	RequestIDCarrier interface{ RequestID() string }
	// ReasonCarrier has a reason for people.
	ReasonCarrier interface{ Reason() string }
	// DebugCarrier has a text for developers.
	DebugCarrier interface{ Debug() string }
	// StatusCarrier has an HTTP status text.
	StatusCarrier interface{ Status() string }
	// DetailsCarrier has further members.
	DetailsCarrier interface{ Details() map[string]interface{} }
	// StackTracer has a stack trace.
	StackTracer interface{ StackTrace() pkgerrors.StackTrace }
)
