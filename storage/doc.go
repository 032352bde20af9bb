// Package storage holds every row: one concrete Store, one SQL text, two engines.
//
// # Map
//
//	store.go             Open, Close, Ping; what a Store is made of
//	run.go               how a statement runs: deadline, errors, scanning
//	tx.go                transactions; what a transaction changed is announced when it commits
//	organizations.go ... one file for each table: its reads and its writes
//	lookup.go            what a page shows beside the rows of a list, by one query
//	hot.go, lanes.go     InsertGrant and RotateGrant, many of them in one commit
//	change.go, feed.go   what changed, who hears of it, and how far in-memory copies can be believed
//	later.go             counts, failures and last-seen times: gathered, written together
//	clean*.go            what is over goes, in small batches
//	backup.go            a copy of all rows as a SQLite file, and back into either engine
//	migrate.go           the schema's version
//	postgres*.go         all that differs on PostgreSQL (through pgx)
//	sqlite*.go           all that differs on SQLite (through modernc.org/sqlite, no C)
//	storagetest/         the contract that both engines pass
//
// # Rules, kept by a test
//
// `$n` parameters only. Times are microseconds since 1970 UTC that Go gives, never the database's clock. Lists and
// documents are text. No `select *`, no row locks asked for, no offset paging (a page starts after a key), no arrays as
// parameters. What can be used once is claimed by an UPDATE or INSERT that finds it unused; no row means spent.
//
// # Errors
//
// The sentinels of errors.go, tested with errors.Is. All that keeps the database from answering (refused, reset, too
// slow, out of connections, shutting down, disk trouble) is ErrUnavailable. No error carries a row's content.
//
// # What runs outlives who asked
//
// A statement that has begun is not cancelled when its caller goes away: cancelling makes pgx drop its connection, and
// an impatient crowd could so empty the pool. Each has a deadline of its own instead (or the caller's, if that is
// sooner).
package storage
