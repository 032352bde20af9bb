package identity

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"slices"
)

const (
	devicePurpose = "device"
	deviceVersion = 1
	maxOwners     = 5 // accounts that a browser remembers having signed in to
)

// device is what a device cookie says: this browser has signed in to these accounts. It lets nobody in. It only has
// attempts from this browser counted by themselves, so that whoever attacks an account cannot keep its owner out. It is
// renewed at each sign-in, and lasts no longer than the key that sealed it verifies.
type device struct {
	id     [16]byte
	owners [][16]byte // hashes of e-mail keys, last used first
}

// openDevice reads a device cookie. One that is not ours or is too old is a browser not seen before.
func (d *Directory) openDevice(cookie string) (device, bool) {
	if cookie == "" {
		return device{}, false
	}
	payload, err := d.mint.OpenState(devicePurpose, cookie, nil)
	if err != nil {
		return device{}, false
	}
	return parseDevice(payload)
}

// deviceFor is the id of the browser with this cookie, or empty if it has not signed in to the account of key.
func (d *Directory) deviceFor(cookie, key string) string {
	dev, ok := d.openDevice(cookie)
	if !ok || !slices.Contains(dev.owners, ownerHash(key)) {
		return ""
	}
	return string(dev.id[:])
}

// renewDevice is the cookie for a browser that has just signed in to the account of key.
func (d *Directory) renewDevice(cookie, key string) (string, error) {
	dev, ok := d.openDevice(cookie)
	if !ok {
		rand.Read(dev.id[:])
	}
	sealed, err := d.mint.SealState(devicePurpose, dev.with(ownerHash(key)).payload(), d.now().Add(d.ttl.device), nil)
	if err != nil {
		return "", fmt.Errorf("seal device cookie: %w", err)
	}
	return sealed, nil
}

// with puts owner first and forgets the one that was not used for longest.
func (dev device) with(owner [16]byte) device {
	owners := [][16]byte{owner}
	for _, o := range dev.owners {
		if o != owner && len(owners) < maxOwners {
			owners = append(owners, o)
		}
	}
	return device{dev.id, owners}
}

func (dev device) payload() []byte {
	var b bytes.Buffer
	b.WriteByte(deviceVersion)
	b.Write(dev.id[:])
	for _, o := range dev.owners {
		b.Write(o[:])
	}
	return b.Bytes()
}

func parseDevice(payload []byte) (device, bool) {
	var dev device
	n := len(dev.id)
	if len(payload) < 1+n || payload[0] != deviceVersion || (len(payload)-1)%n != 0 || len(payload) > 1+n*(1+maxOwners) {
		return device{}, false
	}
	copy(dev.id[:], payload[1:])
	for owner := range slices.Chunk(payload[1+n:], n) {
		dev.owners = append(dev.owners, [16]byte(owner))
	}
	return dev, true
}

func ownerHash(key string) [16]byte {
	sum := sha256.Sum256([]byte(key))
	return [16]byte(sum[:16])
}
