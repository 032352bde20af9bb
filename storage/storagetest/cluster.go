package storagetest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/storage"
)

// cluster is a PostgreSQL server of this test process's own. A shell watches over it: it reads from a pipe that only we
// write to, and when we die, however we die, it reads the end, stops the server and removes the data.
type cluster struct {
	admin    string // URL of the database postgres
	made     atomic.Int64
	watch    *os.File // the pipe's end; never closed by us
	template string
	mutex    sync.Mutex // databases are made one at a time: the template must not be in use
}

// theCluster starts once, when the first test asks for it.
var theCluster = sync.OnceValues(startCluster)

// PostgresURL makes an empty, migrated PostgreSQL database, and drops it when the test ends.
func PostgresURL(t testing.TB) string {
	t.Helper()
	c, err := theCluster()
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.create(c.template)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.exec("drop database if exists " + name + " with (force)"); err != nil {
			t.Logf("drop database: %v", err)
		}
	})
	return c.url(name)
}

// EmptyPostgresURL makes a PostgreSQL database without any table, and drops it when the test ends.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	c, err := theCluster()
	if err != nil {
		t.Fatal(err)
	}
	name, err := c.create("template0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.exec("drop database if exists " + name + " with (force)") })
	return c.url(name)
}

func startCluster() (*cluster, error) {
	c := &cluster{admin: os.Getenv("POSTERN_TEST_POSTGRES")}
	if c.admin == "" {
		if err := c.start(); err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
	}
	if err := c.makeTemplate(); err != nil {
		return nil, fmt.Errorf("make the template database: %w", err)
	}
	return c, nil
}

func (c *cluster) makeTemplate() error {
	name, err := c.create("template0")
	if err != nil {
		return err
	}
	c.template = name
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return storage.Migrate(ctx, c.url(name))
}

// create makes a database with a name that no other test process takes.
func (c *cluster) create(template string) (string, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	name := fmt.Sprintf("postern_%d_%d", os.Getpid(), c.made.Add(1))
	return name, c.exec("create database " + name + " template " + template + " strategy file_copy")
}

func (c *cluster) exec(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.admin)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

func (c *cluster) url(database string) string {
	u, err := url.Parse(c.admin)
	if err != nil {
		panic(err) // pgx has parsed it
	}
	u.Path = "/" + database
	return u.String()
}

// superviseScript runs PostgreSQL until its standard input ends. $1 is the server's program, $2 its data folder, $3 the
// port, $4 the folder that holds all of it.
const superviseScript = `
"$1" -D "$2" -p "$3" -k "" -h 127.0.0.1 -F -c shared_buffers=32MB -c max_connections=200 -c full_page_writes=off \
	-c synchronous_commit=off -c max_wal_senders=0 -c wal_level=minimal -c autovacuum_naptime=1h </dev/null >"$4/log" 2>&1 &
server=$!
read end
kill -QUIT $server
wait $server
rm -rf "$4"
`

func (c *cluster) start() error {
	bin, err := postgresBin()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "postern-postgres-")
	if err != nil {
		return err
	}
	owner, err := unprivileged(folder)
	if err != nil {
		return err
	}
	data := filepath.Join(folder, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postern", "-A", "trust", "-E", "UTF8",
		"--no-locale", "--no-sync", "--no-instructions")
	initdb.Dir, initdb.SysProcAttr = folder, owner
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	if err := c.supervise(filepath.Join(bin, "postgres"), data, port, folder, owner); err != nil {
		return err
	}
	c.admin = "postgres://postern@127.0.0.1:" + port + "/postgres?sslmode=disable"
	return c.await(filepath.Join(folder, "log"))
}

func (c *cluster) supervise(program, data, port, folder string, owner *syscall.SysProcAttr) error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	shell := exec.Command("/bin/sh", "-c", superviseScript, "supervise", program, data, port, folder)
	shell.Stdin, shell.Dir, shell.SysProcAttr = read, folder, owner
	shell.SysProcAttr.Setpgid = true // an interrupt from the keyboard is for us
	c.watch = write
	return shell.Start()
}

// await waits until the server takes connections.
func (c *cluster) await(log string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := pgx.Connect(ctx, c.admin)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			said, _ := os.ReadFile(log)
			return fmt.Errorf("%w: %s", err, said)
		}
	}
}

// postgresBin finds the folder of the newest PostgreSQL.
func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if len(found) > 0 {
		slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("postgres")
	if err != nil {
		return "", errors.New("PostgreSQL's server is missing: install the Debian package postgresql, " +
			"or set POSTERN_TEST_POSTGRES to the URL of a server whose user may create databases")
	}
	return filepath.Dir(path), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

// unprivileged says as whom the server runs, since it refuses to run as root, and gives that user the folder.
func unprivileged(folder string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	credential := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return &syscall.SysProcAttr{Credential: credential}, os.Chown(folder, uid, gid)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}
