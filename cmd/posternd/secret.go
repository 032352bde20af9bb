package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// errNoSecret: nothing says what the secret is, and none can be made here.
var errNoSecret = errors.New(`no secret: make one and say where it is:
  openssl rand -base64 32 > /etc/postern/secret && chmod 600 /etc/postern/secret
  posternd ... --secret-file /etc/postern/secret   (or POSTERN_SECRET_FILE, or secret_file in postern.yaml)`)

// besideFile is where the secret of a SQLite database lies, when no setting says otherwise: "" on PostgreSQL.
func (c *Config) besideFile() string {
	path := c.sqlitePath()
	if path == "" || c.Secret != "" {
		return ""
	}
	return filepath.Join(filepath.Dir(path), "secret")
}

// secret returns what everything stored is sealed under. Beside a SQLite database that has no keys yet, it makes one.
func (o *office) secret(ctx context.Context) ([]byte, error) {
	if o.config.Secret != "" {
		return []byte(o.config.Secret), nil
	}
	file := o.config.besideFile()
	if file == "" {
		return nil, errNoSecret
	}
	text, err := readSecretFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return []byte(text), err
	}
	keys, err := o.store.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for keys: %w", err)
	}
	if len(keys) > 0 {
		return nil, fmt.Errorf("the database has keys, and %s, which they are sealed under, is gone: put it back, or name it with --secret-file", file)
	}
	return makeSecretFile(file)
}

// readSecretFile reads a secret as an editor or openssl leaves it: without the line's end.
func readSecretFile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return secret, nil
}

// makeSecretFile makes a secret of 32 random bytes that only this user can read. Of two that start at once, both use the
// one whose file came first.
func makeSecretFile(path string) ([]byte, error) {
	b := make([]byte, 32)
	rand.Read(b)
	if err := writeSecretFile(path, base64.StdEncoding.EncodeToString(b)+"\n", os.Link); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("make %s: %w", path, err)
	}
	text, err := readSecretFile(path)
	return []byte(text), err
}

// writeSecretFile writes text beside path and moves it there: with os.Link only where nothing is, with os.Rename over
// what is. Nobody ever reads half of it.
func writeSecretFile(path, text string, move func(from, to string) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".secret-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return move(f.Name(), path)
}
