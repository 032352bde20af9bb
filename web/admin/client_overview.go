package admin

import (
	"fmt"
	"strings"
	"time"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/templates"
)

// clientOverview serves GET /admin/clients/{client}.
func (p *Pages) clientOverview(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	live, err := p.c.Mirror.Client(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	layout, err := v.layout()
	if err != nil {
		return err
	}
	content := templates.ClientOverview{Layout: layout, Client: headOf(d), Settings: p.settingsOf(d, live)}
	if content.Snippets, err = p.snippets(v, d); err != nil {
		return err
	}
	if content.Limits, err = p.limitsOf(v, d); err != nil {
		return err
	}
	return v.show(content)
}

// limitsOf is what there can be no more of (UX R20).
func (p *Pages) limitsOf(v *visit, d client.Detail) ([]templates.Limit, error) {
	var limits []templates.Limit
	if !d.Document.Public() {
		limits = append(limits, templates.Limit{Name: "Live secrets", Used: p.liveSecrets(d), Max: client.MaxSecrets})
	}
	if d.Kind != client.Machine {
		limits = append(limits, templates.Limit{
			Name: "Redirect URIs", Used: len(d.Document.RedirectURIs), Max: client.MaxRedirectURIs,
		})
	}
	sizes, err := p.c.Board.Sizes(v.ctx(), []identity.ID{d.OrgID})
	if err != nil {
		return nil, err
	}
	return append(limits, templates.Limit{
		Name: "Clients of the publisher", Used: int(sizes[d.OrgID].Clients), Max: client.MaxClients,
	}), nil
}

// settingsOf is what a client is set to, in words. What was not said is shown as what holds for it.
func (p *Pages) settingsOf(d client.Detail, live *client.Client) []templates.Detail {
	m := d.Document
	rows := []templates.Detail{
		{Name: "Home page", Value: m.URI},
		{Name: "Description", Value: m.Description},
		{Name: "Contacts", Value: strings.Join(m.Contacts, ", ")},
		{Name: "Privacy policy", Value: m.PolicyURI},
		{Name: "Terms", Value: m.TermsURI},
		{Name: "Redirect URIs", Value: strings.Join(m.RedirectURIs, "\n")},
		{Name: "Authentication", Value: m.AuthMethod},
		{Name: "Grants", List: m.GrantTypes},
		{Name: "Scopes", List: strings.Fields(m.Scope)},
		{Name: "Access tokens", Value: formatWords(live) + ", " + inWords(live.AccessTTL)},
		{Name: "Refresh tokens", Value: refreshWords(live)},
		{Name: "Consent", Value: consentWords(live)},
		{Name: "Server metadata", Value: p.c.Issuer + "/.well-known/oauth-authorization-server"},
		{Name: "Registered", At: d.CreatedAt, Value: byWhom(d.CreatedBy)},
	}
	said := rows[:0]
	for _, row := range rows {
		if row.Value != "" || len(row.List) > 0 || !row.At.IsZero() {
			said = append(said, row)
		}
	}
	return said
}

func byWhom(name string) string {
	if name == "" {
		return ""
	}
	return "by " + name
}

func formatWords(c *client.Client) string {
	if c.JWT {
		return "JWT"
	}
	return "Opaque"
}

func refreshWords(c *client.Client) string {
	if !c.Refreshes() {
		return ""
	}
	text := "At most " + inWords(c.RefreshTTL)
	if c.RefreshIdle > 0 {
		text += ", " + inWords(c.RefreshIdle) + " without use"
	}
	if c.Rotate {
		return text + "; a new one with each use"
	}
	return text + "; not rotated"
}

func consentWords(c *client.Client) string {
	switch {
	case c.Kind == client.Machine:
		return ""
	case c.FirstParty:
		return "Not asked: first-party app"
	}
	return "People are asked"
}

// inWords says a duration in its largest unit that leaves no rest.
func inWords(d time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}} {
		if d >= unit.length && d%unit.length == 0 {
			return plural(int64(d/unit.length), unit.name)
		}
	}
	return plural(int64(d/time.Second), "second")
}

func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// clientVerify serves POST /admin/clients/{client}/verify: the operator has checked who publishes the app.
func (p *Pages) clientVerify(v *visit) error {
	return p.clientAct(v, "", "The publisher of %s is marked as verified.", func(d client.Detail) error {
		return p.c.Clients.Verify(v.ctx(), v.actor(), d.ID)
	})
}

// clientUnverify serves POST /admin/clients/{client}/unverify.
func (p *Pages) clientUnverify(v *visit) error {
	return p.clientAct(v, "", "The publisher of %s is not marked as verified any more.", func(d client.Detail) error {
		return p.c.Clients.Unverify(v.ctx(), v.actor(), d.ID)
	})
}

// clientAct does something to the client of the URL and says so on one of its pages.
func (p *Pages) clientAct(v *visit, rest, said string, act func(client.Detail) error) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	if err := act(d); err != nil {
		return outcome(err)
	}
	return v.done(clientPath(d.ID, rest), fmt.Sprintf(said, d.Name))
}
