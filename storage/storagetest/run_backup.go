package storagetest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/storage"
)

func backup(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	x := Fill(t, s, noon)
	g := inserted(t, s, x)
	child := storage.Organization{ID: storage.NewID(noon), Slug: "child", Name: "Child", CreatedAt: noon, UpdatedAt: noon}
	parent := x.Org
	parent.ParentID = child.ID // refers to a row that comes after it
	Write(t, s, func(ctx context.Context, tx *storage.Tx) error {
		return errors.Join(tx.InsertOrganization(ctx, child), tx.UpdateOrganization(ctx, parent),
			tx.InsertScope(ctx, storage.Scope{Name: "s", Title: "S", Sensitive: true}))
	})
	s.CountLater("client", x.Client.ID, "issued", noon)

	path := filepath.Join(t.TempDir(), "backup.db")
	stop := refreshing(ctx, s, x, inserted(t, s, x))
	err := s.Backup(ctx, path)
	stop()
	wantErr(t, "backup", err, nil)
	info, err := os.Stat(path)
	wantErr(t, "stat", err, nil)
	want(t, "only its owner reads it", info.Mode().Perm(), 0o600)
	wantErr(t, "an existing file is kept", s.Backup(ctx, path), os.ErrExist)

	for name, target := range map[string]string{"sqlite": SQLiteURL(t), "postgres": PostgresURL(t)} {
		wantErr(t, name+": restore", storage.Restore(ctx, target, path), nil)
		r := at(t, target, nil)
		want(t, name+": user", must[storage.User](t)(r.User(ctx, x.User.ID)), x.User)
		want(t, name+": organization", must[storage.Organization](t)(r.Organization(ctx, parent.ID)), parent)
		want(t, name+": grant", must[storage.Grant](t)(r.Grant(ctx, g.ID)), g)
		want(t, name+": scope", must[storage.Scope](t)(r.Scope(ctx, "s")).Sensitive, true)
		want(t, name+": counts", len(must[[]storage.Count](t)(r.Counts(ctx, "client", x.Client.ID, 0))), 1)
		_, err := r.RotateGrant(ctx, x.Rotation(g, 0))
		wantErr(t, name+": clients go on", err, nil)
	}
}

// refreshing refreshes a grant again and again until it is stopped.
func refreshing(ctx context.Context, s *storage.Store, x *Sample, g storage.Grant) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var wait sync.WaitGroup
	wait.Go(func() {
		for generation := int64(0); ctx.Err() == nil; generation++ {
			if _, err := s.RotateGrant(ctx, x.Rotation(g, generation)); err != nil {
				return
			}
		}
	})
	return func() {
		cancel()
		wait.Wait()
	}
}

func restoreRefuses(t *testing.T, url string) {
	s, ctx := at(t, url, nil), t.Context()
	Fill(t, s, noon)
	path := filepath.Join(t.TempDir(), "backup.db")
	wantErr(t, "backup", s.Backup(ctx, path), nil)
	wantErr(t, "into a database with rows", storage.Restore(ctx, url, path), storage.ErrNotEmpty)
	wantErr(t, "of no file", storage.Restore(ctx, url, path+"x"), os.ErrNotExist)
	empty := filepath.Join(t.TempDir(), "empty.db")
	wantErr(t, "into a database without a schema", storage.Restore(ctx, "sqlite:"+empty, path), storage.ErrSchemaBehind)
}

func schemaVersions(t *testing.T, url string) {
	ctx := t.Context()
	at(t, url, nil)
	current, latest, pending, err := storage.MigrationStatus(ctx, url)
	wantErr(t, "status", err, nil)
	want(t, "up to date", current == latest && latest > 0, true)
	want(t, "nothing pending", len(pending), 0)
	wantErr(t, "again", storage.Migrate(ctx, url), nil)

	setSchema(t, url, latest+1)
	config := storage.Config{URL: url, Now: time.Now}
	_, err = storage.Open(ctx, config)
	wantErr(t, "newer", err, storage.ErrSchemaNewer)
	wantErr(t, "newer", storage.Migrate(ctx, url), storage.ErrSchemaNewer)
	setSchema(t, url, 0)
	_, err = storage.Open(ctx, config)
	wantErr(t, "behind", err, storage.ErrSchemaBehind)
	want(t, "what to do", strings.Contains(err.Error(), "posternd migrate up"), true)
	_, _, pending, err = storage.MigrationStatus(ctx, url)
	wantErr(t, "status", err, nil)
	want(t, "the first that is pending", pending[0], "00001_gate.sql")
}
