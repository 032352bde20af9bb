package event

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestDiffKeepsWhatDiffers(t *testing.T) {
	t.Parallel()
	type m = map[string]any
	for _, row := range []struct {
		name          string
		before, after any
		wantBefore    string
		wantAfter     string
	}{
		{"a new object is kept whole", nil, m{"name": "Acme"}, ``, `{"name":"Acme"}`},
		{"a deleted object is kept whole", m{"name": "Acme"}, nil, `{"name":"Acme"}`, ``},
		{"equal members go", m{"a": 1, "b": 2}, m{"a": 1, "b": 3}, `{"b":2}`, `{"b":3}`},
		{"nothing differs: nothing is kept", m{"a": 1}, m{"a": 1}, ``, ``},
		{"an added member has no before", m{}, m{"a": 1}, `{}`, `{"a":1}`},
		{"objects in objects are reduced too", m{"x": m{"a": 1, "b": 1}}, m{"x": m{"a": 1, "b": 2}}, `{"x":{"b":1}}`, `{"x":{"b":2}}`},
		{"lists are kept whole", m{"l": []int{1, 2}}, m{"l": []int{1, 3}}, `{"l":[1,2]}`, `{"l":[1,3]}`},
		{"documents count as what they hold", json.RawMessage(`{"a":1, "b":2}`), json.RawMessage(`{"b":2,"a":9007199254740993}`), `{"a":1}`, `{"a":9007199254740993}`},
		{"IL-06 a changed secret shows only that it changed", m{"password_hash": "x"}, m{"password_hash": "y"}, `{"password_hash":"[redacted]"}`, `{"password_hash":"[redacted]"}`},
		{"IL-06 secrets in objects and other spellings", nil, m{"x": []any{m{"ClientSecret": "s", "Token-Hash": []byte("h")}}}, ``, `{"x":[{"ClientSecret":"[redacted]","Token-Hash":"[redacted]"}]}`},
		{"RFC 7518 section 6 private members of a key", nil, m{"kty": "EC", "x": "pub", "d": "priv"}, ``, `{"d":"[redacted]","kty":"EC","x":"pub"}`},
		{"names that only sound like secrets stay", nil, m{"token_endpoint_auth_method": "none", "d": "day"}, ``, `{"d":"day","token_endpoint_auth_method":"none"}`},
		{"IL-08 CR, LF and NUL are escaped", nil, m{"name": "a\r\nuser.deleted\x00"}, ``, `{"name":"a\r\nuser.deleted\u0000"}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			before, after, err := diff(row.before, row.after)
			if err != nil || before != row.wantBefore || after != row.wantAfter {
				t.Errorf("got %s to %s, %v; want %s to %s", before, after, err, row.wantBefore, row.wantAfter)
			}
		})
	}
}

func TestDiffIsBounded(t *testing.T) {
	t.Parallel()
	list := make([]string, 5000)
	for i := range list {
		list[i] = strings.Repeat("é", 5000)
	}
	deep := any("core")
	for range 200 {
		deep = map[string]any{"x": deep}
	}
	_, after, err := diff(nil, map[string]any{"list": list, "deep": deep})
	if err != nil {
		t.Fatal(err)
	}
	if len(after) > 2*maxItems*(maxValue+10) || strings.Contains(after, "core") || !strings.Contains(after, "… and 4900 more") {
		t.Errorf("%d bytes: not cut as promised", len(after))
	}
}

func TestDiffRefusesWhatIsNotJSON(t *testing.T) {
	t.Parallel()
	if _, _, err := diff(nil, func() {}); err == nil {
		t.Error("a function was encoded")
	}
}

func FuzzDiff(f *testing.F) {
	f.Add([]byte(`{"a":1}`), []byte(`{"a":[1,{"b":null}]}`))
	f.Add([]byte(`null`), []byte(`"\u0000"`))
	f.Add([]byte(`{"secret":{}}`), []byte(`[{"kty":1,"d":2}]`))
	f.Fuzz(func(t *testing.T, b, a []byte) {
		if !json.Valid(b) || !json.Valid(a) {
			return
		}
		before, after, err := diff(json.RawMessage(b), json.RawMessage(a))
		if err != nil {
			return
		}
		for _, text := range []string{before, after} {
			if text != "" && !json.Valid([]byte(text)) || strings.ContainsAny(text, "\r\n\x00") {
				t.Errorf("not one line of JSON: %q", text)
			}
		}
		Changes(Event{Before: before, After: after})
	})
}
