package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// problem is one thing that is wrong with the settings.
type problem struct{ key, from, rule, fix string }

// problems is everything that is wrong with the settings.
type problems []problem

// Error has a line for each problem: the key and where its value came from, what is wrong, what to do.
func (p problems) Error() string {
	var b strings.Builder
	b.WriteString("the settings cannot be used:")
	for _, one := range p {
		b.WriteString("\n  " + one.key)
		if one.from != "" && one.from != "default" {
			b.WriteString(" (from " + one.from + ")")
		}
		b.WriteString(" " + one.rule + ": " + one.fix)
	}
	return b.String()
}

// rule returns what is wrong with one setting, and "" if nothing is. It never repeats a private value.
type rule func(*Config) string

// check applies every rule.
func (c *Config) check() problems {
	var found problems
	for _, s := range settings {
		if s.rule == nil {
			continue
		}
		if wrong := s.rule(c); wrong != "" {
			found = append(found, problem{s.key, c.sources[s.key], wrong, "set a value such as " + s.example()})
		}
	}
	return found
}

// kind is what text a setting takes, beside any.
type kind string

const (
	duration kind = "a number with a unit: 90s, 10m, 720h"
	number   kind = "a whole number"
	networks kind = "networks in CIDR form with commas between: 10.0.0.0/8,fd00::/8"
)

func (s setting) want() string {
	if s.kind == "" {
		return "it must be one line of text"
	}
	return "it must be " + string(s.kind)
}

func toDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if _, bare := strconv.ParseFloat(text, 64); err != nil && bare == nil {
		return 0, noUnit(text)
	}
	return d, err
}

func toInt(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("%q is no whole number", text)
	}
	return n, nil
}

// toList splits what flags and the environment have on one line. A list of a file stays as it is.
func toList(value any) any {
	text, ok := value.(string)
	if !ok {
		return value
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func isScalar(value any) bool {
	switch value.(type) {
	case string, int, int64, uint64, float64, bool:
		return true
	}
	return false
}

func within(field func(*Config) time.Duration, least, most time.Duration) rule {
	return func(c *Config) string {
		if d := field(c); d < least || d > most {
			return fmt.Sprintf("is %s and must be %s to %s", short(d), short(least), short(most))
		}
		return ""
	}
}

// withinOrZero is within, where 0 stands for no limit.
func withinOrZero(field func(*Config) time.Duration, least, most time.Duration) rule {
	return func(c *Config) string {
		if field(c) == 0 {
			return ""
		}
		return within(field, least, most)(c)
	}
}

// notAbove is within, where another setting is the most.
func notAbove(field func(*Config) time.Duration, least time.Duration, other string, most func(*Config) time.Duration) rule {
	return func(c *Config) string {
		if d := field(c); d < least || d > most(c) {
			return fmt.Sprintf("is %s and must be %s to %s, which is %s", short(d), short(least), other, short(most(c)))
		}
		return ""
	}
}

func sessionIdleRule(c *Config) string {
	idle := func(c *Config) time.Duration { return c.SessionIdleTTL }
	if wrong := within(idle, 5*time.Minute, 2160*time.Hour)(c); wrong != "" {
		return wrong
	}
	return notAbove(idle, 5*time.Minute, "session_ttl", func(c *Config) time.Duration { return c.SessionTTL })(c)
}

func between(field func(*Config) int, least, most int) rule {
	return func(c *Config) string {
		if n := field(c); n < least || n > most {
			return fmt.Sprintf("is %d and must be %d to %d", n, least, most)
		}
		return ""
	}
}

func oneOf(field func(*Config) string, words ...string) rule {
	return func(c *Config) string {
		if word := field(c); !slices.Contains(words, word) {
			return fmt.Sprintf("is %q and must be %s", word, strings.Join(words, " or "))
		}
		return ""
	}
}

func address(field func(*Config) string) rule {
	return func(c *Config) string {
		_, port, err := net.SplitHostPort(field(c))
		if n, bad := strconv.Atoi(port); err != nil || bad != nil || n < 0 || n > 65535 {
			return fmt.Sprintf("is %q and must be HOST:PORT", field(c))
		}
		return ""
	}
}

// issuerRule keeps the issuer in the one form that clients compare byte by byte (RFC 8414, section 2; RFC 9207).
func issuerRule(c *Config) string {
	u, err := url.Parse(c.Issuer)
	switch {
	case err != nil, u.Host == "", u.Scheme != "http" && u.Scheme != "https":
		return "must be a URL that begins with https://"
	case u.RawQuery != "", u.ForceQuery, strings.Contains(c.Issuer, "#"), u.User != nil:
		return "must have no query, no fragment and no user name"
	case u.Path == "/":
		return "must not end with /"
	case u.Path != "":
		return "must have no path: the pages stand at the root of a host"
	case u.Host != strings.ToLower(u.Host), u.Scheme == "https" && u.Port() == "443", u.Scheme == "http" && u.Port() == "80",
		strings.HasSuffix(u.Host, ":"), strings.HasSuffix(u.Hostname(), "."):
		return "must be in its plain form: lower case, without the port that its scheme has anyway"
	case u.Scheme == "http" && !loopbackHost(u.Hostname()):
		return "must be https, since its host is not a loopback one"
	}
	return ""
}

// loopbackHost tells whether requests to host never leave the machine (RFC 6761, section 6.3).
func loopbackHost(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// issuerIsLoopback tells whether c's issuer may be reached over plain HTTP.
func (c *Config) issuerIsLoopback() bool { return strings.HasPrefix(c.Issuer, "http://") }

func databaseRule(c *Config) string {
	text := string(c.DatabaseURL)
	if path, ok := strings.CutPrefix(text, "sqlite:"); ok {
		if path == "" {
			return "must name a file after sqlite:"
		}
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		return "must begin with postgres:// or sqlite:"
	}
	return ""
}

// sqlitePath is the database's file, and "" on PostgreSQL.
func (c *Config) sqlitePath() string {
	path, ok := strings.CutPrefix(string(c.DatabaseURL), "sqlite:")
	if !ok {
		return ""
	}
	path, _, _ = strings.Cut(path, "?")
	return path
}

// minSecret is the least length of secret, in bytes.
const minSecret = 32

func secretRule(c *Config) string {
	if n := len(c.Secret); n > 0 && n < minSecret {
		return fmt.Sprintf("has %d bytes and must have at least %d", n, minSecret)
	}
	return ""
}

func pairRule(c *Config) string {
	if (c.TLSCertFile == "") != (c.TLSKeyFile == "") {
		return "and tls_key_file must be set both or neither"
	}
	return ""
}

func nameRule(c *Config) string {
	n := utf8.RuneCountInString(c.BrandName)
	if n < 1 || n > 60 || strings.TrimSpace(c.BrandName) != c.BrandName || strings.ContainsFunc(c.BrandName, func(r rune) bool { return r < ' ' }) {
		return "must be one line of 1 to 60 characters"
	}
	return ""
}

func linkRule(field func(*Config) string) rule {
	return func(c *Config) string {
		u, err := url.Parse(field(c))
		if field(c) != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
			return "must be an https URL"
		}
		return ""
	}
}

var accentForm = regexp.MustCompile(`^#[0-9a-fA-F]{6}$`)

func accentRule(c *Config) string {
	if c.BrandAccent != "" && !accentForm.MatchString(c.BrandAccent) {
		return fmt.Sprintf("is %q and must be # and six hexadecimal digits", c.BrandAccent)
	}
	return ""
}

// short writes 1h for 1h0m0s.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
