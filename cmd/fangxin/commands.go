package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sort"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"fangxin/internal/app"
	"fangxin/internal/calendar"
	"fangxin/internal/config"
	"fangxin/internal/demo"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

func serveCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use: "serve", Short: "serve the registry", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
				out := cmd.OutOrStdout()
				if err := prepare(ctx, a, func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }); err != nil {
					return err
				}
				if year := calendar.Shipped().CoveredUntil(); time.Now().Year() >= year {
					fmt.Fprintf(out, "Note: the working calendar covers %d; load the notice for %d when it is published.\n", year, year+1)
				}
				return a.Run(ctx, func(address string) {
					fmt.Fprintf(out, "\nFangxin 放心 is ready:  %s   (listening on %s)\n", a.Config.BaseURL, address)
					if a.Demo() {
						demo.PrintAccounts(out, a.Config.BaseURL)
					}
				})
			})
		},
	}
}

// prepare fills an empty database: the demonstration when it was asked for,
// else the authorities and nothing more.
func prepare(ctx context.Context, a *app.App, say func(string, ...any)) error {
	if a.Config.Demo && !a.Demo() {
		return demo.Seed(ctx, a, say)
	}
	return demo.Authorities(ctx, a)
}

func seedCommand(s *settings) *cobra.Command {
	return &cobra.Command{
		Use: "seed", Short: "fill an empty database with the demonstration province", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if a.Demo() {
					return fmt.Errorf("the database already holds the demonstration")
				}
				return demo.Seed(ctx, a, func(format string, args ...any) { fmt.Fprintf(cmd.OutOrStdout(), format+"\n", args...) })
			})
		},
	}
}

func migrateCommand(s *settings) *cobra.Command {
	var unlock bool
	cmd := &cobra.Command{
		Use: "migrate", Short: "bring the database up to date", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := s.load()
			if err != nil {
				return err
			}
			names, err := app.Migrate(cmd.Context(), c, unlock)
			for _, n := range names {
				fmt.Fprintln(cmd.OutOrStdout(), n)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&unlock, "unlock", false, "remove the lock that a crashed migration left behind")
	return cmd
}

func lifecycleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "lifecycle", Short: "print the state machines", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return lifecycle.WriteMarkdown(cmd.OutOrStdout(), lifecycle.Machines())
		},
	}
}

func calendarCommand() *cobra.Command {
	return &cobra.Command{
		Use: "workdays DATE N", Short: "the N-th working day after a date", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := calendar.ParseDate(args[0])
			if err != nil {
				return err
			}
			var n int
			if _, err := fmt.Sscan(args[1], &n); err != nil || n < 1 || n > 5000 {
				return fmt.Errorf("n must be a number between 1 and 5000")
			}
			r := calendar.Shipped().AddWorkdays(d, n)
			fmt.Fprintln(cmd.OutOrStdout(), r.Date)
			for _, y := range r.Guessed {
				fmt.Fprintf(cmd.ErrOrStderr(), "warning: the holidays of %d are not known yet; only weekends were left out. Load that year's notice of the State Council.\n", y)
			}
			return nil
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) {
			version := "development"
			if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
				version = info.Main.Version
			}
			fmt.Fprintln(cmd.OutOrStdout(), "fangxin", version)
		},
	}
}

// genCommand writes or checks the generated files under openapi/.
func genCommand(_ *settings) *cobra.Command {
	var check bool
	var dir string
	cmd := &cobra.Command{
		Use: "gen", Short: "write the files under openapi/ from the code", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			tmp, err := os.MkdirTemp("", "fangxin-gen")
			if err != nil {
				return err
			}
			defer os.RemoveAll(tmp)
			c, err := config.Config{
				Listen: "127.0.0.1:8080", Data: tmp, BaseURL: "https://fx.example.gov.cn", LogFormat: "text", LogLevel: "error",
				Passwords: "asvs", Shutdown: time.Second,
			}.Finish()
			if err != nil {
				return err
			}
			a, err := app.New(cmd.Context(), c, app.Options{Clock: ident.System})
			if err != nil {
				return err
			}
			defer a.Close()
			files, err := a.Generated()
			if err != nil {
				return err
			}
			return writeOrCheck(cmd, dir, files, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only compare, and fail when a file differs")
	cmd.Flags().StringVar(&dir, "dir", "openapi", "folder of the generated files")
	return cmd
}

func writeOrCheck(cmd *cobra.Command, dir string, files map[string][]byte, check bool) error {
	var stale []string
	names := make([]string, 0, len(files))
	for n := range files {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		path := filepath.Join(dir, n)
		old, _ := os.ReadFile(path) // missing counts as different
		if bytes.Equal(old, files[n]) {
			continue
		}
		if check {
			stale = append(stale, path)
			continue
		}
		if err := os.WriteFile(path, files[n], 0o644); err != nil {
			return err
		}
		fmt.Fprintln(cmd.OutOrStdout(), "wrote", path)
	}
	if stale != nil {
		return fmt.Errorf("%s differ from the code; run: make gen", strings.Join(stale, ", "))
	}
	return nil
}
