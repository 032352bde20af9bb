package token

import (
	"encoding/base64"
	"strings"
)

// encoding is the one that refuses stray bits. It still skips line breaks, which decode refuses.
var encoding = base64.RawURLEncoding.Strict()

// encode writes prefix and w.raw in base64url.
func (w *scratch) encode(prefix string) string {
	w.text = encoding.AppendEncode(append(w.text[:0], prefix...), w.raw)
	return string(w.text)
}

// decode reads what encode wrote into w.raw. It refuses every other spelling, and what is longer than most characters.
func (w *scratch) decode(prefix, s string, most int) error {
	body, ok := strings.CutPrefix(s, prefix)
	if !ok || len(s) > most || broken(body) {
		return ErrInvalid
	}
	w.text = append(w.text[:0], body...)
	raw, err := encoding.AppendDecode(w.raw[:0], w.text)
	if err != nil {
		return ErrInvalid
	}
	w.raw = raw
	return nil
}

// broken tells whether s has line breaks.
func broken(s string) bool { return strings.IndexByte(s, '\n') >= 0 || strings.IndexByte(s, '\r') >= 0 }
