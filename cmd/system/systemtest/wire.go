package systemtest

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Wire stands between a System and its PostgreSQL and understands what passes: it tells the connection that the change
// feed listens on from those of the pool, and knows which statements run. What is to happen to all connections alike is
// done by storagetest.Proxy. It is safe for concurrent use.
type Wire struct {
	listener net.Listener
	target   string

	mu     sync.Mutex
	turned *sync.Cond // signalled when feed changes
	feed   FeedState
	closed bool
	lines  map[*line]bool
	ran    []string
}

// FeedState is what happens to connections that listen.
type FeedState int

// The states of the feed.
const (
	FeedWell      FeedState = iota
	FeedCut                 // they end, and new ones too as soon as they listen
	FeedHalfOpen            // they stay open, and nothing moves: the peer has vanished
	FeedSwallowed           // all passes but notifications: a pooler that does not know LISTEN
)

// line is one connection.
type line struct {
	client, server net.Conn
	listens        bool
	prepared       map[string]string // text by the statement's name
	bound          map[string]string // text by the portal's name
}

// NewWire starts a Wire to the server of a PostgreSQL URL, which must be without TLS. It ends with the test.
func NewWire(tb testing.TB, direct string) *Wire {
	tb.Helper()
	u, err := url.Parse(direct)
	must(tb, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(tb, err)
	w := &Wire{listener: l, target: u.Host, lines: map[*line]bool{}}
	w.turned = sync.NewCond(&w.mu)
	go w.accept()
	tb.Cleanup(w.close)
	return w
}

// URL is a PostgreSQL URL by way of the Wire.
func (w *Wire) URL(direct string) string {
	u, err := url.Parse(direct)
	if err != nil {
		panic(err) // NewWire has parsed it
	}
	u.Host = w.listener.Addr().String()
	return u.String()
}

// SetFeed changes what happens to connections that listen, those that are open and those to come.
func (w *Wire) SetFeed(s FeedState) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.feed = s
	w.turned.Broadcast()
	for l := range w.lines {
		if l.listens && s == FeedCut {
			l.hangUp()
		}
	}
}

// Forget begins the list of statements anew.
func (w *Wire) Forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ran = nil
}

// Ran lists the statements since Forget in the order in which they were sent, in one line each, without the feed's beats.
func (w *Wire) Ran() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.ran)
}

func (w *Wire) close() {
	w.listener.Close()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.turned.Broadcast()
	for l := range w.lines {
		l.hangUp()
	}
}

func (l *line) hangUp() {
	l.client.Close()
	l.server.Close()
}

func (w *Wire) accept() {
	for {
		client, err := w.listener.Accept()
		if err != nil {
			return
		}
		go w.serve(client)
	}
}

func (w *Wire) serve(client net.Conn) {
	server, err := net.Dial("tcp", w.target)
	if err != nil {
		client.Close()
		return
	}
	l := &line{client: client, server: server, prepared: map[string]string{}, bound: map[string]string{}}
	defer l.hangUp()
	w.mu.Lock()
	closed := w.closed
	w.lines[l] = true
	w.mu.Unlock()
	if closed {
		return
	}
	go func() {
		defer l.hangUp()
		w.answers(l)
	}()
	w.questions(l)
	w.mu.Lock()
	delete(w.lines, l)
	w.mu.Unlock()
}

// questions moves what the client says. Its first message, alone, has no type.
func (w *Wire) questions(l *line) {
	for kind := 0; ; kind = 1 {
		message, err := readMessage(l.client, kind)
		if err != nil {
			return
		}
		if kind == 1 {
			w.understand(l, message[0], message[5:])
		}
		if !w.mayMove(l) {
			return
		}
		if _, err := l.server.Write(message); err != nil {
			return
		}
	}
}

// answers moves what the server says.
func (w *Wire) answers(l *line) {
	const notification = 'A'
	for {
		message, err := readMessage(l.server, 1)
		if err != nil || !w.mayMove(l) {
			return
		}
		if message[0] == notification && w.state() == FeedSwallowed {
			continue
		}
		if _, err := l.client.Write(message); err != nil {
			return
		}
	}
}

// readMessage reads a type of so many bytes, a length that counts itself, and the rest
// (https://www.postgresql.org/docs/current/protocol-overview.html).
func readMessage(from io.Reader, kind int) ([]byte, error) {
	head := make([]byte, kind+4)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	rest := max(0, int(binary.BigEndian.Uint32(head[kind:]))-4)
	message := append(head, make([]byte, rest)...)
	_, err := io.ReadFull(from, message[kind+4:])
	return message, err
}

func (w *Wire) state() FeedState {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.feed
}

// mayMove waits while l is half-open, and tells whether it goes on.
func (w *Wire) mayMove(l *line) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for l.listens && w.feed == FeedHalfOpen && !w.closed {
		w.turned.Wait()
	}
	return !w.closed && !(l.listens && w.feed == FeedCut)
}

// understand notes what runs: a simple query, or the execution of what was prepared and bound
// (https://www.postgresql.org/docs/current/protocol-message-formats.html).
func (w *Wire) understand(l *line, kind byte, body []byte) {
	fields := bytes.SplitN(body, []byte{0}, 3)
	if len(fields) < 2 {
		return
	}
	first, second := string(fields[0]), string(fields[1])
	switch kind {
	case 'P':
		l.prepared[first] = second
	case 'B':
		l.bound[first] = l.prepared[second]
	case 'E':
		w.note(l, l.bound[first])
	case 'Q':
		w.note(l, first)
	}
}

func (w *Wire) note(l *line, text string) {
	text = strings.Join(strings.Fields(text), " ")
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case strings.HasPrefix(text, "listen "):
		l.listens = true
	case strings.HasPrefix(text, "select pg_notify('postern_feed', $1), extract("):
	case strings.HasPrefix(text, "-- ping"): // the pool's own, of a connection that was idle
	default:
		w.ran = append(w.ran, text)
	}
}
