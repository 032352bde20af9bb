package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"postern/authz/client"
)

// state is the file that apply reads. A kind that is nil is not spoken of, and not pruned.
type state struct {
	Organizations []declaredOrg    `yaml:"organizations"`
	Scopes        []declaredScope  `yaml:"scopes"`
	Users         []declaredUser   `yaml:"users"`
	Clients       []declaredClient `yaml:"clients"`
}

type declaredOrg struct {
	Slug   string `yaml:"slug" json:"slug"`
	Name   string `yaml:"name" json:"name"`
	Parent string `yaml:"parent" json:"parent,omitempty"`
	Level  string `yaml:"level" json:"level,omitempty"`
}

type declaredScope struct {
	Name        string `yaml:"name"`
	Title       string `yaml:"title"`
	Description string `yaml:"description"`
	Group       string `yaml:"group"`
	Kind        string `yaml:"kind"`
	Sensitive   bool   `yaml:"sensitive"`
	Default     bool   `yaml:"default"`
	Optional    bool   `yaml:"optional"`
	Reserved    bool   `yaml:"reserved"`
}

type declaredUser struct {
	Email        string            `yaml:"email"`
	Name         string            `yaml:"name"` // empty: as it is
	Admin        bool              `yaml:"admin"`
	Disabled     bool              `yaml:"disabled"`
	PasswordFile string            `yaml:"password_file"`
	PasswordHash string            `yaml:"password_hash"`
	Memberships  map[string]string `yaml:"memberships"` // slug to role
}

// declaredClient is a client's metadata and what apply knows besides.
type declaredClient struct {
	ID         string
	SecretFile string
	Disabled   bool
	Metadata   client.Metadata
}

// parseState reads the file, strictly: a member that nobody knows is an error.
func parseState(text []byte) (*state, error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	s := &state{}
	if err := d.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("has more than one document")
	}
	return s, s.check()
}

// check looks for the same thing declared twice, and for things without their key.
func (s *state) check() error {
	seen := map[string]bool{}
	once := func(object, key string) error {
		if key == "" {
			return fmt.Errorf("has a %s without its name", object)
		}
		if seen[object+key] {
			return fmt.Errorf("has %s %s twice", object, key)
		}
		seen[object+key] = true
		return nil
	}
	var found []error
	for _, o := range s.Organizations {
		found = append(found, once("organization", o.Slug))
	}
	for _, sc := range s.Scopes {
		found = append(found, once("scope", sc.Name))
	}
	for _, u := range s.Users {
		found = append(found, once("user", strings.ToLower(u.Email)))
		if u.PasswordFile != "" && u.PasswordHash != "" {
			found = append(found, fmt.Errorf("user %s has both password_file and password_hash", u.Email))
		}
	}
	for _, c := range s.Clients {
		found = append(found, once("client", c.ID))
	}
	return errors.Join(found...)
}

// UnmarshalYAML takes the members of apply out and leaves the rest to client.Decode.
func (c *declaredClient) UnmarshalYAML(node *yaml.Node) error {
	members := map[string]any{}
	if err := node.Decode(&members); err != nil {
		return err
	}
	for name, into := range map[string]any{"client_id": &c.ID, "client_secret_file": &c.SecretFile, "disabled": &c.Disabled} {
		if err := take(members, name, into); err != nil {
			return err
		}
	}
	for name := range members {
		if !slices.Contains(metadataMembers(), name) {
			return fmt.Errorf("client %s: %s is not known", c.ID, name)
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return fmt.Errorf("client %s: %w", c.ID, err)
	}
	if c.Metadata, err = client.Decode(text); err != nil {
		return fmt.Errorf("client %s: %w", c.ID, err)
	}
	return nil
}

// take moves a member out of members.
func take(members map[string]any, name string, into any) error {
	value, ok := members[name]
	if !ok {
		return nil
	}
	delete(members, name)
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s is of the wrong type", name)
	}
	return nil
}

// metadataMembers are the names that client metadata may have.
func metadataMembers() []string {
	var names []string
	for f := range reflect.TypeFor[client.Metadata]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	return names
}
