package scope_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"postern/authz/scope"
)

func TestParse(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", scope.MaxNameLen)
	for _, row := range []struct {
		name, list string
		want       []string
		err        string
	}{
		{"RFC 6749 3.3 names are separated by spaces", "a:b c.d", []string{"a:b", "c.d"}, ""},
		{"comma lists are taken too", "a:b,c:d", []string{"a:b", "c:d"}, ""},
		{"any number of separators counts as one", "  a ,, b ", []string{"a", "b"}, ""},
		{"an empty list has no names", "", nil, ""},
		{"separators alone are an empty list", " ,", nil, ""},
		{"RFC 6749 3.3 order is kept and repetition counts once", "b a b", []string{"b", "a"}, ""},
		{"RFC 6749 3.3 names are case-sensitive", "read Read", []string{"read", "Read"}, ""},
		{"the longest name fits", long, []string{long}, ""},
		{"a longer one is named and cut", long + "a", nil, "scope " + long[:60] + "... is longer than 200 characters"},
		{"AZ-51 a request cannot ask for a wildcard", "jobs:*", nil, "scope jobs:* has a wildcard: a request names each scope"},
		{"AZ-51 nor for everything", "*", nil, "scope * has a wildcard: a request names each scope"},
		{"a quote is no scope character and not repeated to the client", `a "b`, nil, "scope ?b has a character that scope names cannot have"},
		{"nor is a backslash", `a\b`, nil, "scope a?b has a character that scope names cannot have"},
		{"TE-23 a NUL byte is refused", "a\x00", nil, "scope a? has a character that scope names cannot have"},
		{"TE-24 invalid UTF-8 is refused", "a\xff", nil, "scope a? has a character that scope names cannot have"},
		{"a tab does not separate", "a\tb", nil, "scope a?b has a character that scope names cannot have"},
		{"XS-04 markup is only text", "<script>", []string{"<script>"}, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := scope.Parse(row.list)
			if !reflect.DeepEqual(got, row.want) || message(err) != row.err {
				t.Errorf("got %q, %q; want %q, %q", got, message(err), row.want, row.err)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestParseBounds(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range scope.MaxNames {
		names = append(names, fmt.Sprint("s", i))
	}
	if got, err := scope.Parse(scope.Format(names)); err != nil || len(got) != scope.MaxNames {
		t.Errorf("%d names: got %d, %v", scope.MaxNames, len(got), err)
	}
	if _, err := scope.Parse(scope.Format(append(names, "one-more"))); err == nil {
		t.Error("one name too many was taken")
	}
	if _, err := scope.Parse(strings.Repeat("a ", 1<<20)); err == nil {
		t.Error("a list of 2 MB was read")
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, pattern, scope string
		want                 bool
	}{
		{"a name is itself", "jobs:read", "jobs:read", true},
		{"and nothing longer", "jobs:read", "jobs:read:all", false},
		{"in its own case only", "jobs:read", "Jobs:read", false},
		{"a wildcard is a last segment", "jobs:*", "jobs:read", true},
		{"of one segment or more", "vani.teams.*", "vani.teams.a.b", true},
		{"but not of none", "vani.teams.*", "vani.teams", false},
		{"nor of an empty one", "vani.teams.*", "vani.teams.", false},
		{"it does not reach beside its prefix", "jobs:*", "jobsecrets:read", false},
		{"its prefix is case-sensitive too", "jobs:*", "JOBS:read", false},
		{"a lone * is no wildcard", "*", "jobs:read", false},
		{"nor is * without a separator", "jobs*", "jobs:read", false},
		{"nor one inside", "jobs:*:read", "jobs:a:read", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			if got := scope.Matches(row.pattern, row.scope); got != row.want {
				t.Errorf("%s covers %s: %v", row.pattern, row.scope, got)
			}
		})
	}
}

func TestValidPattern(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]bool{
		"jobs:read": true, "jobs:*": true, "vani.teams.*": true, "files/*": true, "postern.clients.read": true,
		"*": false, ":*": false, "jobs*": false, "jobs:*:read": false, "jobs:**": false, "*:*": false, "a,b:*": false,
		"postern.*": false, "postern.clients.*": false, "": false, "jobs:* ": false,
	} {
		if err := scope.ValidPattern(pattern); (err == nil) != want {
			t.Errorf("%q: %v", pattern, err)
		}
	}
}

var catalogue = scope.NewCatalogue([]scope.Scope{
	{Name: "jobs:read", Default: true},
	{Name: "jobs:write"},
	{Name: "jobs:purge", Reserved: true},
	{Name: "profile", Default: true},
	{Name: "postern.clients.read"},
	{Name: "offline_access"},
})

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name                 string
		allowance, requested string
		want, refusal        string
	}{
		{"what is allowed by name is granted", "jobs:read", "jobs:read", "jobs:read", ""},
		{"through a pattern too, and the wildcard itself never", "jobs:*", "jobs:write jobs:read", "jobs:write jobs:read", ""},
		{"RFC 6749 3.3 none requested: the defaults that the client may have", "jobs:*", "", "jobs:read", ""},
		{"these can be none", "jobs:write", "", "", ""},
		{"AZ-51 an unknown scope is refused by name", "jobs:*", "jobs:read jobs:fly", "", "scope jobs:fly is unknown"},
		{"AZ-51 one that the client was not given is refused by name", "jobs:*", "profile", "", "scope profile is not allowed for this client"},
		{"a reserved scope does not come through a pattern", "jobs:*", "jobs:purge", "", "scope jobs:purge is reserved, and this client was not given it by name"},
		{"it does by name", "jobs:purge", "jobs:purge", "jobs:purge", ""},
		{"requirement 24: postern.* is reserved whatever the catalogue says", "jobs:*", "postern.clients.read", "", "scope postern.clients.read is reserved, and this client was not given it by name"},
		{"a client without an allowance gets nothing", "", "jobs:read", "", "scope jobs:read is not allowed for this client"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			granted, refusal := scope.Decide(catalogue, strings.Fields(row.allowance), strings.Fields(row.requested))
			got := ""
			if refusal != nil {
				got = refusal.Error()
			}
			if scope.Format(granted) != row.want || got != row.refusal {
				t.Errorf("got %q, %q; want %q, %q", granted, got, row.want, row.refusal)
			}
		})
	}
}

func TestAllowedKeepsPosternScopesOutOfPatterns(t *testing.T) {
	t.Parallel()
	if scope.Allowed([]string{"postern.clients.*", "postern.*"}, "postern.clients.read") {
		t.Error("a pattern, stored by whom ever, reached a reserved scope")
	}
	if !scope.Allowed([]string{"postern.clients.read"}, "postern.clients.read") {
		t.Error("a reserved scope was not had by name")
	}
}

func TestNarrow(t *testing.T) {
	t.Parallel()
	granted := []string{"a", "b"}
	if got, r := scope.Narrow(granted, []string{"b"}); r != nil || !reflect.DeepEqual(got, []string{"b"}) {
		t.Errorf("RFC 6749 6 narrower: %q, %v", got, r)
	}
	if got, r := scope.Narrow(granted, nil); r != nil || !reflect.DeepEqual(got, granted) {
		t.Errorf("RFC 6749 6 nothing requested: %q, %v", got, r)
	}
	if got, r := scope.Narrow(granted, []string{"a", "c"}); r == nil || r.Scope != "c" || got != nil {
		t.Errorf("RT-09 wider: %q, %v", got, r)
	}
}

func TestPermittedFollowsTheAllowanceOfToday(t *testing.T) {
	t.Parallel()
	got := scope.Permitted(catalogue, []string{"jobs:read"}, []string{"jobs:read", "jobs:write", "gone"})
	if !reflect.DeepEqual(got, []string{"jobs:read"}) {
		t.Errorf("got %q", got)
	}
}

// legal tells whether text can stand in an error_description (RFC 6749, section 5.2).
func legal(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > 0x7e || r == '"' || r == '\\' })
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"", "a:b,c:d", "openid profile", "jobs:*", "a\x00", "\xff\xfe", `"\`, "ü", strings.Repeat("x ", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, list string) {
		names, err := scope.Parse(list)
		if err != nil {
			if !legal(err.Error()) || len(err.Error()) > 300 {
				t.Errorf("unfit for an error_description: %q", err)
			}
			return
		}
		again, err := scope.Parse(scope.Format(names))
		if err != nil || len(names) > 0 && !reflect.DeepEqual(again, names) || len(names) > scope.MaxNames {
			t.Errorf("%q became %q, then %q, %v", list, names, again, err)
		}
	})
}

func FuzzMatches(f *testing.F) {
	f.Add("jobs:*", "jobs:read")
	f.Add("*", "a")
	f.Add("postern.*", "postern.x")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if scope.ValidPattern(pattern) != nil || scope.ValidName(name) != nil {
			return
		}
		prefix := strings.TrimSuffix(pattern, "*")
		if scope.Matches(pattern, name) && !strings.HasPrefix(name, prefix) {
			t.Errorf("%s covers %s", pattern, name)
		}
		if scope.Allowed([]string{pattern}, name) && strings.HasPrefix(name, scope.ReservedPrefix) && pattern != name {
			t.Errorf("%s gives the reserved %s", pattern, name)
		}
	})
}
