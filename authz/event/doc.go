// Package event keeps the audit trail: who changed whose rights, when, and from what to what.
//
// It owns the names of events (names.go, one table), the person or program behind them (actor.go), how an entry is
// written (record.go) and read (list.go), and what of an object an entry keeps (diff.go): the members that differ, long
// values cut, secrets never.
//
// An entry is written in the transaction of the decision that it tells of, so neither exists without the other. What
// happens too often to be a decision (tokens issued, refreshes, refusals, consents that a person declined) is counted
// by storage.Store's CountLater and FailLater and has no event.
package event
