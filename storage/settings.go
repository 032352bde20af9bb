package storage

import (
	"context"
	"time"
)

// Setting returns a value that the server keeps. Error: ErrNotFound.
func (r reads) Setting(ctx context.Context, name string) ([]byte, error) {
	return one(ctx, r, "read setting", scanOf[[]byte], "select value from settings where name = $1", name)
}

// PutSetting sets a value.
func (tx *Tx) PutSetting(ctx context.Context, name string, value []byte, at time.Time) error {
	_, err := tx.exec(ctx, "put setting", `
		insert into settings (name, value, updated_at) values ($1, $2, $3)
		on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
		name, filled(value), micros(at))
	return err
}

// InsertSettingOnce sets a value that is not there yet, and keeps one that is.
func (tx *Tx) InsertSettingOnce(ctx context.Context, name string, value []byte, at time.Time) error {
	_, err := tx.exec(ctx, "insert setting", `
		insert into settings (name, value, updated_at) values ($1, $2, $3) on conflict (name) do nothing`,
		name, filled(value), micros(at))
	return err
}

// filled keeps an empty value from becoming null.
func filled(value []byte) []byte {
	if value == nil {
		return []byte{}
	}
	return value
}
