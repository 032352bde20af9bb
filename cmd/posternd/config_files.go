package main

import (
	"fmt"
	"os"
	"strings"
)

// readFiles puts the content of secret_file and database_url_file where their values belong.
func (c *Config) readFiles() problems {
	var found problems
	for _, pair := range []struct {
		value     *hidden
		key, file string
	}{
		{&c.DatabaseURL, "database_url", c.DatabaseURLFile},
		{&c.Secret, "secret", c.SecretFile},
	} {
		key := pair.key + "_file"
		switch {
		case pair.file == "":
			continue
		case rank(c.sources[pair.key]) > rank(c.sources[key]): // what stands higher counts, whichever form it has
			continue
		case *pair.value != "" && rank(c.sources[pair.key]) == rank(c.sources[key]):
			found = append(found, problem{key, c.sources[key], "is set together with " + pair.key, "set one of the two"})
			continue
		}
		text, err := os.ReadFile(pair.file)
		if err != nil {
			found = append(found, problem{key, c.sources[key], fmt.Sprintf("cannot be read: %v", err), "make the file readable for this user"})
			continue
		}
		*pair.value = hidden(strings.TrimRight(string(text), "\r\n"))
		c.sources[pair.key] = pair.file
	}
	return found
}

// rank orders where a value comes from: a flag, the environment, the settings file, a default.
func rank(source string) int {
	switch {
	case strings.HasPrefix(source, "--"):
		return 3
	case strings.HasPrefix(source, envPrefix):
		return 2
	case source != "default":
		return 1
	}
	return 0
}
