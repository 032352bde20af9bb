package client

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of texts, in characters.
const (
	maxName        = 100
	maxDescription = 500
	maxText        = 255
	maxLink        = 2000
)

func (m *Metadata) checkTexts(p *Problems) {
	if m.Name == "" {
		p.add("client_name", "must not be empty")
	}
	checkText(p, "client_name", m.Name, maxName)
	checkText(p, "organization", m.Organization, maxText)
	checkText(p, "software_id", m.SoftwareID, maxText)
	checkText(p, "software_version", m.SoftwareVersion, maxText)
	// A description may have lines; everything else is one.
	checkText(p, "description", strings.NewReplacer("\r\n", " ", "\n", " ").Replace(m.Description), maxDescription)
	if len(m.Contacts) > maxContacts {
		p.add("contacts", fmt.Sprintf("has more than %d entries", maxContacts))
		return
	}
	for _, contact := range m.Contacts {
		checkText(p, "contacts", contact, maxText)
		if strings.TrimSpace(contact) == "" {
			p.add("contacts", "has an empty entry")
		}
	}
}

// checkText refuses what would be unreadable or would read as something else: control characters, and the invisible ones
// that turn the direction of text around or hide between letters.
func checkText(p *Problems, field, text string, limit int) {
	switch {
	case utf8.RuneCountInString(text) > limit:
		p.add(field, fmt.Sprintf("must have at most %d characters", limit))
	case !utf8.ValidString(text), strings.ContainsFunc(text, hidden):
		p.add(field, "must not have control or invisible characters")
	}
}

// hidden spares the two joiners, which Persian and Indic scripts and emoji need.
func hidden(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsControl(r) || r == utf8.RuneError || r == '\u2028' || r == '\u2029' ||
		unicode.Is(unicode.Cf, r) && r != nonJoiner && r != joiner
}

func (m *Metadata) checkLinks(p *Problems) {
	checkLink(p, "client_uri", m.URI)
	checkLink(p, "logo_uri", m.LogoURI)
	checkLink(p, "tos_uri", m.TermsURI)
	checkLink(p, "policy_uri", m.PolicyURI)
}

// checkLink takes absolute http and https URLs alone: pages show them as links.
func checkLink(p *Problems, field, link string) {
	if link == "" {
		return
	}
	u, err := url.Parse(link)
	switch {
	case len(link) > maxLink:
		p.add(field, fmt.Sprintf("must have at most %d characters", maxLink))
	case err != nil, strings.ContainsFunc(link, unicode.IsSpace), strings.ContainsFunc(link, hidden), strings.Contains(link, `\`):
		p.add(field, "must be a URL")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		p.add(field, "must be an absolute https or http URL")
	case u.User != nil:
		p.add(field, "must not have a user name or password")
	}
}

// shown quotes foreign text for a message, cut to 80 characters.
func shown(text string) string {
	if len(text) > 80 {
		text = text[:80]
	}
	return strings.Trim(strconv.QuoteToASCII(text), `"`)
}
