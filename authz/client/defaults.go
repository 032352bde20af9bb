package client

import (
	"slices"
	"strings"
)

// Complete returns m with what was not said filled in by its kind, lists in their canonical form, and all that is wrong
// with the result. It is idempotent.
func (m Metadata) Complete() (Metadata, Problems) {
	m = m.trimmed()
	if m.Kind == "" {
		m.Kind = m.guessKind()
	}
	m.fill()
	return m, m.check()
}

// trimmed drops what people type by accident around text. URIs are left as they are: their check says what is wrong.
func (m Metadata) trimmed() Metadata {
	m.Name = strings.Join(strings.Fields(m.Name), " ")
	m.Description = strings.TrimSpace(m.Description)
	m.Organization = strings.TrimSpace(m.Organization)
	m.RedirectURIs = slices.Clone(m.RedirectURIs)
	m.GrantTypes = slices.Clone(m.GrantTypes)
	m.ResponseTypes = slices.Clone(m.ResponseTypes)
	m.Contacts = slices.Clone(m.Contacts)
	return m
}

// guessKind reads RFC 7591 metadata, which knows no kinds, by what it asks for.
func (m Metadata) guessKind() string {
	switch {
	case m.ApplicationType == Native:
		return Native
	case len(m.RedirectURIs) == 0 && slices.Equal(m.GrantTypes, []string{GrantCredentials}):
		return Machine
	case m.AuthMethod != AuthNone:
		return Web
	case slices.ContainsFunc(m.RedirectURIs, func(uri string) bool { return !strings.HasPrefix(uri, "https:") }):
		return Native
	}
	return SPA
}

func (m *Metadata) fill() {
	public := m.Kind == SPA || m.Kind == Native
	if m.AuthMethod == "" {
		m.AuthMethod = AuthBasic
		if public {
			m.AuthMethod = AuthNone
		}
	}
	if len(m.GrantTypes) == 0 {
		m.GrantTypes = []string{GrantCode, GrantRefresh}
		if m.Kind == Machine {
			m.GrantTypes = []string{GrantCredentials}
		}
	}
	usesCode := slices.Contains(m.GrantTypes, GrantCode)
	if len(m.ResponseTypes) == 0 && usesCode {
		m.ResponseTypes = []string{"code"}
	}
	if m.ApplicationType == "" && usesCode {
		m.ApplicationType = Web
		if m.Kind == Native {
			m.ApplicationType = Native
		}
	}
	if m.RequirePKCE == nil && usesCode {
		m.RequirePKCE = new(true)
	}
	if m.AccessTokenFormat == "" {
		m.AccessTokenFormat = Opaque
	}
	if m.Rotation == nil && slices.Contains(m.GrantTypes, GrantRefresh) {
		m.Rotation = new(true)
	}
}
