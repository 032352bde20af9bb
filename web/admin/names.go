package admin

import (
	"cmp"
	"context"
	"errors"
	"net/url"

	"postern/authz/event"
	"postern/authz/identity"
)

// named is an object as a list shows it. An object that is gone has the name that the trail kept, or its id, and no URL.
type named struct{ name, url string }

// names finds the names of objects, each once for a page.
type names struct {
	pages *Pages
	known map[string]named
}

func (p *Pages) names() *names { return &names{p, map[string]named{}} }

// of returns the object's name and page.
func (n *names) of(ctx context.Context, object, id string) (named, error) {
	if found, ok := n.known[object+"\x00"+id]; ok {
		return found, nil
	}
	found, err := n.find(ctx, object, id)
	if errors.Is(err, identity.ErrNotFound) {
		found.url = ""
		found.name, err = n.kept(ctx, object, id, "email", "client_name", "name")
		found.name = cmp.Or(found.name, id)
	}
	if err == nil {
		n.known[object+"\x00"+id] = found
	}
	return found, err
}

func (n *names) find(ctx context.Context, object, id string) (named, error) {
	switch object {
	case event.ObjectClient:
		c, err := n.pages.c.Mirror.Client(ctx, id)
		if err != nil {
			return named{}, err
		}
		return named{c.Name, "/admin/clients/" + url.PathEscape(id)}, nil
	case event.ObjectUser:
		return n.user(ctx, id)
	case event.ObjectOrganization:
		return n.organization(ctx, id)
	case event.ObjectScope:
		_, err := n.pages.c.Scopes.Show(ctx, id)
		return named{id, "/admin/scopes/edit?name=" + url.QueryEscape(id)}, err
	case event.ObjectKey:
		return named{id, "/admin/keys"}, nil
	}
	return named{name: id}, nil
}

func (n *names) user(ctx context.Context, text string) (named, error) {
	id, err := identity.ParseID(text)
	if err != nil {
		return named{name: text}, nil
	}
	u, err := n.pages.c.People.User(ctx, id)
	return named{u.Email, "/admin/users/" + text}, err
}

func (n *names) organization(ctx context.Context, text string) (named, error) {
	id, err := identity.ParseID(text)
	if err != nil {
		return named{name: text}, nil
	}
	o, err := n.pages.c.People.Organization(ctx, id)
	return named{o.Name, "/admin/organizations?q=" + url.QueryEscape(o.Slug)}, err
}
