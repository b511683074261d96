// Package config owns the settings of one installation: their names on the
// command line, in the environment and in a file, their defaults, the check at
// start and the redacted print.
//
// It opens nothing. A setting that an administrator changes while the registry
// runs is not configuration and lives in the database.
package config

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config is everything that is set from outside. Each field can be given as
// FANGXIN_… in the environment, as the same name in the file, and the four
// that everybody needs as flags of "serve".
type Config struct {
	Listen      string        `env:"LISTEN"       envDefault:"127.0.0.1:8080"         help:"address and port to serve on"`
	Data        string        `env:"DATA"         envDefault:"./data"                 help:"directory for the SQLite database, photos and files"`
	DatabaseURL string        `env:"DATABASE_URL"                                     help:"postgres://… ; empty means SQLite in the data directory" secret:"url"`
	BaseURL     string        `env:"BASE_URL"                                         help:"address under which phones reach this server; printed into every QR code"`
	Demo        bool          `env:"DEMO"         envDefault:"false"                  help:"seed a demo province on first start and mark every page as demo data"`
	LogFormat   string        `env:"LOG_FORMAT"   envDefault:"text"                   help:"text or json"`
	LogLevel    string        `env:"LOG_LEVEL"    envDefault:"info"                   help:"debug, info, warn or error"`
	Shutdown    time.Duration `env:"SHUTDOWN"     envDefault:"20s"                    help:"how long running requests may take at shutdown"`
	Proxies     []string      `env:"TRUSTED_PROXIES"                                  help:"networks (CIDR) of reverse proxies whose X-Forwarded-For is believed"`
	MetricsFrom []string      `env:"METRICS_FROM" envDefault:"127.0.0.0/8,::1/128"    help:"networks (CIDR) that may read /metrics"`
	BadgeKey    string        `env:"BADGE_KEY"                                        help:"secret of the badge check, 32 bytes or more; made and kept in the database when empty" secret:"yes"`
	SMSGateway  string        `env:"SMS_GATEWAY"                                      help:"address of the text-message gateway; empty prints codes to the log and, in the demo, on the page" secret:"url"`
	MailServer  string        `env:"MAIL_SERVER"                                      help:"smtp://USER:PASSWORD@HOST:587 (STARTTLS) or smtps://…:465; empty sends no mail" secret:"url"`
	MailFrom    string        `env:"MAIL_FROM"                                        help:"sender of mails, for instance 放心消费 <no-reply@example.gov.cn>"`
	WeChatApp   string        `env:"WECHAT_APP"                                       help:"AppID of the official account that sends template messages; empty sends none"`
	WeChatKey   string        `env:"WECHAT_SECRET"                                    help:"AppSecret of that account" secret:"yes"`
	WeChatForm  string        `env:"WECHAT_TEMPLATE"                                  help:"id of the message template that was granted to the account"`
	WeChatWords []string      `env:"WECHAT_FIELDS" envDefault:"thing1=title,time2=time" help:"what goes into the template's keywords: KEYWORD=title, body or time"`
	WeChatAPI   string        `env:"WECHAT_API"   envDefault:"https://api.weixin.qq.com" help:"address of WeChat's interface, or of a relay to it"`
	HookNets    []string      `env:"WEBHOOK_NETWORKS"                                 help:"private networks (CIDR) into which webhooks may be sent; public addresses need no entry"`
	Passwords   string        `env:"PASSWORDS"    envDefault:"asvs"                   help:"password profile: asvs, or djbh (等保) with classes of characters and expiry"`
	StaffTOTP   bool          `env:"STAFF_TOTP"   envDefault:"true"                   help:"staff must set up a one-time code before they may decide"`
}

const prefix = "FANGXIN_"

// Load reads the file (when path is not empty), then the environment on top of
// it. Unknown names in the file are refused, so that a slip is not ignored.
func Load(path string, environ []string) (Config, error) {
	vars := map[string]string{}
	if path != "" {
		f, err := os.Open(path)
		if err != nil {
			return Config{}, fmt.Errorf("configuration file: %w", err)
		}
		defer f.Close()
		if vars, err = readFile(f, path); err != nil {
			return Config{}, err
		}
	}
	for _, kv := range environ {
		if name, value, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, prefix) {
			vars[name] = value
		}
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Prefix: prefix, Environment: vars}); err != nil {
		return Config{}, fmt.Errorf("configuration: %w", err)
	}
	return c, nil
}

// readFile reads lines of NAME=value; "#" begins a comment.
func readFile(r io.Reader, path string) (map[string]string, error) {
	known := map[string]bool{}
	for _, n := range Names() {
		known[n] = true
	}
	vars := map[string]string{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || !known[name] {
			return nil, fmt.Errorf("%s line %d: %q is no setting; they are %s", path, n, name, strings.Join(Names(), ", "))
		}
		vars[name] = strings.Trim(strings.TrimSpace(value), `"`)
	}
	return vars, lines.Err()
}

// Strangers lists variables of the environment that look like settings and are
// none: a slip in a name would otherwise go unnoticed until it hurts.
func Strangers(environ []string) []string {
	names := Names()
	var out []string
	for _, kv := range environ {
		if name, _, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(name, prefix) && !slices.Contains(names, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Names lists the settings as the environment knows them.
func Names() []string {
	t := reflect.TypeFor[Config]()
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = prefix + t.Field(i).Tag.Get("env")
	}
	return names
}

// Finish fills what depends on other settings and checks everything. The error
// lists every mistake and says what to write instead.
func (c Config) Finish() (Config, error) {
	var wrong []error
	bad := func(name, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("%s%s: %s", prefix, name, fmt.Sprintf(format, args...)))
	}
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		bad("LISTEN", "write ADDRESS:PORT, for instance 0.0.0.0:8080 or :8080")
	}
	if c.Data == "" {
		bad("DATA", "name a directory, for instance /var/lib/fangxin")
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite:" + filepath.Join(c.Data, "fangxin.db")
	}
	if !strings.HasPrefix(c.DatabaseURL, "sqlite:") {
		if u, err := url.Parse(c.DatabaseURL); err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
			bad("DATABASE_URL", "write postgres://USER:PASSWORD@HOST:5432/NAME, or leave it empty for SQLite")
		}
	}
	if c.BaseURL == "" && err == nil {
		if host == "" || host == "0.0.0.0" || host == "::" || host == "127.0.0.1" {
			host = "localhost"
		}
		c.BaseURL = "http://" + net.JoinHostPort(host, port)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" {
		bad("BASE_URL", "write the address people use, for instance https://fx.example.gov.cn")
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		bad("LOG_FORMAT", "write text or json")
	}
	switch c.LogLevel {
	case "debug", "info", "warn", "error":
	default:
		bad("LOG_LEVEL", "write debug, info, warn or error")
	}
	if c.Passwords != "asvs" && c.Passwords != "djbh" {
		bad("PASSWORDS", "write asvs or djbh")
	}
	if c.BadgeKey != "" && len(c.BadgeKey) < 32 {
		bad("BADGE_KEY", "give at least 32 characters, or leave it empty")
	}
	c.checkChannels(bad)
	if c.Shutdown < time.Second || c.Shutdown > 5*time.Minute {
		bad("SHUTDOWN", "write a time between 1s and 5m")
	}
	for name, list := range map[string][]string{"TRUSTED_PROXIES": c.Proxies, "METRICS_FROM": c.MetricsFrom, "WEBHOOK_NETWORKS": c.HookNets} {
		for _, cidr := range list {
			if _, err := netip.ParsePrefix(cidr); err != nil {
				bad(name, "%q is no network; write for instance 10.0.0.0/8", cidr)
			}
		}
	}
	return c, errors.Join(wrong...)
}

// Print writes the effective settings with the secrets blanked.
func (c Config) Print(w io.Writer) error {
	t, v := reflect.TypeFor[Config](), reflect.ValueOf(c)
	for i := range t.NumField() {
		value := fmt.Sprint(v.Field(i).Interface())
		if list, ok := v.Field(i).Interface().([]string); ok {
			value = strings.Join(list, ",")
		}
		switch secret := t.Field(i).Tag.Get("secret"); {
		case secret == "yes" && value != "":
			value = "(set)"
		case secret == "url":
			if u, err := url.Parse(value); err == nil {
				value = u.Redacted()
			}
		}
		if _, err := fmt.Fprintf(w, "# %s\n%s%s=%s\n", t.Field(i).Tag.Get("help"), prefix, t.Field(i).Tag.Get("env"), value); err != nil {
			return err
		}
	}
	return nil
}
