// Package rectify owns orders to rectify (整改通知): what was found, until when
// it has to be mended, the holder's evidence for each finding, and who takes
// it.
//
// It does not suspend or restore a title itself: the certificate slice does,
// in the same transaction.
//
// Invariants: a title under rectification through this slice has exactly one
// open order; one extension, with a reason; a finding counts as mended only
// when an officer accepted the evidence for it; the title comes back by a
// second officer.
package rectify

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Proof is how the mending is proved.
type Proof string

// The ways of proof.
const (
	Paper  Proof = "paper" // 书面验收: photos and notes are enough
	OnSite Proof = "visit" // 现场验收: two inspectors look again
)

// Values lists the codes for the API's enum.
func (Proof) Values() []string { return []string{string(Paper), string(OnSite)} }

// Verdict is what an officer made of the evidence for a finding.
type Verdict string

// The verdicts.
const (
	Taken    Verdict = "accepted"
	Rejected Verdict = "rejected"
)

// Values lists the codes for the API's enum.
func (Verdict) Values() []string { return []string{string(Taken), string(Rejected)} }

// Finding is one thing to be mended, with what the holder showed for it.
type Finding struct {
	N          int        `json:"n" doc:"Number in the order, from 1."`
	Item       string     `json:"item,omitempty" doc:"Item of the checklist that was not met."`
	Text       string     `json:"text"`
	Note       string     `json:"note,omitempty" doc:"What the holder did."`
	Photos     []string   `json:"photos" doc:"SHA-256 of the photos."`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Verdict    Verdict    `json:"verdict,omitempty"`
	Remark     string     `json:"remark,omitempty" doc:"Of the officer."`
}

// Shown reports whether there is evidence that was not rejected.
func (f Finding) Shown() bool {
	return f.AnsweredAt != nil && (f.Note != "" || len(f.Photos) > 0) && f.Verdict != Rejected
}

// View is one order.
type View struct {
	ID          ident.RectificationID `json:"id" format:"uuid"`
	Certificate ident.CertificateID   `json:"certificate" format:"uuid"`
	CertNumber  string                `json:"certificate_number"`
	Holder      string                `json:"holder"`
	Operator    ident.OperatorID      `json:"-"`
	Division    string                `json:"division"`
	State       lifecycle.State       `json:"state"`
	Reason      string                `json:"reason" doc:"Of the order; public."`
	Proof       Proof                 `json:"proof"`
	Source      string                `json:"source,omitempty" doc:"Id of the inspection that found it."`
	Visit       string                `json:"visit,omitempty" doc:"Id of the inspection that looks again."`
	DueOn       string                `json:"due_on" format:"date"`
	DaysLeft    *int                  `json:"days_left,omitempty" doc:"Working days left while the holder has to act; negative when overdue."`
	Overdue     bool                  `json:"overdue"`
	FirstDueOn  string                `json:"first_due_on" format:"date"`
	Extension   string                `json:"extension,omitempty" doc:"Why the time was extended."`
	Remark      string                `json:"remark,omitempty" doc:"Of the last step back or the end."`
	Findings    []Finding             `json:"findings"`
	OrderedAt   time.Time             `json:"ordered_at"`
	Version     int64                 `json:"version"`
	Scope       string                `json:"-"`
	Actions     []lifecycle.Action    `json:"actions,omitempty"`
	// Extend says that the reader may extend the time, once.
	Extend bool `json:"extendable"`
}

// Service runs the use-cases of orders.
type Service struct {
	rt          *usecase.Runtime
	titles      *certificate.Service
	inspections *inspection.Service
	files       *blob.Service
	tasks       *task.Service
	calendar    *calendar.Calendar

	// OnMoved hooks run in the transaction of each step.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error
}

// New makes the service and ties it to titles and inspections.
func New(rt *usecase.Runtime, titles *certificate.Service, inspections *inspection.Service, files *blob.Service, tasks *task.Service, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, titles: titles, inspections: inspections, files: files, tasks: tasks, calendar: cal}
	titles.OnMoved = append(titles.OnMoved, s.follow)
	titles.Unproven = s.unproven
	inspections.OnAccepted = append(inspections.OnAccepted, s.inspected)
	return s
}

// rules are the days and the way of proof that the version sets under which a
// title was awarded; of a version that nobody knows, the one in force.
func rules(ctx context.Context, idb usecase.Reader, code, version string) (workdays int, proof Proof, err error) {
	workdays, proof = 15, OnSite
	sch, err := scheme.Pinned(ctx, idb, code, version)
	if fault.Is(err, fault.NotFound) {
		sch, err = scheme.Newest(ctx, idb, code)
	}
	if fault.Is(err, fault.NotFound) {
		return workdays, proof, nil
	}
	if n := sch.RectificationWorkdays.Value; n > 0 {
		workdays = n
	}
	if sch.RectificationProof != "" {
		proof = Proof(sch.RectificationProof)
	}
	return workdays, proof, err
}

func (s *Service) view(r record, findings []findingRow, by access.Principal, now time.Time) View {
	v := View{
		ID: r.ID, Certificate: r.Certificate, CertNumber: r.CertNumber, Holder: r.Holder, Operator: r.Operator, Division: r.Division,
		State: r.State, Reason: r.Reason, Proof: r.Proof, Source: r.Source, Visit: r.Visit, DueOn: r.DueOn, FirstDueOn: r.FirstDueOn,
		Extension: r.Extension, Remark: r.Remark, OrderedAt: r.CreatedAt, Version: r.Version, Scope: r.Scope, Findings: []Finding{},
	}
	for _, f := range findings {
		v.Findings = append(v.Findings, f.view())
	}
	today := calendar.DateOf(now)
	if due, err := calendar.ParseDate(r.DueOn); err == nil && r.State == lifecycle.Ordered {
		left := s.calendar.WorkdaysBetween(today, due)
		v.DaysLeft, v.Overdue = &left, due.Before(today)
	}
	for _, st := range lifecycle.Rectifications.Open(by, r.State) {
		if st.Action == lifecycle.OrderInspection && r.Proof == Paper || st.Action == lifecycle.Pass && r.Proof == OnSite {
			continue
		}
		v.Actions = append(v.Actions, st.Action)
	}
	v.Extend = r.State == lifecycle.Ordered && r.Extension == "" && by.Has(access.Officers...)
	return v
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}
