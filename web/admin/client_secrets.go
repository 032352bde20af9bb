package admin

import (
	"errors"
	"slices"
	"time"

	"postern/authz/client"
	"postern/authz/event"
	"postern/authz/identity"
	"postern/templates"
	"postern/web/page"
)

// expiries are how long a secret can live, as a select offers it.
var expiries = []templates.Choice{
	{Value: "", Label: "Never"},
	{Value: "168h", Label: "In 7 days"},
	{Value: "720h", Label: "In 30 days"},
	{Value: "2160h", Label: "In 90 days"},
	{Value: "8760h", Label: "In a year"},
}

// clientSecrets serves GET /admin/clients/{client}/secrets.
func (p *Pages) clientSecrets(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	content, err := p.secretsPage(v, d, "")
	if err != nil {
		return err
	}
	return v.show(content)
}

func (p *Pages) secretsPage(v *visit, d client.Detail, expires string) (templates.ClientSecrets, error) {
	layout, err := v.layout()
	content := templates.ClientSecrets{Layout: layout, Client: headOf(d), Max: client.MaxSecrets, Expires: slices.Clone(expiries)}
	for i := range content.Expires {
		content.Expires[i].Selected = content.Expires[i].Value == expires
	}
	for _, s := range d.Secrets {
		content.Secrets = append(content.Secrets, p.secretRow(s))
	}
	return content, err
}

// importers are the commands that can bring a secret along. It may have been made elsewhere, and begin otherwise.
var importers = []string{event.Command("client add").Name, event.Command("apply").Name}

func (p *Pages) secretRow(s client.Secret) templates.SecretRow {
	row := templates.SecretRow{
		ID: s.ID.String(), Prefix: "pcs_", LastFour: s.Hint, CreatedBy: s.CreatedBy, CreatedAt: s.CreatedAt,
		LastUsedAt: s.LastUsedAt, ExpiresAt: s.ExpiresAt, State: p.secretState(s),
	}
	if slices.Contains(importers, s.CreatedBy) {
		row.Prefix = ""
	}
	return row
}

// clientSecretAdd serves POST /admin/clients/{client}/secrets. Its answer is the only time that the secret is shown.
func (p *Pages) clientSecretAdd(v *visit) error {
	d, err := p.client(v)
	if err != nil {
		return err
	}
	typed := v.form.Get("expires")
	expires, ok := p.expiry(typed)
	var s client.Secret
	var secret string
	if ok {
		s, secret, err = p.c.Clients.AddSecret(v.ctx(), v.actor(), d.ID, client.SecretOptions{Expires: expires})
	}
	if message := secretMessage(ok, err); message != "" {
		content, err := p.secretsPage(v, d, typed)
		if err != nil {
			return err
		}
		content.Errors = templates.Errors{{Message: message}}
		return v.again(content)
	}
	if err != nil {
		return err
	}
	layout, err := v.layout()
	if err != nil {
		return err
	}
	return v.show(templates.ClientSecretShown{
		Layout: layout, Client: headOf(d), Secret: secret, Env: p.env(d.ID, secret), ExpiresAt: s.ExpiresAt,
	})
}

// expiry reads one of expiries. The zero time is never.
func (p *Pages) expiry(text string) (time.Time, bool) {
	if !slices.ContainsFunc(expiries, func(c templates.Choice) bool { return c.Value == text }) {
		return time.Time{}, false
	}
	if text == "" {
		return time.Time{}, true
	}
	life, err := time.ParseDuration(text)
	return p.c.Now().Add(life), err == nil
}

func secretMessage(expiryOK bool, err error) string {
	switch {
	case !expiryOK:
		return "Choose one of the times that the list has."
	case errors.Is(err, client.ErrPublic):
		return "This type of app has no secret."
	case errors.Is(err, client.ErrTooManySecrets):
		return "The client has as many secrets as it can. Revoke one first."
	}
	return ""
}

// secret finds the secret of the URL among those that work.
func (p *Pages) secret(v *visit) (client.Detail, client.Secret, error) {
	d, err := p.client(v)
	if err != nil {
		return d, client.Secret{}, err
	}
	id, err := identity.ParseID(v.r.PathValue("secret"))
	if err != nil {
		return d, client.Secret{}, page.NotFound()
	}
	i := slices.IndexFunc(d.Secrets, func(s client.Secret) bool { return s.ID == id })
	if i < 0 {
		return d, client.Secret{}, page.NotFound()
	}
	return d, d.Secrets[i], nil
}

// clientSecretAsk serves GET /admin/clients/{client}/secrets/{secret}/revoke: what revoking it would break (UX R12).
// Requests are counted for the client, not for each secret: those of one that was used lately are an upper bound.
func (p *Pages) clientSecretAsk(v *visit) error {
	d, s, err := p.secret(v)
	if err != nil {
		return err
	}
	content := templates.ClientSecretRevoke{Client: headOf(d), Secret: p.secretRow(s)}
	content.LastOne = content.Secret.State == "active" && p.liveSecrets(d) == 1
	if p.c.Now().Sub(s.LastUsedAt) < 7*24*time.Hour {
		if content.UsedDay, content.UsedWeek, err = p.c.Board.IssuedLately(v.ctx(), d.ID); err != nil {
			return err
		}
	}
	if p.c.Now().Sub(s.LastUsedAt) >= 24*time.Hour {
		content.UsedDay = 0
	}
	if content.Layout, err = v.layout(); err != nil {
		return err
	}
	return v.show(content)
}

// clientSecretRevoke serves POST /admin/clients/{client}/secrets/{secret}/revoke.
func (p *Pages) clientSecretRevoke(v *visit) error {
	d, s, err := p.secret(v)
	if err != nil {
		return err
	}
	if err := p.c.Clients.RevokeSecret(v.ctx(), v.actor(), d.ID, s.ID, false); err != nil {
		return err
	}
	row := p.secretRow(s)
	return v.done(clientPath(d.ID, "/secrets"), "The secret "+row.Prefix+"…"+row.LastFour+" is revoked.")
}
