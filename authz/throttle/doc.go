// Package throttle slows guessing down: passwords for accounts, client secrets, client ids. It keeps no list of who
// failed, which a flood would fill or push honest entries out of, but sketches of fixed size.
//
//	sketch.go   counters that fade, found by a keyed hash; nothing is ever evicted
//	curve.go    how long a level of failures makes one wait
//	guard.go    sign-in: accounts, addresses and known browsers
//	limiter.go  addresses alone, for client secrets and client ids
//
// All of it is 3.75 MiB for the life of the process, and nothing of it is shared between nodes or survives a restart:
// a cluster of n nodes allows n times as much.
//
// # Odds
//
// A sketch has two rows, and a key one cell in each; its level is the lower one. Other keys in both cells add to it,
// never the other way round, so a collision makes waits longer and no guess cheaper. With n keys that have failed within
// the last two hours or so, a cell of the account sketch (131,072 in a row) holds n/131,072 of them on average. For
// somebody else to be slowed at all, both of his cells need five failures of strangers: with 13,000 sprayed names about
// one account in 10^14, with 131,000 one in 75,000, with 400,000 one in 30. To reach that, 400,000 failures within the
// two hours, an attacker needs thousands of addresses, as each of them is slowed too; and browsers that signed in
// before, which have counters of their own that nobody without their cookie reaches, are not slowed even then.
//
// One exception is deliberate. The counter of a known browser is reset when it signs in, and that can take up to that
// browser's own level from another one in the same cell (one in 16,384 for each row): the other one gets a few more
// tries. Nobody can choose to be that other one, and it takes a browser that its owner has used to sign in.
package throttle
