package admin

import (
	"slices"

	"postern/authz/client"
	"postern/authz/overview"
	"postern/templates"
)

var clientKinds = []string{client.Web, client.SPA, client.Native, client.Machine}

// clientList serves GET /admin/clients. A filter that is none of the list's shows all.
func (p *Pages) clientList(v *visit) error {
	after := v.query.Get("after")
	content := templates.ClientList{Query: v.search(), After: after}
	if kind := v.query.Get("type"); slices.Contains(clientKinds, kind) {
		content.Type = templates.ClientType(kind)
	}
	content.State = v.state()
	filter := client.Filter{Search: content.Query, Kind: string(content.Type), State: string(content.State)}
	rows, next, err := p.c.Clients.List(v.ctx(), filter, client.Page{After: after, Limit: perPage})
	if err != nil {
		return err
	}
	content.Next = next
	if content.Rows, err = p.clientRows(v, rows); err != nil {
		return err
	}
	totals, err := p.c.Board.Totals(v.ctx())
	if err != nil {
		return err
	}
	content.Limit = clientLimit(totals)
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

// clientLimit is each organization's, so there is one to show only while there is one organization.
func clientLimit(t overview.Totals) *templates.Limit {
	if t.Organizations != 1 {
		return nil
	}
	return &templates.Limit{Name: "Clients", Used: int(t.Clients), Max: client.MaxClients}
}

func (p *Pages) clientRows(v *visit, rows []client.Row) ([]templates.ClientRow, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	used, err := p.c.Board.LastUsed(v.ctx(), ids)
	if err != nil {
		return nil, err
	}
	list := make([]templates.ClientRow, len(rows))
	for i, row := range rows {
		list[i] = templates.ClientRow{
			ID: row.ID, Name: row.Name, LogoURL: logoURL(row), Type: templates.ClientType(row.Kind), State: clientState(row),
			Organization: row.OrgName, CreatedAt: row.CreatedAt, LastUsedAt: used[row.ID],
		}
	}
	return list, nil
}

// search is what was typed into a list's search field, cut to what names can have.
func (v *visit) search() string {
	text := v.query.Get("q")
	if runes := []rune(text); len(runes) > 200 {
		return string(runes[:200])
	}
	return text
}

func (v *visit) state() templates.State {
	if state := v.query.Get("state"); state == "active" || state == "disabled" {
		return templates.State(state)
	}
	return ""
}
