// Package street owns streets and business circles (街区、商圈): who manages
// one, where it lies, which shops belong to it since when, and what its shops
// make of its title.
//
// It does not hold titles (certificate), does not decide who deserves one
// (application) and states no rule (quorum): it gathers the facts, has them
// judged in the transaction of each event, and keeps the trail of reasons.
//
// Invariants: a shop is a member at most once at a time; leaving keeps the
// past membership; each event that bears on a title leaves its judgement; what
// follows from dates alone is foreseen, never flipped.
package street

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/geo"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// View is a street as everybody sees it.
type View struct {
	ID        ident.StreetID   `json:"id" format:"uuid"`
	Name      string           `json:"name"`
	Organiser string           `json:"organiser" doc:"Body that manages it."`
	Operator  ident.OperatorID `json:"operator,omitempty" format:"uuid" doc:"The managing body in the register; absent until one is entrusted."`
	Office    ident.PremisesID `json:"office,omitempty" format:"uuid" doc:"Stands for the street in applications and inspections."`
	Address   string           `json:"address"`
	Division  string           `json:"division" doc:"GB/T 2260 code of the county."`
	Phone     string           `json:"phone,omitempty" doc:"Of the management, for shoppers."`
	Photo     string           `json:"photo,omitempty" doc:"SHA-256 of the photo of the entrance."`
	Station   string           `json:"station,omitempty" doc:"Where the consumer rights station is; empty without one."`
	Boundary  []geo.Point      `json:"boundary" doc:"Corners in degrees, east then north; the last is joined to the first."`
	Datum     merchant.Datum   `json:"datum,omitempty" doc:"Of the boundary."`
	Version   int64            `json:"version"`
	Scope     string           `json:"-"`
}

// Source tells how a shop became a member.
type Source string

// The sources.
const (
	FromRegister Source = "register" // 从登记库选择
	FromList     Source = "list"     // 名单导入
	FromMap      Source = "map"      // 地图圈选
)

// Values lists the codes for the API's enum.
func (Source) Values() []string {
	return []string{string(FromRegister), string(FromList), string(FromMap)}
}

// Findings are the points of the street's sheet that the last inspection did
// not find met.
type Findings struct {
	Inspection ident.InspectionID `json:"inspection,omitempty"`
	On         string             `json:"on,omitempty"`
	Failed     []string           `json:"failed,omitempty"`
}

// InCharge finds the path of the county authority for a division.
type InCharge func(ctx context.Context, idb usecase.Reader, division string) (string, error)

// Slices are those that this one stands on.
type Slices struct {
	Merchants    *merchant.Service
	Certificates *certificate.Service
	Inspections  *inspection.Service
}

// Service runs the use-cases of streets.
type Service struct {
	rt       *usecase.Runtime
	inCharge InCharge
	src      Slices
	calendar *calendar.Calendar

	// OnTurned hooks run in the transaction of an event that changed what
	// becomes of a street's title.
	OnTurned []func(ctx context.Context, c *usecase.Call, t Turned) error
	// Sheet gives the published sheet of a plan for a sector; the module slice
	// stands behind it. Without it the shipped sheets are used.
	Sheet func(ctx context.Context, idb usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error)
	// SchemeOf tells under which version of which title a case was begun; the
	// application slice stands behind it. Without it the rules of the
	// provincial title hold.
	SchemeOf func(ctx context.Context, idb usecase.Reader, id ident.ApplicationID) (code, version string, err error)
	// OnComplete hears that everything an application waits for has been found.
	OnComplete func(ctx context.Context, c *usecase.Call, done Complete) error
	// OnNudged hooks run in the transaction of a reminder, once for each shop.
	OnNudged []func(ctx context.Context, c *usecase.Call, n Nudge) error
	// Reach tells who would get a reminder; the notify slice stands behind it.
	Reach func(ctx context.Context, idb usecase.Reader, by access.Principal, n Nudge) ([]Reached, error)
}

// New makes the service and ties it to what happens to shops and their titles.
func New(rt *usecase.Runtime, inCharge InCharge, src Slices, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, inCharge: inCharge, src: src, calendar: cal}
	s.Sheet = func(_ context.Context, _ usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error) {
		return checklist.Shipped().Sheet(plan, code)
	}
	src.Certificates.OnMoved = append(src.Certificates.OnMoved, func(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
		if m.Street != "" {
			return s.titleMoved(ctx, c, m.Street, "title_"+string(m.Action))
		}
		if certificate.Replacing(ctx) {
			return nil // judged when the other one is there
		}
		return s.ShopChanged(ctx, c, m.Premises, "shop_"+string(m.Action), m.TitleZh)
	})
	src.Certificates.OnReplaced = append(src.Certificates.OnReplaced, func(ctx context.Context, c *usecase.Call, _ ident.CertificateID, m certificate.Moved) error {
		return s.ShopChanged(ctx, c, m.Premises, "shop_"+string(lifecycle.Supersede), m.TitleZh)
	})
	src.Certificates.OnIssued = append(src.Certificates.OnIssued, func(ctx context.Context, c *usecase.Call, v certificate.Moved) error {
		if v.Street != "" {
			return s.titleMoved(ctx, c, v.Street, "title_issue")
		}
		return s.ShopChanged(ctx, c, v.Premises, "shop_issue", v.TitleZh)
	})
	src.Merchants.OnClosed = append(src.Merchants.OnClosed, func(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
		return s.shopClosed(ctx, c, p)
	})
	s.watchVisits()
	return s
}

var (
	keepers    = []access.Role{access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.System}
	organisers = append([]access.Role{access.Organiser}, keepers...)
	deskers    = append(append([]access.Role{access.Organiser}, access.StaffRoles...), access.System)
)

// managed reads a street that the caller looks after.
func (s *Service) managed(ctx context.Context, c *usecase.Call, id ident.StreetID) (record, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return record{}, err
	}
	c.About(string(r.ID), r.Scope)
	return r, nil
}

// place checks the boundary of a command.
func place(ring []geo.Point, datum merchant.Datum) error {
	switch {
	case len(ring) == 0:
		return nil
	case len(ring) < 3:
		return fault.OnField("/boundary", "boundary_corners", "3")
	case datum == "":
		return fault.OnField("/datum", "required", "")
	case geo.Crosses(ring):
		return fault.OnField("/boundary", "boundary_crosses", "")
	}
	for _, p := range ring {
		if p[0] < 73 || p[0] > 136 || p[1] < 3 || p[1] > 54 {
			return fault.OnField("/boundary", "boundary_outside", "")
		}
	}
	return nil
}
