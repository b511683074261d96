// Package takeover owns what happens when another operator goes on with a shop
// (门店承接): who asks, what the operator of before says, what the county finds,
// and the public page of a shop, whose old addresses lead to the present one.
//
// It awards nothing and passes nothing on: a title is bound to its operator and
// its place, so those of the old shop end, with its cases and its pledge, and
// the new operator applies anew.
//
// Invariants: one request for a shop at a time; the operator of before is asked
// first; without its consent the county needs evidence and has waited for an
// answer; whoever checked does not confirm; old shop, new shop and everything
// that ends with the old one change in one transaction; an old id is never
// given away and always names what follows.
package takeover

import (
	"context"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Times of a takeover, in working days. The programme's published rules name
// none; both are proposed.
const (
	AnswerWorkdays = 5  // for the operator of before
	officeWorkdays = 10 // for the county, from the answer or from the last day for it
)

// View is one takeover.
type View struct {
	ID        ident.TakeoverID   `json:"id" format:"uuid"`
	Number    string             `json:"number"`
	Premises  ident.PremisesID   `json:"premises" format:"uuid" doc:"The shop of before."`
	Holder    string             `json:"holder" doc:"Its name on the sign."`
	Address   string             `json:"address"`
	Division  string             `json:"division"`
	Giver     ident.OperatorID   `json:"giver" format:"uuid"`
	GiverName string             `json:"giver_name" doc:"Operator of before."`
	Taker     ident.OperatorID   `json:"taker" format:"uuid"`
	TakerName string             `json:"taker_name" doc:"Operator that goes on."`
	Sign      string             `json:"sign" doc:"Name on the sign from now on."`
	Phone     string             `json:"phone,omitempty"`
	BeganOn   string             `json:"began_on" format:"date" doc:"Day from which the taker runs the shop, as it says."`
	Note      string             `json:"note,omitempty"`
	Evidence  []string           `json:"evidence,omitempty" doc:"SHA-256 of papers; for the taker and the county."`
	State     lifecycle.State    `json:"state"`
	AnswerBy  string             `json:"answer_by" format:"date" doc:"Last day for the answer of the operator of before."`
	Answer    string             `json:"answer,omitempty" doc:"Why it objects."`
	Finding   string             `json:"finding,omitempty" doc:"What the county saw."`
	Reason    string             `json:"reason,omitempty" doc:"Of a refusal."`
	DueOn     string             `json:"due_on" format:"date"`
	Overdue   bool               `json:"overdue"`
	TakenOn   string             `json:"taken_on,omitempty" format:"date" doc:"Last day of the old shop."`
	Successor ident.PremisesID   `json:"successor,omitempty" format:"uuid" doc:"The shop that follows."`
	FiledAt   time.Time          `json:"filed_at"`
	Side      Side               `json:"side,omitempty" doc:"Of the reader."`
	Version   int64              `json:"version"`
	Actions   []lifecycle.Action `json:"actions,omitempty"`
	Scope     string             `json:"-"`
}

// Side is the part that a reader has in a takeover.
type Side string

// The sides.
const (
	Giver Side = "giver" // 原经营者
	Taker Side = "taker" // 承接经营者
	Both  Side = "both"  // one person speaks for both, after a change of legal form for instance
)

// Values lists the codes for the API's enum.
func (Side) Values() []string { return []string{string(Giver), string(Taker), string(Both)} }

// Service runs the use-cases.
type Service struct {
	rt           *usecase.Runtime
	shops        *merchant.Service
	applications *application.Service
	titles       *certificate.Service
	badges       *badge.Service
	files        *blob.Service
	tasks        *task.Service
	calendar     *calendar.Calendar

	// OnMoved hooks run in the transaction of each step; action "create" for
	// the request itself.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error
}

// Slices are what a takeover changes.
type Slices struct {
	Shops        *merchant.Service
	Applications *application.Service
	Titles       *certificate.Service
	Badges       *badge.Service
	Files        *blob.Service
	Tasks        *task.Service
}

// New makes the service and hears of shops that close before anybody decided.
func New(rt *usecase.Runtime, of Slices, cal *calendar.Calendar) *Service {
	s := &Service{
		rt: rt, shops: of.Shops, applications: of.Applications, titles: of.Titles, badges: of.Badges, files: of.Files, tasks: of.Tasks, calendar: cal,
	}
	of.Shops.OnClosed = append(of.Shops.OnClosed, s.shopClosed)
	return s
}

// sideOf tells the part of somebody who speaks for some operators.
func (r record) sideOf(mine []ident.OperatorID) Side {
	giver, taker := slices.Contains(mine, r.Giver), slices.Contains(mine, r.Taker)
	switch {
	case giver && taker:
		return Both
	case giver:
		return Giver
	case taker:
		return Taker
	}
	return ""
}

// may reports whether a step is for the reader's side.
func (sd Side) may(a lifecycle.Action) bool {
	switch a {
	case lifecycle.Consent, lifecycle.Object:
		return sd == Giver || sd == Both
	case lifecycle.Retract:
		return sd == Taker || sd == Both
	}
	return true
}

func (s *Service) view(r record, by access.Principal, mine []ident.OperatorID) View {
	v := View{
		ID: r.ID, Number: r.Number, Premises: r.Premises, Holder: r.Holder, Address: r.Address, Division: r.Division, Giver: r.Giver, GiverName: r.GiverName,
		Taker: r.Taker, TakerName: r.TakerName, Sign: r.Sign, Phone: r.Phone, BeganOn: r.BeganOn, Note: r.Note, State: r.State, AnswerBy: r.AnswerBy,
		Answer: r.Answer, Finding: r.Finding, Reason: r.Reason, DueOn: r.DueOn, TakenOn: r.TakenOn, Successor: r.Successor, FiledAt: r.CreatedAt,
		Side: r.sideOf(mine), Version: r.Version, Scope: r.Scope,
	}
	if v.Side != Giver { // the papers of the taker are not the giver's
		v.Evidence = r.Evidence
	}
	waits := lifecycle.Takeover.Info(r.State).Waits == access.CountyOfficer || r.State == lifecycle.Filed
	v.Overdue = waits && r.DueOn < calendar.DateOf(s.rt.Now()).String()
	for _, st := range lifecycle.Takeover.Open(by, r.State) {
		if by.Staff() || v.Side.may(st.Action) {
			v.Actions = append(v.Actions, st.Action)
		}
	}
	return v
}
