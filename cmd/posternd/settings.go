package main

import (
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// setting is a row of the table below.
type setting struct {
	key     string
	def     string // as text; empty: none
	value   string // what stands for the value in help
	help    string
	kind    kind
	rule    rule // nil: anything of its type
	sample  string
	private bool // shown as [redacted], and no flag: other users of a machine see command lines
	shared  bool // its flag is one of every command; the others are flags of serve and config
}

// settings is every setting, in the order in which config prints them. A new one is a row here and a field of Config.
var settings = []setting{
	{key: "listen", def: "127.0.0.1:8420", value: "ADDR", help: "address to listen on", rule: address(func(c *Config) string { return c.Listen })},
	{key: "issuer", def: "http://localhost:8420", value: "URL", help: "the server's own URL, as users and apps see it: https, or http on a loopback host", shared: true,
		rule: issuerRule, sample: "https://auth.example.com"},
	{key: "database_url", def: "sqlite:./data/postern.db", value: "URL", help: "postgres://... or sqlite:PATH", private: true, shared: true,
		rule: databaseRule, sample: "sqlite:./data/postern.db"},
	{key: "database_url_file", value: "FILE", help: "file that holds database_url", shared: true},
	{key: "database_max_conns", def: "0", value: "N", help: "connections to PostgreSQL, 0 to 1000; 0: chosen by the number of cores", kind: number,
		rule: between(func(c *Config) int { return c.DatabaseConns }, 0, 1000)},
	{key: "secret", value: "TEXT", help: "32 bytes or more that everything stored is sealed with", private: true, rule: secretRule, sample: "the output of openssl rand -base64 32"},
	{key: "secret_file", value: "FILE", help: "file that holds secret; on SQLite the default is a file beside the database, made at first start", shared: true},
	{key: "outage_grace", def: "30s", value: "DURATION", help: "how long what is in memory is believed while the database is away, 0 to 10m", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.OutageGrace }, 0, 10*time.Minute)},
	{key: "tls_cert_file", value: "FILE", help: "certificate chain in PEM, read again when it changes", rule: pairRule},
	{key: "tls_key_file", value: "FILE", help: "private key in PEM"},
	{key: "trusted_proxies", value: "CIDR,...", help: "networks whose X-Forwarded-* headers are believed", kind: networks, sample: "10.0.0.0/8"},
	{key: "log_format", def: "text", value: "FORMAT", help: "text or json", shared: true, rule: oneOf(func(c *Config) string { return c.LogFormat }, "text", "json")},
	{key: "log_level", def: "info", value: "LEVEL", help: "debug, info, warn or error", shared: true, rule: oneOf(func(c *Config) string { return c.LogLevel }, "debug", "info", "warn", "error")},
	{key: "shutdown_timeout", def: "10s", value: "DURATION", help: "how long running requests may take to finish at the end, 0 to 5m", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.ShutdownTimeout }, 0, 5*time.Minute)},
	{key: "access_token_ttl", def: "1h", value: "DURATION", help: "life of opaque access tokens, 1m to 24h", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.AccessTTL }, time.Minute, 24*time.Hour)},
	{key: "jwt_access_token_ttl", def: "10m", value: "DURATION", help: "life of JWT access tokens, 1m to 1h: who verifies them offline sees a revocation only at their end", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.JWTTTL }, time.Minute, time.Hour)},
	{key: "refresh_token_ttl", def: "2160h", value: "DURATION", help: "life of a grant from consent to its end, 1h to 8760h", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.RefreshTTL }, time.Hour, 8760*time.Hour)},
	{key: "refresh_idle_ttl", def: "720h", value: "DURATION", help: "how long a refresh token may lie unused, 1h to refresh_token_ttl", kind: duration,
		rule: notAbove(func(c *Config) time.Duration { return c.RefreshIdleTTL }, time.Hour, "refresh_token_ttl", func(c *Config) time.Duration { return c.RefreshTTL })},
	{key: "refresh_grace", def: "60s", value: "DURATION", help: "how long a refresh token that was just used gives the same answer again, 0 to 10m", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.RefreshGrace }, 0, 10*time.Minute)},
	{key: "code_ttl", def: "60s", value: "DURATION", help: "life of authorization codes, 10s to 60s", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.CodeTTL }, 10*time.Second, time.Minute)},
	{key: "grants_per_consent", def: "20", value: "N", help: "live grants that a user may have with one app, 1 to 1000: the oldest end", kind: number,
		rule: between(func(c *Config) int { return c.GrantsPerConsent }, 1, 1000)},
	{key: "session_ttl", def: "720h", value: "DURATION", help: "life of a sign-in, 1h to 8760h", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.SessionTTL }, time.Hour, 8760*time.Hour)},
	{key: "session_idle_ttl", def: "168h", value: "DURATION", help: "how long a sign-in may lie unused, 5m to 2160h and session_ttl", kind: duration,
		rule: sessionIdleRule},
	{key: "audit_retention", def: "9600h", value: "DURATION", help: "how long the audit trail keeps an event, 24h to 87600h, or 0s for ever", kind: duration,
		rule: withinOrZero(func(c *Config) time.Duration { return c.AuditRetention }, 24*time.Hour, 87600*time.Hour)},
	{key: "key_rotation", def: "720h", value: "DURATION", help: "age at which keys are replaced, 24h to 8760h", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.KeyRotation }, 24*time.Hour, 8760*time.Hour)},
	{key: "jwks_max_age", def: "5m", value: "DURATION", help: "how long others may keep the key set; a new key waits as long before it is used, 1m to 24h", kind: duration,
		rule: within(func(c *Config) time.Duration { return c.JWKSMaxAge }, time.Minute, 24*time.Hour)},
	{key: "brand_name", def: "Postern", value: "NAME", help: "your name, on every page, 1 to 60 characters", rule: nameRule},
	{key: "brand_logo_file", value: "FILE", help: "your logo in SVG or PNG"},
	{key: "brand_accent", value: "COLOUR", help: "your accent colour as #rrggbb", rule: accentRule, sample: "#0f766e"},
	{key: "policy_url", value: "URL", help: "your privacy policy, linked from the pages", rule: linkRule(func(c *Config) string { return c.PolicyURL }), sample: "https://example.com/privacy"},
	{key: "terms_url", value: "URL", help: "your terms of service, linked from the pages", rule: linkRule(func(c *Config) string { return c.TermsURL }), sample: "https://example.com/terms"},
	{key: "support_email", value: "ADDRESS", help: "who answers users' questions, shown on error pages"},
}

// settingOf finds the row of a key.
func settingOf(key string) (setting, bool) {
	for _, s := range settings {
		if s.key == key {
			return s, true
		}
	}
	return setting{}, false
}

func (s setting) env() string  { return envPrefix + strings.ToUpper(s.key) }
func (s setting) flag() string { return strings.ReplaceAll(s.key, "_", "-") }

// example is a value that would do.
func (s setting) example() string {
	for _, text := range []string{s.sample, s.def, s.value} {
		if text != "" {
			return text
		}
	}
	return s.key
}

// addSettingFlags gives flags the settings that every command has, or the others. database_url has a flag although it is
// private: one for a database without a password is what people type, and for the other there is database_url_file.
func addSettingFlags(flags *pflag.FlagSet, shared bool) {
	for _, s := range settings {
		if s.shared == shared && (!s.private || s.key == "database_url") {
			flags.Var(&settingFlag{text: s.def, name: s.value}, s.flag(), s.help)
		}
	}
}

// settingFlag keeps its text as it is, since viper reads it, and tells help what stands for the value.
type settingFlag struct{ text, name string }

// String returns the text.
func (f *settingFlag) String() string { return f.text }

// Set keeps text.
func (f *settingFlag) Set(text string) error { f.text = text; return nil }

// Type is what stands for the value in help.
func (f *settingFlag) Type() string { return f.name }
