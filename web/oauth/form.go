package oauth

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"

	"postern/authz/grant"
	"postern/web/inbound"
)

// maxBody bounds a request's form.
const maxBody = 64 << 10

// readCall reads a form of at most 64 KiB. Multipart and JSON are refused (RFC 6749 4.1.3 and 4.4.2 want a form), broken
// escapes too.
func readCall(w http.ResponseWriter, r *http.Request) (*grant.Call, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, &grant.Error{
			Code: grant.InvalidRequest, Status: http.StatusBadRequest, Reason: "content type",
			Description: "The body must be a form: Content-Type: application/x-www-form-urlencoded.",
		}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		return nil, unreadable(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, &grant.Error{
			Code: grant.InvalidRequest, Status: http.StatusBadRequest, Reason: "form", Description: "The body is not a well-formed form.",
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &grant.Error{
			Code: grant.InvalidRequest, Status: http.StatusBadRequest, Reason: "query", Description: "The URL's query is not well-formed.",
		}
	}
	info := inbound.From(r.Context())
	return &grant.Call{
		Form: form, Query: query, Authorization: r.Header.Values("Authorization"), Address: info.Address, RequestID: info.ID,
	}, nil
}

func unreadable(err error) error {
	status := http.StatusBadRequest
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	return &grant.Error{
		Code: grant.InvalidRequest, Status: status, Reason: "body", Description: "The body cannot be read or is larger than 64 KiB.",
	}
}
