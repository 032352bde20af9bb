package mirror

import (
	"encoding/binary"
	"runtime"
	"testing"
	"time"

	"postern/storage"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func id(n uint64) (id storage.ID) {
	binary.BigEndian.PutUint64(id[8:], n)
	return id
}

func TestWhatARevocationEnds(t *testing.T) {
	t.Parallel()
	token := Carrier{Token: id(1), Grant: id(2), User: id(3), UserEpoch: 5, Client: "app", ClientEpoch: 7}
	app := storage.ClientKey("app")
	for _, row := range []struct {
		name string
		with storage.Revocation
		dead bool
	}{
		{"itself", storage.Revocation{Kind: storage.RevokedToken, ID: id(1)}, true},
		{"another token", storage.Revocation{Kind: storage.RevokedToken, ID: id(9)}, false},
		{"a token whose id is its grant's", storage.Revocation{Kind: storage.RevokedToken, ID: id(2)}, false},
		{"its grant", storage.Revocation{Kind: storage.RevokedGrant, ID: id(2)}, true},
		{"its user, to a later epoch", storage.Revocation{Kind: storage.RevokedUser, ID: id(3), Epoch: 6}, true},
		{"its user, to its own epoch: it was issued after", storage.Revocation{Kind: storage.RevokedUser, ID: id(3), Epoch: 5}, false},
		{"its client, to a later epoch", storage.Revocation{Kind: storage.RevokedClient, ID: app, Epoch: 8}, true},
		{"its client, to its own epoch: it was issued after", storage.Revocation{Kind: storage.RevokedClient, ID: app, Epoch: 7}, false},
		{"another client", storage.Revocation{Kind: storage.RevokedClient, ID: storage.ClientKey("App"), Epoch: 8}, false},
	} {
		r := newRevoked()
		row.with.ExpiresAt = noon.Add(time.Hour)
		r.add(row.with, noon)
		if got := r.dead(&token, app, noon); got != row.dead {
			t.Errorf("%s: dead is %t", row.name, got)
		}
	}
}

// A client token has no grant and no user: the zero id must not stand for "revoked" though somebody revoked a zero id.
func TestZeroIDsAreNobody(t *testing.T) {
	t.Parallel()
	r := newRevoked()
	r.add(storage.Revocation{Kind: storage.RevokedGrant, ExpiresAt: noon.Add(time.Hour)}, noon)
	if r.dead(&Carrier{Token: id(1), Client: "app"}, storage.ClientKey("app"), noon) {
		t.Fatal("a token without a grant is dead")
	}
}

func TestRevocationsAreForgottenWhenTheyAreOver(t *testing.T) {
	t.Parallel()
	r := newRevoked()
	owner := storage.ClientKey("app")
	for n := range uint64(100) {
		r.add(storage.Revocation{Kind: storage.RevokedToken, ID: id(n + 1), Owner: owner, ExpiresAt: noon.Add(time.Hour)}, noon)
		r.add(storage.Revocation{Kind: storage.RevokedToken, ID: id(n + 1), Owner: owner, ExpiresAt: noon.Add(time.Hour)}, noon) // twice is once
	}
	if n := r.owned[owner].tokens; n != 100 {
		t.Fatalf("the client has %d revoked tokens, want 100", n)
	}
	r.add(storage.Revocation{Kind: storage.RevokedGrant, ID: id(1), ExpiresAt: noon.Add(3 * time.Hour)}, noon.Add(2*time.Hour))
	if n := r.owned[owner].tokens; n != 0 || len(r.tokens) != 0 || len(r.grants) != 1 {
		t.Fatalf("left: %d tokens of the client, %d tokens, %d grants", n, len(r.tokens), len(r.grants))
	}
}

// Every node holds every revocation in memory: at most 48 bytes each.
func TestARevocationTakesAtMost48Bytes(t *testing.T) {
	const n = 100_000
	for name, kind := range map[string]storage.RevocationKind{"token": storage.RevokedToken, "grant": storage.RevokedGrant} {
		r := newRevoked()
		before := heap()
		for i := range uint64(n) {
			r.add(storage.Revocation{Kind: kind, ID: storage.NewID(noon), Owner: id(i % 50), ExpiresAt: noon.Add(time.Hour)}, noon)
		}
		each := float64(heap()-before) / n
		if each > 48 {
			t.Errorf("%s: %.1f bytes each", name, each)
		}
		runtime.KeepAlive(r)
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
