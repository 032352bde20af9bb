package admin

import (
	"errors"
	"slices"
	"strings"

	"postern/authz/catalogue"
	"postern/authz/scope"
	"postern/templates"
)

// scopeNew serves GET /admin/scopes/new.
func (p *Pages) scopeNew(v *visit) error {
	content, err := p.scopeForm(v, scope.Scope{Kind: catalogue.Read}, false)
	if err != nil {
		return err
	}
	return v.show(content)
}

// scopeEdit serves GET /admin/scopes/edit.
func (p *Pages) scopeEdit(v *visit) error {
	s, err := p.scope(v)
	if err != nil {
		return err
	}
	content, err := p.scopeForm(v, s, true)
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) scopeForm(v *visit, s scope.Scope, existing bool) (templates.ScopeForm, error) {
	content := templates.ScopeForm{
		Existing: existing, Name: s.Name, Title: s.Title, Description: s.Description, Group: s.Group,
		Kind: templates.Kind(s.Kind), Sensitive: s.Sensitive, Default: s.Default, Optional: s.Optional, Reserved: s.Reserved,
	}
	all, err := p.c.Scopes.List(v.ctx())
	if err != nil {
		return content, err
	}
	for _, s := range all {
		if s.Group != "" && !slices.Contains(content.Groups, s.Group) {
			content.Groups = append(content.Groups, s.Group)
		}
	}
	content.Layout, err = v.layout()
	return content, err
}

// scopeTyped lays what was typed over s.
func (v *visit) scopeTyped(s scope.Scope) scope.Scope {
	s.Title, s.Description, s.Group = v.form.Get("title"), v.form.Get("description"), v.form.Get("group")
	s.Kind = v.form.Get("kind")
	s.Sensitive, s.Default = v.ticked("sensitive"), v.ticked("default")
	s.Optional, s.Reserved = v.ticked("optional"), v.ticked("reserved")
	return s
}

// scopeAdd serves POST /admin/scopes/new.
func (p *Pages) scopeAdd(v *visit) error {
	s := v.scopeTyped(scope.Scope{Name: strings.TrimSpace(v.form.Get("name"))})
	_, err := p.c.Scopes.Add(v.ctx(), v.actor(), s)
	if errs := scopeErrors(err); errs != nil {
		return p.scopeAgain(v, s, false, errs)
	}
	if err != nil {
		return err
	}
	return v.done("/admin/scopes", "The scope "+s.Name+" is added.")
}

// scopeUpdate serves POST /admin/scopes/edit. The name is the address's: it cannot be changed.
func (p *Pages) scopeUpdate(v *visit) error {
	s, err := p.scope(v)
	if err != nil {
		return err
	}
	s = v.scopeTyped(s)
	_, err = p.c.Scopes.Update(v.ctx(), v.actor(), s)
	if errs := scopeErrors(err); errs != nil {
		return p.scopeAgain(v, s, true, errs)
	}
	if err != nil {
		return err
	}
	return v.done("/admin/scopes", "The scope "+s.Name+" is saved.")
}

func (p *Pages) scopeAgain(v *visit, s scope.Scope, existing bool, errs templates.Errors) error {
	content, err := p.scopeForm(v, s, existing)
	if err != nil {
		return err
	}
	content.Errors = errs
	return v.again(content)
}

// scopeErrors words what is wrong with what was typed; nil if err is about something else.
func scopeErrors(err error) templates.Errors {
	switch problems, ok := errors.AsType[catalogue.Problems](err); {
	case ok:
		var errs templates.Errors
		for _, problem := range problems {
			errs = append(errs, fieldError(problem.Field, problem.Message))
		}
		return inOrder(errs)
	case errors.Is(err, catalogue.ErrExists):
		return templates.Errors{{Field: "name", Message: "There is a scope of this name already."}}
	case errors.Is(err, catalogue.ErrTooMany):
		return templates.Errors{{Message: "There are as many scopes as there can be. Delete one that nobody uses."}}
	}
	return nil
}
