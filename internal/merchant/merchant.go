// Package merchant owns operators (经营主体), known by their unified social
// credit code, and their premises (门店), each with a permanent id: what they
// say of themselves and the facts that authorities import about them.
//
// It does not own accounts or who may speak for an operator (account), nor
// titles (certificate). Facts are never typed by the merchant; each carries
// its day and its source.
//
// Invariants: one operator for a code; one active premises of an operator for
// a name at an address, whatever way it came in; the county in charge follows
// from the division and decides which officers see the record.
package merchant

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/ident"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Datum is the coordinate system of a point.
type Datum string

// The datums.
const (
	WGS84    Datum = "wgs84"    // GPS
	GCJ02    Datum = "gcj02"    // public web maps of the mainland
	CGCS2000 Datum = "cgcs2000" // the national system; equal to WGS 84 for our purpose
)

// Values lists the codes for the API's enum.
func (Datum) Values() []string { return []string{string(WGS84), string(GCJ02), string(CGCS2000)} }

// Point is a place on the map. It is never stored without its datum.
type Point struct {
	Lng   float64 `json:"lng" validate:"gte=73,lte=136" doc:"Degrees east."`
	Lat   float64 `json:"lat" validate:"gte=3,lte=54" doc:"Degrees north."`
	Datum Datum   `json:"datum" validate:"required,oneof=wgs84 gcj02 cgcs2000"`
}

// Fact is something an authority states, with its day and its source.
type Fact struct {
	Value  string `json:"value" validate:"required,max=20,plain"`
	On     string `json:"on" validate:"required,date" doc:"Day on which the source says so."`
	Source string `json:"source" validate:"required,max=80,plain"`
}

// Facts are what authorities know of an operator.
type Facts struct {
	CreditClass *Fact `json:"credit_class,omitempty" doc:"A, B, C or D of the credit-risk classification (信用风险分类)."`
	Abnormal    *Fact `json:"abnormal,omitempty" doc:"yes or no: on the list of abnormal operation (经营异常名录)."`
	Founded     *Fact `json:"founded,omitempty" doc:"Day of registration (成立日期)."`
	Penalties   *Fact `json:"penalties,omitempty" doc:"complete: the source's penalties up to that day are all listed; without it their absence says nothing."`
	Serious     *Fact `json:"serious,omitempty" doc:"yes or no: on the list of serious violations (严重违法失信名单)."`
}

// Merge gives the facts with those of got that are of the same day or newer; a
// fact that got leaves out stays.
func (f Facts) Merge(got Facts) Facts {
	f.CreditClass = newer(f.CreditClass, got.CreditClass)
	f.Abnormal = newer(f.Abnormal, got.Abnormal)
	f.Founded = newer(f.Founded, got.Founded)
	f.Penalties = newer(f.Penalties, got.Penalties)
	f.Serious = newer(f.Serious, got.Serious)
	return f
}

// Penalty is one administrative penalty (行政处罚).
type Penalty struct {
	Document    string `json:"document" validate:"required,max=60,plain" doc:"Number of the decision."`
	DecidedOn   string `json:"decided_on" validate:"required,date"`
	Intentional bool   `json:"intentional" doc:"For harming consumers on purpose."`
	Summary     string `json:"summary" validate:"max=300,plain"`
	Source      string `json:"source" validate:"required,max=80,plain"`
}

// OperatorView is an operator as its members and officers see it.
type OperatorView struct {
	ID           ident.OperatorID `json:"id" format:"uuid"`
	USCC         string           `json:"uscc" doc:"Unified social credit code, GB 32100-2015."`
	Name         string           `json:"name" doc:"Name on the business licence."`
	LegalForm    string           `json:"legal_form,omitempty"`
	FoundedOn    string           `json:"founded_on,omitempty"`
	ContactName  string           `json:"contact_name,omitempty"`
	ContactPhone string           `json:"contact_phone,omitempty"`
	Facts        Facts            `json:"facts"`
	Penalties    []Penalty        `json:"penalties"`
	Warnings     []string         `json:"warnings,omitempty" doc:"Things to look at twice: inner_code_doubtful."`
	Version      int64            `json:"version"`
	CreatedAt    time.Time        `json:"created_at"`
	UpdatedAt    time.Time        `json:"updated_at"`
}

// PremisesView is a shop as its members and officers see it.
type PremisesView struct {
	ID           ident.PremisesID `json:"id" format:"uuid"`
	Operator     ident.OperatorID `json:"operator" format:"uuid"`
	OperatorName string           `json:"operator_name"`
	USCC         string           `json:"uscc"`
	Name         string           `json:"name" doc:"Name on the sign."`
	Address      string           `json:"address"`
	Division     string           `json:"division" doc:"GB/T 2260 code of the county."`
	Point        *Point           `json:"point,omitempty"`
	Sectors      []string         `json:"sectors"`
	Phone        string           `json:"phone,omitempty" doc:"For customers."`
	Photo        string           `json:"photo,omitempty" doc:"SHA-256 of the storefront photo; /api/v1/files/{sha256}."`
	Active       bool             `json:"active"`
	ClosedOn     string           `json:"closed_on,omitempty"`
	Successor    ident.PremisesID `json:"successor,omitempty" format:"uuid" doc:"The shop by which another operator goes on at the place."`
	Version      int64            `json:"version"`
	CreatedAt    time.Time        `json:"created_at"`
	UpdatedAt    time.Time        `json:"updated_at"`
	Scope        string           `json:"-"` // path of the county authority in charge
}

// Membership ties accounts to operators; the account slice provides it.
type Membership interface {
	// Grant lets an account speak for an operator. It is safe to repeat.
	Grant(ctx context.Context, c *usecase.Call, account ident.AccountID, operator ident.OperatorID) error
	// Phone is the proven mobile number of an account; "" when it has none.
	Phone(ctx context.Context, idb usecase.Reader, account ident.AccountID) (string, error)
}

// InCharge finds the path of the county authority for a division.
type InCharge func(ctx context.Context, idb usecase.Reader, division string) (path string, err error)

// Service runs the use-cases of operators and premises.
type Service struct {
	rt       *usecase.Runtime
	members  Membership
	inCharge InCharge
	files    *blob.Service
	tasks    *task.Service

	// OnClosed hooks run when a shop closes, in its transaction.
	OnClosed []func(ctx context.Context, c *usecase.Call, p PremisesView) error
}

// New makes the service.
func New(rt *usecase.Runtime, members Membership, inCharge InCharge, files *blob.Service, tasks *task.Service) *Service {
	return &Service{rt: rt, members: members, inCharge: inCharge, files: files, tasks: tasks}
}

var (
	owners     = []access.Role{access.Merchant, access.Organiser}
	writers    = append([]access.Role{access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Administrator, access.System}, owners...)
	confirmers = []access.Role{access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Administrator, access.System}
	readers    = append(append([]access.Role{access.System}, access.StaffRoles...), owners...)
)
