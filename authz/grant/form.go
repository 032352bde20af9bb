package grant

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// repeatable are the parameters that a request may carry more than once (RFC 8707 2, RFC 8693 2.1).
var repeatable = map[string]bool{"resource": true, "audience": true}

// CheckForm refuses what no endpoint takes: parameters given twice (RFC 6749 3.1, 3.2), NUL bytes, text that is not
// UTF-8, and names in array notation. Parameters without a value count as absent and are removed (RFC 6749 3.1).
func CheckForm(form url.Values) error {
	for name, values := range form {
		if !cleanText(name) || strings.ContainsAny(name, "[]$") {
			return refuse(InvalidRequest, "A parameter name has characters that no parameter of OAuth has.")
		}
		if len(values) > 1 && !repeatable[name] {
			return refuse(InvalidRequest, "The parameter '"+legalText(name)+"' is given more than once; send it once.")
		}
		kept := values[:0]
		for _, v := range values {
			if !cleanText(v) {
				return refuse(InvalidRequest, "The parameter '"+legalText(name)+"' has a NUL byte or is not UTF-8.")
			}
			if v != "" {
				kept = append(kept, v)
			}
		}
		if len(kept) == 0 {
			delete(form, name)
			continue
		}
		form[name] = kept
	}
	return nil
}

func cleanText(s string) bool {
	return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}

// CheckText refuses NUL bytes and text that is not UTF-8 in a form of our own pages.
func CheckText(form url.Values) error {
	for name, values := range form {
		for _, v := range append(values, name) {
			if !cleanText(v) {
				return refuse(InvalidRequest, "The form has a NUL byte or text that is not UTF-8.")
			}
		}
	}
	return nil
}
