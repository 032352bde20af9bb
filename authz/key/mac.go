package key

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"
)

// MAC is HMAC-SHA256 for one purpose under one key. It is safe for concurrent use.
type MAC struct {
	ID    ID
	KID   string
	ready *sync.Pool // of hash.Hash: a keyed state is worth four allocations
}

// Sum returns the 32 bytes of the MAC over a followed by b.
func (m *MAC) Sum(a, b []byte) (sum [sha256.Size]byte) {
	h := m.ready.Get().(hash.Hash)
	h.Reset()
	h.Write(a)
	h.Write(b)
	h.Sum(sum[:0])
	m.ready.Put(h)
	return sum
}

// macKey is a key of use mac: a MAC for each purpose, and the Sealer of SealLasting.
type macKey struct {
	macs    [len(macPurposes)]MAC
	lasting Sealer
}

func newMACKey(id ID, material []byte, issuer string) (k *macKey, err error) {
	k = new(macKey)
	if k.lasting, err = newSealer(SealLasting, id, UseMAC, material, issuer); err != nil {
		return nil, err
	}
	for p, purpose := range macPurposes {
		sub, err := subkey(material, purpose)
		if err != nil {
			return nil, err
		}
		k.macs[p] = MAC{ID: id, KID: id.kid(UseMAC), ready: &sync.Pool{New: func() any { return hmac.New(sha256.New, sub) }}}
	}
	return k, nil
}
