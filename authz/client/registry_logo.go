package client

import (
	"context"

	"postern/authz/event"
	"postern/storage"
)

// SetLogo stores a PNG or JPEG as the client's logo, re-encoded. Errors: ErrNotFound, ErrLogoSize, ErrLogoFormat,
// ErrLogoShape.
func (r *Registry) SetLogo(ctx context.Context, actor event.Actor, id string, data []byte) error {
	picture, sum, err := encodeLogo(data)
	if err != nil {
		return err
	}
	err = r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		if err := tx.PutClientLogo(ctx, id, picture, sum, r.now().UTC()); err != nil {
			return err
		}
		before := stateOf(row)
		row.LogoSum = sum
		return r.record(ctx, tx, actor, event.ClientLogoChanged, row, before, stateOf(row))
	})
	return wrap("set client logo", err)
}

// RemoveLogo removes the client's logo, if it has one. Errors: ErrNotFound.
func (r *Registry) RemoveLogo(ctx context.Context, actor event.Actor, id string) error {
	err := r.change(ctx, id, func(tx *storage.Tx, row Row, _ Metadata) error {
		if row.LogoSum == "" {
			return nil
		}
		if err := tx.DeleteClientLogo(ctx, id); err != nil {
			return err
		}
		before := stateOf(row)
		row.LogoSum = ""
		return r.record(ctx, tx, actor, event.ClientLogoRemoved, row, before, stateOf(row))
	})
	return wrap("remove client logo", err)
}
