// Package storagetest is the contract that both engines of storage pass, and what tests of other packages need to run on
// a real database.
//
//	engines.go   Engines runs a test on SQLite and on PostgreSQL; SQLite and Postgres give one empty database
//	cluster.go   a private PostgreSQL cluster for each test process, started when first asked for
//	proxy.go     a network that can be cut, stalled and healed, between a Store and its PostgreSQL
//	run*.go      Run, the contract
//	sample.go    rows to begin with
//
// Nothing is mocked: SQLite is a file in t.TempDir(), PostgreSQL the real one (Debian: the package postgresql). Set
// POSTERN_TEST_POSTGRES to the URL of a server whose user may create databases to use that one instead.
package storagetest
