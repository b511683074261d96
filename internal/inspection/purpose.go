package inspection

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Purpose is what an inspection is for. Whoever waits for the result looks at
// it in its hook and leaves the others alone.
type Purpose string

// The purposes.
const (
	ForApplication Purpose = "application"   // 申报核查
	Recheck        Purpose = "recheck"       // 年度复查 of a title
	Rectification  Purpose = "rectification" // 整改验收
	Reinspection   Purpose = "reinspection"  // 申请复检, at the holder's wish
	Sample         Purpose = "sample"        // 街区抽查
	TestPurchase   Purpose = "test_purchase" // 体验式退货
)

// Purposes lists them in the order of lists.
var Purposes = []Purpose{ForApplication, Recheck, Rectification, Reinspection, Sample, TestPurchase}

// Values lists the codes for the API's enum.
func (Purpose) Values() []string {
	out := make([]string, len(Purposes))
	for i, p := range Purposes {
		out[i] = string(p)
	}
	return out
}

// Ref names the record that waits for the result: the noun of its lifecycle
// and its id.
type Ref struct {
	Noun string `json:"noun" doc:"What kind of record, such as application or certificate."`
	ID   string `json:"id"`
}

// OrderCommand sends inspectors to the holder of a title. What other records
// ask for, such as the sampling of a street, they order themselves.
type OrderCommand struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
	Purpose     Purpose             `json:"purpose" validate:"required,oneof=recheck sample" doc:"recheck: the periodic one; sample: unannounced."`
	DueOn       string              `json:"due_on" validate:"required,date" doc:"Until when it should be done."`
}

var orderDef = usecase.Define(usecase.Def{Name: "inspection.order", Allow: []access.Role{access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer}})

// Order orders an inspection of a title's holder by hand.
func (s *Service) Order(ctx context.Context, cmd OrderCommand) (View, error) {
	return usecase.Do(ctx, s.rt, orderDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if cmd.DueOn < calendar.DateOf(c.Now).String() {
			return View{}, fault.OnField("/due_on", "past_day", "")
		}
		in, err := s.OfTitle(ctx, c, cmd.Certificate)
		if err != nil {
			return View{}, err
		}
		in.Purpose, in.DueOn = cmd.Purpose, cmd.DueOn
		v, err := s.Plan(ctx, c, in)
		c.About(string(v.ID), v.Scope)
		return v, err
	})
}

// VoidFor ends the open inspections that a record no longer waits for; an
// empty purpose means all of them. Nothing that was recorded is lost.
func (s *Service) VoidFor(ctx context.Context, c *usecase.Call, ref Ref, purpose Purpose, reason string) error {
	rows, err := ofRef(ctx, c.Tx, ref, purpose)
	if err != nil {
		return err
	}
	return s.void(ctx, c, rows, reason)
}

// Of lists the inspections of a record for its own slice, oldest first.
func (s *Service) Of(ctx context.Context, idb usecase.Reader, ref Ref) ([]View, error) {
	rows, err := ofRef(ctx, idb, ref, "")
	out := make([]View, len(rows))
	for i, r := range rows {
		out[i] = r.view(access.Anonymous())
	}
	return out, err
}

// Failure is an item that was not met, as the inspectors saw it.
type Failure struct {
	ID   string         `json:"id"`
	Text checklist.Text `json:"text"`
}

// Failures lists the items that an inspection found not met when the sheet was
// closed, in the order of the sheet.
func (s *Service) Failures(ctx context.Context, idb usecase.Reader, id ident.InspectionID) ([]Failure, error) {
	r, err := get(ctx, idb, id, access.Internal("inspection"))
	if err != nil {
		return nil, err
	}
	d, err := load(ctx, idb, r, access.Anonymous())
	if err != nil {
		return nil, err
	}
	failed := slices.Concat(d.Live.Vetoes, d.Live.KeyFails, d.Live.GenFails)
	var out []Failure
	for it := range d.Sheet.Items() {
		if slices.Contains(failed, it.ID) {
			out = append(out, Failure{it.ID, it.Text})
		}
	}
	return out, nil
}
