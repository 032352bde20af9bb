package key

// version is part of everything derived and of all additional data. It changes with any of the formats.
const version = 1

// SealPurpose is what a sealing subkey is for.
type SealPurpose int

// The purposes of sealing.
const (
	SealAccess SealPurpose = iota
	SealCode
	SealState   // lives for 24 h at most, as all that seal keys make
	SealLasting // a state that may live longer: under a subkey of the mac key, since seal keys go
)

var sealPurposes = [...]string{
	SealAccess:  "access token",
	SealCode:    "authorization code",
	SealState:   "state",
	SealLasting: "lasting state",
}

// MACPurpose is what a MAC subkey is for.
type MACPurpose int

// The purposes of MACs.
const (
	MACRefresh      MACPurpose = iota // the tag of a refresh token
	MACRotation                       // the derivation of a refresh token's successor
	MACSession                        // the tag of a session cookie
	MACClientSecret                   // the tag of a client secret
)

var macPurposes = [...]string{
	MACRefresh:      "refresh token",
	MACRotation:     "refresh rotation",
	MACSession:      "session cookie",
	MACClientSecret: "client secret",
}

// JWTType is the kind of a JWT, told by its typ header (RFC 8725 section 3.11).
type JWTType int

// The kinds of JWT.
const (
	JWTAccess JWTType = iota // RFC 9068 section 2.1
)

var jwtTypes = [...]string{
	JWTAccess: "at+jwt",
}
