package admin

import (
	"errors"
	"net/url"

	"postern/authz/client"
	"postern/templates"
	"postern/web/page"
)

// client reads the client of the URL. An id that none can have is not looked up.
func (p *Pages) client(v *visit) (client.Detail, error) {
	id := v.r.PathValue("client")
	if id == "" || len(id) > 200 {
		return client.Detail{}, page.NotFound()
	}
	return p.c.Clients.Show(v.ctx(), id)
}

// clientPath is the address of a client's page.
func clientPath(id, rest string) string { return "/admin/clients/" + url.PathEscape(id) + rest }

// headOf is what all pages of a client show on top.
func headOf(d client.Detail) templates.ClientHead {
	return templates.ClientHead{
		ID: d.ID, Name: d.Name, LogoURL: logoURL(d.Row), Type: templates.ClientType(d.Kind), State: clientState(d.Row),
		Organization: d.OrgName, FirstParty: d.Document.FirstParty,
		RequirePKCE: d.Document.RequirePKCE == nil || *d.Document.RequirePKCE, Verified: !d.VerifiedAt.IsZero(),
	}
}

func logoURL(row client.Row) string {
	if row.LogoSum == "" {
		return ""
	}
	return "/logo/" + url.PathEscape(row.ID) + "/" + row.LogoSum
}

func clientState(row client.Row) templates.State {
	if row.DisabledAt.IsZero() {
		return "active"
	}
	return "disabled"
}

// liveSecrets counts those that have not expired.
func (p *Pages) liveSecrets(d client.Detail) int {
	n := 0
	for _, s := range d.Secrets {
		if p.secretState(s) == "active" {
			n++
		}
	}
	return n
}

func (p *Pages) secretState(s client.Secret) templates.State {
	if !s.ExpiresAt.IsZero() && !p.c.Now().Before(s.ExpiresAt) {
		return "expired"
	}
	return "active"
}

// problemsOf are the things to correct in a client's metadata; false if err is about something else.
func problemsOf(err error) (client.Problems, bool) { return errors.AsType[client.Problems](err) }
