package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// load reads settings from arguments, an environment and the text of a file ("" for none).
func load(t *testing.T, args, environ []string, file string) (*Config, error) {
	t.Helper()
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	flags.String("config", "", "")
	addSettingFlags(flags, true)
	addSettingFlags(flags, false)
	path := filepath.Join(t.TempDir(), "postern.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := flags.Parse(append([]string{"--config", path}, args...)); err != nil {
		t.Fatal(err)
	}
	return loadConfig(flags, environ)
}

func TestEverySettingHasAFieldAndADefault(t *testing.T) {
	t.Parallel()
	fields := map[string]bool{}
	for f := range reflect.TypeFor[Config]().Fields() {
		if key := f.Tag.Get("mapstructure"); key != "" {
			fields[key] = true
			if _, ok := settingOf(key); !ok {
				t.Errorf("%s has no row in settings: its environment variable would be ignored", key)
			}
		}
	}
	for _, s := range settings {
		if !fields[s.key] {
			t.Errorf("%s has no field in Config", s.key)
		}
		if s.help == "" || s.value == "" {
			t.Errorf("%s has no help", s.key)
		}
	}
	c, err := load(t, nil, nil, "")
	if err != nil {
		t.Fatalf("the defaults are refused: %v", err)
	}
	if c.Listen != "127.0.0.1:8420" || c.Issuer != "http://localhost:8420" || c.DatabaseURL != "sqlite:./data/postern.db" {
		t.Errorf("defaults are %s, %s, %s", c.Listen, c.Issuer, string(c.DatabaseURL))
	}
}

func TestEverySettingIsReadFromItsEnvironmentVariable(t *testing.T) {
	t.Parallel()
	for _, s := range settings {
		_, err := load(t, nil, []string{s.env() + "=\x01"}, "")
		free := s.rule == nil && s.kind == "" // any text will do
		if !free && (err == nil || !strings.Contains(err.Error(), s.key)) {
			t.Errorf("%s=\\x01: error is %v, want one that names %s", s.env(), err, s.key)
		}
	}
}

func TestFlagsComeBeforeEnvironmentBeforeFileBeforeDefaults(t *testing.T) {
	t.Parallel()
	env, file := []string{"POSTERN_CODE_TTL=30s", "POSTERN_REFRESH_GRACE=20s"}, "code_ttl: 40s\nrefresh_grace: 40s\noutage_grace: 40s\n"
	c, err := load(t, []string{"--code-ttl", "20s"}, env, file)
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(c.CodeTTL, c.RefreshGrace, c.OutageGrace, c.AccessTTL)
	if want := "20s 20s 40s 1h0m0s"; got != want {
		t.Errorf("flag, environment, file, default are %s, want %s", got, want)
	}
	if c.sources["code_ttl"] != "--code-ttl" || c.sources["refresh_grace"] != "POSTERN_REFRESH_GRACE" || c.sources["access_token_ttl"] != "default" {
		t.Errorf("sources are %v", c.sources)
	}
}

func TestListsAreReadFromEveryPlace(t *testing.T) {
	t.Parallel()
	for name, from := range map[string]struct {
		args, env []string
		file      string
	}{
		"flag":             {args: []string{"--trusted-proxies", "10.0.0.0/8,fd00::/8"}},
		"environment":      {env: []string{"POSTERN_TRUSTED_PROXIES=10.0.0.0/8, fd00::/8"}},
		"file":             {file: "trusted_proxies: [10.0.0.0/8, fd00::/8]"},
		"file on one line": {file: "trusted_proxies: 10.0.0.0/8,fd00::/8"},
	} {
		c, err := load(t, from.args, from.env, from.file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if got := fmt.Sprint(c.TrustedProxies); got != "[10.0.0.0/8 fd00::/8]" {
			t.Errorf("%s: trusted_proxies is %s", name, got)
		}
	}
}

func TestRefusedSettings(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name, file string
		env        []string
		want       []string
	}{
		{name: "an unknown key in the file", file: "lisen: 127.0.0.1:1", want: []string{"lisen", "did you mean listen?"}},
		{name: "an unknown variable", env: []string{"POSTERN_ISUER=x"}, want: []string{"POSTERN_ISUER", "did you mean issuer?"}},
		{name: "a key within a key", file: "issuer:\n  url: x", want: []string{"issuer", "one line of text"}},
		{name: "a key twice", file: "listen: 127.0.0.1:1\nlisten: 127.0.0.1:2", want: []string{"cannot be read"}},
		{name: "a duration without a unit in the file", file: "access_token_ttl: 3600", want: []string{"access_token_ttl", "3600 without a unit", "1h"}},
		{name: "a duration without a unit in the environment", env: []string{"POSTERN_ACCESS_TOKEN_TTL=3600"}, want: []string{"without a unit", "POSTERN_ACCESS_TOKEN_TTL"}},
		{name: "a duration out of bounds", file: "access_token_ttl: 25h", want: []string{"access_token_ttl", "1m to 24h"}},
		{name: "code_ttl above 60 s", file: "code_ttl: 61s", want: []string{"10s to 1m"}},
		{name: "an idle limit under an hour", file: "refresh_idle_ttl: 59m", want: []string{"refresh_idle_ttl"}},
		{name: "an idle limit above the absolute one", file: "refresh_token_ttl: 2h\nrefresh_idle_ttl: 3h", want: []string{"refresh_token_ttl, which is 2h"}},
		{name: "a fraction of a whole number", file: "grants_per_consent: 1.5", want: []string{"grants_per_consent", "whole number"}},
		{name: "an http issuer that is not loopback", file: "issuer: http://auth.example.com", want: []string{"must be https"}},
		{name: "an issuer with a query (RFC 8414, section 2)", file: "issuer: https://a.example/?x", want: []string{"no query"}},
		{name: "an issuer with a fragment (RFC 8414, section 2)", file: "issuer: 'https://a.example#x'", want: []string{"no fragment"}},
		{name: "an issuer that ends with a slash", file: "issuer: https://a.example/", want: []string{"must not end with /"}},
		{name: "an issuer with a path", file: "issuer: https://a.example/x", want: []string{"no path"}},
		{name: "an issuer in capitals", file: "issuer: https://A.example", want: []string{"plain form"}},
		{name: "a short secret", env: []string{"POSTERN_SECRET=tooshort"}, want: []string{"secret", "at least 32"}},
		{name: "another engine", file: "database_url: mysql://x", want: []string{"postgres:// or sqlite:"}},
		{name: "a certificate without a key", file: "tls_cert_file: x", want: []string{"tls_key_file"}},
		{name: "a proxy that is no network", file: "trusted_proxies: [10.0.0.1]", want: []string{"trusted_proxies", "CIDR"}},
		{name: "an accent that is no colour", file: "brand_accent: teal", want: []string{"brand_accent", "hexadecimal"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, nil, row.env, row.file)
			if err == nil {
				t.Fatal("was taken")
			}
			for _, want := range row.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error does not say %q:\n%v", want, err)
				}
			}
			if strings.Contains(err.Error(), "tooshort") {
				t.Errorf("error repeats the secret: %v", err)
			}
		})
	}
}

func TestAllProblemsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	_, err := load(t, nil, nil, "code_ttl: 1h\nlog_level: loud\ngrants_per_consent: 0\n")
	for _, key := range []string{"code_ttl", "log_level", "grants_per_consent"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s is not in: %v", key, err)
		}
	}
	_, err = load(t, nil, nil, "code_ttl: 1\naccess_token_ttl: 2\nlog_levle: x\n")
	for _, key := range []string{"code_ttl", "access_token_ttl", "log_levle"} {
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s is not in: %v", key, err)
		}
	}
}

func TestSecretsComeFromFilesToo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(strings.Repeat("s", 32)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := load(t, []string{"--secret-file", file}, nil, "")
	if err != nil || string(c.Secret) != strings.Repeat("s", 32) {
		t.Errorf("secret is %d bytes, error %v", len(c.Secret), err)
	}
	_, err = load(t, nil, []string{"POSTERN_SECRET=" + strings.Repeat("x", 32), "POSTERN_SECRET_FILE=" + file}, "")
	if err == nil || !strings.Contains(err.Error(), "together with secret") {
		t.Errorf("both at once: %v", err)
	}
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", c.Secret, c, *c)} {
		if strings.Contains(text, "ssss") {
			t.Error("printing the settings shows the secret")
		}
	}
}

func TestShortDurationsReadBack(t *testing.T) {
	t.Parallel()
	for _, d := range []time.Duration{0, time.Second, time.Minute, 90 * time.Second, time.Hour, 90 * time.Minute, 720 * time.Hour} {
		if back, err := time.ParseDuration(short(d)); err != nil || back != d {
			t.Errorf("%v is written %s", d, short(d))
		}
	}
}

// A value and its _file form are one setting: what stands higher counts, whichever form it has. Both at the same height are
// a mistake.
func TestAHigherSourceReplacesEitherForm(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	inFile := filepath.Join(dir, "url")
	if err := os.WriteFile(inFile, []byte("postgres://file@localhost/one\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	settingsFile := filepath.Join(dir, "postern.yaml")
	if err := os.WriteFile(settingsFile, []byte("database_url_file: "+inFile+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	secret := "POSTERN_SECRET=0123456789abcdef0123456789abcdef"
	for _, row := range []struct {
		name, env, want string
	}{
		{"the file's", "", "postgres://file@localhost/one"},
		{"the environment's, over the file's _file", "POSTERN_DATABASE_URL=postgres://env@localhost/two", "postgres://env@localhost/two"},
	} {
		c, err := loadConfig(pflag.NewFlagSet("", pflag.ContinueOnError), []string{"POSTERN_CONFIG=" + settingsFile, secret, row.env})
		if err != nil || string(c.DatabaseURL) != row.want {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	_, err := loadConfig(pflag.NewFlagSet("", pflag.ContinueOnError),
		[]string{secret, "POSTERN_DATABASE_URL=postgres://env@localhost/two", "POSTERN_DATABASE_URL_FILE=" + inFile})
	if err == nil {
		t.Error("both in the environment are taken")
	}
}
