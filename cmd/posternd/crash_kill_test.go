package main

import (
	"database/sql"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/storage/storagetest"
)

// holding is what a client has of one grant, as far as the server has acknowledged it.
type holding struct {
	code          url.Values
	redeemed      bool // the code was exchanged; otherwise the exchange may or may not have happened
	access        string
	refresh       string // the last one that arrived
	endedGrant    bool   // revoked by its refresh token, or by a replay of its code
	endedAccess   bool   // access is revoked
	maybeRevoking bool   // a revocation was under way: either may be
}

// mob is clients under load on a server that gets killed.
type mob struct {
	*app
	cookies string
	acked   atomic.Int64

	mu    sync.Mutex
	round []*holding // of this life of the server
	ended []*holding // of all lives: what must stay dead
}

// rampage has so many clients go on until the server dies, which it does after that many acknowledged answers.
func (m *mob) rampage(clients int, kills int64) {
	m.round = nil
	m.acked.Store(0)
	var wg sync.WaitGroup
	enough := make(chan struct{})
	var once sync.Once
	for range clients {
		wg.Go(func() {
			for m.life() {
				if m.acked.Load() >= kills {
					once.Do(func() { close(enough) })
				}
			}
		})
	}
	select {
	case <-enough:
	case <-m.d.ended:
	case <-time.After(10 * time.Second):
		m.d.t.Error("the server answers too little")
	}
	m.d.kill()
	wg.Wait()
}

// life is one code, its exchange, some refreshes and perhaps a revocation. It returns false when the server is dead.
func (m *mob) life() bool {
	code, err := m.code(m.cookies)
	if err != nil {
		return false
	}
	h := &holding{code: code}
	m.mu.Lock()
	m.round = append(m.round, h)
	m.mu.Unlock()
	first, err := m.ack(m.post("/oauth/token", code))
	if err != nil {
		return false
	}
	h.redeemed, h.access, h.refresh = true, first.Access, first.Refresh
	for range rand.IntN(3) {
		next, err := m.ack(m.post("/oauth/token", refreshForm(h.refresh)))
		if err != nil {
			return false
		}
		h.access, h.refresh = next.Access, next.Refresh
	}
	return m.perhapsRevoke(h)
}

func (m *mob) perhapsRevoke(h *holding) bool {
	token, done := h.refresh, &h.endedGrant
	switch rand.IntN(3) {
	case 0:
		return true
	case 1:
		token, done = h.access, &h.endedAccess
	}
	h.maybeRevoking = true
	if _, err := m.ack(m.post("/oauth/revoke", url.Values{"token": {token}})); err != nil {
		return false
	}
	h.maybeRevoking, *done = false, true
	return true
}

// ack counts an answer. Any answer but a good one is a fault: the server dies, but it does not falter.
func (m *mob) ack(got answer, err error) (answer, error) {
	if err != nil {
		return got, err
	}
	if got.Status != http.StatusOK {
		m.d.t.Errorf("under load: %d %s", got.Status, got.Error)
	}
	m.acked.Add(1)
	return got, nil
}

// check compares what the server knows after its restart with what it had acknowledged.
func (m *mob) check(replays int) {
	m.d.t.Helper()
	for _, h := range m.round {
		switch {
		case !h.redeemed:
			m.checkDoubtful(h)
		case h.maybeRevoking:
			if got := m.refresh(h.refresh); got.Status != http.StatusOK && got.Error != "invalid_grant" {
				m.d.t.Errorf("a grant whose revocation was under way: %d %s", got.Status, got.Error)
			}
		case h.endedGrant:
			m.ended = append(m.ended, h)
			m.checkEnded(h)
		default:
			m.checkLive(h)
			if replays > 0 {
				replays--
				m.replay(h)
			}
		}
	}
}

// checkDoubtful: the client lost the answer to its exchange, and tries again. It gets tokens, or the code is used up and
// its grant revoked.
func (m *mob) checkDoubtful(h *holding) {
	m.d.t.Helper()
	if got := m.must("/oauth/token", h.code); got.Status != http.StatusOK && got.Error != "invalid_grant" {
		m.d.t.Errorf("an exchange that was under way: %d %s", got.Status, got.Error)
	}
}

// checkLive: the last refresh token that arrived works, also when a newer one was under way, and an access token is what
// it was.
func (m *mob) checkLive(h *holding) {
	m.d.t.Helper()
	if m.active(h.access) == h.endedAccess {
		m.d.t.Errorf("an access token of which the revocation was acknowledged (%t) is active (%t)", h.endedAccess, !h.endedAccess)
	}
	got := m.refresh(h.refresh)
	if got.Status != http.StatusOK {
		m.d.t.Errorf("an acknowledged refresh token: %d %s", got.Status, got.Error)
		return
	}
	if !h.endedAccess {
		h.access = got.Access
	}
	h.refresh = got.Refresh
}

func (m *mob) checkEnded(h *holding) {
	m.d.t.Helper()
	if got := m.refresh(h.refresh); got.Error != "invalid_grant" {
		m.d.t.Errorf("the refresh token of a grant that was revoked: %d %s", got.Status, got.Error)
	}
	if m.active(h.access) {
		m.d.t.Error("the access token of a grant that was revoked is active")
	}
}

// replay uses a redeemed code again, which must be refused and end the grant.
func (m *mob) replay(h *holding) {
	m.d.t.Helper()
	if got := m.must("/oauth/token", h.code); got.Error != "invalid_grant" {
		m.d.t.Errorf("a code that was redeemed before the crash: %d %s", got.Status, got.Error)
	}
	h.endedGrant = true
	m.ended = append(m.ended, h)
	m.checkEnded(h)
}

// consistent looks past the server at what it left: nothing half done, no row without what it stands on.
func consistent(t *testing.T, database string) {
	t.Helper()
	db := storagetest.Raw(t, database)
	defer db.Close()
	if strings.HasPrefix(database, "sqlite:") {
		for _, pragma := range []string{"pragma integrity_check", "pragma foreign_key_check"} {
			if found := first(t, db, pragma); found != "ok" && found != "" {
				t.Errorf("%s: %s", pragma, found)
			}
		}
	}
	for what, query := range map[string]string{
		"revoked grants that no node hears of": `select count(*) from grants where revoked_at is not null
			and not exists (select 1 from revocations where revocations.kind = 2 and revocations.id = grants.id)`,
		"revocations of grants that are not revoked": `select count(*) from revocations where kind = 2
			and not exists (select 1 from grants where grants.id = revocations.id and revoked_at is not null)`,
		"revoked grants without an entry in the audit trail": `select (select count(*) from grants where revoked_at is not null)
			- (select count(*) from audit where event in ('grant.revoked', 'grant.reused'))`,
		"grants half rotated": `select count(*) from grants where (generation = 0) <> (salt is null) or token_hash is null`,
	} {
		if found := first(t, db, query); found != "0" {
			t.Errorf("%s %s", found, what)
		}
	}
}

// first is the first column of the first row, as text; empty: there is none.
func first(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if !rows.Next() {
		return ""
	}
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values := make([]any, len(columns))
	var text sql.NullString
	values[0] = &text
	for i := range values[1:] {
		values[i+1] = new(any)
	}
	if err := rows.Scan(values...); err != nil {
		t.Fatal(err)
	}
	return text.String
}

// kill -9 under load, 20 times. What the server had acknowledged holds after each restart: refresh tokens, redeemed
// codes, revocations. What was under way is either done or not. The database stays consistent.
func TestACrashForgetsNothingAcknowledged(t *testing.T) {
	t.Parallel()
	const kills, clients = 20, 4
	onEngines(t, func(t *testing.T, database, _ string) {
		d, a, cookies := furnished(t, database)
		m := &mob{app: a, cookies: cookies}
		for range kills {
			m.rampage(clients, 20+rand.Int64N(30))
			consistent(t, database)
			d.start()
			m.check(3)
			if t.Failed() {
				t.Fatalf("the server says:\n%s", d.log.String())
			}
		}
		for _, h := range m.ended {
			m.checkEnded(h)
		}
		t.Logf("%d grants ended and stayed so", len(m.ended))
	})
}
