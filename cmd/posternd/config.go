package main

import (
	"encoding"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// Config is every setting, typed and checked. The tags are the keys; settings.go says what each is and may be.
type Config struct {
	Listen          string         `mapstructure:"listen"`
	Issuer          string         `mapstructure:"issuer"`
	DatabaseURL     hidden         `mapstructure:"database_url"`
	DatabaseURLFile string         `mapstructure:"database_url_file"`
	DatabaseConns   int            `mapstructure:"database_max_conns"`
	Secret          hidden         `mapstructure:"secret"`
	SecretFile      string         `mapstructure:"secret_file"`
	OutageGrace     time.Duration  `mapstructure:"outage_grace"`
	TLSCertFile     string         `mapstructure:"tls_cert_file"`
	TLSKeyFile      string         `mapstructure:"tls_key_file"`
	TrustedProxies  []netip.Prefix `mapstructure:"trusted_proxies"`
	LogFormat       string         `mapstructure:"log_format"`
	LogLevel        string         `mapstructure:"log_level"`
	ShutdownTimeout time.Duration  `mapstructure:"shutdown_timeout"`

	AccessTTL        time.Duration `mapstructure:"access_token_ttl"`
	JWTTTL           time.Duration `mapstructure:"jwt_access_token_ttl"`
	RefreshTTL       time.Duration `mapstructure:"refresh_token_ttl"`
	RefreshIdleTTL   time.Duration `mapstructure:"refresh_idle_ttl"`
	RefreshGrace     time.Duration `mapstructure:"refresh_grace"`
	CodeTTL          time.Duration `mapstructure:"code_ttl"`
	GrantsPerConsent int           `mapstructure:"grants_per_consent"`
	SessionTTL       time.Duration `mapstructure:"session_ttl"`
	SessionIdleTTL   time.Duration `mapstructure:"session_idle_ttl"`
	AuditRetention   time.Duration `mapstructure:"audit_retention"`
	KeyRotation      time.Duration `mapstructure:"key_rotation"`
	JWKSMaxAge       time.Duration `mapstructure:"jwks_max_age"`

	BrandName     string `mapstructure:"brand_name"`
	BrandLogoFile string `mapstructure:"brand_logo_file"`
	BrandAccent   string `mapstructure:"brand_accent"`
	PolicyURL     string `mapstructure:"policy_url"`
	TermsURL      string `mapstructure:"terms_url"`
	SupportEmail  string `mapstructure:"support_email"`

	sources map[string]string // where each key's value came from, in words
}

// hidden is a setting that is not shown. Convert it to string to use it.
type hidden string

const redacted = "[redacted]"

// String hides the value, and so do logs and JSON, which use MarshalText.
func (h hidden) String() string {
	if h == "" {
		return ""
	}
	return redacted
}

// GoString hides the value from %#v.
func (h hidden) GoString() string { return h.String() }

// MarshalText hides the value.
func (h hidden) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

const (
	envPrefix   = "POSTERN_"
	defaultFile = "postern.yaml" // in the working directory, and read if it is there
)

// otherEnv are names with our prefix that are no settings: the settings file's own, and what tests are run with.
func otherEnv(name string) bool {
	return name == "POSTERN_CONFIG" || strings.HasPrefix(name, "POSTERN_TEST_")
}

// loadConfig reads the settings: flags before environ before file before defaults. flags may have any of the settings as
// flags, and --config. The error is problems, all of them at once.
func loadConfig(flags *pflag.FlagSet, environ []string) (*Config, error) {
	v := viper.New()
	for _, s := range settings {
		v.SetDefault(s.key, s.def)
		if f := flags.Lookup(s.flag()); f != nil {
			if err := v.BindPFlag(s.key, f); err != nil {
				return nil, fmt.Errorf("bind --%s: %w", s.flag(), err)
			}
		}
	}
	file, err := readFile(v, flags, environ)
	if err != nil {
		return nil, err
	}
	found := unknownKeys(v, file, environ)
	c := &Config{sources: sourcesOf(v, flags, environ, file)}
	if err := mergeEnv(v, environ); err != nil {
		return nil, err
	}
	found = append(found, c.decode(v)...)
	c.guessIssuer()
	if len(found) == 0 { // what could not be read cannot be judged
		found = append(c.readFiles(), c.check()...)
	}
	if len(found) > 0 {
		return nil, found
	}
	return c, nil
}

// readFile reads the settings file. One that was named must be there.
func readFile(v *viper.Viper, flags *pflag.FlagSet, environ []string) (string, error) {
	file, named := defaultFile, false
	if value, ok := lookupEnv(environ, "POSTERN_CONFIG"); ok {
		file, named = value, true
	}
	if f := flags.Lookup("config"); f != nil && f.Changed {
		file, named = f.Value.String(), true
	}
	if _, err := os.Stat(file); !named && errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	v.SetConfigFile(file)
	v.SetConfigType("yaml")
	if err := v.ReadInConfig(); err != nil {
		return "", problems{{key: file, rule: fmt.Sprintf("cannot be read: %v", err), fix: "correct the file, or name another with --config"}}
	}
	return file, nil
}

// mergeEnv lays the environment over the file. viper's own BindEnv would read the process's, which tests share.
func mergeEnv(v *viper.Viper, environ []string) error {
	values := map[string]any{}
	for _, s := range settings {
		if value, ok := lookupEnv(environ, s.env()); ok {
			values[s.key] = value
		}
	}
	if err := v.MergeConfigMap(values); err != nil {
		return fmt.Errorf("read the environment: %w", err)
	}
	return nil
}

// lookupEnv finds a variable. An empty one counts as unset, as compose files and units leave them.
func lookupEnv(environ []string, name string) (string, bool) {
	for _, entry := range environ {
		if k, value, _ := strings.Cut(entry, "="); k == name && value != "" {
			return value, true
		}
	}
	return "", false
}

// unknownKeys finds what was set and is no setting: a typing error there would otherwise be a default in force.
func unknownKeys(v *viper.Viper, file string, environ []string) problems {
	var found problems
	for _, key := range v.AllKeys() {
		if _, ok := settingOf(key); !ok {
			found = append(found, problem{key: key, from: file, rule: "is not a setting", fix: suggestion(key)})
		}
	}
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		key, ours := strings.CutPrefix(name, envPrefix)
		if _, ok := settingOf(strings.ToLower(key)); ours && !ok && !otherEnv(name) {
			found = append(found, problem{key: name, from: "the environment", rule: "is not a setting", fix: suggestion(strings.ToLower(key))})
		}
	}
	slices.SortFunc(found, func(a, b problem) int { return strings.Compare(a.key, b.key) })
	return found
}

func sourcesOf(v *viper.Viper, flags *pflag.FlagSet, environ []string, file string) map[string]string {
	sources := make(map[string]string, len(settings))
	for _, s := range settings {
		_, inEnv := lookupEnv(environ, s.env())
		f := flags.Lookup(s.flag())
		switch {
		case f != nil && f.Changed:
			sources[s.key] = "--" + s.flag()
		case inEnv:
			sources[s.key] = s.env()
		case v.InConfig(s.key):
			sources[s.key] = file
		default:
			sources[s.key] = "default"
		}
	}
	return sources
}

// decode fills c, strictly: an unknown key is an error here too, and nothing is converted but text.
func (c *Config) decode(v *viper.Viper) problems {
	err := v.UnmarshalExact(c, func(d *mapstructure.DecoderConfig) {
		d.WeaklyTypedInput = false
		d.DecodeHook = mapstructure.DecodeHookFuncType(convert)
	})
	var found problems
	for _, err := range joined(err) {
		bad, ok := errors.AsType[*mapstructure.DecodeError](err)
		if !ok {
			found = append(found, problem{key: "settings", rule: err.Error(), fix: "see posternd config --help"})
			continue
		}
		s, _ := settingOf(strings.ToLower(strings.SplitN(bad.Name(), "[", 2)[0]))
		rule := "cannot be read: " + s.want()
		if unit, ok := errors.AsType[noUnit](bad); ok {
			rule = unit.Error()
		}
		found = append(found, problem{key: s.key, from: c.sources[s.key], rule: rule, fix: "set a value such as " + s.example()})
	}
	return found
}

// joined takes apart what mapstructure put together.
func joined(err error) []error {
	if err == nil {
		return nil
	}
	if _, ok := err.(*mapstructure.DecodeError); ok {
		return []error{err}
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, e := range many.Unwrap() {
			all = append(all, joined(e)...)
		}
		return all
	}
	if inner := errors.Unwrap(err); inner != nil {
		return joined(inner)
	}
	return []error{err}
}

// noUnit: a duration was given as a bare number, which one person reads as seconds and Go as nanoseconds.
type noUnit string

// Error says what is wrong with it.
func (n noUnit) Error() string { return fmt.Sprintf("is %s without a unit", string(n)) }

// convert reads a setting's text into the type of its field.
func convert(_, to reflect.Type, value any) (any, error) {
	text := fmt.Sprint(value)
	switch {
	case to == reflect.TypeFor[time.Duration]():
		return toDuration(text)
	case to == reflect.TypeFor[[]netip.Prefix]():
		return toList(value), nil
	case to.Kind() == reflect.Int:
		return toInt(text)
	case to.Kind() == reflect.String && isScalar(value):
		return text, nil // brand_name: 1984 is a name
	case reflect.PointerTo(to).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		p := reflect.New(to)
		err := p.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text))
		return p.Elem().Interface(), err
	}
	return value, nil
}

// guessIssuer follows listen to another port of this machine, if nobody says what the issuer is.
func (c *Config) guessIssuer() {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil || c.sources["issuer"] != "default" || c.sources["listen"] == "default" {
		return
	}
	if host == "localhost" || net.ParseIP(host).IsLoopback() {
		c.Issuer = "http://localhost:" + port
	}
}
