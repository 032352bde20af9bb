// Package key is the ring of keys that everything Postern hands out is made with.
//
// Three uses, one table (`keys`), each row sealed under a key derived from the operator's secret:
//
//   - sig: signs JWTs. ES256 from the first start; RS256, PS256 and EdDSA when Ensure asks for them.
//   - seal: seals access tokens, authorization codes and pending requests (XChaCha20-Poly1305).
//   - mac: tags refresh tokens, session cookies and client secrets, derives refresh successors (HMAC-SHA256), and seals
//     the few states that outlive seal keys (device cookies).
//
// A seal or mac key never works itself: HKDF (RFC 5869) gives one subkey for each purpose, so that nothing made for
// one purpose is taken for another. What is sealed is bound to purpose, version, key id and issuer.
//
// The life of a key is four times in its row, and all of it is decided when the row is written: announced (public,
// known to every node), used from active_at, only verifying from retired_at, gone from expires_at. Which key is current
// is the clock's answer over an immutable snapshot behind an atomic pointer, so promotion needs no job, no lock and no
// agreement between nodes. Retired sig and seal keys are kept until the last thing they made has expired; mac keys have
// no end, since client secrets and refresh tokens outlive any date, and rotate by command only. Revoke ends a key and
// all it made at once.
//
// The newest key of each use and algorithm is never revoked: Revoke makes its successor in the same transaction. So
// there always is a current key, and ordinals only grow. Changes of keys first write one settings row, which makes them
// wait for each other on every node.
//
// The files: ring.go (opening, reading anew, listing), lookup.go (the key for a job), snapshot.go (the immutable copy),
// start.go (first start and the secret check), change.go (what all changes share), rotate.go (Ensure, Rotate, Tend),
// revoke.go, rewrap.go (a new secret), vault.go (sealing of rows), material.go (making and opening keys), sealer.go,
// mac.go and signer.go (using them), jwks.go (RFC 7517).
package key
