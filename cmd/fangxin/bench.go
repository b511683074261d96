package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"fangxin/internal/badge"
	"fangxin/internal/bench"
)

// benchCommand measures scans against a bare handler.
func benchCommand(s *settings) *cobra.Command {
	o := bench.Options{}
	var quick bool
	cmd := &cobra.Command{
		Use: "bench", Short: "measure scans against a bare handler", Args: cobra.NoArgs,
		Long: "Fills databases of its own with invented badges and measures the scan as JSON and as page against a bare\n" +
			"net/http handler that writes the same bytes. --database names an empty PostgreSQL database to use;\n" +
			"without it a throw-away server is started where PostgreSQL is installed.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out, o.Postgres = cmd.OutOrStdout(), s.database
			if quick && !cmd.Flags().Changed("sizes") {
				o.Sizes = o.Sizes[:1]
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			o.Loader = []string{self, "bench", "load"}
			return bench.Run(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.IntSliceVar(&o.Sizes, "sizes", []int{10_000, 100_000, 1_000_000}, "badges in the database")
	f.BoolVar(&quick, "quick", false, "ten thousand badges only")
	f.StringSliceVar(&o.Databases, "databases", []string{"sqlite", "postgres"}, "databases to measure on")
	f.IntVarP(&o.Triples, "triples", "n", 15, "base–candidate–base triples of each row")
	f.DurationVar(&o.Slice, "slice", 100*time.Millisecond, "time of load in each third of a triple of cold scans")
	f.DurationVar(&o.KeptSlice, "kept-slice", badge.Lifetime, "the same of hot and Zipf scans")
	f.IntVar(&o.Conns, "connections", 4, "connections that ask one after the other")
	cmd.AddCommand(&cobra.Command{
		Use: "load", Short: "the clients of a measurement, in a process of their own", Args: cobra.NoArgs, Hidden: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return bench.Load(cmd.InOrStdin(), cmd.OutOrStdout()) },
	})
	cmd.AddCommand(syncCommand(s))
	return cmd
}

// syncCommand measures what tablets send against the raw driver.
func syncCommand(s *settings) *cobra.Command {
	o := bench.SyncOptions{}
	cmd := &cobra.Command{
		Use: "tablet", Short: "measure visits of forty answers from tablets against the raw driver", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.Out, o.Postgres = cmd.OutOrStdout(), s.database
			return bench.Sync(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringSliceVar(&o.Databases, "databases", []string{"sqlite", "postgres"}, "databases to measure on")
	f.IntVarP(&o.Triples, "triples", "n", 15, "base–candidate–base triples of each row")
	f.IntVar(&o.Visits, "visits", 60, "visits in each third of a triple")
	f.IntVar(&o.Mixes, "mixes", 5, "triples of scans alone, while visits come in, and alone; 0 for none")
	f.DurationVar(&o.Leg, "leg", 4*time.Second, "time of each third of those")
	return cmd
}
