package application

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// Outcome is what facts say about a condition.
type Outcome string

// The outcomes. Unknown and stale facts are said to be so: they neither block
// nor count as met.
const (
	FactMet     Outcome = "met"
	FactNotMet  Outcome = "not_met"
	FactUnknown Outcome = "unknown" // no authority stated it
	FactStale   Outcome = "stale"   // what was stated is too old for the scheme
)

// Values lists the codes for the API's enum.
func (Outcome) Values() []string {
	return []string{string(FactMet), string(FactNotMet), string(FactUnknown), string(FactStale)}
}

// Finding is one condition checked against what authorities stated.
type Finding struct {
	Rule      scheme.Rule `json:"rule"`
	Outcome   Outcome     `json:"outcome"`
	Value     string      `json:"value,omitempty" doc:"What was stated: a day, a class, yes or no, the number of a decision."`
	On        string      `json:"on,omitempty" format:"date" doc:"Day on which the source said so."`
	Source    string      `json:"source,omitempty"`
	CheckedAt time.Time   `json:"checked_at"`
}

// Blocks reports a finding with which a case is not taken.
func (f Finding) Blocks() bool { return f.Outcome == FactNotMet && f.Rule.Effect == scheme.Block }

// Findings checks an operator against the rules of a scheme, in their order.
func Findings(op merchant.OperatorView, sch scheme.Scheme, now time.Time) []Finding {
	today := calendar.DateOf(now)
	out := make([]Finding, len(sch.Eligibility))
	for i, rule := range sch.Eligibility {
		f := Finding{Rule: rule, Outcome: FactUnknown, CheckedAt: now}
		switch rule.Fact {
		case scheme.FactTrading:
			f.judge(op.Facts.Founded, func(v string) bool {
				day, err := calendar.ParseDate(v)
				return err == nil && !today.Before(day.AddYears(rule.Years))
			})
		case scheme.FactPenalty, scheme.FactIntent:
			f.penalties(op, today)
		case scheme.FactAbnormal:
			f.judge(op.Facts.Abnormal, func(v string) bool { return v == "no" })
		case scheme.FactSerious:
			f.judge(op.Facts.Serious, func(v string) bool { return v == "no" })
		case scheme.FactCredit:
			f.judge(op.Facts.CreditClass, func(v string) bool { return v <= rule.Least })
		}
		if day, err := calendar.ParseDate(f.On); err == nil && f.Outcome == FactMet && rule.Fresh > 0 && day.AddDays(rule.Fresh).Before(today) {
			f.Outcome = FactStale
		}
		out[i] = f
	}
	return out
}

func (f *Finding) judge(fact *merchant.Fact, met func(value string) bool) {
	if fact == nil {
		return
	}
	f.Value, f.On, f.Source, f.Outcome = fact.Value, fact.On, fact.Source, FactNotMet
	if met(fact.Value) {
		f.Outcome = FactMet
	}
}

// penalties looks for a decision within the years; that there is none counts
// only where a source says that its list is complete.
func (f *Finding) penalties(op merchant.OperatorView, today calendar.Date) {
	since := today.AddYears(-f.Rule.Years).String()
	for _, p := range op.Penalties {
		if p.DecidedOn > since && (f.Rule.Fact == scheme.FactPenalty || p.Intentional) && p.DecidedOn >= f.On {
			f.Value, f.On, f.Source, f.Outcome = p.Document, p.DecidedOn, p.Source, FactNotMet
		}
	}
	if c := op.Facts.Penalties; f.Outcome != FactNotMet && c != nil {
		f.Value, f.On, f.Source, f.Outcome = "", c.On, c.Source, FactMet
	}
}

// findings checks the operator of a case.
func (s *Service) findings(ctx context.Context, idb usecase.Reader, operator ident.OperatorID, sch scheme.Scheme) ([]Finding, error) {
	op, err := s.shops.OperatorIn(ctx, idb, operator, access.Internal("application"))
	return Findings(op, sch, s.rt.Now()), err
}

// Eligible refuses while a fact speaks against the operator and the scheme
// says that this blocks; every such fact is named, to the caller and in the
// audit trail.
func (s *Service) Eligible(ctx context.Context, c *usecase.Call, operator ident.OperatorID, sch scheme.Scheme) error {
	found, err := s.findings(ctx, c.Tx, operator, sch)
	if err != nil {
		return err
	}
	return ineligible(c, operator, sch, found)
}

// EligibilityQuery asks before a case is begun.
type EligibilityQuery struct {
	Premises ident.PremisesID `json:"premises" validate:"required,uuid7"`
	Scheme   string           `json:"scheme" validate:"required,max=40"`
}

var eligibilityDef = usecase.Define(usecase.Def{Name: "application.eligibility", Allow: seers})

// Eligibility tells an applicant what authorities stated about the conditions
// of a title, and what nobody knows yet.
func (s *Service) Eligibility(ctx context.Context, q EligibilityQuery) ([]Finding, error) {
	return usecase.Read(ctx, s.rt, eligibilityDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Finding, error) {
		shop, err := s.shops.PremisesIn(ctx, idb, q.Premises, by)
		if err != nil {
			return nil, err
		}
		sch, err := scheme.Newest(ctx, idb, q.Scheme)
		if err != nil {
			return nil, err
		}
		return s.findings(ctx, idb, shop.Operator, sch)
	})
}
