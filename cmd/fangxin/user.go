package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/demo"
	"fangxin/internal/usecase"
)

// userCommand looks after accounts from the command line: the first
// administrator of an installation is made here.
func userCommand(s *settings) *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "make and look after accounts of staff"}
	var name, phone, authorityCode string
	var roles []string
	add := &cobra.Command{
		Use: "add LOGIN", Short: "make an account; prints a first password", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
				if err := demo.Authorities(ctx, a); err != nil {
					return err
				}
				au, err := a.Authorities.ByCode(ctx, a.DB.R, authorityCode)
				if err != nil {
					return fmt.Errorf("no authority has the code %q; the province is 36, a city 3601, a county 360102 (%w)", authorityCode, err)
				}
				data := account.StaffData{Name: name, Phone: phone, Authority: au.ID}
				for _, r := range roles {
					data.Roles = append(data.Roles, access.Role(strings.TrimSpace(r)))
				}
				made, err := a.Accounts.CreateStaff(usecase.System(ctx, "command line"), account.CreateStaffCommand{Login: args[0], StaffData: data})
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s\nfirst password: %s\nIt has to be changed at the first sign-in.\n", made.Login, made.InitialPassword)
				return nil
			})
		},
	}
	f := add.Flags()
	f.StringVar(&name, "name", "", "name of the person")
	f.StringVar(&phone, "phone", "", "mobile number")
	f.StringVar(&authorityCode, "authority", "36", "code of the authority")
	f.StringSliceVar(&roles, "role", []string{string(access.Administrator)}, "roles, separated by commas")

	list := &cobra.Command{
		Use: "list", Short: "list the accounts of staff", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, "LOGIN\tNAME\tROLES\tSCOPE\tACTIVE")
				q := account.ListQuery{}
				for {
					page, err := a.Accounts.List(usecase.System(ctx, "command line"), q)
					if err != nil {
						return err
					}
					for _, v := range page.Items {
						fmt.Fprintf(w, "%s\t%s\t%v\t%s\t%v\n", v.Login, v.Name, v.Roles, v.Scope, v.Active)
					}
					if q.After = page.Next; q.After == "" {
						return w.Flush()
					}
				}
			})
		},
	}
	change := func(use, short string, do func(context.Context, *app.App, account.View) (string, error)) *cobra.Command {
		return &cobra.Command{
			Use: use + " LOGIN", Short: short, Args: cobra.ExactArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				return s.open(cmd.Context(), func(ctx context.Context, a *app.App) error {
					ctx = usecase.System(ctx, "command line")
					v, err := a.Accounts.ByLogin(ctx, args[0])
					if err != nil {
						return err
					}
					said, err := do(ctx, a, v)
					if err == nil {
						fmt.Fprintln(cmd.OutOrStdout(), said)
					}
					return err
				})
			},
		}
	}
	cmd.AddCommand(add, list,
		change("passwd", "give an account a new first password", func(ctx context.Context, a *app.App, v account.View) (string, error) {
			made, err := a.Accounts.Reset(ctx, account.AccountCommand{ID: v.ID})
			return "first password: " + made.InitialPassword, err
		}),
		change("unlock", "unlock an account after wrong attempts", func(ctx context.Context, a *app.App, v account.View) (string, error) {
			_, err := a.Accounts.Unlock(ctx, account.AccountCommand{ID: v.ID})
			return "unlocked", err
		}))
	return cmd
}
