package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"fangxin/internal/access"
	"fangxin/internal/app"
	"fangxin/internal/demo"
	"fangxin/internal/importer"
	"fangxin/internal/tablet"
	"fangxin/internal/tabular"
)

// progressRows is how often an import says how far it is.
const progressRows = 1000

// errRefused makes the command end with 1 when rows were left out.
var errRefused = errors.New("some rows were refused; the file of errors says which and why")

// importFlags are the settings of one import.
type importFlags struct {
	mapping, errors, scope string
	dry                    bool
}

func importCommand(s *settings) *cobra.Command {
	var o importFlags
	cmd := &cobra.Command{
		Use: "import merchants|premises|facts|certificates|tablet FILE", Short: "import a list that a bureau keeps (CSV or XLSX), or what a tablet exported", Args: cobra.ExactArgs(2),
		Long: "Checks the whole file, then writes what is new. Running it again changes nothing, and goes on where an\n" +
			"interrupted import stopped. Rows that cannot be taken are listed in FILE.errors.csv.\n" +
			"tablet takes the work that an inspector's tablet could not send, as if it had sent it.",
		ValidArgs: append(importer.Kind("").Values(), "tablet"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if args[0] == "tablet" {
					return importTablet(ctx, a, cmd.OutOrStdout(), args[1])
				}
				if err := demo.Authorities(ctx, a); err != nil {
					return err
				}
				return runImport(ctx, a, cmd.OutOrStdout(), importer.Kind(args[0]), args[1], o)
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.mapping, "mapping", "", `JSON file from headers to columns, for instance {"字号": "shop"}`)
	f.BoolVar(&o.dry, "dry-run", false, "only check the file")
	f.StringVar(&o.errors, "errors", "", "where the errors are written (FILE.errors.csv)")
	f.StringVar(&o.scope, "scope", "36", "authority for whose area the file is: 36, 3601, 360102")
	return cmd
}

// importTablet takes a file of a tablet and says what came of its lines.
func importTablet(ctx context.Context, a *app.App, out io.Writer, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	done, err := a.Tablets.Import(ctx, f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	fmt.Fprintf(out, "items: %d taken, %d in conflict, %d known already, %d in quarantine; photos complete: %d\n",
		done.Items[tablet.Accepted], done.Items[tablet.Conflict], done.Items[tablet.Duplicate], done.Items[tablet.Parked], done.Photos)
	for _, t := range done.Troubles {
		fmt.Fprintln(out, "  not taken:", t)
	}
	if len(done.Troubles) > 0 {
		return errNotTaken
	}
	return nil
}

// errNotTaken makes the command end with 1 when lines were left out.
var errNotTaken = errors.New("some lines were not taken; nothing of them is lost as long as the file is kept, run it again when the cause is gone")

func runImport(ctx context.Context, a *app.App, out io.Writer, kind importer.Kind, file string, o importFlags) error {
	au, err := a.Authorities.ByCode(ctx, a.DB.R, o.scope)
	if err != nil {
		return fmt.Errorf("no authority has the code %q; the province is 36, a city 3601, a county 360102 (%w)", o.scope, err)
	}
	by := access.Internal("command line")
	by.Scope = access.Scope(au.Path)
	ctx = access.With(ctx, by)
	cmd := importer.StartCommand{Kind: kind, Name: filepath.Base(file), Lang: "zh"}
	if cmd.Content, err = os.ReadFile(file); err != nil {
		return err
	}
	if o.mapping != "" {
		m, err := os.Open(o.mapping)
		if err != nil {
			return err
		}
		defer m.Close()
		if cmd.Mapping, err = tabular.ReadMapping(m); err != nil {
			return err
		}
	}
	v, err := a.Imports.Start(ctx, cmd)
	if err != nil {
		return a.Imports.Explain("en", err)
	}
	if v.State == importer.Running {
		fmt.Fprintf(out, "going on after row %d of an interrupted import\n", v.DoneRow)
	}
	counts := v.Planned
	if !o.dry {
		if _, err := a.Imports.Run(ctx, importer.RunCommand{ID: v.ID, Here: true, Lang: cmd.Lang}); err != nil {
			return a.Imports.Explain("en", err)
		}
		told := 0
		v, err = a.Imports.Work(ctx, v.ID, importer.Pace{Progress: func(done, all int) {
			if done/progressRows > told/progressRows {
				fmt.Fprintf(out, "%d of %d rows\n", done, all)
			}
			told = done
		}})
		if err != nil {
			return fmt.Errorf("interrupted after row %d; run the same command again to go on: %w", v.DoneRow, err)
		}
		counts = v.Counts
	}
	if o.errors == "" {
		o.errors = file + ".errors.csv"
	}
	return reportImport(ctx, a, out, v, counts, o)
}

// reportImport prints the summary and writes the file of errors.
func reportImport(ctx context.Context, a *app.App, out io.Writer, v importer.View, c importer.Counts, o importFlags) error {
	done := "imported"
	if o.dry {
		done = "checked only, nothing written"
	}
	fmt.Fprintf(out, "%s: %s\n", v.Name, done)
	skipped := ""
	for _, why := range []string{"title", "header", "section", "blank", "signature"} {
		if n := c.Skipped[why]; n > 0 {
			skipped += fmt.Sprintf("  %s %d", why, n)
		}
	}
	fmt.Fprintf(out, "rows %d  new %d  already there %d  differing %d  repeated %d  refused %d\n", c.Rows, c.New, c.Same, c.Differs, c.Repeated, c.Refused)
	fmt.Fprintf(out, "no data:%s  codes put right %d\n", skipped, c.Repaired)
	if len(c.Unknown) > 0 {
		fmt.Fprintf(out, "columns not read: %v\n", c.Unknown)
	}
	if len(v.Problems) == 0 {
		return nil
	}
	list, err := a.Imports.Errors(ctx, v.ID)
	if err != nil {
		return err
	}
	if err := os.WriteFile(o.errors, list, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(out, "problems: %s\n", o.errors)
	if c.Refused > 0 {
		return errRefused
	}
	return nil
}
