package page

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"postern/authz/grant"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/inbound"
)

// Problem is an error as a person sees it.
type Problem struct {
	Status     int
	Heading    string
	Message    string // what happened
	Advice     string // what to do
	Details    []templates.Detail
	RetryAfter time.Duration
	Err        error // for the log
}

func (p *Problem) Error() string {
	if p.Err != nil {
		return p.Message + ": " + p.Err.Error()
	}
	return p.Message
}

// Unwrap returns what caused it.
func (p *Problem) Unwrap() error { return p.Err }

// NotFound is for objects that do not exist, and for those of others.
func NotFound() *Problem {
	return &Problem{
		Status: http.StatusNotFound, Heading: "Nothing here", Message: "There is no page at this address.",
		Advice: "Check the address, or go back to where you came from.",
	}
}

// Invalid is for forms and links that cannot come from our own pages unchanged.
func Invalid(message string) *Problem {
	return &Problem{
		Status: http.StatusBadRequest, Heading: "This did not work", Message: message,
		Advice: "Go back to the app or page you came from and start again.",
	}
}

// Error sends the error page for err.
func (p *Writer) Error(w http.ResponseWriter, r *http.Request, err error) {
	problem := problemOf(err)
	info := inbound.From(r.Context())
	info.Reason = err.Error()
	if problem.Status >= http.StatusInternalServerError {
		p.log.ErrorContext(r.Context(), "request failed", "request_id", info.ID, "path", r.URL.Path, "error", err)
	}
	if problem.RetryAfter > 0 {
		w.Header().Set("Retry-After", RetryAfter(problem.RetryAfter))
	}
	content := templates.ErrorPage{
		Layout:  templates.Layout{Now: info.Started},
		Heading: problem.Heading, Message: problem.Message, Advice: problem.Advice,
		RequestID: info.ID, Details: problem.Details,
	}
	if err := p.Write(w, problem.Status, content); err != nil {
		p.log.ErrorContext(r.Context(), "error page failed", "request_id", info.ID, "error", err)
		http.Error(w, "Internal error", http.StatusInternalServerError)
	}
}

// RetryAfter writes d in whole seconds, at least 1 (RFC 9110 10.2.3).
func RetryAfter(d time.Duration) string {
	return strconv.FormatInt(max(1, int64((d+time.Second-1)/time.Second)), 10)
}

// problemOf turns the inside of an error into its outside.
func problemOf(err error) *Problem {
	var problem *Problem
	if errors.As(err, &problem) {
		return problem
	}
	var refusal *grant.Error
	if errors.As(err, &refusal) {
		return protocolProblem(refusal)
	}
	if errors.Is(err, identity.ErrUnavailable) {
		return unavailable()
	}
	if errors.Is(err, identity.ErrNotFound) {
		return NotFound()
	}
	return &Problem{
		Status: http.StatusInternalServerError, Heading: "Something went wrong here",
		Message: "The server met an unexpected condition.", Advice: "Try again. If it stays, tell whoever runs this site the request id below.",
	}
}

func unavailable() *Problem {
	return &Problem{
		Status: http.StatusServiceUnavailable, Heading: "Back in a moment", RetryAfter: 2 * time.Second,
		Message: "The server cannot reach its database.", Advice: "Nothing is lost. Try again in a few seconds.",
	}
}

// protocolProblem shows what is wrong with an app's request. The app's developer finds the details folded.
func protocolProblem(e *grant.Error) *Problem {
	p := &Problem{
		Status: e.Status, Heading: "This app's request cannot be answered", RetryAfter: e.RetryAfter,
		Message: "The app sent you here with a request that this site does not accept.",
		Advice:  "Go back to the app. If it happens again, tell the app's developer what stands below.",
		Details: []templates.Detail{{Name: "error", Value: string(e.Code)}, {Name: "error_description", Value: e.Description}},
	}
	if e.Person != "" {
		p.Message = e.Person
	}
	if e.Contact != "" {
		p.Advice = "Go back to the app. If it happens again, write to " + e.Contact + " and send them what stands below."
	}
	if e.Status >= http.StatusInternalServerError {
		outage := unavailable()
		p.Heading, p.Message, p.Advice = outage.Heading, outage.Message, outage.Advice
	}
	return p
}
