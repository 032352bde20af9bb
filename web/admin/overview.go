package admin

import (
	"postern/authz/overview"
	"postern/templates"
)

const (
	recentFailures = 10
	recentEntries  = 10
)

// overview serves GET /admin.
func (p *Pages) overview(v *visit) error {
	content := templates.AdminOverview{Tokens: templates.Chart{Title: "Tokens issued per day"}}
	totals, err := p.c.Board.Totals(v.ctx())
	if err != nil {
		return err
	}
	content.Clients, content.Users = totals.Clients, totals.Users
	content.Organizations, content.ActiveGrants = totals.Organizations, totals.Grants
	days, err := p.c.Board.Issued(v.ctx())
	if err != nil {
		return err
	}
	content.Tokens.Days = daysOf(days)
	failures, err := p.c.Board.Failures(v.ctx(), recentFailures)
	if err != nil {
		return err
	}
	names := p.names()
	if content.Failures, err = names.failures(v.ctx(), failures); err != nil {
		return err
	}
	entries, _, err := p.c.Board.Trail(v.ctx(), overview.Query{Limit: recentEntries})
	if err != nil {
		return err
	}
	if content.Audit, err = names.entries(v.ctx(), entries); err != nil {
		return err
	}
	if content.Hints, err = p.hints(v, totals); err != nil {
		return err
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

func daysOf(days []overview.Day) []templates.Day {
	list := make([]templates.Day, len(days))
	for i, d := range days {
		list[i] = templates.Day{Date: d.Date, Count: d.Count}
	}
	return list
}

// hints are what a server that was just set up is missing.
func (p *Pages) hints(v *visit, totals overview.Totals) ([]templates.Hint, error) {
	var hints []templates.Hint
	if totals.Clients == 0 {
		hints = append(hints, templates.Hint{
			Title: "Register an app", Text: "Nothing can get tokens until an app is registered.",
			URL: "/admin/clients/new", Action: "Register app",
		})
	}
	scopes, err := p.c.Scopes.List(v.ctx())
	if err != nil {
		return nil, err
	}
	if len(scopes) == 0 {
		hints = append(hints, templates.Hint{
			Title: "Describe your scopes", Text: "People read these words when an app asks for access.",
			URL: "/admin/scopes/new", Action: "Add scope",
		})
	}
	lone, err := p.c.Board.LoneAdmin(v.ctx())
	if err != nil {
		return nil, err
	}
	if lone {
		hints = append(hints, templates.Hint{
			Title: "Add a second administrator", Text: "If you lose your password, somebody else can let you in again.",
			URL: "/admin/users/new", Action: "Add user",
		})
	}
	return hints, nil
}
