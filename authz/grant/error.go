package grant

import (
	"errors"
	"net/http"
	"time"

	"github.com/ory/fosite"

	"postern/authz/client"
	"postern/storage"
)

// Code is an OAuth error code, as the RFCs spell it.
type Code string

// The codes that Postern answers with.
const (
	InvalidRequest          Code = "invalid_request"           // RFC 6749 4.1.2.1, 5.2
	InvalidClient           Code = "invalid_client"            // RFC 6749 5.2
	InvalidGrant            Code = "invalid_grant"             // RFC 6749 5.2
	UnauthorizedClient      Code = "unauthorized_client"       // RFC 6749 4.1.2.1, 5.2
	UnsupportedGrantType    Code = "unsupported_grant_type"    // RFC 6749 5.2
	UnsupportedResponseType Code = "unsupported_response_type" // RFC 6749 4.1.2.1
	InvalidScope            Code = "invalid_scope"             // RFC 6749 4.1.2.1, 5.2
	AccessDenied            Code = "access_denied"             // RFC 6749 4.1.2.1
	ServerError             Code = "server_error"              // RFC 6749 4.1.2.1
	TemporarilyUnavailable  Code = "temporarily_unavailable"   // RFC 6749 4.1.2.1
	InvalidTarget           Code = "invalid_target"            // RFC 8707 2
	LoginRequired           Code = "login_required"            // OpenID Connect Core 3.1.2.6
	ConsentRequired         Code = "consent_required"          // OpenID Connect Core 3.1.2.6
	InteractionRequired     Code = "interaction_required"      // OpenID Connect Core 3.1.2.6
	RequestNotSupported     Code = "request_not_supported"     // OpenID Connect Core 3.1.2.6
	RequestURINotSupported  Code = "request_uri_not_supported" // OpenID Connect Core 3.1.2.6
	RegistrationUnsupported Code = "registration_not_supported"
	UnsupportedTokenType    Code = "unsupported_token_type" // RFC 7009 2.2.1
	slowDown                Code = "slow_down"
)

// Error is a refusal. Its outside is Code and Description; Reason and the wrapped error are for operators only.
type Error struct {
	Code        Code
	Description string        // for the app's developer; ASCII without quotes and backslashes (RFC 6749 5.2)
	Status      int           // of an HTTP answer that is no redirect
	Reason      string        // the precise one
	RetryAfter  time.Duration // with 429 and 503
	Basic       bool          // answer with WWW-Authenticate: Basic
	Client      string        // the client concerned, once it is known to exist
	Person      string        // a sentence for the person at the browser, where no redirect is possible
	Contact     string        // whom they can tell: the app's own contact, if it is known
	Detail      any           // for the client's failure list; nil: none
	err         error
}

func (e *Error) Error() string {
	text := string(e.Code) + ": " + e.Reason
	if e.err != nil {
		text += ": " + e.err.Error()
	}
	return text
}

// Unwrap returns what caused e.
func (e *Error) Unwrap() error { return e.err }

// refuse makes a refusal whose reason needs no secrecy: outside and inside are the same.
func refuse(code Code, description string) *Error {
	return &Error{Code: code, Description: description, Status: http.StatusBadRequest, Reason: description}
}

// because sets the inside reason.
func (e *Error) because(reason string) *Error {
	e.Reason = reason
	return e
}

// about says which client is concerned, and what to tell the person.
func (e *Error) about(c *client.Client, person string) *Error {
	e.Client, e.Person = c.ID, person
	if len(c.Metadata.Contacts) > 0 {
		e.Contact = c.Metadata.Contacts[0]
	}
	return e
}

// from keeps the cause.
func (e *Error) from(err error) *Error {
	e.err = err
	return e
}

// invalidGrant is what every bad code and refresh token gets outside, whatever was wrong with it.
func invalidGrant(what, reason string) *Error {
	return refuse(InvalidGrant, "The "+what+" is invalid, expired, revoked, already used, or was issued to another client.").because(reason)
}

// unavailable is 503: the database does not answer, and nothing may be guessed.
func unavailable(err error) *Error {
	return &Error{
		Code: TemporarilyUnavailable, Status: http.StatusServiceUnavailable, RetryAfter: 2 * time.Second,
		Description: "The authorization server cannot reach its database at the moment. Try again shortly.",
		Reason:      "database unavailable", err: err,
	}
}

// AsError turns any error of this package, of storage or of fosite into a refusal. It never returns nil for one.
func AsError(err error) *Error {
	var own *Error
	if errors.As(err, &own) { // fosite wraps ours in its server_error: look inside first
		return own
	}
	if errors.Is(err, storage.ErrUnavailable) {
		return unavailable(err)
	}
	var foreign *fosite.RFC6749Error
	if errors.As(err, &foreign) && foreign.CodeField < 500 {
		return fromFosite(foreign)
	}
	return &Error{
		Code: ServerError, Status: http.StatusInternalServerError, Reason: "internal error", err: err,
		Description: "The authorization server met an unexpected condition. The request id helps its operator to find out which.",
	}
}

// standardCodes are the codes of fosite's that an RFC knows for our endpoints. The others are its own inventions.
var standardCodes = map[string]Code{
	"invalid_request":            InvalidRequest,
	"unauthorized_client":        UnauthorizedClient,
	"access_denied":              AccessDenied,
	"unsupported_response_type":  UnsupportedResponseType,
	"unsupported_response_mode":  InvalidRequest,
	"invalid_scope":              InvalidScope,
	"temporarily_unavailable":    TemporarilyUnavailable,
	"unsupported_grant_type":     UnsupportedGrantType,
	"invalid_grant":              InvalidGrant,
	"invalid_client":             InvalidClient,
	"login_required":             LoginRequired,
	"consent_required":           ConsentRequired,
	"interaction_required":       InteractionRequired,
	"request_not_supported":      RequestNotSupported,
	"request_uri_not_supported":  RequestURINotSupported,
	"registration_not_supported": RegistrationUnsupported,
	"token_expired":              InvalidGrant,
	"token_inactive":             InvalidGrant,
	"not_found":                  InvalidGrant,
}

func fromFosite(f *fosite.RFC6749Error) *Error {
	code, ok := standardCodes[f.ErrorField]
	if !ok {
		code = InvalidRequest
	}
	e := refuse(code, legalText(f.HintField)).from(f)
	if e.Description == "" {
		e.Description = legalText(f.DescriptionField)
	}
	e.Reason = e.Description
	if code == InvalidClient {
		e.Status = http.StatusUnauthorized
		e.Basic = true
	}
	return e
}

// legalText keeps the characters that RFC 6749 5.2 allows in error_description, and a length fit for a URL.
func legalText(s string) string {
	out := make([]byte, 0, min(len(s), 300))
	for i := 0; i < len(s) && len(out) < 300; i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\'')
		case c >= 0x20 && c < 0x7f:
			out = append(out, c)
		default:
			out = append(out, '?')
		}
	}
	return string(out)
}

// tooMany is 429: the address has to wait.
func tooMany(wait time.Duration, reason string) *Error {
	return &Error{
		Code: slowDown, Status: http.StatusTooManyRequests, RetryAfter: wait, Reason: reason,
		Description: "Too many failed attempts from this address. Wait as long as the Retry-After header says.",
	}
}
