package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"fangxin/internal/webhook"
)

// webhookCommand checks a delivery as its receiver has to: for those who write
// a receiver and want to know whether theirs judges alike.
func webhookCommand() *cobra.Command {
	var d webhook.Delivery
	var secrets []string
	cmd := &cobra.Command{
		Use: "webhook-verify", Short: "judge a webhook's delivery, its body on the standard input", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if d.Body, err = io.ReadAll(io.LimitReader(cmd.InOrStdin(), 1<<20)); err != nil {
				return err
			}
			if err := webhook.Verify(d, time.Now(), secrets...); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "genuine")
			return nil
		},
	}
	cmd.Flags().StringVar(&d.ID, "id", "", "header webhook-id")
	cmd.Flags().StringVar(&d.Timestamp, "timestamp", "", "header webhook-timestamp")
	cmd.Flags().StringVar(&d.Signature, "signature", "", "header webhook-signature")
	cmd.Flags().StringSliceVar(&secrets, "secret", nil, "secret that the receiver holds; may be repeated while secrets are exchanged")
	for _, f := range []string{"id", "timestamp", "signature", "secret"} {
		_ = cmd.MarkFlagRequired(f) // fails for an unknown flag only
	}
	return cmd
}
