package certificate

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Contestable lists the steps against which a holder may appeal.
var Contestable = lifecycle.Contested

// Dossier is what an appeal has to know of a title.
type Dossier struct {
	View
	Operator    ident.OperatorID
	Application ident.ApplicationID
	Decision    *audit.Event     // the step that may be contested now; nil when there is none
	Deeds       []lifecycle.Deed // what people did with the title
}

// Dossier reads a title whose holder or authority the caller is. It runs
// inside another slice's use-case.
func (s *Service) Dossier(ctx context.Context, c *usecase.Call, id ident.CertificateID) (Dossier, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return Dossier{}, err
	}
	events, err := audit.Timeline(ctx, c.Tx, lifecycle.Certificate.Noun, string(id))
	if err != nil {
		return Dossier{}, err
	}
	d := Dossier{View: s.view(r, c.By, c.Now), Operator: r.Operator, Application: r.Application}
	for _, e := range events {
		d.Deeds = append(d.Deeds, lifecycle.Deed{Noun: lifecycle.Certificate.Noun, Action: lifecycle.Action(e.Action), By: e.Account})
	}
	d.Decision = contested(events)
	return d, nil
}

// Contested is the step on a title against which its holder may appeal now;
// nil when there is none.
func (s *Service) Contested(ctx context.Context, idb usecase.Reader, id ident.CertificateID, by access.Principal) (*audit.Event, error) {
	if _, err := get(ctx, idb, id, by); err != nil {
		return nil, err
	}
	events, err := audit.Timeline(ctx, idb, lifecycle.Certificate.Noun, string(id))
	return contested(events), err
}

// contested is the last step, if it can be contested.
func contested(events []audit.Event) *audit.Event {
	if n := len(events); n > 0 && slices.Contains(Contestable, lifecycle.Action(events[n-1].Action)) {
		return &events[n-1]
	}
	return nil
}

// Reinstate gives a title back because an appeal against a decision on it was
// upheld; the appeal's own rules stand for the second pair of eyes. It runs
// inside the appeal's transaction and refuses when another title of the same
// kind is in force by now.
func (s *Service) Reinstate(ctx context.Context, c *usecase.Call, id ident.CertificateID, reason string) error {
	r, err := byID(ctx, c.Tx, id)
	if err != nil {
		return err
	}
	edge := usecase.EdgeOf(ctx)
	edge.Version, edge.NeedVersion = 0, false // the caller's precondition is about the appeal
	_, err = s.move(usecase.WithEdge(ctx, edge), c.AsSystem(), r, lifecycle.Reinstate, reason, "")
	if fault.Is(err, fault.Duplicate) {
		return fault.Wrap(fault.Conflict, err, "title_replaced")
	}
	return err
}
