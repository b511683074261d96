// Package pledge owns the no-reason-return pledges of shops (线下无理由退货承诺,
// GB/T 44904—2024): their terms, version by version, who may object, when they
// bind, the cards for a broken promise, renewals, the ledger of returns that a
// shop may keep, and the answer to "what held on the day I bought".
//
// It awards no title itself and prints no badge: it asks the certificate slice
// to, in the transaction of its own step, and keeps the two in step from then
// on (yellow card – under rectification, red card – suspended, removed –
// revoked). It does not visit shops; test purchases are inspections.
//
// Whether a pledge is in force is computed, never flipped by time: published,
// the notice over, no objection open, so it stands ([Standing]). The first
// use-case that touches it after that day, or the job that was set for the day,
// writes down what the dates already say and has the title issued; no answer
// of this package changes by that.
//
// Invariants: terms are appended, never changed; a purchase is judged by the
// terms of its day; no change, card or exit touches what was bought before; who
// gave a card does not clear it.
package pledge

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// SchemeCode is the scheme under which pledges are made.
const SchemeCode = scheme.ReturnPledge

// Expired is the standing of a pledge whose last day is over.
const Expired Standing = "expired"

// Standing is the state of a pledge as people read it: the stored state, but
// in force from its day on and expired after its last one.
type Standing string

// Values lists the codes for the API's enum.
func (Standing) Values() []string { return append(lifecycle.Pledge.Values(), string(Expired)) }

// standingOf computes the standing on a day.
func standingOf(r record, today calendar.Date) Standing {
	state := stateOn(r, today)
	if (state == lifecycle.Active || state == lifecycle.YellowCard) && r.ExpiresOn.Before(today) {
		return Expired
	}
	return Standing(state)
}

// stateOn is the state that the dates call for.
func stateOn(r record, today calendar.Date) lifecycle.State {
	if due(r, today) {
		return lifecycle.Active
	}
	return r.State
}

// due reports a published pledge whose notice is over without an objection.
func due(r record, today calendar.Date) bool {
	return r.State == lifecycle.Published && r.OpenObjections == 0 && !r.EffectiveOn.IsZero() && !today.Before(r.EffectiveOn)
}

// View is a pledge as its reader may see it.
type View struct {
	ID             ident.PledgeID      `json:"id" format:"uuid"`
	Number         string              `json:"number,omitempty" doc:"Drawn when it is published."`
	Premises       ident.PremisesID    `json:"premises" format:"uuid"`
	Certificate    ident.CertificateID `json:"certificate,omitempty" format:"uuid" doc:"Title and badge, once it is in force."`
	Previous       ident.PledgeID      `json:"previous,omitempty" format:"uuid" doc:"The pledge that this one renews."`
	Round          int                 `json:"round" doc:"Number of pledges without a break, this one included."`
	Holder         string              `json:"holder" doc:"Name on the sign."`
	Address        string              `json:"address"`
	Division       string              `json:"division" doc:"GB/T 2260 code of the county."`
	Sectors        []string            `json:"sectors"`
	State          lifecycle.State     `json:"state"`
	Standing       Standing            `json:"standing" doc:"Computed from state, objections and dates."`
	Days           int                 `json:"days" doc:"Of the newest terms; 0 in a draft."`
	SignedBy       string              `json:"signed_by,omitempty" doc:"For the shop and officers."`
	SignedOn       calendar.Date       `json:"signed_on,omitzero"`
	ObjectionUntil calendar.Date       `json:"objection_until,omitzero" doc:"Last day on which objections are taken."`
	EffectiveOn    calendar.Date       `json:"effective_on,omitzero" doc:"First day on whose purchases it holds."`
	ExpiresOn      calendar.Date       `json:"expires_on,omitzero" doc:"Last such day."`
	EndedOn        calendar.Date       `json:"ended_on,omitzero" doc:"Last such day of a pledge that ended before its time."`
	Objections     int                 `json:"open_objections"`
	CardDue        calendar.Date       `json:"card_due,omitzero" doc:"Day by which a yellow card asks for a remedy."`
	CardOverdue    bool                `json:"card_overdue"`
	Reason         string              `json:"reason,omitempty" doc:"Public reason of the present state."`
	Since          time.Time           `json:"since"`
	ExcludedUntil  string              `json:"excluded_until,omitempty"`
	PublishLedger  bool                `json:"publish_ledger" doc:"The shop shows the totals of its returns."`
	Version        int64               `json:"version"`
	Actions        []lifecycle.Action  `json:"actions,omitempty"`
	Scope          string              `json:"-"`
}

// Service runs the use-cases of pledges.
type Service struct {
	rt           *usecase.Runtime
	shops        *merchant.Service
	certificates *certificate.Service
	tasks        *task.Service
	files        *blob.Service
	calendar     *calendar.Calendar

	// Eligible refuses an operator against whom a fact of the scheme speaks;
	// the application slice stands behind it.
	Eligible func(ctx context.Context, c *usecase.Call, operator ident.OperatorID, sch scheme.Scheme) error
	// Sheet gives the published sheet of a plan for a sector; the module slice
	// stands behind it. Without it the shipped sheets are used.
	Sheet func(ctx context.Context, idb usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error)
	// Visits plans test purchases; the composition root sets it.
	Visits *inspection.Service
	// OnMoved hooks run in the transaction of each step.
	OnMoved []func(ctx context.Context, c *usecase.Call, m Moved) error
}

// Moved tells other slices about a step of a pledge.
type Moved struct {
	View
	Operator ident.OperatorID
	Action   lifecycle.Action
	To       lifecycle.State
	// Note is what happened when no state changed: "fixed".
	Note string
}

// New makes the service and ties it to the titles.
func New(rt *usecase.Runtime, shops *merchant.Service, certificates *certificate.Service, tasks *task.Service, files *blob.Service, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, shops: shops, certificates: certificates, tasks: tasks, files: files, calendar: cal}
	s.Sheet = func(_ context.Context, _ usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error) {
		return checklist.Shipped().Sheet(plan, code)
	}
	certificates.Led = append(certificates.Led, SchemeCode)
	certificates.OnIssued = append(certificates.OnIssued, s.adopt)
	certificates.OnMoved = append(certificates.OnMoved, s.follow)
	certificates.OnReplaced = append(certificates.OnReplaced, s.renamed)
	shops.OnClosed = append(shops.OnClosed, s.shopEnded)
	return s
}

func (s *Service) view(r record, by access.Principal, now time.Time) View {
	today := calendar.DateOf(now)
	v := View{
		ID: r.ID, Number: r.Number, Premises: r.Premises, Certificate: r.Certificate, Previous: r.Previous, Round: r.Round, Holder: r.Holder,
		Address: r.Address, Division: r.Division, Sectors: r.Sectors, State: r.State, Standing: standingOf(r, today), Days: r.Days,
		SignedOn: r.SignedOn, ObjectionUntil: r.ObjectionUntil, EffectiveOn: r.EffectiveOn, ExpiresOn: r.ExpiresOn, EndedOn: r.EndedOn,
		Objections: r.OpenObjections, CardDue: r.CardDue, Reason: r.Reason, Since: r.StateSince, ExcludedUntil: r.ExcludedUntil,
		PublishLedger: r.PublishLedger, Version: r.Version, Scope: r.Scope,
	}
	if r.Number == string(r.ID) {
		v.Number = ""
	}
	v.CardOverdue = r.State == lifecycle.YellowCard && !r.CardDue.IsZero() && r.CardDue.Before(today)
	if by.SignedIn() {
		v.SignedBy = r.SignedBy
	}
	for _, st := range lifecycle.Pledge.Open(by, stateOn(r, today)) {
		v.Actions = append(v.Actions, st.Action)
	}
	return v
}

// Today is the day in Beijing by the registry's clock.
func (s *Service) Today() calendar.Date { return calendar.DateOf(s.rt.Now()) }

// Takes reports whether a shop of the sectors in a county may pledge, by the
// scheme in force.
func (s *Service) Takes(ctx context.Context, sectors []string, division string) (bool, error) {
	sch, err := scheme.Newest(ctx, s.rt.DB.R, SchemeCode)
	_, ok := sch.SectorFor(sectors)
	return ok && sch.In(division), err
}

// Scheme is a version of the scheme, or with an empty one that under which
// pledges are made today.
func (s *Service) Scheme(ctx context.Context, version string) (scheme.Scheme, error) {
	if version == "" {
		return scheme.Newest(ctx, s.rt.DB.R, SchemeCode)
	}
	return scheme.Pinned(ctx, s.rt.DB.R, SchemeCode, version)
}
