// Package token has the formats of every credential that Postern hands out, over the keys of package key. It decides
// nothing but this: whether we made a text, for this purpose, and whether its time is over. Nothing here reads or writes
// a row.
//
//	pat_  access token        sealed   version, key id, nonce, sealed Access
//	pac_  authorization code  sealed   likewise, of Code
//	pst_  state               sealed   likewise, of what a step of a flow hands to the next
//	psl_  lasting state       sealed   likewise, for more than 24 h
//	prt_  refresh token       tagged   version, key id, grant, generation, secret, 128-bit tag
//	pss_  session cookie      tagged   version, key id, secret, 128-bit tag
//	pcs_  client secret       tagged   version, key id, secret, 64-bit tag
//	(JWT) access token        signed   RFC 9068
//
// Sealed texts are self-contained: XChaCha20-Poly1305 over a binary encoding, under a subkey of their purpose, with
// purpose, version, key id and issuer as additional data. The first 16 of the 24 nonce bytes are the token's id. Tagged
// texts stand for a row, which has only a hash of them: the tag (HMAC-SHA256 under a subkey of its purpose) tells a
// stranger's guess from a token of ours before any look-up.
//
// Each credential has exactly one spelling: base64url (RFC 4648 section 5) without padding, line breaks or stray bits,
// minimal numbers, nothing left over. So no two texts are the same token, and a changed character is a refused token.
//
// A refresh token's successor is computed, not drawn: secret(n+1) = HMAC(rotation key, secret(n) || salt). With the salt
// and the key's name, which the grant's row keeps, a client that lost the answer gets the very same successor; without
// the row, neither the secret nor the database alone gives it.
//
// Buffers are pooled: sealing and opening an access token are the hottest code there is.
package token
