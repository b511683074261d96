// Package appeal owns appeals (复核申请): of holders against decisions on their
// titles, and of applicants against the refusal of a case. It owns who may file
// one and until when, who must not decide it, and what follows when it is upheld.
//
// It does not know why a title was suspended or a case refused, and gives
// nothing back itself: the slice of the title or the case does, in the same
// transaction.
//
// Invariants: one appeal for one decision; whoever took a step on the title or
// in the case does not decide; a decision of the province is not judged below
// it; the decision stands until the appeal is upheld.
package appeal

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/deadline"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Times of an appeal. Neither stands in the published rules of the programme:
// the first follows 行政复议法 (2023) art. 20, the second is proposed. Against
// the refusal of a case the time to file is that of its scheme.
var (
	FileWithin   = calendar.Period{N: 60, Unit: calendar.Days}
	DecideWithin = calendar.Period{N: 15, Unit: calendar.Workdays}
)

// View is one appeal.
type View struct {
	ID          ident.AppealID      `json:"id" format:"uuid"`
	Number      string              `json:"number"`
	Noun        string              `json:"noun" enum:"certificate,application" doc:"What the decision is about."`
	Certificate ident.CertificateID `json:"certificate,omitempty" format:"uuid"`
	CertNumber  string              `json:"certificate_number,omitempty"`
	Application ident.ApplicationID `json:"application,omitempty" format:"uuid"`
	CaseNo      string              `json:"case_no,omitempty"`
	Holder      string              `json:"holder" doc:"Who holds the title, or would."`
	Operator    ident.OperatorID    `json:"-"`
	Scope       string              `json:"-"`
	Division    string              `json:"division"`
	Action      lifecycle.Action    `json:"action" doc:"The contested step."`
	Level       access.Role         `json:"level" doc:"Role in which it was taken."`
	Decision    string              `json:"decision" doc:"Its published reason."`
	ContestedAt time.Time           `json:"contested_at"`
	Body        string              `json:"body,omitempty" doc:"What the holder says; for those who take part."`
	State       lifecycle.State     `json:"state"`
	DueOn       string              `json:"due_on" format:"date"`
	DaysLeft    *int                `json:"days_left,omitempty" doc:"Working days left while it is open; negative when overdue."`
	FiledAt     time.Time           `json:"filed_at"`
	Reason      string              `json:"reason,omitempty" doc:"Of the outcome; public."`
	DecidedAt   *time.Time          `json:"decided_at,omitempty"`
	Version     int64               `json:"version"`
	Actions     []lifecycle.Action  `json:"actions,omitempty"`
}

// Standing tells a holder or an applicant whether the present decision can be appealed.
type Standing struct {
	Can    bool             `json:"can"`
	Action lifecycle.Action `json:"action,omitempty" doc:"The decision that can be appealed."`
	Until  string           `json:"until,omitempty" format:"date" doc:"Last day on which it is taken."`
	Past   []View           `json:"past"`
}

// Service runs the use-cases of appeals.
type Service struct {
	rt           *usecase.Runtime
	certificates *certificate.Service
	calendar     *calendar.Calendar

	// Applications are the cases whose refusal can be contested; nil where
	// there are none.
	Applications *application.Service
	// OnMoved hooks run in the transaction in which an appeal is decided.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error

	// Deeds lists what people did in what a title rests on: its case, its
	// orders to rectify, and the inspections of both.
	Deeds func(ctx context.Context, idb usecase.Reader, id ident.CertificateID, application ident.ApplicationID) ([]lifecycle.Deed, error)
}

// New makes the service; the composition root sets Deeds.
func New(rt *usecase.Runtime, certificates *certificate.Service, cal *calendar.Calendar) *Service {
	return &Service{rt: rt, certificates: certificates, calendar: cal}
}

func (s *Service) view(r record, by access.Principal, now time.Time) View {
	v := View{
		ID: r.ID, Number: r.Number, Noun: r.noun(), Certificate: r.Certificate, CertNumber: r.CertNumber, Application: r.Application, CaseNo: r.CaseNo,
		Holder: r.Holder, Operator: r.Operator, Scope: r.Scope, Division: r.Division,
		Action: r.Action, Level: r.Level, Decision: r.Decision, ContestedAt: r.ContestedAt, State: r.State, DueOn: r.DueOn,
		FiledAt: r.FiledAt, Reason: r.Reason, Version: r.Version,
	}
	if by.SignedIn() {
		v.Body = r.Body
	}
	if !r.DecidedAt.IsZero() {
		at := r.DecidedAt
		v.DecidedAt = &at
	}
	if due, err := calendar.ParseDate(r.DueOn); err == nil && r.State == lifecycle.Filed {
		left := s.calendar.WorkdaysBetween(calendar.DateOf(now), due)
		v.DaysLeft = &left
	}
	for _, st := range lifecycle.Appeal.Open(by, r.State) {
		if st.Action == lifecycle.Retract || !below(by, r.Level) {
			v.Actions = append(v.Actions, st.Action)
		}
	}
	return v
}

// below reports that a decision was taken above the reader's level.
func below(by access.Principal, level access.Role) bool {
	return level == access.ProvinceOfficer && !by.Has(access.ProvinceOfficer)
}

// lastDay is the day on which a period that begins at an instant ends.
func (s *Service) lastDay(begins time.Time, p calendar.Period) (calendar.Date, error) {
	state, err := deadline.Evaluate(s.calendar, []deadline.Event{{At: begins, Kind: deadline.Start, Class: deadline.Class{Period: p}}}, begins)
	return state.LastDay, err
}
