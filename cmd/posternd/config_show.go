package main

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"
)

const configLong = `Print the settings in force, each with its source, in the form of the settings file. Secrets are not shown.

A value is taken from its flag, else its environment variable, else the settings file, else the default.`

func newConfig(h *host) *cobra.Command {
	cmd := &cobra.Command{
		Use: "config", Short: "Print the settings in force and where they come from", Long: configLong, Args: cobra.NoArgs,
		Example: "  posternd config --config /etc/postern.yaml\n  POSTERN_CODE_TTL=30s posternd config --json",
		RunE: h.withConfig(func(_ context.Context, _ *cobra.Command, c *Config, _ []string) error {
			return h.showConfig(c)
		}),
	}
	addSettingFlags(cmd.Flags(), false)
	return cmd
}

func (h *host) showConfig(c *Config) error {
	values := c.values()
	if h.json {
		return h.printJSON(values)
	}
	for _, s := range settings {
		text, err := yaml.Marshal(map[string]any{s.key: values[s.key]})
		if err != nil {
			return fmt.Errorf("print %s: %w", s.key, err)
		}
		line := strings.TrimRight(string(text), "\n")
		if err := h.say("%-44s # %s", line, c.sources[s.key]); err != nil {
			return err
		}
	}
	return nil
}

// values are the settings by key, as text or number. What is private is hidden, but of a database's URL only the
// password.
func (c *Config) values() map[string]any {
	all := map[string]any{}
	v := reflect.ValueOf(*c)
	for i := range v.NumField() {
		key := v.Type().Field(i).Tag.Get("mapstructure")
		if key == "" {
			continue
		}
		switch value := v.Field(i).Interface().(type) {
		case time.Duration:
			all[key] = short(value)
		case []netip.Prefix:
			words := []string{}
			for _, p := range value {
				words = append(words, p.String())
			}
			all[key] = strings.Join(words, ",")
		case hidden:
			all[key] = value.String()
		default:
			all[key] = value
		}
	}
	all["database_url"] = redactURL(string(c.DatabaseURL))
	return all
}

func redactURL(text string) string {
	u, err := url.Parse(text)
	switch {
	case strings.HasPrefix(text, "sqlite:"):
		return text
	case err != nil, u.RawQuery != "" && strings.Contains(u.RawQuery, "password"):
		return redacted
	}
	return u.Redacted()
}
