// Package mirror keeps the rows that every request needs in memory, and knows how far they can be believed.
//
// It holds clients (bounded), the scope catalogue (whole) and what is revoked (whole). One change feed, run by storage,
// invalidates all of it; what the feed cannot vouch for at the moment is asked of the database:
//
//	trust     clients, scopes, revocations come from
//	fresh     memory; what is not there is read once, by one of those who ask
//	stale     the database, every time
//	outage    memory only; what is not there is refused
//	none      nowhere: storage.ErrUnavailable
//
// Keys, which are used without asking, are read four times a second while trust is stale.
//
// A row read while a change passes is used but not kept, so that no copy outlives the change that it missed.
//
// Unknown client ids are remembered for 5 s at most, in a table of their own, so that a flood of made-up ids neither
// reaches the database each time nor pushes real clients out.
package mirror
