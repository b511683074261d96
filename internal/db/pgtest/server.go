package pgtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// errMissing is the cause of failures that only say that PostgreSQL is not
// installed.
var errMissing = errors.New("no PostgreSQL found")

func isMissing(err error) bool { return errors.Is(err, errMissing) }

// Server is a running throw-away PostgreSQL. It ends with Stop or with the
// process that started it, and takes its files along.
type Server struct {
	// URL of the administrative database, by unix socket.
	URL string

	dir  string
	life io.Closer // the pipe whose closing ends the server
	cmd  *exec.Cmd
}

// Binaries returns the folder with postgres and initdb. The error says how to
// get them.
func Binaries() (dir string, err error) {
	for _, dir := range candidates() {
		if isExecutable(filepath.Join(dir, "postgres")) && isExecutable(filepath.Join(dir, "initdb")) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("%w: install it (Debian, Ubuntu: apt-get install postgresql; Fedora: dnf install postgresql-server; macOS: brew install postgresql@17) or set %s=postgres://user@host/postgres", errMissing, EnvURL)
}

// candidates lists folders that may hold the server's programs, best first:
// those of PATH, then the places of the usual packages, newest version first.
func candidates() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin",         // Debian, Ubuntu
		"/usr/pgsql-*/bin",                  // PostgreSQL's own packages for Fedora and RHEL
		"/usr/lib/postgresql*/bin",          // openSUSE
		"/usr/libexec/postgresql*",          // Alpine
		"/opt/homebrew/opt/postgresql*/bin", // Homebrew on ARM
		"/usr/local/opt/postgresql*/bin",    // Homebrew on Intel
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
		"/usr/local/pgsql/bin", // built from source
	} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		slices.SortFunc(found, func(a, b string) int { return versionIn(b) - versionIn(a) })
		dirs = append(dirs, found...)
	}
	return dirs
}

// versionIn returns the major version in a folder's path: the first number.
func versionIn(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0]) // only digits
	return n
}

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// settings make the server fast and quiet: nothing it holds outlives it.
var settings = []string{
	"listen_addresses=",
	"fsync=off",
	"synchronous_commit=off",
	"full_page_writes=off",
	"wal_level=minimal",
	"max_wal_senders=0",
	"max_wal_size=4GB",
	"max_connections=300",
	"shared_buffers=64MB",
	"autovacuum=off",
	"jit=off",
	"timezone=UTC",
	"log_min_messages=warning",
}

// locales are tried in turn: initdb accepts only those of the machine. Never
// "C" alone: its classes of letters and its trigrams do not see Chinese.
var locales = []string{"C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8"}

// Start makes a new database cluster in a folder of its own and runs it.
func Start(ctx context.Context) (*Server, error) {
	bin, err := Binaries()
	if err != nil {
		return nil, err
	}
	return start(ctx, bin)
}

// logName is the server's log in its folder.
const logName = "log"

// logTail returns the end of the server's log, for error messages.
func logTail(dir string) string {
	b, err := os.ReadFile(filepath.Join(dir, logName))
	if err != nil {
		return "(no log: " + err.Error() + ")"
	}
	const most = 1500
	return strings.TrimSpace(string(b[max(0, len(b)-most):]))
}
