package admin

import (
	"postern/authz/event"
	"postern/templates"
)

// clientActivity serves GET /admin/clients/{client}/activity (UX R16).
func (p *Pages) clientActivity(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	a, err := p.c.Board.Client(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	failures, err := p.c.Board.ClientFailures(v.ctx(), d.ID)
	if err != nil {
		return err
	}
	content := templates.ClientActivity{
		Client: headOf(d), Tokens: templates.Chart{Title: "Tokens issued per day", Days: daysOf(a.Issued)},
		LastAuthorization: a.LastAuthorized, ActiveGrants: a.Grants,
	}
	for _, c := range a.Errors {
		content.ErrorCounts = append(content.ErrorCounts, templates.ErrorCount{Code: c.Code, Count: c.Count, Last: c.Last})
	}
	if content.Failures, err = p.names().failures(v.ctx(), failures); err != nil {
		return err
	}
	for i := range content.Failures {
		content.Failures[i].ClientName = "" // the page is the client's
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

// clientAudit serves GET /admin/clients/{client}/audit (UX R19).
func (p *Pages) clientAudit(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	after := v.query.Get("after")
	events, next, err := p.c.Board.History(v.ctx(), event.ObjectClient, d.ID, after, perPage)
	if err != nil {
		return err
	}
	content := templates.ClientAudit{Client: headOf(d), After: after, Next: next}
	if content.Entries, err = p.names().entries(v.ctx(), events); err != nil {
		return err
	}
	for i := range content.Entries { // all are about this client, whose page it is
		content.Entries[i].Object, content.Entries[i].ObjectURL = "", ""
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}
