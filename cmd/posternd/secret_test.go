package main

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestOfTwoFirstStartsBothUseOneSecret(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "secret")
	secrets := make([]string, 20)
	var racers sync.WaitGroup
	for i := range secrets {
		racers.Go(func() {
			secret, err := makeSecretFile(path)
			if err != nil {
				t.Errorf("make: %v", err)
			}
			secrets[i] = string(secret)
		})
	}
	racers.Wait()
	for _, secret := range secrets {
		if secret != secrets[0] || len(secret) < minSecret {
			t.Fatalf("one has a secret of its own, or one of %d bytes", len(secret))
		}
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("%d files are left, want the secret alone (%v)", len(entries), err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, want 0600 (%v)", info.Mode(), err)
	}
}

func TestASecretThatIsThereIsNeverReplacedByAFirstStart(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	const old = "a secret that somebody put here before"
	if err := os.WriteFile(path, []byte(old+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if secret, err := makeSecretFile(path); err != nil || string(secret) != old {
		t.Errorf("the secret is another now (%v)", err)
	}
}
