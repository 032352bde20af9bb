package storage

import (
	"context"
)

// UserFilter narrows Users. Empty members match all.
type UserFilter struct {
	Search string // part of name or address
	State  string // active, disabled or admin
}

const userColumns = `users.id, email, email_key, name, password_hash, password_changed_at, is_admin, epoch, disabled_at,
	last_sign_in_at, users.created_at, updated_at`

func userFields(u *User) []any {
	return []any{&u.ID, &u.Email, &u.EmailKey, &u.Name, &u.PasswordHash, (*instant)(&u.PasswordChangedAt), &u.IsAdmin,
		&u.Epoch, (*instant)(&u.DisabledAt), (*instant)(&u.LastSignInAt), (*instant)(&u.CreatedAt), (*instant)(&u.UpdatedAt)}
}

func scanUser(r row) (User, error) {
	var u User
	err := r.Scan(userFields(&u)...)
	return u, err
}

// User returns a user, disabled ones too. Error: ErrNotFound.
func (r reads) User(ctx context.Context, id ID) (User, error) {
	return one(ctx, r, "read user", scanUser, "select "+userColumns+" from users where id = $1", id.key())
}

// UserByEmailKey returns the user with this normalised address. Error: ErrNotFound.
func (r reads) UserByEmailKey(ctx context.Context, key string) (User, error) {
	return one(ctx, r, "read user by address", scanUser, "select "+userColumns+" from users where email_key = $1", key)
}

// Users lists users by address, and the cursor of the next page, empty at the end.
func (r reads) Users(ctx context.Context, f UserFilter, p Page) ([]User, string, error) {
	var where filter
	where.contains(f.Search, "name", "email")
	switch f.State {
	case "active":
		where.add("disabled_at is null")
	case "disabled":
		where.add("disabled_at is not null")
	case "admin":
		where.add("is_admin")
	}
	if after := p.after(); after != "" {
		where.add("email_key > ?", after)
	}
	query := "select " + userColumns + " from users" + where.where() + " order by email_key" + where.limit(p)
	rows, err := all(ctx, r, "list users", scanUser, query, where.args...)
	if err != nil {
		return nil, "", err
	}
	rows, next := cut(rows, p, func(u User) string { return u.EmailKey })
	return rows, next, nil
}

// HasAdmin tells whether an administrator exists that is not disabled.
func (r reads) HasAdmin(ctx context.Context) (bool, error) {
	return one(ctx, r, "look for an administrator", scanOf[bool],
		"select exists (select 1 from users where is_admin and disabled_at is null)")
}

// InsertUser adds a user. Error: ErrConflict, the address is taken.
func (tx *Tx) InsertUser(ctx context.Context, u User) error {
	_, err := tx.exec(ctx, "insert user", `
		insert into users (id, email, email_key, name, password_hash, password_changed_at, is_admin, epoch, disabled_at,
			last_sign_in_at, created_at, updated_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		u.ID.key(), u.Email, u.EmailKey, u.Name, u.PasswordHash, micros(u.PasswordChangedAt), u.IsAdmin, u.Epoch,
		moment(u.DisabledAt), moment(u.LastSignInAt), micros(u.CreatedAt), micros(u.UpdatedAt))
	return err
}

// UpdateUser changes all columns but epoch and created_at. Errors: ErrNotFound; ErrConflict, the address is taken.
func (tx *Tx) UpdateUser(ctx context.Context, u User) error {
	return tx.must(ctx, "update user", `
		update users set email = $2, email_key = $3, name = $4, password_hash = $5, password_changed_at = $6,
			is_admin = $7, disabled_at = $8, last_sign_in_at = $9, updated_at = $10
		where id = $1`,
		u.ID.key(), u.Email, u.EmailKey, u.Name, u.PasswordHash, micros(u.PasswordChangedAt), u.IsAdmin,
		moment(u.DisabledAt), moment(u.LastSignInAt), micros(u.UpdatedAt))
}

// DeleteUser removes a user with sessions, consents, memberships and failures. The caller revokes the grants first.
// Error: ErrNotFound.
func (tx *Tx) DeleteUser(ctx context.Context, id ID) error {
	if err := tx.must(ctx, "delete user", "delete from users where id = $1", id.key()); err != nil {
		return err
	}
	return tx.deleteFailures(ctx, "user", id.String())
}

// BumpUserEpoch ends whatever carries the user's present epoch, and returns the next one. Error: ErrNotFound.
func (tx *Tx) BumpUserEpoch(ctx context.Context, id ID) (epoch int64, err error) {
	return one(ctx, tx.reads, "raise user epoch", scanOf[int64],
		"update users set epoch = epoch + 1 where id = $1 returning epoch", id.key())
}
