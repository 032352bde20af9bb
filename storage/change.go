package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Change says that something cached changed. ID is the key of the client, scope or key that changed; of a revocation,
// Revocation is set instead.
type Change struct {
	Kind       ChangeKind
	ID         string
	Revocation Revocation
}

// ChangeKind is what changed.
type ChangeKind string

// The kinds of Change.
const (
	ChangeClient     ChangeKind = "client"
	ChangeScope      ChangeKind = "scope"
	ChangeKey        ChangeKind = "key"
	ChangeRevocation ChangeKind = "revocation"
)

// Listener hears of changes. Snapshot is called when the feed (re)connects: read everything anew; changes that come
// meanwhile are applied after it. Apply is called for each change, in commit order, one at a time; it must not block.
// A change may come twice, also once more after later ones: applying it again must do no harm.
type Listener interface {
	Snapshot(ctx context.Context) error
	Apply(c Change)
}

// notice is what travels between nodes: changes, or a beat by which a node hears itself.
type notice struct {
	Node    string       `json:"n,omitempty"`
	Beat    int64        `json:"b,omitempty"`
	Changes []wireChange `json:"c,omitempty"`
}

type wireChange struct {
	Kind       ChangeKind      `json:"k"`
	ID         string          `json:"i,omitempty"`
	Revocation *wireRevocation `json:"r,omitempty"`
}

type wireRevocation struct {
	Kind    RevocationKind `json:"k"`
	ID      string         `json:"i"`
	Epoch   int64          `json:"e,omitempty"`
	Owner   string         `json:"o,omitempty"`
	Expires int64          `json:"x"` // microseconds
}

// noticeSize keeps a notice under PostgreSQL's 8,000 bytes.
const noticeSize = 7000

// noticesOf packs changes into as few texts as fit.
func noticesOf(changes []Change) []string {
	var texts []string
	var batch []json.RawMessage
	size := 0
	flush := func() {
		if len(batch) > 0 {
			text, _ := json.Marshal(struct { // raw JSON of our own marshals
				Changes []json.RawMessage `json:"c"`
			}{batch})
			texts = append(texts, string(text))
		}
		batch, size = nil, 0
	}
	for _, c := range changes {
		text, _ := json.Marshal(c.wire()) // texts and numbers marshal
		if size+len(text) > noticeSize {
			flush()
		}
		batch, size = append(batch, text), size+len(text)+1
	}
	flush()
	return texts
}

func (c Change) wire() wireChange {
	if c.Kind != ChangeRevocation {
		return wireChange{Kind: c.Kind, ID: c.ID}
	}
	r := c.Revocation
	w := &wireRevocation{Kind: r.Kind, ID: r.ID.String(), Epoch: r.Epoch, Expires: micros(r.ExpiresAt)}
	if !r.Owner.IsZero() {
		w.Owner = r.Owner.String()
	}
	return wireChange{Kind: c.Kind, Revocation: w}
}

// parseNotice reads what noticesOf or a beat wrote. Kinds that a newer release may know are left out.
func parseNotice(text string) (n notice, changes []Change, err error) {
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		return n, nil, fmt.Errorf("parse notice: %w", err)
	}
	for _, w := range n.Changes {
		c := Change{Kind: w.Kind, ID: w.ID}
		switch w.Kind {
		case ChangeClient, ChangeScope, ChangeKey:
		case ChangeRevocation:
			if c.Revocation, err = w.Revocation.parse(); err != nil {
				return n, nil, fmt.Errorf("parse notice: %w", err)
			}
		default:
			continue
		}
		changes = append(changes, c)
	}
	return n, changes, nil
}

func (w *wireRevocation) parse() (Revocation, error) {
	if w == nil {
		return Revocation{}, fmt.Errorf("a revocation without its row")
	}
	id, err := ParseID(w.ID)
	if err != nil {
		return Revocation{}, err
	}
	r := Revocation{Kind: w.Kind, ID: id, Epoch: w.Epoch, ExpiresAt: time.UnixMicro(w.Expires).UTC()}
	if w.Owner != "" {
		r.Owner, err = ParseID(w.Owner)
	}
	return r, err
}
