package storage

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sampleChanges() []Change {
	now := time.UnixMicro(1_700_000_000_123_456).UTC()
	changes := []Change{
		{Kind: ChangeClient, ID: "a \"quoted\"\nclient\u2028"},
		{Kind: ChangeScope, ID: "read"},
		{Kind: ChangeKey, ID: "kid"},
		{Kind: ChangeRevocation, Revocation: Revocation{Kind: RevokedUser, ID: NewID(now), Epoch: 7, ExpiresAt: now}},
		{Kind: ChangeRevocation, Revocation: Revocation{Kind: RevokedToken, ID: NewID(now), Owner: ClientKey("c"), ExpiresAt: now}},
	}
	for i := range 300 {
		changes = append(changes, Change{Kind: ChangeClient, ID: fmt.Sprintf("client-%d", i)})
	}
	return changes
}

func TestNoticesCarryChanges(t *testing.T) {
	t.Parallel()
	sent := sampleChanges()
	var got []Change
	for _, text := range noticesOf(sent) {
		if len(text) >= 8000 {
			t.Errorf("PostgreSQL takes notices below 8,000 bytes: this has %d", len(text))
		}
		_, changes, err := parseNotice(text)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, changes...)
	}
	if !reflect.DeepEqual(got, sent) {
		t.Fatalf("got %v, want %v", got[:5], sent[:5])
	}
}

func TestNoticesFromANewerRelease(t *testing.T) {
	t.Parallel()
	_, changes, err := parseNotice(`{"c":[{"k":"planet","i":"mars"},{"k":"scope","i":"s","new":1}]}`)
	if want := []Change{{Kind: ChangeScope, ID: "s"}}; err != nil || !reflect.DeepEqual(changes, want) {
		t.Fatalf("got %v, %v", changes, err)
	}
}

func FuzzParseNotice(f *testing.F) {
	for _, text := range noticesOf(sampleChanges()[:5]) {
		f.Add(text)
	}
	f.Add(`{"n":"node","b":12}`)
	f.Add(`{"c":[{"k":"revocation"}]}`)
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		_, changes, err := parseNotice(text)
		if err != nil || len(changes) == 0 {
			return
		}
		again := noticesOf(changes)
		_, second, err := parseNotice(again[0])
		if err != nil || len(again) == 1 && !reflect.DeepEqual(second, changes) {
			t.Fatalf("%v came back as %v (%v)", changes, second, err)
		}
	})
}

func FuzzParseID(f *testing.F) {
	f.Add(NewID(time.UnixMilli(1_700_000_000_000)).String())
	f.Add(strings.Repeat("0", 26))
	f.Add(strings.Repeat("z", 26))
	f.Fuzz(func(t *testing.T, s string) {
		if id, err := ParseID(s); err == nil && id.String() != s {
			t.Fatalf("%q came back as %q", s, id)
		}
	})
}

func FuzzParseCursor(f *testing.F) {
	f.Add(cursor("A name. With dots", "id.with.dots"))
	f.Add("!.x")
	f.Fuzz(func(t *testing.T, s string) {
		name, id := parseCursor(s)
		if n, i := parseCursor(cursor(name, id)); n != name || i != id {
			t.Fatalf("(%q, %q) came back as (%q, %q)", name, id, n, i)
		}
	})
}
