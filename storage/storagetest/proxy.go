package storagetest

import (
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// Proxy stands between a Store and its PostgreSQL, and can go wrong as networks do. It is safe for concurrent use.
type Proxy struct {
	listener net.Listener
	target   string

	mu      sync.Mutex
	flows   *sync.Cond // signalled when state changes
	state   proxyState
	deaf    bool // notifications are swallowed
	closed  bool
	clients map[net.Conn]bool // both ends of each connection
}

type proxyState int

const (
	open proxyState = iota
	cut
	stalled
)

// NewProxy starts a proxy to the server of a PostgreSQL URL. It ends with the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, target: u.Host, clients: map[net.Conn]bool{}}
	p.flows = sync.NewCond(&p.mu)
	go p.accept()
	t.Cleanup(p.close)
	return p
}

// URL is a PostgreSQL URL by way of the proxy.
func (p *Proxy) URL(direct string) string {
	u, err := url.Parse(direct)
	if err != nil {
		panic(err) // NewProxy has parsed it
	}
	u.Host = p.listener.Addr().String()
	return u.String()
}

// Cut ends all connections, and new ones as soon as they are made.
func (p *Proxy) Cut() {
	p.set(cut)
	p.drop()
}

// Stall keeps all connections open, takes new ones, and moves no byte in either direction: a peer that vanished.
func (p *Proxy) Stall() { p.set(stalled) }

// Deafen swallows notifications and lets the rest pass: a pooler that does not know LISTEN.
func (p *Proxy) Deafen() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deaf = true
}

// Heal lets everything pass again. What Stall held up arrives.
func (p *Proxy) Heal() {
	p.mu.Lock()
	p.deaf = false
	p.mu.Unlock()
	p.set(open)
}

// Drop ends all connections, once: new ones pass.
func (p *Proxy) Drop() { p.drop() }

func (p *Proxy) set(s proxyState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = s
	p.flows.Broadcast()
}

func (p *Proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.clients {
		c.Close()
	}
	clear(p.clients)
}

func (p *Proxy) close() {
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	p.flows.Broadcast()
	p.mu.Unlock()
	p.drop()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		go p.serve(client)
	}
}

func (p *Proxy) serve(client net.Conn) {
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		client.Close()
		return
	}
	if !p.keep(client, server) {
		client.Close()
		server.Close()
		return
	}
	go func() {
		p.pass(server, client)
		server.Close()
	}()
	p.passMessages(client, server)
	client.Close()
}

func (p *Proxy) keep(ends ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == cut || p.closed {
		return false
	}
	for _, c := range ends {
		p.clients[c] = true
	}
	return true
}

// wait returns when bytes may move.
func (p *Proxy) wait() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.state == stalled && !p.closed {
		p.flows.Wait()
	}
}

func (p *Proxy) swallows() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.deaf
}

// pass moves bytes as they come.
func (p *Proxy) pass(to io.Writer, from io.Reader) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		p.wait()
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// passMessages moves what the server says message by message, as PostgreSQL's protocol frames it: a type and a length
// that counts itself. The connection must be without TLS.
func (p *Proxy) passMessages(to io.Writer, from io.Reader) {
	const notification = 'A'
	head := make([]byte, 5)
	for {
		if _, err := io.ReadFull(from, head); err != nil {
			return
		}
		body := make([]byte, max(0, int(binary.BigEndian.Uint32(head[1:]))-4))
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		p.wait()
		if head[0] == notification && p.swallows() {
			continue
		}
		if _, err := to.Write(append(head[:5:5], body...)); err != nil {
			return
		}
	}
}
