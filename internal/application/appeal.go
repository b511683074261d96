package application

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// Contestable lists the steps on a case against which its applicant may
// appeal: those that end it.
var Contestable = []lifecycle.Action{lifecycle.Refuse, lifecycle.UpholdObjection}

// Dossier is what an appeal has to know of a case that was refused.
type Dossier struct {
	ID       ident.ApplicationID
	CaseNo   string
	Shop     string
	Operator ident.OperatorID
	Division string
	Scope    string
	// Decision is the refusal that may be contested now, nil when there is
	// none, and Until the last day on which an appeal is taken.
	Decision *audit.Event
	Until    string
	Deeds    []lifecycle.Deed // what people did in the case, its inspectors and its owner included
}

// Dossier reads a case for an appeal, as somebody sees it.
func (s *Service) Dossier(ctx context.Context, idb usecase.Reader, id ident.ApplicationID, by access.Principal) (Dossier, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return Dossier{}, err
	}
	matter, err := s.matter(ctx, idb, r)
	if err != nil {
		return Dossier{}, err
	}
	d := Dossier{
		ID: r.ID, CaseNo: r.CaseNo, Shop: r.PremisesName, Operator: r.Operator, Division: r.Division, Scope: r.Scope,
		Until: r.AppealUntil, Deeds: matter.Deeds,
	}
	d.Decision, err = refusal(ctx, idb, r)
	return d, err
}

// refusal is the step that ended a case, if it can be contested.
func refusal(ctx context.Context, idb usecase.Reader, r record) (*audit.Event, error) {
	events, err := audit.Timeline(ctx, idb, lifecycle.Application.Noun, string(r.ID))
	if n := len(events); err == nil && n > 0 && slices.Contains(Contestable, lifecycle.Action(events[n-1].Action)) {
		return &events[n-1], nil
	}
	return nil, err
}

// Reconsider lets a case go on where it was refused, because an appeal was
// upheld: the office there decides anew, somebody else than before. It runs
// inside the appeal's transaction.
func (s *Service) Reconsider(ctx context.Context, c *usecase.Call, id ident.ApplicationID, reason string) error {
	sys := c.AsSystem()
	r, err := get(ctx, c.Tx, id, sys.By)
	if err != nil {
		return err
	}
	was, err := refusal(ctx, c.Tx, r)
	if err != nil {
		return err
	}
	if was == nil {
		return fault.New(fault.Conflict, "nothing_to_appeal")
	}
	sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
	if err != nil {
		return err
	}
	back := lifecycle.State(was.FromState)
	if back == lifecycle.PublicNotice {
		// The public was told that it had ended, so it runs in full again.
		period, err := s.calendar.Deadline(c.Now, sch.Period())
		if err != nil {
			return err
		}
		if err := reopenNotice(ctx, c.Tx, r.ID, period.LastDay.String(), reason); err != nil {
			return err
		}
	}
	r.Reason, r.AppealUntil = "", ""
	_, err = s.move(inner(ctx), sys, &r, sch, lifecycle.Reconsider, back, reason)
	if fault.Is(err, fault.Duplicate) {
		return fault.Wrap(fault.Conflict, err, "case_replaced")
	}
	return err
}
