package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fangxin/internal/config"
)

func TestZeroConfigurationWorks(t *testing.T) {
	c, err := config.Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	c, err = c.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if c.BaseURL != "http://localhost:8080" || !strings.HasSuffix(c.DatabaseURL, "fangxin.db") {
		t.Errorf("defaults: %s %s", c.BaseURL, c.DatabaseURL)
	}
}

func TestEnvironmentWinsOverFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fangxin.conf")
	os.WriteFile(path, []byte("# ours\nFANGXIN_LISTEN = :9000\nFANGXIN_DATA=/srv/fx\n"), 0o600)
	c, err := config.Load(path, []string{"FANGXIN_LISTEN=:9001", "PATH=/bin"})
	if err != nil || c.Listen != ":9001" || c.Data != "/srv/fx" {
		t.Fatalf("%+v, %v", c, err)
	}
}

func TestMistakesAreNamedWithTheWayOut(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fangxin.conf")
	os.WriteFile(path, []byte("FANGXIN_LISTN=:9000\n"), 0o600)
	if _, err := config.Load(path, nil); err == nil || !strings.Contains(err.Error(), "FANGXIN_LISTEN") {
		t.Errorf("a slip in the file: %v", err)
	}
	c, _ := config.Load("", []string{"FANGXIN_LISTEN=8080", "FANGXIN_DATABASE_URL=mysql://x", "FANGXIN_BASE_URL=fx", "FANGXIN_LOG_LEVEL=loud", "FANGXIN_BADGE_KEY=short", "FANGXIN_TRUSTED_PROXIES=office"})
	_, err := c.Finish()
	for _, want := range []string{"LISTEN: write ADDRESS:PORT", "DATABASE_URL: write postgres://", "BASE_URL: write", "LOG_LEVEL: write", "BADGE_KEY: give", "TRUSTED_PROXIES: \"office\""} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("missing %q in %v", want, err)
		}
	}
}

func TestPrintHidesSecrets(t *testing.T) {
	c, _ := config.Load("", []string{"FANGXIN_DATABASE_URL=postgres://fx:hunter2@db/fx", "FANGXIN_BADGE_KEY=0123456789abcdef0123456789abcdef"})
	var b strings.Builder
	if err := c.Print(&b); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "hunter2") || strings.Contains(b.String(), "0123456789abcdef") {
		t.Errorf("a secret was printed:\n%s", b.String())
	}
	if !strings.Contains(b.String(), "FANGXIN_LISTEN=127.0.0.1:8080") {
		t.Errorf("settings missing:\n%s", b.String())
	}
}

func TestSlipsInTheEnvironmentAreNamed(t *testing.T) {
	got := config.Strangers([]string{"FANGXIN_LISTN=:80", "FANGXIN_LISTEN=:80", "HOME=/root", "FANGXIN_DB=x"})
	if strings.Join(got, " ") != "FANGXIN_DB FANGXIN_LISTN" {
		t.Errorf("%v", got)
	}
}
