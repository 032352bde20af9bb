package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"postern/authz/identity"
)

var _ sessions.Store = (*Store)(nil)

// Store keeps gorilla sessions in the sessions table.
type Store struct {
	people *identity.Directory
	secure bool
}

// NewStore makes a Store. secure says that the issuer is https.
func NewStore(people *identity.Directory, secure bool) *Store {
	return &Store{people: people, secure: secure}
}

// name of the cookie.
func (s *Store) name() string { return CookieName("session", s.secure) }

// CookieName is how Postern calls a cookie: with the __Host- prefix where the browser demands Secure for it.
func CookieName(what string, secure bool) string {
	if secure {
		return "__Host-postern_" + what
	}
	return "postern_" + what
}

// Cookie makes a cookie for the whole site. A negative age deletes it, zero ends with the browser.
func Cookie(name, value string, secure bool, age time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
		MaxAge: int(age / time.Second),
	}
	if age < 0 {
		c.MaxAge = -1
	}
	return c
}

// The keys of a gorilla session's Values.
type key int

const (
	rowKey  key = iota // identity.Session
	userKey            // identity.User
)

// Get returns the request's session, read once.
func (s *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session that the cookie names. One that is over, or whose cookie we did not make, comes back new and
// empty, without an error; the error is identity.ErrUnavailable.
func (s *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = &sessions.Options{Path: "/", HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	cookie, err := r.Cookie(name)
	if err != nil {
		return session, nil
	}
	row, user, err := s.people.Session(r.Context(), cookie.Value)
	if errors.Is(err, identity.ErrNoSession) {
		return session, nil
	}
	if err != nil {
		return session, fmt.Errorf("read session: %w", err)
	}
	session.ID, session.IsNew = cookie.Value, false
	session.Values[rowKey], session.Values[userKey] = row, user
	for _, text := range decodeFlashes(row.Data) {
		session.AddFlash(text)
	}
	return session, nil
}

// Save writes what changed, and the cookie: its deletion for a negative MaxAge.
func (s *Store) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	row, ok := session.Values[rowKey].(identity.Session)
	if session.Options.MaxAge < 0 || !ok {
		http.SetCookie(w, Cookie(session.Name(), "", s.secure, -1))
		return nil
	}
	data := encodeFlashes(session)
	if data == row.Data {
		return nil
	}
	if err := s.people.SaveSession(r.Context(), row, data); err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// data is the JSON of a session row.
type data struct {
	Flashes []string `json:"flashes,omitempty"`
}

func decodeFlashes(text string) []string {
	var d data
	if json.Unmarshal([]byte(text), &d) != nil {
		return nil
	}
	return d.Flashes
}

// encodeFlashes reads the flashes out of session and puts them back: gorilla takes them away when they are read.
func encodeFlashes(session *sessions.Session) string {
	var d data
	for _, f := range session.Flashes() {
		if text, ok := f.(string); ok {
			d.Flashes = append(d.Flashes, text)
			session.AddFlash(text)
		}
	}
	if len(d.Flashes) == 0 {
		return "{}"
	}
	text, _ := json.Marshal(d) // strings always marshal
	return string(text)
}
