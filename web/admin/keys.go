package admin

import (
	"postern/authz/key"
	"postern/templates"
	"postern/web/page"
)

// uses are the uses of keys, in words.
var uses = map[string]string{key.UseSig: "signing", key.UseSeal: "sealing", key.UseMAC: "tagging"}

// keyList serves GET /admin/keys.
func (p *Pages) keyList(v *visit) error {
	layout, err := v.layout()
	if err != nil {
		return err
	}
	content := templates.KeyList{Layout: layout, Wait: p.c.Announce}
	keys := p.c.Keys.List()
	for i := len(keys) - 1; i >= 0; i-- { // newest first
		content.Keys = append(content.Keys, keyRow(keys[i]))
	}
	return v.show(content)
}

func keyRow(k key.Status) templates.KeyRow {
	row := templates.KeyRow{
		KID: k.ID, Use: uses[k.Use], Alg: k.Alg, State: templates.State(k.State),
		CreatedAt: k.CreatedAt, ActiveAt: k.ActiveAt, EndsAt: k.ExpiresAt,
	}
	switch k.State {
	case key.StateGone:
		row.State = "retired"
	case key.StateRevoked:
		row.EndsAt = k.RevokedAt
	}
	return row
}

// keyRotate serves POST /admin/keys/rotate.
func (p *Pages) keyRotate(v *visit) error {
	said := map[string]string{
		"announce": "New keys are announced. They will be used when everybody knows them.",
		"now":      "New keys are in use.",
	}
	when := v.form.Get("when")
	if said[when] == "" {
		return page.Invalid("The form does not say when the new keys are to be used.")
	}
	if err := p.c.Board.RotateKeys(v.ctx(), v.actor(), when == "now"); err != nil {
		return err
	}
	return v.done("/admin/keys", said[when])
}

// key finds the key that the address names.
func (p *Pages) key(v *visit) (key.Status, error) {
	for _, k := range p.c.Keys.List() {
		if k.ID == v.query.Get("kid") {
			return k, nil
		}
	}
	return key.Status{}, page.NotFound()
}

// keyAsk serves GET /admin/keys/revoke.
func (p *Pages) keyAsk(v *visit) error {
	k, err := p.key(v)
	if err != nil {
		return err
	}
	layout, err := v.layout()
	if err != nil {
		return err
	}
	return v.show(templates.KeyRevoke{Layout: layout, Key: keyRow(k)})
}

// keyRevoke serves POST /admin/keys/revoke.
func (p *Pages) keyRevoke(v *visit) error {
	k, err := p.key(v)
	if err != nil {
		return err
	}
	if !v.confirmed(k.ID) {
		layout, err := v.layout()
		if err != nil {
			return err
		}
		return v.again(templates.KeyRevoke{Layout: layout, Key: keyRow(k), Errors: templates.Errors{
			{Field: "confirm", Message: "This is not the key ID. Nothing was revoked."},
		}})
	}
	if err := p.c.Board.RevokeKey(v.ctx(), v.actor(), k.ID); err != nil {
		return err
	}
	return v.done("/admin/keys", "The key "+k.ID+" is revoked, and so is all that it made.")
}
