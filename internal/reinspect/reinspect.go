// Package reinspect owns requests of holders to be inspected again (申请复查):
// after a suspension, while something is being mended, or because the result
// that the badge names no longer fits.
//
// It makes no inspection and gives no title back: the inspection slice sends
// two people who have not seen the shop before, and what they find has the
// same effect as any other result.
//
// Invariants: one request for a title at a time; no more in twelve months than
// the scheme of the title allows; no fee; whoever took the decision or saw the
// shop does not decline it; a visit that is called off puts the request back.
package reinspect

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Times of a request, in working days: until it is answered, and until the
// inspectors have been there. The programme's published rules name neither;
// both are proposed.
const (
	AnswerWorkdays = 5
	VisitWorkdays  = 10
)

// View is one request.
type View struct {
	ID          ident.ReinspectionID `json:"id" format:"uuid"`
	Certificate ident.CertificateID  `json:"certificate" format:"uuid"`
	CertNumber  string               `json:"certificate_number"`
	Holder      string               `json:"holder"`
	Operator    ident.OperatorID     `json:"-"`
	Division    string               `json:"division"`
	Standing    lifecycle.State      `json:"standing" doc:"State of the title when it was filed."`
	Mended      string               `json:"mended" doc:"What the holder mended."`
	State       lifecycle.State      `json:"state"`
	DueOn       string               `json:"due_on" format:"date" doc:"Until when it is answered, or the visit made."`
	DaysLeft    *int                 `json:"days_left,omitempty" doc:"Working days left while somebody has to act; negative when overdue."`
	Visit       ident.InspectionID   `json:"visit,omitempty" format:"uuid" doc:"The inspection."`
	Passed      *bool                `json:"passed,omitempty" doc:"What the visit found."`
	Grade       string               `json:"grade,omitempty"`
	Reason      string               `json:"reason,omitempty" doc:"Why it was declined, or waits again."`
	FiledAt     time.Time            `json:"filed_at"`
	Version     int64                `json:"version"`
	Scope       string               `json:"-"`
	Actions     []lifecycle.Action   `json:"actions,omitempty"`
}

// Met reports that the visit found what the title asks for.
func (v View) Met() bool { return v.Passed != nil && *v.Passed }

// Outlook tells a holder whether a request is taken now.
type Outlook struct {
	Certificate certificate.View `json:"certificate"`
	Can         bool             `json:"can"`
	Why         string           `json:"why,omitempty" doc:"Why not: ended, street, never, open or used_up."`
	Allowed     int              `json:"allowed" doc:"Requests that the scheme allows in twelve months."`
	Used        int              `json:"used"`
	Again       string           `json:"again_on,omitempty" format:"date" doc:"First day on which another one is taken, when all are used up."`
	Past        []View           `json:"past"`
}

// Service runs the use-cases of requests.
type Service struct {
	rt          *usecase.Runtime
	titles      *certificate.Service
	inspections *inspection.Service
	tasks       *task.Service
	calendar    *calendar.Calendar

	// Deeds lists what people did in what a title rests on, inspectors of its
	// visits included.
	Deeds func(ctx context.Context, idb usecase.Reader, id ident.CertificateID, application ident.ApplicationID) ([]lifecycle.Deed, error)
	// Rules gives the scheme version that a title was awarded under.
	Rules func(code, version string) (scheme.Scheme, bool)
	// OnMoved hooks run in the transaction of each step.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error
}

// New makes the service and ties it to titles and inspections.
func New(rt *usecase.Runtime, titles *certificate.Service, inspections *inspection.Service, tasks *task.Service, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, titles: titles, inspections: inspections, tasks: tasks, calendar: cal, Rules: scheme.Lookup}
	titles.OnMoved = append(titles.OnMoved, s.follow)
	inspections.OnAccepted = append(inspections.OnAccepted, s.inspected)
	inspections.OnChanged = append(inspections.OnChanged, s.calledOff)
	return s
}

func (s *Service) view(r record, by access.Principal, now time.Time) View {
	v := View{
		ID: r.ID, Certificate: r.Certificate, CertNumber: r.CertNumber, Holder: r.Holder, Operator: r.Operator, Division: r.Division,
		Standing: r.Standing, Mended: r.Mended, State: r.State, DueOn: r.DueOn, Visit: r.Visit, Grade: r.Grade, Reason: r.Reason,
		FiledAt: r.FiledAt, Version: r.Version, Scope: r.Scope,
	}
	if r.State == lifecycle.Seen {
		passed := r.Passed
		v.Passed = &passed
	}
	waits := r.State == lifecycle.Filed || r.State == lifecycle.Arranged
	if due, err := calendar.ParseDate(r.DueOn); err == nil && waits {
		left := s.calendar.WorkdaysBetween(calendar.DateOf(now), due)
		v.DaysLeft = &left
	}
	for _, st := range lifecycle.Reinspections.Open(by, r.State) {
		v.Actions = append(v.Actions, st.Action)
	}
	return v
}

// outlook tells whether a request about a title is taken on a day.
func (s *Service) outlook(ctx context.Context, idb usecase.Reader, v certificate.View) (Outlook, error) {
	o := Outlook{Certificate: v, Past: []View{}}
	sch, _ := s.Rules(v.Scheme, v.SchemeVersion)
	o.Allowed = sch.ReinspectionsAYear()
	today := calendar.DateOf(s.rt.Now())
	counted, err := countedSince(ctx, idb, v.ID, today.AddMonths(-12).Start())
	if err != nil {
		return o, err
	}
	o.Used = len(counted)
	open := false
	for _, r := range counted {
		open = open || r.State == lifecycle.Filed || r.State == lifecycle.Arranged
	}
	live := v.State == lifecycle.Active || v.State == lifecycle.Rectifying || v.State == lifecycle.Suspended
	switch {
	case !live || v.Standing == certificate.Standing(badge.Expired) || v.ExpiresOn.Before(today):
		o.Why = "ended"
	case v.Premises == "":
		o.Why = "street"
	case open:
		o.Why = "open"
	case v.State == lifecycle.Active && v.InspectedOn == "":
		o.Why = "never" // there is no result to ask about
	case v.State == lifecycle.Active && v.GradeHeldUntil >= today.String():
		o.Why = "downgraded"
		held, err := calendar.ParseDate(v.GradeHeldUntil)
		if err != nil {
			return o, err
		}
		o.Again = held.AddDays(1).String()
	case o.Used >= o.Allowed:
		o.Why = "used_up"
		o.Again = calendar.DateOf(counted[o.Used-o.Allowed].FiledAt).AddMonths(12).AddDays(1).String()
	}
	o.Can = o.Why == ""
	return o, nil
}
