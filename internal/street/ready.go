package street

import (
	"context"
	"encoding/json"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// OfOffice finds the street that an office stands for.
func (s *Service) OfOffice(ctx context.Context, idb usecase.Reader, office ident.PremisesID) (View, error) {
	r, err := byOffice(ctx, idb, office)
	return r.view(), err
}

// In reads a street inside another use-case.
func (s *Service) In(ctx context.Context, idb usecase.Reader, id ident.StreetID) (View, error) {
	r, err := byID(ctx, idb, id)
	return r.view(), err
}

// Ready refuses while the street's shops do not satisfy the rules of the
// title that is applied for, naming each rule that is not met.
func (s *Service) Ready(ctx context.Context, c *usecase.Call, id ident.StreetID, code, version string) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	under, err := scheme.StreetRules(ctx, c.Tx, code, version)
	if err != nil {
		return err
	}
	rules := *under.Street
	f, _, err := s.facts(ctx, c.Tx, r, rules)
	if err != nil {
		return err
	}
	judged := rules.Judge(f, calendar.DateOf(c.Now))
	if judged.Met {
		return nil
	}
	words := ""
	for _, p := range judged.Broken() {
		if words != "" {
			words += "；"
		}
		words += p.Words("zh")
	}
	return fault.New(fault.NotReady, "street_quorum", words)
}

// SweepKind is the kind of the periodic job that tells what dates alone have
// brought. It moves nothing.
const SweepKind = "street.sweep"

var sweepDef = usecase.Define(usecase.Def{Name: "street.sweep", Allow: []access.Role{access.System}, NoAPI: "runs by itself", NoPage: "runs by itself"})

// Worker does the periodic job.
func (s *Service) Worker() func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, _ json.RawMessage) error { return s.Sweep(ctx) }
}

// heardOf is for how long after its first day a stretch is still told, to an
// installation that was switched off, say.
const heardOf = 30 * 24 * time.Hour

// Sweep tells of every stretch that covers today; whoever listens tells each
// once.
func (s *Service) Sweep(ctx context.Context) error {
	ctx = usecase.System(ctx, SweepKind)
	_, err := usecase.Do(ctx, s.rt, sweepDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		today := calendar.DateOf(c.Now)
		ids, err := turnedStreets(ctx, c.Tx, today.String(), calendar.DateOf(c.Now.Add(-heardOf)).String())
		if err != nil {
			return struct{}{}, err
		}
		for _, id := range ids {
			r, err := byID(ctx, c.Tx, id)
			if err != nil {
				return struct{}{}, err
			}
			titles, err := s.src.Certificates.StreetTitles(ctx, c.Tx, id)
			if err != nil {
				return struct{}{}, err
			}
			for _, t := range titles {
				is, turn := quorum.On(t.Turns, today)
				if is == quorum.Sound || t.State == lifecycle.Suspended || t.ExpiresOn.Before(today) {
					continue
				}
				if err := s.turned(ctx, c, Turned{Street: r.view(), Title: t.View, Operator: r.Operator, Is: is, Turn: turn}); err != nil {
					return struct{}{}, err
				}
			}
		}
		c.Note("streets", len(ids))
		return struct{}{}, nil
	})
	return err
}

func (s *Service) turned(ctx context.Context, c *usecase.Call, t Turned) error {
	for _, hook := range s.OnTurned {
		if err := hook(ctx, c, t); err != nil {
			return err
		}
	}
	return nil
}

// Turned is what became of a street's title.
type Turned struct {
	Street   View
	Title    certificate.View
	Operator ident.OperatorID
	Was, Is  quorum.Standing
	Turn     *quorum.Turn  // that covers today; nil when it is sound again
	Event    ident.EventID // absent when a date alone brought it
}
