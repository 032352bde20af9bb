package admin

import (
	"strings"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/templates"
)

// clientDanger serves GET /admin/clients/{client}/danger (UX R17).
func (p *Pages) clientDanger(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	content, err := p.dangerPage(v, d)
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) dangerPage(v *visit, d client.Detail) (templates.ClientDanger, error) {
	content := templates.ClientDanger{Client: headOf(d)}
	o, err := p.offers(v, true)
	if err != nil {
		return content, err
	}
	for _, choice := range o.organizationChoices("") {
		if choice.Value != d.OrgID.String() {
			content.Organizations = append(content.Organizations, choice)
		}
	}
	if content.ActiveGrants, err = p.c.Board.LiveGrants(v.ctx(), d.ID); err != nil {
		return content, err
	}
	content.Layout, err = v.layout()
	return content, err
}

func (p *Pages) dangerAgain(v *visit, d client.Detail, field, message string) error {
	content, err := p.dangerPage(v, d)
	if err != nil {
		return err
	}
	content.Errors = templates.Errors{{Field: field, Message: message}}
	return v.again(content)
}

// confirmed tells whether the name was typed. Blanks around it do not count: pasting adds them.
func (v *visit) confirmed(name string) bool { return strings.TrimSpace(v.form.Get("confirm")) == name }

// clientTransfer serves POST /admin/clients/{client}/transfer.
func (p *Pages) clientTransfer(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	org, err := identity.ParseID(v.form.Get("organization"))
	if err == nil {
		err = p.c.Clients.Transfer(v.ctx(), v.actor(), d.ID, org)
		if _, ok := problemsOf(err); !ok {
			if err != nil {
				return outcome(err)
			}
			return v.done(clientPath(d.ID, ""), d.Name+" has a new publisher. People are asked for consent again.")
		}
	}
	return p.dangerAgain(v, d, "", "Choose an organization of the list.")
}

// clientRevokeTokens serves POST /admin/clients/{client}/revoke-tokens.
func (p *Pages) clientRevokeTokens(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	if !v.confirmed(d.Name) {
		return p.dangerAgain(v, d, "revoke_confirm", "This is not the client’s name. Nothing was revoked.")
	}
	if err := p.c.Clients.RevokeTokens(v.ctx(), v.actor(), d.ID); err != nil {
		return err
	}
	return v.done(clientPath(d.ID, "/danger"), "All tokens of "+d.Name+" are revoked.")
}

// clientDisable serves POST /admin/clients/{client}/disable.
func (p *Pages) clientDisable(v *visit) error {
	return p.clientAct(v, "/danger", "%s is disabled. Its tokens have stopped working.", func(d client.Detail) error {
		return p.c.Clients.Disable(v.ctx(), v.actor(), d.ID)
	})
}

// clientEnable serves POST /admin/clients/{client}/enable.
func (p *Pages) clientEnable(v *visit) error {
	return p.clientAct(v, "/danger", "%s is enabled.", func(d client.Detail) error {
		return p.c.Clients.Enable(v.ctx(), v.actor(), d.ID)
	})
}

// clientDelete serves POST /admin/clients/{client}/delete.
func (p *Pages) clientDelete(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	if !v.confirmed(d.Name) {
		return p.dangerAgain(v, d, "delete_confirm", "This is not the client’s name. Nothing was deleted.")
	}
	if err := p.c.Clients.Delete(v.ctx(), v.actor(), d.ID); err != nil {
		return err
	}
	return v.done("/admin/clients", d.Name+" is deleted.")
}
