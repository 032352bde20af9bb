package identity

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

func TestDeviceRemembersItsLastOwners(t *testing.T) {
	t.Parallel()
	dev := device{id: [16]byte{1}}
	for i := range maxOwners + 2 {
		dev = dev.with(ownerHash(fmt.Sprint(i)))
	}
	dev = dev.with(ownerHash("4"))
	again, ok := parseDevice(dev.payload())
	if !ok || again.id != dev.id || !slices.Equal(again.owners, dev.owners) {
		t.Fatalf("wrote %v, read %v", dev, again)
	}
	if len(again.owners) != maxOwners || again.owners[0] != ownerHash("4") || slices.Contains(again.owners, ownerHash("1")) {
		t.Errorf("owners %x", again.owners)
	}
}

func FuzzParseDevice(f *testing.F) {
	f.Add(device{}.payload())
	f.Add(device{id: [16]byte{7}}.with(ownerHash("a")).with(ownerHash("b")).payload())
	f.Add([]byte{deviceVersion})
	f.Fuzz(func(t *testing.T, payload []byte) {
		dev, ok := parseDevice(payload)
		if ok && (len(dev.owners) > maxOwners || !bytes.Equal(dev.payload(), payload)) {
			t.Errorf("%x was read as %v", payload, dev)
		}
	})
}
