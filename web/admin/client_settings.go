package admin

import (
	"strconv"

	"postern/authz/client"
	"postern/templates"
	"postern/web/page"
)

// clientSettings serves GET /admin/clients/{client}/settings.
func (p *Pages) clientSettings(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	content, err := p.settingsPage(v, d)
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) settingsPage(v *visit, d client.Detail) (templates.ClientSettings, error) {
	o, err := p.offers(v, false)
	if err != nil {
		return templates.ClientSettings{}, err
	}
	layout, err := v.layout()
	if err != nil {
		return templates.ClientSettings{}, err
	}
	form := o.formOf(d.Document, "")
	form.Version = d.Version
	return templates.ClientSettings{Layout: layout, Client: headOf(d), Form: form}, nil
}

// clientUpdate serves POST /admin/clients/{client}/settings. The form says which version of the client it showed: if
// somebody changed the client since, nothing is overwritten.
func (p *Pages) clientUpdate(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	version, err := v.version(d.Version)
	if err != nil {
		return err
	}
	if version != d.Version {
		return outcome(client.ErrConflict)
	}
	t := &typedClient{form: v.form}
	m := t.metadata(d.Document)
	if len(t.errors) > 0 {
		return p.settingsAgain(v, d, t, m)
	}
	row, err := p.c.Clients.Update(v.ctx(), v.actor(), d.ID, version, m)
	if problems, ok := problemsOf(err); ok {
		t.addAll(problems)
		return p.settingsAgain(v, d, t, m)
	}
	if err != nil {
		return outcome(err)
	}
	return v.done(clientPath(d.ID, "/settings"), "The settings of "+row.Name+" are saved.")
}

// version is the one that the form was made from. A form that is sent by hand may leave it out: it means what is there.
func (v *visit) version(present int64) (int64, error) {
	text := v.form.Get("version")
	if text == "" {
		return present, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, page.Invalid("The form does not say what it changes.")
	}
	return n, nil
}

func (p *Pages) settingsAgain(v *visit, d client.Detail, t *typedClient, m client.Metadata) error {
	form, err := p.formAgain(v, t, m, false)
	if err != nil {
		return err
	}
	form.Version = d.Version
	layout, err := v.layout()
	if err != nil {
		return err
	}
	return v.again(templates.ClientSettings{Layout: layout, Client: headOf(d), Form: form})
}
