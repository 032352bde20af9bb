package identity

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

const (
	maxEmail = 254 // bytes of an address: RFC 5321 section 4.5.3.1.3, less the angle brackets
	maxLocal = 64  // bytes before the @: RFC 5321 section 4.5.3.1.1
)

// Email is an address that was checked.
type Email struct {
	Address string // as it is written to and shown
	Key     string // one for all spellings: unique among users, and what attempts are counted by
}

// ParseEmail checks an address: name@host (RFC 5321 section 4.1.2), without quotes, comments or display name. Letters
// may be of any script (RFC 6531), hosts may be single labels or international. Its key is the NFKC form in lower case
// with the host in ASCII. Only blanks around it are taken away. Error: ErrEmail.
func ParseEmail(s string) (Email, error) {
	if len(s) > 4*maxEmail || !utf8.ValidString(s) {
		return Email{}, ErrEmail
	}
	s = norm.NFKC.String(strings.TrimSpace(s))
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > maxEmail || at > maxLocal || strings.ContainsFunc(s, unfit) {
		return Email{}, ErrEmail
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return Email{}, ErrEmail
	}
	host, err := hosts.ToASCII(s[at+1:])
	if err != nil {
		return Email{}, ErrEmail
	}
	key := fold(s[:at]) + "@" + host
	if len(key) > 2*maxEmail {
		return Email{}, ErrEmail
	}
	return Email{Address: s, Key: key}, nil
}

// hosts gives the ASCII form of a host in lower case, and refuses what DNS could not carry.
var hosts = idna.New(
	idna.MapForLookup(), idna.StrictDomainName(true), idna.BidiRule(), idna.VerifyDNSLength(true),
)

// unfit is what no address has: quoting, lists, comments, address literals, and whatever cannot be seen.
func unfit(r rune) bool {
	return strings.ContainsRune(`"(),:;<>[]\`, r) || unicode.IsSpace(r) || !unicode.IsGraphic(r)
}

// attemptKey is what attempts with a name are counted by: the key of the address, or of what is none a folded form.
func attemptKey(s string) string {
	if e, err := ParseEmail(s); err == nil {
		return e.Key
	}
	return fold(strings.TrimSpace(s[:min(len(s), 4*maxEmail)]))
}

// fold is lower case in NFKC. Lowering can undo the form, and forming can bring capitals: twice settles both.
func fold(s string) string {
	for range 2 {
		s = norm.NFKC.String(strings.ToLower(s))
	}
	return s
}
