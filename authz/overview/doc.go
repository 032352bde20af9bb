// Package overview is what the administrator's pages read and what has no other home: figures over all of the server,
// the activity of one client, refusals with their precise reasons, the audit trail, and the changes of keys together
// with their event.
//
//	board.go     Board, which has all of it; totals
//	activity.go  counts by day: tokens issued, errors by code, the last authorization
//	failures.go  the last refusals, each with the redirect URI it compared
//	reach.go     how many clients and grants a scope reaches, how large organizations are
//	trail.go     the audit trail, found by what people type
//	keys.go      rotating and revoking keys, with the event
//
// Days are days of UTC. What is counted now is written within a second, so a page is never exact to the last request.
// It refuses nothing and decides nothing about rights: who may look is the pages' question.
package overview
