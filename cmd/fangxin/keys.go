package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"fangxin/internal/app"
	"fangxin/internal/tablet"
	"fangxin/internal/usecase"
)

func keysCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "keys", Short: "the registry's keys towards tablets"}
	var c tablet.RotateCommand
	rotate := &cobra.Command{
		Use: "rotate", Short: "make new keys; former ones still open and verify", Args: cobra.NoArgs,
		Long: "Makes new keys for receipts, for what tablets seal, or for both. Former ones stay.\n" +
			"A server that is running takes the new ones up when a tablet next asks for its keys or sends something sealed to them.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
				v, err := a.Tablets.Rotate(usecase.System(ctx, "command line"), c)
				if err == nil {
					fmt.Fprintf(cmd.OutOrStdout(), "signing %s\nsealing %s\nformer signing keys: %d\n", v.Signing.ID, v.Sealing.ID, len(v.Former))
				}
				return err
			})
		},
	}
	rotate.Flags().StringVar(&c.Which, "which", "both", "signing, sealing or both")
	rotate.Flags().StringVar(&c.Reason, "reason", "", "why; stands in the trail")
	cmd.AddCommand(rotate)
	return cmd
}
