package redirect

import (
	"net/url"
	"slices"
	"strings"
)

// answerParameters are what an authorization response adds. A registered one would stand there twice.
var answerParameters = []string{
	"access_token", "code", "error", "error_description", "error_uri", "expires_in", "id_token", "iss", "response",
	"session_state", "state", "token_type",
}

// checkRest looks at path and query together with what comes before them, which by now is harmless.
func checkRest(rest string) string {
	path, query, _ := strings.Cut(rest, "?")
	clear, ok := decode(path)
	if !ok {
		return badEncoding
	}
	if hasDotSegments(clear) {
		return hasDotSegment
	}
	if strings.ContainsFunc(clear, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return notPrintable
	}
	return checkQuery(query)
}

func checkQuery(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return badQuery
	}
	for name := range values {
		if slices.Contains(answerParameters, strings.ToLower(name)) {
			return hasAnswer
		}
	}
	return ""
}

// decode undoes percent-encoding until nothing is left to undo: %252e is a dot to whoever decodes twice. Only the first
// round has to be well-formed. What is encoded more than four times over is refused.
func decode(path string) (string, bool) {
	clear, err := url.PathUnescape(path)
	if err != nil {
		return "", false
	}
	for range 4 {
		again, err := url.PathUnescape(clear)
		if err != nil || again == clear {
			return clear, true
		}
		clear = again
	}
	return "", false
}

// hasDotSegments reads the path as the most careless reader would: backslashes are slashes, and what follows a semicolon
// is dropped.
func hasDotSegments(path string) bool {
	for segment := range strings.SplitSeq(strings.ReplaceAll(path, `\`, "/"), "/") {
		name, _, _ := strings.Cut(segment, ";")
		if name == "." || name == ".." {
			return true
		}
	}
	return false
}
