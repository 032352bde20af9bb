package admin

import (
	"slices"

	"postern/authz/client"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
)

// clientNew serves GET /admin/clients/new: first which kind, then its form.
func (p *Pages) clientNew(v *visit) error {
	layout, err := v.layout()
	if err != nil {
		return err
	}
	kind := v.query.Get("type")
	if !slices.Contains(clientKinds, kind) {
		return v.show(templates.ClientChoose{Layout: layout})
	}
	o, err := p.offers(v, true)
	if err != nil {
		return err
	}
	m, _ := client.Metadata{Kind: kind}.Complete() // its problems are that nothing was typed yet
	for _, s := range o.scopes {
		if s.Default && !s.Reserved {
			m.Scope += " " + s.Name
		}
	}
	form := o.formOf(m, v.who.Session.OrgID.String())
	return v.show(templates.ClientNew{Layout: layout, Form: form})
}

// clientCreate serves POST /admin/clients/new. Its answer is the only time that the secret is shown (UX R10).
func (p *Pages) clientCreate(v *visit) error {
	kind := v.form.Get("client_type")
	if !slices.Contains(clientKinds, kind) {
		return page.Invalid("The form does not say what kind of app it is.")
	}
	t := &typedClient{form: v.form}
	m := t.metadata(client.Metadata{Kind: kind})
	options := client.Options{Org: t.publisher()}
	if len(t.errors) > 0 {
		return p.clientNewAgain(v, t, m)
	}
	row, secret, err := p.c.Clients.Create(v.ctx(), v.actor(), m, options)
	if problems, ok := problemsOf(err); ok {
		t.addAll(problems)
		return p.clientNewAgain(v, t, m)
	}
	if err != nil {
		return outcome(err)
	}
	return p.clientCreated(v, row, secret)
}

// publisher reads which organization publishes the app. Nothing said leaves it to the registry.
func (t *typedClient) publisher() identity.ID {
	text := t.form.Get("organization")
	if text == "" {
		return identity.ID{}
	}
	id, err := identity.ParseID(text)
	if err != nil {
		t.add("organization", "Choose an organization of the list")
	}
	return id
}

// clientNewAgain shows the form with what was typed and everything that is to correct.
func (p *Pages) clientNewAgain(v *visit, t *typedClient, m client.Metadata) error {
	form, err := p.formAgain(v, t, m, true)
	if err != nil {
		return err
	}
	layout, err := v.layout()
	if err != nil {
		return err
	}
	return v.again(templates.ClientNew{Layout: layout, Form: form})
}

// formAgain adds the registry's problems, if it was not asked because of ours: all at once, not one after the other.
func (p *Pages) formAgain(v *visit, t *typedClient, m client.Metadata, organizations bool) (templates.ClientForm, error) {
	o, err := p.offers(v, organizations)
	if err != nil {
		return templates.ClientForm{}, err
	}
	if !t.asked {
		_, problems := m.Complete()
		t.addAll(problems)
	}
	return t.again(o, m), nil
}

func (p *Pages) clientCreated(v *visit, row client.Row, secret string) error {
	d, err := p.c.Clients.Show(v.ctx(), row.ID)
	if err != nil {
		return err
	}
	layout, err := v.layout()
	if err != nil {
		return err
	}
	content := templates.ClientCreated{Layout: layout, Client: headOf(d), Secret: secret}
	if content.Snippets, err = p.snippets(v, d); err != nil {
		return err
	}
	if secret != "" {
		content.Env = p.env(d.ID, secret)
	}
	return v.show(content)
}

// env is a .env file. Its values need no quotes: ids and secrets are made of letters, digits and . _ ~ -.
func (p *Pages) env(id, secret string) string {
	return "ISSUER=" + p.c.Issuer + "\nCLIENT_ID=" + id + "\nCLIENT_SECRET=" + secret + "\n"
}
