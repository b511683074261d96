//go:build unix

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// watchdog runs the server and ends it when its own standard input does. The
// other end of that pipe is held by the process that started the server, so
// the server never outlives it, not even when it is killed; then the files
// go too. QUIT is the shutdown without a checkpoint: nothing is kept anyway.
const watchdog = `
bin=$1 dir=$2; shift 2
"$bin/postgres" -D "$dir/data" -k "$dir" "$@" </dev/null >"$dir/` + logName + `" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT "$server" 2>/dev/null
wait "$server"
cd /
rm -rf "$dir"
`

func start(ctx context.Context, bin string) (s *Server, err error) {
	account, err := serverAccount()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(socketRoot(), "fangxin-pg-")
	if err != nil {
		return nil, fmt.Errorf("folder for PostgreSQL: %w", err)
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	if account != nil {
		if err := os.Chown(dir, int(account.Uid), int(account.Gid)); err != nil {
			return nil, fmt.Errorf("folder for PostgreSQL: %w", err)
		}
	}
	if err := initdb(ctx, bin, dir, account); err != nil {
		return nil, err
	}
	args := []string{"-c", watchdog, "watchdog", bin, dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	cmd := command(context.Background(), dir, account, "/bin/sh", args...)
	cmd.SysProcAttr.Setsid = true // an interrupt at the terminal must not reach it before the clean-up
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	s = &Server{URL: socketURL(dir), dir: dir, life: life, cmd: cmd}
	if err := s.waitReady(ctx); err != nil {
		err = fmt.Errorf("PostgreSQL of %s did not start: %w\n%s", bin, err, logTail(dir))
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func initdb(ctx context.Context, bin, dir string, account *syscall.Credential) error {
	var last error
	for _, locale := range locales {
		out, err := command(ctx, dir, account, filepath.Join(bin, "initdb"),
			"-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust",
			"-E", "UTF8", "--locale="+locale, "--no-sync").CombinedOutput()
		if err == nil {
			return nil
		}
		last = fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(string(out)))
		if !strings.Contains(string(out), "locale") {
			break
		}
	}
	return last
}

// command prepares a program that runs as the server's account, in the
// server's folder, and without the settings for clients of this environment.
func command(ctx context.Context, dir string, account *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TZ=UTC", "LC_MESSAGES=C"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account}
	return cmd
}

// serverAccount returns who runs the server: nil for the present user. The
// server refuses to run as root, so root lends it to postgres or nobody.
func serverAccount() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("user %s: %w", name, err)
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

// socketRoot is where the server's folder goes. A unix socket's path has only
// about 100 bytes, and root's own temporary folder may be closed to others.
func socketRoot() string {
	if info, err := os.Stat("/tmp"); err == nil && info.IsDir() {
		return "/tmp"
	}
	return os.TempDir()
}

func socketURL(dir string) string {
	return "postgres://postgres@/postgres?host=" + url.QueryEscape(dir) + "&sslmode=disable"
}

// waitReady returns when the server answers, or when it has given up.
func (s *Server) waitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		pool, err := connect(ctx, s.URL)
		if err == nil {
			return pool.Close()
		}
		// A refusal such as "the database system is starting up" is logged
		// as FATAL too, hence the second look.
		if log := logTail(s.dir); strings.Contains(log, "FATAL") && !strings.Contains(log, "starting up") {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server and removes its files.
func (s *Server) Stop() error {
	if err := s.life.Close(); err != nil {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}
