// Command fangxin is the registry: server, database tools and generators in
// one binary. "fangxin help" lists what it does.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"fangxin/internal/app"
	"fangxin/internal/i18n"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := root().ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "fangxin:", app.Say(language(os.Getenv), err))
		os.Exit(1)
	}
}

// language is that of the terminal: Chinese where its locale says so.
func language(env func(string) string) string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(name); v != "" {
			if strings.HasPrefix(v, i18n.Zh) {
				return i18n.Zh
			}
			break
		}
	}
	return i18n.En
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
		seedCommand(&s), genCommand(&s), lifecycleCommand(), calendarCommand(), webhookCommand(), versionCommand(),
		importCommand(&s), benchCommand(&s), auditCommand(), keysCommand(&s),
	)
	return cmd
}
