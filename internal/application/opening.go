package application

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// Hurdle is a kind of reason why a case cannot begin.
type Hurdle string

// The hurdles, in the order in which they are looked for.
const (
	ShopClosed  Hurdle = "premises_closed"
	ShutOut     Hurdle = "excluded"     // a title was revoked, and its exclusion runs
	LowerGrade  Hurdle = "downgraded"   // its grade fell, and the time without a higher one runs
	TitleHeld   Hurdle = "title_held"   // the shop holds the title
	CaseOpen    Hurdle = "case_open"    // a case for it is under way
	NotEligible Hurdle = "not_eligible" // a fact that an authority stated speaks against it
)

// Values lists the codes for the API's enum.
func (Hurdle) Values() []string {
	return []string{string(ShopClosed), string(ShutOut), string(LowerGrade), string(TitleHeld), string(CaseOpen), string(NotEligible)}
}

// Obstacle is one reason why a shop cannot apply for a title today.
type Obstacle struct {
	Why  Hurdle   `json:"why"`
	From string   `json:"from,omitempty" format:"date" doc:"First day on which it is no obstacle any more, where that follows from dates; else it takes another fact."`
	Fact *Finding `json:"fact,omitempty" doc:"For not_eligible: the condition and what was stated, with source and date."`
	err  error
}

// Opening says whether a shop may apply for a title, and if not why, from when,
// and on whose word.
type Opening struct {
	May       bool       `json:"may"`
	From      string     `json:"from,omitempty" format:"date" doc:"First day on which it may, where that follows from dates alone."`
	Obstacles []Obstacle `json:"obstacles"`
	Findings  []Finding  `json:"findings" doc:"All conditions checked against what authorities stated, whether they block or not."`
}

// Blocked reports that it takes time or another fact before the shop may apply:
// more than going on with what it has.
func (o Opening) Blocked() bool {
	for _, b := range o.Obstacles {
		if b.Why == ShopClosed || b.Why == ShutOut || b.Why == LowerGrade || b.Why == NotEligible {
			return true
		}
	}
	return false
}

// obstacles looks for everything that keeps a shop from applying. Beginning a
// case refuses by it, and pages and API tell it beforehand.
func (s *Service) obstacles(ctx context.Context, idb usecase.Reader, shop merchant.PremisesView, sch scheme.Scheme) ([]Obstacle, []Finding, error) {
	var out []Obstacle
	add := func(why Hurdle, from string, err error) { out = append(out, Obstacle{Why: why, From: from, err: err}) }
	if !shop.Active {
		add(ShopClosed, "", fault.New(fault.Conflict, "premises_closed"))
	}
	err := s.titles.Excluded(ctx, idb, shop.Operator, sch.Code)
	if f, ok := fault.As(err); ok && f.Code == fault.Excluded {
		add(ShutOut, dayAfter(f), err)
	} else if err != nil {
		return nil, nil, err
	}
	if s.titles.Downgraded != nil {
		err := s.titles.Downgraded(ctx, idb, shop.ID, sch.Code)
		if f, ok := fault.As(err); ok && f.Code == fault.Excluded {
			add(LowerGrade, dayAfter(f), err)
		} else if err != nil {
			return nil, nil, err
		}
	}
	live, err := s.titles.Live(ctx, idb, shop.ID, sch.Code)
	if err != nil {
		return nil, nil, err
	}
	if live {
		add(TitleHeld, "", fault.New(fault.Duplicate, "title_held"))
	}
	open, err := openCase(ctx, idb, shop.ID, sch.Code)
	if err != nil {
		return nil, nil, err
	}
	if open {
		add(CaseOpen, "", fault.New(fault.Duplicate, "case_open"))
	}
	found, err := s.findings(ctx, idb, shop.Operator, sch)
	for _, f := range found {
		if f.Blocks() {
			out = append(out, Obstacle{Why: NotEligible, From: f.From(), Fact: &f})
		}
	}
	return out, found, err
}

// dayAfter is the day after the last one of an exclusion.
func dayAfter(f *fault.Fault) string {
	if len(f.Args) == 1 {
		if until, ok := f.Args[0].(string); ok {
			if d, err := calendar.ParseDate(until); err == nil {
				return d.AddDays(1).String()
			}
		}
	}
	return ""
}

// From is the day on which a condition that is not met will be by the passing
// of time alone: the years of trading are full, the penalty is old enough. ""
// where it takes another fact.
func (f Finding) From() string {
	day, since := "", f.Value
	switch f.Rule.Fact {
	case scheme.FactTrading:
	case scheme.FactPenalty, scheme.FactIntent:
		since = f.On
	default:
		return ""
	}
	if d, err := calendar.ParseDate(since); err == nil && f.Outcome == FactNotMet {
		day = d.AddYears(f.Rule.Years).String()
	}
	return day
}

// open refuses a case that must not begin, by the first obstacle; facts that
// speak against it are named together.
func (s *Service) open(ctx context.Context, c *usecase.Call, shop merchant.PremisesView, sch scheme.Scheme) error {
	list, found, err := s.obstacles(ctx, c.Tx, shop, sch)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.err != nil {
			return o.err
		}
	}
	return ineligible(c, shop.Operator, sch, found)
}

var openingDef = usecase.Define(usecase.Def{Name: "application.opening", Allow: seers})

// Opening tells beforehand whether a shop may apply for a title.
func (s *Service) Opening(ctx context.Context, q EligibilityQuery) (Opening, error) {
	return usecase.Read(ctx, s.rt, openingDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Opening, error) {
		shop, err := s.shops.PremisesIn(ctx, idb, q.Premises, by)
		if err != nil {
			return Opening{}, err
		}
		sch, err := scheme.Newest(ctx, idb, q.Scheme)
		if err != nil {
			return Opening{}, err
		}
		o := Opening{Obstacles: []Obstacle{}}
		list, found, err := s.obstacles(ctx, idb, shop, sch)
		if err != nil {
			return Opening{}, err
		}
		o.Obstacles, o.Findings, o.May = append(o.Obstacles, list...), found, len(list) == 0
		for i, b := range list {
			if b.From == "" {
				o.From = ""
				break
			}
			if i == 0 || b.From > o.From {
				o.From = b.From
			}
		}
		return o, nil
	})
}

// ineligible refuses by every fact that blocks.
func ineligible(c *usecase.Call, operator ident.OperatorID, sch scheme.Scheme, found []Finding) error {
	var fields []fault.Field
	var facts []RefusedFact
	for _, f := range found {
		if f.Blocks() {
			fields = append(fields, fault.Field{Pointer: "/eligibility/" + string(f.Rule.Fact), Rule: "not_eligible_" + string(f.Rule.Fact), Param: f.On})
			facts = append(facts, RefusedFact{f.Rule.Fact, f.Value, f.On, f.Source})
		}
	}
	if fields == nil {
		return nil
	}
	c.Note("ineligible", facts)
	c.Note("operator", operator)
	c.Note("scheme", sch.Code)
	c.Note("scheme_version", sch.Version)
	return fault.OnFields(fields)
}
