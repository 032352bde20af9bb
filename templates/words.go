package templates

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// words are the functions that turn values into words.
var words = template.FuncMap{
	"ago": ago, "date": date, "day": day, "count": count, "plural": pluralInt, "plurals": plural, "initial": initial, "span": span, "short": short,
	"number": func(n int) string { return count(int64(n)) },
	"join":   func(list []string) string { return strings.Join(list, ", ") },
	"known": func(groups []string) string {
		if len(groups) == 0 {
			return "Scopes of one group are shown together."
		}
		return "Scopes of one group are shown together. There are: " + strings.Join(groups, ", ") + "."
	},
	"atLeast": func(n int) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("At least %d characters. A few words in a row are good.", n)
	},
}

// State is the state of a client, user, secret or key, as a word.
type State string

// Label is the state with a capital letter.
func (s State) Label() string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(string(s[:1])) + string(s[1:])
}

// Tone is the CSS class of the state's chip.
func (s State) Tone() string {
	switch s {
	case "active":
		return "good"
	case "announced", "verifying", "expired":
		return "warn"
	case "disabled", "revoked":
		return "bad"
	}
	return "plain"
}

// The texts that times have: with and without JavaScript they mean the same moment.
const (
	fullTime = "2 Jan 2006, 15:04 UTC"
	dayOnly  = "2 Jan 2006"
)

// ago renders t relative to now, with the full time on hover. A zero t is "never".
func ago(now, t time.Time) template.HTML {
	if t.IsZero() {
		return "never"
	}
	return timeElement(t, relative(now.Sub(t)), "")
}

// date renders t in full. A zero t is "never".
func date(t time.Time) template.HTML {
	if t.IsZero() {
		return "never"
	}
	return timeElement(t, t.UTC().Format(fullTime), ` data-full`)
}

func day(t time.Time) string { return t.UTC().Format(dayOnly) }

// timeElement is safe: it puts only formatted times and our own words into the markup.
func timeElement(t time.Time, text, attr string) template.HTML {
	t = t.UTC()
	return template.HTML(fmt.Sprintf(`<time datetime="%s" title="%s"%s>%s</time>`,
		t.Format(time.RFC3339), t.Format(fullTime), attr, text))
}

// relative says how long ago d was, or how far ahead when it is negative.
func relative(d time.Duration) string {
	if d < 0 {
		if d > -time.Minute {
			return "in a moment"
		}
		return "in " + span(-d)
	}
	if d < time.Minute {
		return "just now"
	}
	return span(d) + " ago"
}

// units are what span counts in, longest first.
var units = []struct {
	length time.Duration
	name   string
}{
	{365 * 24 * time.Hour, "year"}, {30 * 24 * time.Hour, "month"}, {24 * time.Hour, "day"},
	{time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"},
}

// span says how long d is, in its largest unit: "3 hours".
func span(d time.Duration) string {
	for _, u := range units {
		if d >= u.length {
			return plural(int64(d/u.length), u.name)
		}
	}
	return "no time"
}

// plural is a number with its noun: "1 app", "1,204 apps".
func plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return count(n) + " " + noun + "s"
}

// count writes n with a comma every three digits.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// initial is the first letter of a name, for apps without a logo.
func initial(name string) string {
	name = strings.TrimSpace(name)
	if name == "" {
		return "?"
	}
	_, n := utf8.DecodeRuneInString(name)
	return strings.ToUpper(name[:n])
}

func pluralInt(n int, noun string) string { return plural(int64(n), noun) }

// short cuts names at 200 characters where somebody decides, so that no name pushes the question off the page.
func short(name string) string {
	const most = 200
	if runes := []rune(name); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return name
}
