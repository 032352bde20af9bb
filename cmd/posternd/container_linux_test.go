package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// nobody is the user of the image.
const nobody = 65532

// maxBinary is how large the stripped binary may be, in bytes.
const maxBinary = 30 << 20

// cage is an empty root directory with the static binary and a folder for data: what the image is made of.
type cage struct {
	folder  string
	environ []string
}

// newCage builds the binary as the Makefile does.
func newCage(t *testing.T) *cage {
	t.Helper()
	folder := t.TempDir()
	build := exec.CommandContext(t.Context(), "make", "-C", root, "build", "VERSION=v0.0.0-cage", "BIN="+filepath.Join(folder, "posternd"))
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("make build: %v\n%s", err, out)
	}
	if err := os.Mkdir(filepath.Join(folder, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		for _, path := range []string{folder, filepath.Join(folder, "data")} {
			if err := os.Chown(path, nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return &cage{folder, []string{"POSTERN_LISTEN=" + l.Addr().String(), "POSTERN_DATABASE_URL=sqlite:/data/postern.db", "TMPDIR=/data"}}
}

// command runs posternd in the cage: as nobody where the test is root, else in a user namespace of its own.
func (c *cage) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/posternd", args...)
	cmd.Dir, cmd.Env = "/data", c.environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: c.folder}
	if os.Geteuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
		return cmd
	}
	cmd.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
	cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
	cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	return cmd
}

func (c *cage) run(t *testing.T, args ...string) string {
	t.Helper()
	out, err := c.command(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("posternd %s in an empty root (run the test as root, or allow user namespaces): %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func TestTheStaticBinaryNeedsNothingBesideIt(t *testing.T) {
	t.Parallel()
	c := newCage(t)
	if info, err := os.Stat(filepath.Join(c.folder, "posternd")); err != nil || info.Size() >= maxBinary {
		t.Errorf("the binary has %d bytes, and should have less than %d (%v)", info.Size(), maxBinary, err)
	}
	if out := c.run(t, "version"); !strings.Contains(out, "v0.0.0-cage") {
		t.Errorf("version is %q", out)
	}
	c.run(t, "migrate", "up")
	var log bytes.Buffer
	server := c.command(t.Context(), "serve")
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	deadline := time.Now().Add(30 * time.Second)
	for c.command(t.Context(), "health").Run() != nil {
		select {
		case err := <-ended:
			t.Fatalf("the server ended: %v\n%s", err, &log)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server does not answer\n%s", &log)
		}
	}
	c.run(t, "scope", "add", "jobs:read", "--title", "See your jobs")
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the server ended with %v\n%s", err, &log)
	}
	if out := c.run(t, "scope", "list"); !strings.Contains(out, "jobs:read") {
		t.Errorf("scopes are %s", out)
	}
}
