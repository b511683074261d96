package certificate

import (
	"context"
	"maps"
	"slices"
	"strconv"

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
			taken, err := numberTaken(ctx, c.Tx, cmd.Number)
			if err != nil {
				return View{}, err
			}
			if taken {
				return View{}, &fault.Fault{Code: fault.Duplicate, Fields: []fault.Field{{Pointer: "/number", Rule: "cert_number_taken"}}}
			}
			if err := reserve(ctx, c, no); err != nil {
				return View{}, err
			}
		}
		if !cmd.IssuedOn.Before(cmd.ExpiresOn) {
			return View{}, fault.OnField("/expires_on", "after_issue", "")
		}
		cmd.Recorded = true
		v, err := s.Issue(ctx, c, cmd.IssueInput)
		c.About(string(v.ID), cmd.Scope)
		return v, err
	})
}

// MaxImported is the largest running number that is taken from files. The
// numbers that are drawn go on after the largest imported one, so a slip near
// the end of the range would leave none.
const MaxImported = 899_999

// Reserve keeps the numbers that are drawn later apart from those that a file
// is about to bring; numbers that are none are left out.
func (s *Service) Reserve(ctx context.Context, c *usecase.Call, numbers []string) error {
	highest := map[string]badgecode.CertNo{}
	for _, number := range numbers {
		no, err := badgecode.ParseCertNo(number)
		if err != nil {
			continue
		}
		_, kind, year, n := no.Parts()
		name := counter(kind, year)
		if before, ok := highest[name]; ok {
			if _, _, _, m := before.Parts(); m >= n {
				continue
			}
		}
		highest[name] = no
	}
	for _, name := range slices.Sorted(maps.Keys(highest)) { // in one order, so that two files never wait for each other
		if err := reserve(ctx, c, highest[name]); err != nil {
			return err
		}
	}
	return nil
}

// reserve keeps the numbers that are drawn later apart from an imported one.
func reserve(ctx context.Context, c *usecase.Call, no badgecode.CertNo) error {
	_, kind, year, n := no.Parts()
	if n > MaxImported {
		return fault.OnField("/number", "cert_number_range", strconv.Itoa(MaxImported))
	}
	return db.Raise(ctx, c.Tx, counter(kind, year), int64(n))
}
