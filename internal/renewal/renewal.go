// Package renewal owns what a holder asks for before a title's end (续期) and
// after a change of name, sign or address (换发): without typing anything
// again, because the registry has it all.
//
// It decides nothing about who deserves a title: a place with another operator
// applies anew. The certificate slice makes the new certificate.
//
// Invariants: one request for a title at a time; at once only where nothing
// changed and the scheme allows it, otherwise one officer checks and another
// grants; the new certificate follows the old one without a gap and the badge
// that hangs in the shop goes on to work.
package renewal

import (
	"context"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// WindowDays is how many days before its end a title may be renewed. The
// programme's published rules name none; sixty is when its holder first hears
// of the end, and thirty more leave time to act.
const WindowDays = 90

// officeWorkdays is how long officers have for a request.
const officeWorkdays = 10

// Kind is what is asked for.
type Kind string

// The kinds.
const (
	Renew  Kind = "renew"  // 续期
	Rename Kind = "rename" // 换发
)

// Values lists the codes for the API's enum.
func (Kind) Values() []string { return []string{string(Renew), string(Rename)} }

// Change is one thing that differs between the certificate and the shop today.
type Change struct {
	Field string `json:"field" doc:"holder, address, sectors, photo or phone."`
	Was   string `json:"was"`
	Is    string `json:"is"`
}

// View is one request.
type View struct {
	ID          ident.RenewalID     `json:"id" format:"uuid"`
	Kind        Kind                `json:"kind"`
	Certificate ident.CertificateID `json:"certificate" format:"uuid"`
	CertNumber  string              `json:"certificate_number"`
	Operator    ident.OperatorID    `json:"-"`
	Division    string              `json:"division"`
	State       lifecycle.State     `json:"state"`
	Was         string              `json:"was" doc:"Name on the certificate when it was filed."`
	Holder      string              `json:"holder" doc:"Name on the sign."`
	Changes     []Change            `json:"changes"`
	Note        string              `json:"note,omitempty" doc:"Of the holder."`
	DueOn       string              `json:"due_on" format:"date"`
	Overdue     bool                `json:"overdue"`
	Reason      string              `json:"reason,omitempty" doc:"Of a refusal."`
	Successor   ident.CertificateID `json:"successor,omitempty" format:"uuid" doc:"The new certificate."`
	FiledAt     time.Time           `json:"filed_at"`
	Version     int64               `json:"version"`
	Scope       string              `json:"-"`
	Actions     []lifecycle.Action  `json:"actions,omitempty"`
}

// Outlook is what a holder can ask for now, with everything filled in.
type Outlook struct {
	Certificate certificate.View `json:"certificate"`
	Renew       bool             `json:"renew" doc:"A renewal may be asked for today."`
	From        string           `json:"from" format:"date" doc:"First day on which it may be."`
	Until       string           `json:"until" format:"date" doc:"Last day of the new certificate."`
	Instant     bool             `json:"instant" doc:"It would be granted at once."`
	Why         string           `json:"why,omitempty" doc:"Why it would not be: changed, pledge, scheme, or inspection."`
	Rename      bool             `json:"rename" doc:"A re-issue may be asked for: something changed."`
	Changes     []Change         `json:"changes"`
	Open        *View            `json:"open,omitempty" doc:"The request under way."`
}

// Service runs the use-cases.
type Service struct {
	rt       *usecase.Runtime
	titles   *certificate.Service
	shops    *merchant.Service
	tasks    *task.Service
	calendar *calendar.Calendar

	// Rules gives the scheme in force, under which titles are renewed.
	Rules func(code string) (scheme.Scheme, bool)
	// OnMoved hooks run in the transaction of each step.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error
}

// New makes the service and hears of what happens to titles.
func New(rt *usecase.Runtime, titles *certificate.Service, shops *merchant.Service, tasks *task.Service, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, titles: titles, shops: shops, tasks: tasks, calendar: cal}
	s.Rules = func(code string) (scheme.Scheme, bool) { return scheme.Lookup(code, "") }
	titles.OnMoved = append(titles.OnMoved, s.follow)
	return s
}

func (s *Service) view(r record, by access.Principal, now time.Time) View {
	v := View{
		ID: r.ID, Kind: r.Kind, Certificate: r.Certificate, CertNumber: r.CertNumber, Operator: r.Operator, Division: r.Division, State: r.State,
		Was: r.Was, Holder: r.Holder, Changes: r.Changes, Note: r.Note, DueOn: r.DueOn, Reason: r.Reason, Successor: r.Successor,
		FiledAt: r.CreatedAt, Version: r.Version, Scope: r.Scope,
	}
	waits := r.State == lifecycle.Filed || r.State == lifecycle.Checked
	v.Overdue = waits && r.DueOn < calendar.DateOf(now).String()
	for _, st := range lifecycle.Renewal.Open(by, r.State) {
		v.Actions = append(v.Actions, st.Action)
	}
	return v
}

// outlook compares a certificate with the shop as it is today.
func (s *Service) outlook(ctx context.Context, idb usecase.Reader, v certificate.View) (Outlook, merchant.PremisesView, error) {
	o := Outlook{Certificate: v, Changes: []Change{}}
	today := calendar.DateOf(s.rt.Now())
	if v.Premises == "" {
		o.Why = "street"
		return o, merchant.PremisesView{}, nil
	}
	shop, err := s.shops.PremisesIn(ctx, idb, v.Premises, access.Internal("renewal"))
	if err != nil {
		return o, shop, err
	}
	o.Changes = changes(v, shop)
	stands := v.State == lifecycle.Active && !v.ExpiresOn.Before(today) && shop.Active
	from := v.ExpiresOn.AddDays(-WindowDays)
	sch, known := s.Rules(v.Scheme) // renewed under the rules in force
	years := max(sch.ValidityYears.Value, 1)
	o.From, o.Until = from.String(), v.ExpiresOn.AddYears(years).String()
	led := slices.Contains(s.titles.Led, v.Scheme) // renewed with the record that it follows
	o.Renew, o.Rename = stands && known && !led && !today.Before(from), stands && len(o.Changes) > 0
	months := max(sch.RecheckMonths.Value, 1)
	last := max(v.InspectedOn, v.IssuedOn.String())
	switch {
	case len(o.Changes) > 0:
		o.Why = "changed"
	case led:
		o.Why = "pledge"
	case sch.Renewal != "instant":
		o.Why = "scheme"
	case last < today.AddMonths(-months).String():
		o.Why = "inspection"
	}
	o.Instant = o.Renew && o.Why == ""
	return o, shop, nil
}

// changes lists what differs between the face of a certificate and the shop.
func changes(v certificate.View, shop merchant.PremisesView) []Change {
	out := []Change{}
	for _, c := range []Change{
		{"holder", v.Holder, shop.Name}, {"address", v.Address, shop.Address}, {"sectors", list(sorted(v.Sectors)), list(sorted(shop.Sectors))}, // in whatever order they were ticked
	} {
		if c.Was != c.Is {
			out = append(out, c)
		}
	}
	return out
}

func sorted(codes []string) []string {
	codes = slices.Clone(codes)
	slices.Sort(codes)
	return codes
}
