package demo

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/oauth2"

	"postern/templates"
	"postern/web/page"
)

// connected serves GET /connected: what came back.
func (a *App) connected(w http.ResponseWriter, r *http.Request) error {
	_, v, ok := a.visit(r)
	if !ok || v.token == nil {
		page.Redirect(w, links.Home)
		return nil
	}
	scope, _ := v.token.Extra("scope").(string)
	return a.show(w, http.StatusOK, templates.DemoResult{
		Layout: a.layout(), Links: links, Refreshed: v.refreshed, Scopes: strings.Fields(scope),
		Answer: describe(v.token, scope), HasRefresh: v.token.RefreshToken != "",
	})
}

// describe is the token endpoint's answer (RFC 6749 5.1), with the tokens masked.
func describe(t *oauth2.Token, scope string) []templates.Detail {
	answer := []templates.Detail{
		{Name: "access_token", Value: mask(t.AccessToken)},
		{Name: "token_type", Value: t.TokenType},
		{Name: "expires_in", Value: strconv.FormatInt(t.ExpiresIn, 10)},
	}
	if t.RefreshToken != "" {
		answer = append(answer, templates.Detail{Name: "refresh_token", Value: mask(t.RefreshToken)})
	}
	return append(answer, templates.Detail{Name: "scope", Value: scope})
}

// mask leaves a token's prefix and its end, enough to tell two apart.
func mask(token string) string {
	const head, tail = 8, 4
	if len(token) < 4*(head+tail) {
		return "…"
	}
	return token[:head] + "…" + token[len(token)-tail:]
}

// refresh serves POST /refresh. Tokens that the server does not take any more are forgotten.
func (a *App) refresh(w http.ResponseWriter, r *http.Request) error {
	id, v, ok := a.visit(r)
	if !ok || v.token == nil {
		page.Redirect(w, links.Home)
		return nil
	}
	config, err := a.oauth(r.Context())
	if err != nil {
		return err
	}
	old := &oauth2.Token{RefreshToken: v.token.RefreshToken} // no access token: the source has to fetch one
	fresh, err := config.TokenSource(a.calling(r.Context()), old).Token()
	if err != nil {
		if refusal, ok := errors.AsType[*oauth2.RetrieveError](err); ok && refusal.ErrorCode == "invalid_grant" {
			a.visits.end(id)
		}
		return err
	}
	a.visits.renew(id, fresh)
	page.Redirect(w, "/connected")
	return nil
}

// forget serves POST /forget: it gives the refresh token back (RFC 7009), and with it the whole grant.
func (a *App) forget(w http.ResponseWriter, r *http.Request) error {
	id, v, ok := a.visit(r)
	if ok && v.token != nil {
		if err := a.revoke(r, v.token); err != nil {
			return err
		}
		a.visits.end(id)
	}
	page.Redirect(w, links.Home)
	return nil
}

func (a *App) revoke(r *http.Request, t *oauth2.Token) error {
	m, err := a.provider.metadata(r.Context())
	if err != nil {
		return err
	}
	text := t.RefreshToken
	if text == "" {
		text = t.AccessToken
	}
	resp, err := a.post(r.Context(), m.Revocation, a.c.App, url.Values{"token": {text}})
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("revoke token: status %d", resp.StatusCode)
	}
	return nil
}
