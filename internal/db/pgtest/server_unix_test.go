//go:build unix

package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// envHold makes TestMain start a server, print its folder and wait to be killed.
const envHold = "PGTEST_HOLD"

func TestMain(m *testing.M) {
	if os.Getenv(envHold) == "" {
		os.Exit(m.Run())
	}
	i := shared()
	if i.err != nil {
		fmt.Println(i.err)
		os.Exit(1)
	}
	fmt.Println(i.server.dir)
	select {}
}

// The server of a test binary that is killed, as by a timeout, must not stay.
func TestServerEndsWithItsProcess(t *testing.T) {
	if _, err := Binaries(); err != nil {
		URL(t) // skips, or fails in CI, unless the server is somebody else's
		t.Skip("the server of " + EnvURL + " was not started here")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := osexec.Command(self)
	cmd.Env = append(os.Environ(), envHold+"=1", EnvURL+"=")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	dir := strings.TrimSpace(line)
	if err != nil || !filepath.IsAbs(dir) {
		cmd.Process.Kill()
		t.Fatalf("the helper said %q, %v", line, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); err != nil {
		t.Errorf("no server in %s: %v", dir, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("a killed helper ended well")
	}
	// The folder is removed last, after the server has gone.
	for deadline := time.Now().Add(15 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s is still there", dir)
		}
	}
}

func TestStartAndStop(t *testing.T) {
	if _, err := Binaries(); err != nil {
		URL(t)
		t.Skip("the server of " + EnvURL + " was not started here")
	}
	s, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.dir, err)
	}
}
