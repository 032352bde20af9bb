package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// compose is as much of the Compose format as our file uses. Anything else in it is an error.
type compose struct {
	Services map[string]service        `yaml:"services"`
	Volumes  map[string]struct{}       `yaml:"volumes"`
	Secrets  map[string]composedSecret `yaml:"secrets"`
}

type composedSecret struct {
	File string `yaml:"file"`
}

type service struct {
	Image           string                `yaml:"image"`
	Build           string                `yaml:"build"`
	Command         []string              `yaml:"command"`
	Restart         string                `yaml:"restart"`
	Environment     map[string]string     `yaml:"environment"`
	Secrets         []string              `yaml:"secrets"`
	Volumes         []string              `yaml:"volumes"`
	Ports           []string              `yaml:"ports"`
	ReadOnly        bool                  `yaml:"read_only"`
	CapDrop         []string              `yaml:"cap_drop"`
	SecurityOpt     []string              `yaml:"security_opt"`
	StopGracePeriod string                `yaml:"stop_grace_period"`
	Healthcheck     *healthcheck          `yaml:"healthcheck"`
	DependsOn       map[string]dependence `yaml:"depends_on"`
}

type healthcheck struct {
	Test        []string `yaml:"test"`
	Interval    string   `yaml:"interval"`
	Timeout     string   `yaml:"timeout"`
	StartPeriod string   `yaml:"start_period"`
	Retries     int      `yaml:"retries"`
}

type dependence struct {
	Condition string `yaml:"condition"`
}

func readCompose(t *testing.T) compose {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	var c compose
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

func (s service) isOurs() bool { return s.Image == "postern" }

// checkCommand fails unless the words are a command line of posternd that would run.
func checkCommand(t *testing.T, words []string) {
	t.Helper()
	cmd, args, err := newRoot(&host{in: strings.NewReader(""), out: io.Discard, err: io.Discard}).Find(words)
	if err == nil {
		err = cmd.ParseFlags(args)
	}
	if err == nil {
		err = cmd.ValidateArgs(cmd.Flags().Args())
	}
	if err == nil {
		err = cmd.ValidateRequiredFlags()
	}
	if err != nil || cmd.HasSubCommands() {
		t.Errorf("posternd %s: would not run: %v", strings.Join(words, " "), err)
	}
}

func TestComposeFileHangsTogether(t *testing.T) {
	t.Parallel()
	c := readCompose(t)
	for name, s := range c.Services {
		if s.Restart == "" || s.Image == "" {
			t.Errorf("%s has no restart policy or image", name)
		}
		for _, secret := range s.Secrets {
			if !strings.HasPrefix(c.Secrets[secret].File, "./secrets/") {
				t.Errorf("%s uses the secret %s, which is no file in secrets", name, secret)
			}
		}
		for _, mount := range s.Volumes {
			volume, _, _ := strings.Cut(mount, ":")
			if _, ok := c.Volumes[volume]; !ok {
				t.Errorf("%s uses the volume %s, which is not declared", name, volume)
			}
		}
		for other, how := range s.DependsOn {
			on, ok := c.Services[other]
			if !ok || how.Condition == "service_healthy" && on.Healthcheck == nil {
				t.Errorf("%s waits for %s to be %s, which it never is", name, other, how.Condition)
			}
		}
	}
}

func TestComposeCommandsAndSettingsAreOurs(t *testing.T) {
	t.Parallel()
	ours := 0
	for name, s := range readCompose(t).Services {
		if !s.isOurs() {
			continue
		}
		ours++
		checkCommand(t, s.Command)
		if s.Healthcheck != nil {
			if !slices.Equal(s.Healthcheck.Test[:2], []string{"CMD", "/posternd"}) {
				t.Errorf("%s: health is asked with %v", name, s.Healthcheck.Test)
			}
			checkCommand(t, s.Healthcheck.Test[2:])
		}
		c, err := loadConfig(pflag.NewFlagSet(name, pflag.ContinueOnError), s.environ(t))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := c.checkTransport(); err != nil || len(c.Secret) < minSecret || !strings.HasPrefix(string(c.DatabaseURL), "postgres://") {
			t.Errorf("%s would not start: %v", name, err)
		}
	}
	if ours != 2 {
		t.Errorf("%d services of ours, want the server and its migration", ours)
	}
}

var interpolated = regexp.MustCompile(`\$\{\w+:-([^}]*)\}`)

// environ is the environment that a container would have: defaults filled in, secrets in files.
func (s service) environ(t *testing.T) []string {
	t.Helper()
	folder := t.TempDir()
	for secret, text := range map[string]string{
		"secret": strings.Repeat("s", 44), "database_url": "postgres://postern:x@database:5432/postern?sslmode=disable",
	} {
		if err := os.WriteFile(filepath.Join(folder, secret), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var environ []string
	for _, name := range slices.Sorted(maps.Keys(s.Environment)) {
		value := interpolated.ReplaceAllString(s.Environment[name], "$1")
		environ = append(environ, name+"="+strings.Replace(value, "/run/secrets", folder, 1))
	}
	return environ
}

func TestDockerfileRunsOurCommandsAsNobody(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	_, image, found := strings.Cut(string(text), "\nFROM scratch\n")
	if !found {
		t.Fatal("the image does not begin from scratch")
	}
	words := func(instruction string) (list []string) {
		at := strings.LastIndex(image, instruction+" [")
		if at < 0 || json.NewDecoder(strings.NewReader(image[at+len(instruction):])).Decode(&list) != nil {
			t.Errorf("the image has no %s in the form of a list", instruction)
		}
		return list
	}
	if entry := words("ENTRYPOINT"); !slices.Equal(entry, []string{"/posternd"}) {
		t.Errorf("entry point is %v", entry)
	}
	checkCommand(t, words("\nCMD"))
	checkCommand(t, words(" CMD")[1:])
	if !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(image) {
		t.Error("the image runs as root")
	}
	environ := regexp.MustCompile(`POSTERN_\w+=\S+`).FindAllString(image, -1)
	if _, err := loadConfig(pflag.NewFlagSet("image", pflag.ContinueOnError), environ); err != nil || len(environ) == 0 {
		t.Errorf("the image's settings: %v", err)
	}
}

func TestTheBuildContextHasEveryFloor(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Fields(string(text))
	if lines[0] != "*" {
		t.Error("what is not named gets into the build, secrets and data too")
	}
	for _, want := range append(slices.Collect(maps.Keys(floors)), "go.mod", "go.sum", "Makefile") {
		if !slices.Contains(lines, "!"+want) {
			t.Errorf("%s does not get into the build", want)
		}
	}
}
