package systemtest

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// What attackers have besides a browser: requests of any shape, connections of their own, and cookies that they planted.

// Request makes a request to a path, or to a whole URL. form is the body of what is neither a GET nor a HEAD; headers are
// names and values in turn, and a name given twice is sent twice.
func (s *Server) Request(method, path string, form url.Values, headers ...string) *http.Request {
	s.tb.Helper()
	if strings.HasPrefix(path, "/") {
		path = s.URL + path
	}
	var body io.Reader
	if form != nil && method != http.MethodGet && method != http.MethodHead {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequest(method, path, body)
	must(s.tb, err)
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		switch name, value := http.CanonicalHeaderKey(headers[i]), headers[i+1]; name {
		case "Host":
			r.Host = value
		case "Content-Type":
			r.Header.Set(name, value)
		default:
			r.Header.Add(name, value)
		}
	}
	return r
}

// Raw sends bytes on a connection of its own, and returns all that comes back until the server closes it. The server has
// 10 s to do that; then the connection counts as left open, and closed is false.
func (s *Server) Raw(text string) (answer string, closed bool) {
	s.tb.Helper()
	conn, err := net.Dial("tcp", s.HTTP.Listener.Addr().String())
	must(s.tb, err)
	defer conn.Close()
	must(s.tb, conn.SetDeadline(time.Now().Add(10*time.Second)))
	if _, err := io.WriteString(conn, text); err != nil {
		return "", true
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, conn)
	timeout, ok := err.(net.Error)
	return b.String(), !(ok && timeout.Timeout())
}

// Cookies are those that the browser would send to the server now.
func (b *Browser) Cookies() []*http.Cookie {
	return b.client.Jar.Cookies(b.root())
}

// Cookie is the value of one of them, or empty.
func (b *Browser) Cookie(name string) string {
	for _, c := range b.Cookies() {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// Plant puts a cookie into the browser, as a neighbouring host or a person at the machine could.
func (b *Browser) Plant(name, value, path string) {
	b.client.Jar.SetCookies(b.root(), []*http.Cookie{{Name: name, Value: value, Path: path}})
}

func (b *Browser) root() *url.URL {
	u, err := url.Parse(b.base + "/")
	must(b.tb, err)
	return u
}

// Answer is one answer of a server, as it left the handler.
type Answer struct {
	Method, Path string
	Status       int
	Header       http.Header
	Body         string
}

// Answers keeps all answers of a server: give its Wrap to Start.
type Answers struct {
	mu  sync.Mutex
	all []Answer
}

// Wrap records what next answers.
func (a *Answers) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out := &copier{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(out, r)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.all = append(a.all, Answer{r.Method, r.URL.Path, out.status, w.Header().Clone(), out.body.String()})
	})
}

// All returns the answers so far.
func (a *Answers) All() []Answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Answer(nil), a.all...)
}

type copier struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *copier) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

func (w *copier) Write(b []byte) (int, error) {
	w.body.Write(b)
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController through.
func (w *copier) Unwrap() http.ResponseWriter { return w.ResponseWriter }
