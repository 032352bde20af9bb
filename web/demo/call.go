package demo

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"postern/templates"
	"postern/web/page"
)

// call serves POST /call: the app calls the API with its access token, over HTTP as it would call anybody's.
func (a *App) call(w http.ResponseWriter, r *http.Request) error {
	_, v, ok := a.visit(r)
	if !ok || v.token == nil {
		page.Redirect(w, links.Home)
		return nil
	}
	request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, a.c.URL+"/api/jobs", nil)
	if err != nil {
		return fmt.Errorf("call the API: %w", err)
	}
	v.token.SetAuthHeader(request)
	resp, err := a.c.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("call the API: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("call the API: %w", err)
	}
	return a.show(w, http.StatusOK, templates.DemoCall{
		Layout: a.layout(), Links: links, Request: "GET " + request.URL.String(), Status: resp.StatusCode, Body: string(body),
	})
}

// post sends a form to the server as a client (RFC 6749 2.3.1: id and secret are form-encoded before they are joined).
func (a *App) post(ctx context.Context, endpoint string, as Credentials, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(url.QueryEscape(as.ID), url.QueryEscape(as.Secret))
	return a.c.HTTP.Do(r)
}
