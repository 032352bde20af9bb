package templates

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestAgo(t *testing.T) {
	for _, c := range []struct {
		before time.Duration
		want   string
	}{
		{0, "just now"}, {59 * time.Second, "just now"}, {time.Minute, "1 minute ago"}, {3*time.Hour + 59*time.Minute, "3 hours ago"},
		{days(1), "1 day ago"}, {days(29), "29 days ago"}, {days(30), "1 month ago"}, {days(730), "2 years ago"},
		{-time.Second, "in a moment"}, {-time.Hour, "in 1 hour"}, {-days(90), "in 3 months"},
	} {
		got := string(ago(sampleNow, before(c.before)))
		if !strings.Contains(got, ">"+c.want+"<") {
			t.Errorf("%v before: %s, want %s", c.before, got, c.want)
		}
	}
	want := `<time datetime="2026-11-22T11:05:00Z" title="22 Nov 2026, 11:05 UTC">3 hours ago</time>`
	if got := string(ago(sampleNow, before(3*time.Hour))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := ago(sampleNow, time.Time{}); got != "never" {
		t.Errorf("zero time: %s", got)
	}
}

func TestNumbersInWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1204: "1,204", -1234567: "-1,234,567", math.MinInt64: "-9,223,372,036,854,775,808"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
	if got := plural(1, "app") + ", " + plural(2, "app"); got != "1 app, 2 apps" {
		t.Error(got)
	}
}

func TestInitial(t *testing.T) {
	for name, want := range map[string]string{"acme": "A", " ": "?", "": "?", "éclair": "É", rtlText: "ت"} {
		if got := initial(name); got != want {
			t.Errorf("initial(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestShortCutsOnlyLongNames(t *testing.T) {
	if got := short("Acme"); got != "Acme" {
		t.Error(got)
	}
	if got := []rune(short(longText)); len(got) != 201 || got[200] != '…' {
		t.Error(len(got))
	}
}

func TestMismatchMarksTheFirstDifference(t *testing.T) {
	for _, c := range []struct{ received, closest, same, receivedRest, closestRest string }{
		{"https://a.example/cb/", "https://a.example/cb", "https://a.example/cb", "/", ""},
		{"https://a.example/Cb", "https://a.example/cb", "https://a.example/", "Cb", "cb"},
		{"https://é.example", "https://è.example", "https://", "é.example", "è.example"},
		{"x", "", "", "x", ""}, {"", "", "", "", ""},
		{"\xffa", "\xffb", "", "\xffa", "\xffb"}, {"\xff", "\xfe", "", "\xff", "\xfe"},
	} {
		m := Mismatch{c.received, c.closest}
		if m.Same() != c.same || m.ReceivedRest() != c.receivedRest || m.ClosestRest() != c.closestRest {
			t.Errorf("%q, %q: %q + %q, %q", c.received, c.closest, m.Same(), m.ReceivedRest(), m.ClosestRest())
		}
	}
}

func TestChartScale(t *testing.T) {
	for most, want := range map[int64]int64{0: 4, 4: 4, 5: 8, 21: 24, 1204: 1600, 2100: 2400, 33: 40, math.MaxInt64: 1_200_000_000_000_000} {
		c := Chart{Days: []Day{{sampleNow, most}}}
		if got := c.top(); got != want {
			t.Errorf("top of %d = %d, want %d", most, got, want)
		}
		if b := c.Bars()[0]; most <= want && (b.Y < plotTop || b.Height > plotHeight) {
			t.Errorf("the bar of %d leaves the plot: %+v", most, b)
		}
	}
	if ticks := (Chart{}).Ticks(); len(ticks) != 5 || ticks[4].Label != "4" || len((Chart{}).Bars()) != 0 {
		t.Errorf("empty chart: %+v", ticks)
	}
}

func TestPagesKeepFilters(t *testing.T) {
	p := ClientList{Query: "a&b", State: "active", After: "x", Next: "y"}.Pages()
	if p.First != "/admin/clients?q=a%26b&state=active" || p.Next != "/admin/clients?after=y&q=a%26b&state=active" {
		t.Errorf("%+v", p)
	}
	if p := (UserList{}).Pages(); p != (pages{}) {
		t.Errorf("one page alone: %+v", p)
	}
}

// TestTypedValuesAreKept: what was typed is never lost, and passwords are never sent back.
func TestTypedValuesAreKept(t *testing.T) {
	set := newSet(t)
	page := string(render(t, set, Setup{Layout: card, Name: "Typed Name", Email: "typed@example.com", Organization: "Typed Org",
		Errors: Errors{{Field: "password", Message: "Too short."}}}))
	for _, want := range []string{`value="Typed Name"`, `value="typed@example.com"`, `value="Typed Org"`, `href="#password"`,
		`aria-describedby="password-error"`, `id="password-error"`, `role="alert"`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestErrorsNameTheirFieldInTheSummaryOnly(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		err           FieldError
		listed, below string
	}{
		{FieldError{Message: "Choose one."}, "Choose one.", "Choose one."},
		{FieldError{Field: "name", Label: "Name", Message: "Enter a name."}, "Name: enter a name.", "Enter a name."},
		{FieldError{Field: "uris", Label: "URIs", Line: 3, Message: "no fragments."}, "URIs, line 3: no fragments.", "Line 3: no fragments."},
		{FieldError{Field: "uris", Line: 3, Message: "no fragments."}, "Line 3: no fragments.", "Line 3: no fragments."},
	} {
		if got := row.err.Listed(); got != row.listed {
			t.Errorf("listed %q, want %q", got, row.listed)
		}
		if got := row.err.Below(); got != row.below {
			t.Errorf("below %q, want %q", got, row.below)
		}
	}
}
