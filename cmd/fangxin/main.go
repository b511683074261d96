// Command fangxin is the registry: server, database tools and generators in
// one binary. "fangxin help" lists what it does.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "fangxin:", err)
		os.Exit(1)
	}
}

func root() *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use: "fangxin", Short: "Registry of worry-free consumption (放心消费)",
		SilenceUsage: true, SilenceErrors: true,
	}
	s.flags(cmd)
	cmd.AddCommand(
		serveCommand(&s), migrateCommand(&s), configCommand(&s), userCommand(&s),
		seedCommand(&s), genCommand(&s), lifecycleCommand(), calendarCommand(), versionCommand(),
		importCommand(&s), benchCommand(&s), auditCommand(),
	)
	return cmd
}
