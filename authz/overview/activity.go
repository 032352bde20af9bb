package overview

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"postern/authz/event"
	"postern/storage"
)

// Window is how many days the figures go back, today included.
const Window = 30

// What authz/grant counts of a client: issued.<grant type>, error.<code> and authorized.
const (
	issued     = "issued."
	failed     = "error."
	authorized = "authorized"
)

// Day is how much was counted on one day of UTC.
type Day struct {
	Date  time.Time
	Count int64
}

// CodeCount is how often an error code was answered, and when last.
type CodeCount struct {
	Code  string
	Count int64
	Last  time.Time
}

// Activity is what a client did within Window.
type Activity struct {
	Issued         []Day       // tokens, oldest first, days without any too
	Errors         []CodeCount // most frequent first
	LastAuthorized time.Time   // zero: not within Window
	LastIssued     time.Time   // likewise
	Grants         int64       // live now
}

// Issued counts the tokens that all clients got on each day of Window, oldest first.
func (b *Board) Issued(ctx context.Context) ([]Day, error) {
	counts, err := b.counts(ctx, "", Window)
	if err != nil {
		return nil, err
	}
	return b.summarize(counts).Issued, nil
}

// Client returns the activity of a client. One that does not exist has none.
func (b *Board) Client(ctx context.Context, id string) (Activity, error) {
	counts, err := b.counts(ctx, id, Window)
	if err != nil {
		return Activity{}, err
	}
	a := b.summarize(counts)
	if a.Grants, err = b.LiveGrants(ctx, id); err != nil {
		return Activity{}, err
	}
	return a, nil
}

// LiveGrants counts the live grants of a client.
func (b *Board) LiveGrants(ctx context.Context, id string) (int64, error) {
	n, err := b.store.LiveGrants(ctx, id, b.now())
	if err != nil {
		return 0, fmt.Errorf("count grants of client: %w", err)
	}
	return n, nil
}

// LastUsed is when each of some clients last got a token, by one query. Those that never did, or longer ago than counts
// are kept, are left out.
func (b *Board) LastUsed(ctx context.Context, ids []string) (map[string]time.Time, error) {
	last, err := b.store.LastCounted(ctx, event.ObjectClient, issued, ids)
	if err != nil {
		return nil, fmt.Errorf("read last use of clients: %w", err)
	}
	return last, nil
}

// IssuedLately counts the tokens that a client got today and yesterday, and within 7 days.
func (b *Board) IssuedLately(ctx context.Context, id string) (day, week int64, err error) {
	counts, err := b.counts(ctx, id, 7)
	if err != nil {
		return 0, 0, err
	}
	days := b.summarize(counts).Issued
	for i, d := range days {
		week += d.Count
		if i >= len(days)-2 {
			day += d.Count
		}
	}
	return day, week, nil
}

func (b *Board) counts(ctx context.Context, client string, days int64) ([]storage.Count, error) {
	counts, err := b.store.Counts(ctx, event.ObjectClient, client, dayOf(b.now())-days+1)
	if err != nil {
		return nil, fmt.Errorf("read activity: %w", err)
	}
	return counts, nil
}

func dayOf(t time.Time) int64 { return t.Unix() / int64(24*time.Hour/time.Second) }

// summarize sorts counts by what they mean.
func (b *Board) summarize(counts []storage.Count) Activity {
	first := dayOf(b.now()) - Window + 1
	a := Activity{Issued: make([]Day, Window)}
	for i := range a.Issued {
		a.Issued[i].Date = time.Unix((first+int64(i))*24*60*60, 0).UTC()
	}
	codes := map[string]CodeCount{}
	for _, c := range counts {
		code, isError := strings.CutPrefix(c.Kind, failed)
		switch {
		case isError:
			codes[code] = CodeCount{code, codes[code].Count + c.N, later(codes[code].Last, c.LastAt)}
		case strings.HasPrefix(c.Kind, issued):
			if i := c.Day - first; i >= 0 && i < Window {
				a.Issued[i].Count += c.N
			}
			a.LastIssued = later(a.LastIssued, c.LastAt)
		case c.Kind == authorized:
			a.LastAuthorized = later(a.LastAuthorized, c.LastAt)
		}
	}
	a.Errors = byFrequency(codes)
	return a
}

func byFrequency(codes map[string]CodeCount) []CodeCount {
	var list []CodeCount
	for _, c := range codes {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b CodeCount) int {
		if a.Count != b.Count {
			return int(b.Count - a.Count)
		}
		return strings.Compare(a.Code, b.Code)
	})
	return list
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
