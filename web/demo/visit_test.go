package demo

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func TestVisitsAreBounded(t *testing.T) {
	t.Parallel()
	now := time.Now()
	vs := newVisits(func() time.Time { return now })
	first := vs.begin(visit{})
	var last string
	for range maxVisits {
		now = now.Add(time.Second)
		last = vs.begin(visit{})
	}
	if len(vs.all) != maxVisits {
		t.Errorf("%d visits are kept, want %d", len(vs.all), maxVisits)
	}
	if _, ok := vs.find(first); ok {
		t.Error("the oldest was not the one to go")
	}
	if _, ok := vs.find(last); !ok {
		t.Error("the newest is gone")
	}
}

func TestVisitsEnd(t *testing.T) {
	t.Parallel()
	now := time.Now()
	vs := newVisits(func() time.Time { return now })
	id := vs.begin(visit{state: "s"})
	now = now.Add(visitTTL)
	if _, ok := vs.find(id); ok {
		t.Error("a visit is found after its time")
	}
	if _, ok := vs.answered(id, "s"); ok {
		t.Error("a visit is answered after its time")
	}
}

func TestAStateIsUsedOnce(t *testing.T) {
	t.Parallel()
	vs := newVisits(time.Now)
	id, connected := vs.begin(visit{state: "s", verifier: "v"}), vs.begin(visit{token: &oauth2.Token{}})
	for name, row := range map[string]struct{ id, state string }{
		"another state": {id, "x"}, "no state": {id, ""}, "another visit": {"x", "s"}, "a visit that asked nothing": {connected, ""},
	} {
		if _, ok := vs.answered(row.id, row.state); ok {
			t.Errorf("%s was taken", name)
		}
	}
	if v, ok := vs.answered(id, "s"); !ok || v.verifier != "v" {
		t.Error("the right answer was refused")
	}
	if _, ok := vs.answered(id, "s"); ok {
		t.Error("the right answer was taken twice")
	}
}

func TestATokenIsMasked(t *testing.T) {
	t.Parallel()
	long := "pat_" + strings.Repeat("x", 100) + "tail"
	if got := mask(long); got != "pat_xxxx…tail" {
		t.Errorf("masked: %q", got)
	}
	if got := mask("short-secret"); got != "…" {
		t.Errorf("a short one is shown: %q", got)
	}
}
