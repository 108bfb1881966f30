package db

import (
	"context"
	"database/sql"
	"sync"
)

// statementLimit bounds how many texts are kept parsed; queries put together from filters have many variants.
const statementLimit = 400

// statements keeps the parsed statements of one SQLite pool: parsing costs more than most of our queries take. The
// pool needs one connection more than transactions, on which a new text is parsed while another holds its own.
type statements struct {
	pool *sql.DB
	mu   sync.Mutex
	kept map[string]*sql.Stmt
}

func newStatements(pool *sql.DB) *statements {
	return &statements{pool: pool, kept: map[string]*sql.Stmt{}}
}

// in gives the parsed text for use in a transaction; nil when it is not kept.
func (s *statements) in(ctx context.Context, tx *sql.Tx, query string) (*sql.Stmt, error) {
	kept, err := s.keep(ctx, query)
	if kept == nil || err != nil {
		return nil, err
	}
	return tx.StmtContext(ctx, kept), nil
}

// keep gives the parsed text; nil when it is not kept: by engines that keep their own, or because there are too many.
func (s *statements) keep(ctx context.Context, query string) (*sql.Stmt, error) {
	if s == nil {
		return nil, nil
	}
	s.mu.Lock()
	kept, full := s.kept[query], len(s.kept) >= statementLimit
	s.mu.Unlock()
	if kept != nil || full {
		return kept, nil
	}
	parsed, err := s.pool.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if first := s.kept[query]; first != nil {
		return first, parsed.Close()
	}
	s.kept[query] = parsed
	return parsed, nil
}
