package redirect

import (
	"fmt"
	"strconv"
)

// Explanation tells a developer why a request's redirect_uri did not match. It is not for the page that strangers see.
type Explanation struct {
	Received string // escaped to ASCII, at most 300 characters
	Closest  string // the registered one that is most like it; empty: none is registered
	At       int    // how many bytes are equal from the start
	Message  string // a sentence
}

// Explain finds the registered URI that shares most with requested at both ends, and the first difference.
func Explain(registered []string, requested string) Explanation {
	e := Explanation{Received: shorten(requested, 300)}
	best := -1
	for _, r := range registered {
		at := commonPrefix(r, requested)
		if shared := at + commonSuffix(r[at:], requested[at:]); shared > best {
			best, e.Closest, e.At = shared, r, at
		}
	}
	if best < 0 {
		e.Message = "this client has no redirect URIs"
		return e
	}
	e.Message = fmt.Sprintf("character %d: expected %s, received %s",
		e.At+1, ahead(e.Closest[e.At:]), ahead(requested[e.At:]))
	return e
}

func ahead(s string) string {
	if s == "" {
		return "the end"
	}
	return strconv.QuoteToASCII(s[:min(len(s), 20)])
}

func shorten(s string, limit int) string {
	quoted := strconv.QuoteToASCII(s[:min(len(s), limit)])
	quoted = quoted[1 : len(quoted)-1]
	if len(s) > limit || len(quoted) > limit {
		return quoted[:min(len(quoted), limit-3)] + "..."
	}
	return quoted
}

func commonPrefix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

func commonSuffix(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}
