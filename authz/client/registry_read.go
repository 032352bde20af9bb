package client

import "context"

// List returns clients by name, a page at a time, and the cursor of the next page, empty at the end.
func (r *Registry) List(ctx context.Context, f Filter, p Page) ([]Row, string, error) {
	rows, next, err := r.store.Clients(ctx, f, p)
	return rows, next, wrap("list clients", err)
}

// Detail is a client as its page shows it.
type Detail struct {
	Row
	Document Metadata // complete, with the publisher's slug
	Secrets  []Secret // newest first, expired ones too
}

// Show returns a client with its secrets' hints. Errors: ErrNotFound, ErrStored.
func (r *Registry) Show(ctx context.Context, id string) (d Detail, err error) {
	if d.Row, err = r.store.Client(ctx, id); err != nil {
		return Detail{}, wrap("show client", err)
	}
	if d.Document, err = stored(d.Row); err != nil {
		return Detail{}, err
	}
	d.Document.Organization = d.OrgSlug
	d.Secrets, err = r.store.ClientSecrets(ctx, id)
	return d, wrap("show client", err)
}

// Logo returns the client's logo and its checksum. Errors: ErrNotFound.
func (r *Registry) Logo(ctx context.Context, id string) (png []byte, sum string, err error) {
	png, sum, err = r.store.ClientLogo(ctx, id)
	return png, sum, wrap("read client logo", err)
}
