package password

import (
	_ "embed"
	"errors"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MinLen is the least length of a new password, in characters.
const MinLen = 8

// Why a new password is refused. The texts are for the person who chose it.
var (
	ErrTooShort = errors.New("a password has at least 8 characters")
	ErrCommon   = errors.New("this password is one of the first that an attacker tries")
	ErrPersonal = errors.New("a password must not be your name or address")
	ErrNotText  = errors.New("this password has bytes that are not text")
)

// Check returns nil if password can be set: 8 characters or more, at most MaxLen bytes, no common one, and not just the
// user's own name or address. email and name may be empty. Errors: ErrTooLong and those above.
func Check(password, email, name string) error {
	switch {
	case len(password) > MaxLen:
		return ErrTooLong
	case !utf8.ValidString(password):
		return ErrNotText
	}
	folded := fold(password)
	switch {
	case utf8.RuneCountInString(norm.NFKC.String(password)) < MinLen:
		return ErrTooShort
	case isCommon(folded):
		return ErrCommon
	case isPersonal(folded, email, name):
		return ErrPersonal
	}
	return nil
}

func fold(s string) string { return strings.ToLower(norm.NFKC.String(s)) }

//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]struct{} {
	set := map[string]struct{}{}
	for word := range strings.FieldsSeq(commonText) {
		set[word] = struct{}{}
	}
	return set
})

// isCommon also knows a common password with an exclamation mark behind it, and runs like abcdefgh, 98765432 and
// aaaaaaaa.
func isCommon(folded string) bool {
	_, listed := common()[strings.TrimRight(folded, "!.?")]
	return listed || isRun(folded)
}

// isRun tells whether each character is the same distance, at most one, from the one before.
func isRun(s string) bool {
	runes := []rune(s)
	if len(runes) < 2 {
		return true
	}
	step := runes[1] - runes[0]
	for i := 1; i < len(runes); i++ {
		if runes[i]-runes[i-1] != step {
			return false
		}
	}
	return step >= -1 && step <= 1
}

func isPersonal(folded, email, name string) bool {
	local, _, _ := strings.Cut(fold(email), "@")
	for _, own := range []string{fold(email), local, fold(name), strings.ReplaceAll(fold(name), " ", "")} {
		if own != "" && strings.TrimRight(folded, "0123456789!.?") == strings.TrimRight(own, "0123456789!.?") {
			return true
		}
	}
	return false
}
