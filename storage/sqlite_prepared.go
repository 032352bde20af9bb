package storage

import (
	"context"
	"database/sql"
	"sync"
)

// prepared runs statements that were prepared before: parsing takes SQLite longer than most of ours take to run. The
// number of different texts is bounded by the code.
//
// Statements run without the caller's deadline: watching for it takes a goroutine each in the driver and in
// database/sql, which is two thirds of what a read by key takes. Readers never wait for locks in WAL mode, writers at
// most lockWait, and a transaction ends by its own deadline.
type prepared struct {
	db *sql.DB

	mu     sync.RWMutex
	stmts  map[string]*sql.Stmt
	wanted map[string]bool // seen in a transaction, which cannot prepare for later ones
}

func newPrepared(db *sql.DB) *prepared {
	return &prepared{db: db, stmts: map[string]*sql.Stmt{}, wanted: map[string]bool{}}
}

func (p *prepared) known(query string) *sql.Stmt {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.stmts[query]
}

func (p *prepared) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if s := p.known(query); s != nil {
		return s, nil
	}
	s, err := p.db.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.stmts[query]; first != nil {
		s.Close()
		return first, nil
	}
	p.stmts[query] = s
	return s, nil
}

func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	s, err := p.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// preparedTx runs statements in a transaction, prepared ones if a transaction before this one wanted them.
type preparedTx struct {
	p  *prepared
	tx *sql.Tx
}

func (t preparedTx) stmt(ctx context.Context, query string) *sql.Stmt {
	if s := t.p.known(query); s != nil {
		return t.tx.StmtContext(ctx, s)
	}
	t.p.mu.Lock()
	defer t.p.mu.Unlock()
	t.p.wanted[query] = true
	return nil
}

func (t preparedTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = context.WithoutCancel(ctx)
	if s := t.stmt(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return t.tx.QueryContext(ctx, query, args...)
}

func (t preparedTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = context.WithoutCancel(ctx)
	if s := t.stmt(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return t.tx.ExecContext(ctx, query, args...)
}

// prepareWanted prepares what transactions wanted. No transaction may be open: there is one connection.
func (p *prepared) prepareWanted(ctx context.Context) {
	p.mu.Lock()
	wanted := p.wanted
	if len(wanted) == 0 {
		p.mu.Unlock()
		return
	}
	p.wanted = map[string]bool{}
	p.mu.Unlock()
	for query := range wanted {
		p.stmt(ctx, query) // a text that does not parse fails where it is used
	}
}
