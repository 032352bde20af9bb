package oauth

import (
	"encoding/json"
	"testing"
	"time"

	"postern/authz/grant"
)

func TestAppendTokensIsJSON(t *testing.T) {
	t.Parallel()
	for _, tokens := range []grant.Tokens{
		{AccessToken: "pat_x", ExpiresIn: time.Hour, Scopes: []string{"a:b", "c.d"}},
		{AccessToken: "pat_x", RefreshToken: "prt_y", ExpiresIn: time.Minute},
	} {
		var got struct {
			Access    string `json:"access_token"`
			Type      string `json:"token_type"`
			ExpiresIn int    `json:"expires_in"`
			Refresh   string `json:"refresh_token"`
			Scope     *string
		}
		text := appendTokens(nil, &tokens)
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got.Access != tokens.AccessToken || got.Type != "Bearer" || got.Refresh != tokens.RefreshToken ||
			got.ExpiresIn != int(tokens.ExpiresIn.Seconds()) || got.Scope == nil { // OIDC.md 87: always carries scope
			t.Errorf("%s", text)
		}
	}
}

// Client ids and audiences may hold any character: the document stays JSON, and says what it was given.
func FuzzAppendMember(f *testing.F) {
	f.Add("app")
	f.Add("a\"b\\c\n\u2028<")
	f.Fuzz(func(t *testing.T, value string) {
		text := append(appendMember([]byte(`{"active":true`), "client_id", value), '}')
		var got map[string]any
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%q became %s: %v", value, text, err)
		}
		if plain(value) && value != "" && got["client_id"] != value {
			t.Fatalf("%q became %v", value, got["client_id"])
		}
	})
}
