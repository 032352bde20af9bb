package admin

import (
	"slices"

	"postern/authz/catalogue"
	"postern/authz/scope"
	"postern/templates"
	"postern/web/page"
)

// scopeList serves GET /admin/scopes.
func (p *Pages) scopeList(v *visit) error {
	all, err := p.c.Scopes.List(v.ctx())
	if err != nil {
		return err
	}
	reaches, err := p.c.Board.Reaches(v.ctx())
	if err != nil {
		return err
	}
	layout, err := v.layout()
	if err != nil {
		return err
	}
	content := templates.ScopeList{Layout: layout, Limit: templates.Limit{Name: "Scopes", Used: len(all), Max: catalogue.MaxScopes}}
	for _, s := range all {
		title := groupTitle(s.Group)
		i := slices.IndexFunc(content.Groups, func(g templates.ScopeTable) bool { return g.Title == title })
		if i < 0 {
			i, content.Groups = len(content.Groups), append(content.Groups, templates.ScopeTable{Title: title})
		}
		content.Groups[i].Rows = append(content.Groups[i].Rows, templates.ScopeRow{
			Name: s.Name, Title: s.Title, Kind: templates.Kind(s.Kind), Sensitive: s.Sensitive, Default: s.Default,
			Optional: s.Optional, Reserved: s.Reserved, Clients: reaches[s.Name],
		})
	}
	return v.show(content)
}

// scope reads the scope that the address names.
func (p *Pages) scope(v *visit) (scope.Scope, error) {
	name := v.query.Get("name")
	if scope.ValidName(name) != nil {
		return scope.Scope{}, page.NotFound()
	}
	return p.c.Scopes.Show(v.ctx(), name)
}

// scopeAsk serves GET /admin/scopes/delete: what deleting it would change.
func (p *Pages) scopeAsk(v *visit) error {
	content, err := p.scopeQuestion(v)
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) scopeQuestion(v *visit) (templates.ScopeDelete, error) {
	s, err := p.scope(v)
	if err != nil {
		return templates.ScopeDelete{}, err
	}
	reach, err := p.c.Board.Reach(v.ctx(), s.Name)
	if err != nil {
		return templates.ScopeDelete{}, err
	}
	layout, err := v.layout()
	return templates.ScopeDelete{
		Layout: layout, Name: s.Name, Title: s.Title, Clients: reach.Clients, Grants: reach.Grants,
	}, err
}

// scopeDelete serves POST /admin/scopes/delete.
func (p *Pages) scopeDelete(v *visit) error {
	s, err := p.scope(v)
	if err != nil {
		return err
	}
	if !v.confirmed(s.Name) {
		content, err := p.scopeQuestion(v)
		if err != nil {
			return err
		}
		content.Errors = templates.Errors{{Field: "confirm", Message: "This is not the scope’s name. Nothing was deleted."}}
		return v.again(content)
	}
	if err := p.c.Scopes.Delete(v.ctx(), v.actor(), s.Name); err != nil {
		return err
	}
	return v.done("/admin/scopes", "The scope "+s.Name+" is deleted.")
}
