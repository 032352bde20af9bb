package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// demoFile is what is kept of the demo from start to start: what cannot be read out of the database.
type demoFile struct {
	Passwords map[string]string `json:"passwords"`      // by e-mail address
	Secrets   map[string]string `json:"client_secrets"` // by client_id
}

// readDemoFile reads the file at path, or begins a new one.
func readDemoFile(path string) (demoFile, error) {
	f := demoFile{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f, fmt.Errorf("read the demo's passwords: %s: %w (without the file, new ones are made)", path, err)
	}
	if f.Passwords == nil {
		f.Passwords = map[string]string{}
	}
	if f.Secrets == nil {
		f.Secrets = map[string]string{}
	}
	return f, nil
}

// password returns the kept password of a user, or a fresh one of 80 random bits that can be typed.
func (f *demoFile) password(email string) (text string, fresh bool) {
	if text = f.Passwords[email]; text != "" {
		return text, false
	}
	random := strings.ToLower(rand.Text())
	text = strings.Join([]string{random[:4], random[4:8], random[8:12], random[12:16]}, "-")
	f.Passwords[email] = text
	return text, true
}

// write keeps f at path, for this user's eyes only.
func (f *demoFile) write(path string) error {
	text, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("keep the demo's passwords: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("keep the demo's passwords: %w", err)
	}
	if err := writeSecretFile(path, string(text)+"\n", os.Rename); err != nil {
		return fmt.Errorf("keep the demo's passwords: %w", err)
	}
	return nil
}
