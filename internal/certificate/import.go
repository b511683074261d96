package certificate

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/badgecode"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// ImportCommand records a title that was awarded before the registry knew of
// it, from the bureau's own files.
type ImportCommand struct {
	IssueInput
}

var importDef = usecase.Define(usecase.Def{
	Name: "certificate.import", Allow: []access.Role{access.System, access.ProvinceOfficer, access.CityOfficer},
	NoAPI: "reached through the import of files", NoPage: "reached through the import of files",
})

// Import records an existing title with its number and dates. A number is
// checked when it is of our form; one of an older form is refused, because
// shoppers type it and slips must be found: the title gets a new number then.
func (s *Service) Import(ctx context.Context, cmd ImportCommand) (View, error) {
	return usecase.Do(ctx, s.rt, importDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if !c.By.Scope.Contains(cmd.Scope) {
			return View{}, fault.New(fault.Forbidden, "")
		}
		if cmd.Number != "" {
			no, err := badgecode.ParseCertNo(cmd.Number)
			if err != nil {
				return View{}, fault.OnField("/number", "cert_number", "")
			}
			cmd.Number = no.String()
			if err := reserve(ctx, c, no); err != nil {
				return View{}, err
			}
		}
		if !cmd.IssuedOn.Before(cmd.ExpiresOn) {
			return View{}, fault.OnField("/expires_on", "after_issue", "")
		}
		return s.Issue(ctx, c, cmd.IssueInput)
	})
}

// reserve keeps the numbers that are drawn later apart from an imported one.
func reserve(ctx context.Context, c *usecase.Call, no badgecode.CertNo) error {
	_, kind, year, n := no.Parts()
	return db.Raise(ctx, c.Tx, counter(kind, year), int64(n))
}
