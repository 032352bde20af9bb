// Package password owns what a password may be and how it is kept: argon2id (19 MiB, two passes, one lane) as a PHC
// string, and, so that users can be brought along from elsewhere, the verification of bcrypt, of argon2id with other
// bounded parameters and of PBKDF2 with SHA-256 or SHA-512. Whoever signs in with one of these gets an argon2id hash.
//
//	check.go     the policy (NIST SP 800-63B, section 3.1.1: length and a list of common ones, no composition rules)
//	hasher.go    Hash and Verify, behind a cap: a flood of sign-ins must neither starve token requests nor fill memory
//	argon2id.go, bcrypt.go, pbkdf2.go  one scheme each: read, bound, compare
//
// A password is hashed whole: nothing is cut, a NUL byte is a byte like others. bcrypt cannot do that, so passwords
// that it would cut or confuse do not verify against a bcrypt hash. Hashes come from imports and are bounded before they
// are computed, so that a hash cannot name a cost that stops the server.
package password
