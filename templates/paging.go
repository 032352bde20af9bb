package templates

import "net/url"

// pages are the links below a list that is paged by cursor.
type pages struct {
	First string // empty on the first page
	Next  string // empty on the last page
}

// newPages keeps the filters, name and value in turn, in the links.
func newPages(path, after, next string, filters ...string) pages {
	query := url.Values{}
	for i := 0; i+1 < len(filters); i += 2 {
		if filters[i+1] != "" {
			query.Set(filters[i], filters[i+1])
		}
	}
	var p pages
	if after != "" {
		p.First = path
		if len(query) > 0 {
			p.First += "?" + query.Encode()
		}
	}
	if next != "" {
		query.Set("after", next)
		p.Next = path + "?" + query.Encode()
	}
	return p
}

// Pages are the links below the list.
func (p ClientList) Pages() pages {
	return newPages("/admin/clients", p.After, p.Next, "q", p.Query, "type", string(p.Type), "state", string(p.State))
}

// Pages are the links below the list.
func (p ClientAudit) Pages() pages {
	return newPages("/admin/clients/"+url.PathEscape(p.Client.ID)+"/audit", p.After, p.Next)
}

// Pages are the links below the list.
func (p UserList) Pages() pages {
	return newPages("/admin/users", p.After, p.Next, "q", p.Query, "state", string(p.State))
}

// Pages are the links below the list.
func (p OrganizationList) Pages() pages {
	return newPages("/admin/organizations", p.After, p.Next, "q", p.Query)
}

// Pages are the links below the list.
func (p AuditTrail) Pages() pages {
	return newPages("/admin/audit", p.After, p.Next,
		"event", p.Event, "actor", p.Actor, "object", p.Object, "from", p.From, "to", p.To)
}
