package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"fangxin/internal/app"
	"fangxin/internal/config"
)

// settings are the flags that every command shares; a flag wins over the
// environment, which wins over the file.
type settings struct {
	file, listen, data, database, base string
	demo                               bool
}

func (s *settings) flags(cmd *cobra.Command) {
	f := cmd.PersistentFlags()
	f.StringVar(&s.file, "config", "", "file with NAME=value lines")
	f.StringVar(&s.listen, "listen", "", "address and port to serve on (FANGXIN_LISTEN)")
	f.StringVar(&s.data, "data", "", "directory for database and files (FANGXIN_DATA)")
	f.StringVar(&s.database, "database", "", "postgres://… instead of SQLite (FANGXIN_DATABASE_URL)")
	f.StringVar(&s.base, "base-url", "", "address under which phones reach this server (FANGXIN_BASE_URL)")
	f.BoolVar(&s.demo, "demo", false, "seed an invented province on first start (FANGXIN_DEMO)")
}

// load gives the effective configuration.
func (s *settings) load() (config.Config, error) {
	for _, name := range config.Strangers(os.Environ()) {
		fmt.Fprintf(os.Stderr, "fangxin: %s in the environment is no setting; fangxin config lists them\n", name)
	}
	c, err := config.Load(s.file, os.Environ())
	if err != nil {
		return c, err
	}
	for _, o := range []struct{ flag, into *string }{
		{&s.listen, &c.Listen}, {&s.data, &c.Data}, {&s.database, &c.DatabaseURL}, {&s.base, &c.BaseURL},
	} {
		if *o.flag != "" {
			*o.into = *o.flag
		}
	}
	c.Demo = c.Demo || s.demo
	return c.Finish()
}

func logger(c config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // checked by Finish
	opt := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, opt))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, opt))
}

// open builds the registry for a command and closes it afterwards.
func (s *settings) open(ctx context.Context, do func(context.Context, *app.App) error) error {
	c, err := s.load()
	if err != nil {
		return err
	}
	a, err := app.New(ctx, c, app.Options{Log: logger(c)})
	if err != nil {
		return err
	}
	defer a.Close()
	return do(ctx, a)
}

func configCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use: "config", Short: "print the effective configuration, secrets hidden",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := s.load()
			if err != nil {
				return fmt.Errorf("configuration:\n%w", err)
			}
			return c.Print(cmd.OutOrStdout())
		},
	}
}
