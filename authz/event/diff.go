package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"
)

const (
	maxValue = 1000 // characters of a string
	maxItems = 100  // items of a list
	maxDepth = 8    // objects in objects
)

// redacted stands where a secret was. Two of them, before and after, say that the secret changed.
const redacted = "[redacted]"

// secret is the names of members, in lower case and without _ and -, whose value is a secret or stands for one.
var secret = map[string]bool{
	"accesstoken": true, "apikey": true, "clientassertion": true, "clientsecret": true, "code": true,
	"codeverifier": true, "cookie": true, "devicecode": true, "hash": true, "idtoken": true, "link": true,
	"passphrase": true, "password": true, "passwordhash": true, "privatekey": true, "refreshtoken": true,
	"registrationaccesstoken": true, "resetlink": true, "salt": true, "sealed": true, "secret": true,
	"secrethash": true, "token": true, "tokenhash": true, "usercode": true,
}

// private is the members that make a JWK a private one (RFC 7518, section 6).
var private = map[string]bool{"d": true, "p": true, "q": true, "dp": true, "dq": true, "qi": true, "oth": true, "k": true}

// diff encodes before and after as JSON, each reduced to what the other does not have. A nil side is empty text; so are
// both if they do not differ.
func diff(before, after any) (string, string, error) {
	b, err := decode(before)
	if err != nil {
		return "", "", err
	}
	a, err := decode(after)
	if err != nil {
		return "", "", err
	}
	if before != nil && after != nil {
		b, a = reduce(b, a)
	}
	return encode(b), encode(a), nil
}

// decode turns v into what encoding/json makes of its JSON. Numbers stay as they are written.
func decode(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("encode %T: %w", v, err)
	}
	return out, nil
}

// reduce takes from both sides what they have in common, member by member. What is equal becomes nil.
func reduce(before, after any) (any, any) {
	b, bIsObject := before.(map[string]any)
	a, aIsObject := after.(map[string]any)
	if !bIsObject || !aIsObject {
		if reflect.DeepEqual(before, after) {
			return nil, nil
		}
		return before, after
	}
	outB, outA := map[string]any{}, map[string]any{}
	for name, old := range b {
		fresh, ok := a[name]
		if ok && reflect.DeepEqual(old, fresh) {
			continue
		}
		outB[name] = old
		if ok {
			outB[name], outA[name] = reduce(old, fresh)
		}
	}
	for name, fresh := range a {
		if _, ok := b[name]; !ok {
			outA[name] = fresh
		}
	}
	if len(outB) == 0 && len(outA) == 0 {
		return nil, nil
	}
	return outB, outA
}

// encode writes v as JSON, shortened and without secrets. JSON escapes control characters, so one entry stays one line
// (IL-08). Nil is empty text.
func encode(v any) string {
	if v == nil {
		return ""
	}
	text, err := json.Marshal(tidy(v, 0))
	if err != nil {
		return "" // tidy gives only what JSON can say
	}
	return string(text)
}

// tidy returns v with long strings and lists cut, objects too deep left out, and secrets replaced.
func tidy(v any, depth int) any {
	if depth > maxDepth {
		return "…"
	}
	switch v := v.(type) {
	case string:
		return cut(v, maxValue)
	case []any:
		return tidyList(v, depth)
	case map[string]any:
		return tidyObject(v, depth)
	}
	return v
}

func tidyList(list []any, depth int) []any {
	out := make([]any, 0, min(len(list), maxItems+1))
	for i, item := range list {
		if i == maxItems {
			return append(out, fmt.Sprintf("… and %d more", len(list)-maxItems))
		}
		out = append(out, tidy(item, depth+1))
	}
	return out
}

func tidyObject(object map[string]any, depth int) map[string]any {
	out := make(map[string]any, len(object))
	_, isKey := object["kty"]
	for name, value := range object {
		name = cut(name, maxText)
		if isSecret(name) || isKey && private[name] {
			out[name] = redacted
			continue
		}
		out[name] = tidy(value, depth+1)
	}
	return out
}

func isSecret(name string) bool {
	return secret[strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))]
}

// cut shortens s to n characters, the last of them an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
