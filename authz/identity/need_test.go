package identity

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"
)

var (
	someTime  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	publisher = ID{1}
)

func given() Consent {
	return Consent{
		ID: ID{9}, PublisherID: publisher, Scopes: []string{"posts:read", "posts:write"}, RedirectHosts: []string{"a.example"},
		CreatedAt: someTime.Add(-day), ExpiresAt: someTime.Add(day),
	}
}

func TestNeedC21(t *testing.T) {
	t.Parallel()
	both := []string{"posts:read", "posts:write"}
	for _, row := range []struct {
		name      string
		change    func(*Consent)
		requested []string
		host      string
		want      Need
	}{
		{"all was allowed: not asked", nil, both, "a.example", Need{Already: both}},
		{"fewer scopes: not asked", nil, both[:1], "a.example", Need{Already: both[:1]}},
		{"nothing was allowed: asked", func(c *Consent) { *c = Consent{} }, both, "a.example", Need{Ask: true, New: both}},
		{"C9 a new scope: asked, the old ones apart", nil, []string{"posts:read", "jobs:read"}, "a.example", Need{Ask: true, New: []string{"jobs:read"}, Already: both[:1]}},
		{"C8 an optional scope was left out: not asked again", func(c *Consent) { c.Declined = []string{"jobs:read"} }, []string{"posts:read", "jobs:read"}, "a.example", Need{Already: both[:1], Left: []string{"jobs:read"}}},
		{"scopes are case-sensitive (RFC 6749 3.3)", nil, []string{"Posts:read"}, "a.example", Need{Ask: true, New: []string{"Posts:read"}}},
		{"another redirect host: asked", nil, both, "b.example", Need{Ask: true, Already: both}},
		{"another publisher: asked for all", func(c *Consent) { c.PublisherID = ID{2} }, both, "a.example", Need{Ask: true, New: both}},
		{"expired: asked for all", func(c *Consent) { c.ExpiresAt = someTime }, both, "a.example", Need{Ask: true, New: both}},
		{"without an end: not asked", func(c *Consent) { c.ExpiresAt = time.Time{} }, both, "a.example", Need{Already: both}},
		{"no scope requested, nothing allowed: asked", func(c *Consent) { *c = Consent{} }, nil, "a.example", Need{Ask: true}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			c := given()
			if row.change != nil {
				row.change(&c)
			}
			if got := NeedFor(c, row.requested, row.host, publisher, someTime); !reflect.DeepEqual(got, row.want) {
				t.Errorf("got %+v, want %+v", got, row.want)
			}
		})
	}
}

func TestMergeConsent(t *testing.T) {
	t.Parallel()
	in := ConsentInput{Scopes: []string{"jobs:read", "posts:read", "jobs:read"}, RedirectHost: "b.example", PublisherID: publisher}

	t.Run("adds to what holds", func(t *testing.T) {
		t.Parallel()
		c := in.merge(given(), someTime, day)
		if !slices.Equal(c.Scopes, []string{"posts:read", "posts:write", "jobs:read"}) ||
			!slices.Equal(c.RedirectHosts, []string{"a.example", "b.example"}) ||
			c.ID != given().ID || !c.CreatedAt.Equal(given().CreatedAt) || !c.ExpiresAt.Equal(someTime.Add(day)) {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("starts anew for another publisher", func(t *testing.T) {
		t.Parallel()
		old := given()
		old.PublisherID = ID{2}
		c := in.merge(old, someTime, day)
		if !slices.Equal(c.Scopes, []string{"jobs:read", "posts:read"}) || !slices.Equal(c.RedirectHosts, []string{"b.example"}) || !c.CreatedAt.Equal(someTime) {
			t.Errorf("got %+v", c)
		}
	})
	t.Run("forgets the first of too many hosts", func(t *testing.T) {
		t.Parallel()
		old := given()
		old.RedirectHosts = nil
		for i := range maxHosts {
			old.RedirectHosts = append(old.RedirectHosts, strconv.Itoa(i))
		}
		c := in.merge(old, someTime, day)
		if len(c.RedirectHosts) != maxHosts || c.RedirectHosts[0] != "1" || c.RedirectHosts[maxHosts-1] != "b.example" {
			t.Errorf("got %v", c.RedirectHosts)
		}
	})
}
