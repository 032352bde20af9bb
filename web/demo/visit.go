package demo

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"postern/web/session"
)

// The bounds of what is kept in memory.
const (
	maxVisits = 1000
	visitTTL  = 24 * time.Hour
)

const cookieName = "demo_session"

// visit is one browser: on its way to the server, or connected.
type visit struct {
	begun     time.Time
	state     string // of the authorization under way, to be used once
	verifier  string
	token     *oauth2.Token // nil: not connected
	refreshed bool          // token came from a refresh
}

// visits are all of them, by id. It is safe for concurrent use.
type visits struct {
	now func() time.Time

	mu  sync.Mutex
	all map[string]visit
}

func newVisits(now func() time.Time) *visits { return &visits{now: now, all: map[string]visit{}} }

// begin keeps v under a new id; when there is no room, the oldest goes.
func (vs *visits) begin(v visit) (id string) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	for len(vs.all) >= maxVisits {
		delete(vs.all, vs.oldest())
	}
	v.begun = vs.now()
	id = rand.Text()
	vs.all[id] = v
	return id
}

func (vs *visits) oldest() (id string) {
	for candidate, v := range vs.all {
		if id == "" || v.begun.Before(vs.all[id].begun) {
			id = candidate
		}
	}
	return id
}

// find returns the visit with this id, unless it is over.
func (vs *visits) find(id string) (visit, bool) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	v, ok := vs.all[id]
	return v, ok && vs.now().Sub(v.begun) < visitTTL
}

// answered returns the visit that waits for an answer with this state, and ends it: of two answers one is taken.
func (vs *visits) answered(id, state string) (visit, bool) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	v, ok := vs.all[id]
	if !ok || v.state == "" || subtle.ConstantTimeCompare([]byte(v.state), []byte(state)) != 1 {
		return visit{}, false
	}
	delete(vs.all, id)
	return v, vs.now().Sub(v.begun) < visitTTL
}

// renew puts token into a visit that has not ended meanwhile.
func (vs *visits) renew(id string, token *oauth2.Token) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if v, ok := vs.all[id]; ok {
		v.token, v.refreshed = token, true
		vs.all[id] = v
	}
}

func (vs *visits) end(id string) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	delete(vs.all, id)
}

// visit returns the browser's visit and its id.
func (a *App) visit(r *http.Request) (string, visit, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return "", visit{}, false
	}
	v, ok := a.visits.find(cookie.Value)
	return cookie.Value, v, ok
}

// begin gives the browser a new visit in place of the one it had.
func (a *App) begin(w http.ResponseWriter, r *http.Request, v visit) {
	if old, _, ok := a.visit(r); ok {
		a.visits.end(old)
	}
	http.SetCookie(w, session.Cookie(cookieName, a.visits.begin(v), a.secure, visitTTL))
}
