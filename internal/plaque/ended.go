package plaque

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/street"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// endings are the steps of a title after which its plaque is wanted.
var endings = map[lifecycle.Action]Cause{lifecycle.Revoke: Revoked, lifecycle.Withdraw: Withdrawn, lifecycle.End: Withdrawn, lifecycle.Supersede: Superseded}

// follow hears of each step of a title.
func (s *Service) follow(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	cause, ends := endings[m.Action]
	switch {
	case m.Action == lifecycle.Reinstate:
		return s.restored(ctx, c, m)
	case ends && m.KeepsPlaque:
		return s.unwanted(ctx, c, m.ID, "称号续期，牌匾继续使用")
	case ends:
		return s.want(ctx, c, m, cause, calendar.DateOf(c.Now))
	}
	return nil
}

// Turned hears of what dates and shops make of a street's title.
func (s *Service) Turned(ctx context.Context, c *usecase.Call, t street.Turned) error {
	switch {
	case t.Is == quorum.Lapsed && t.Turn != nil:
		return s.want(ctx, c, certificate.Moved{View: t.Title, Operator: t.Operator}, Lapsed, t.Turn.From)
	case t.Was == quorum.Lapsed && t.Is != quorum.Lapsed:
		return s.unwanted(ctx, c, t.Title.ID, "街区称号恢复")
	}
	return nil
}

// draft is the recovery that the end of a title would open; ok is false when
// the title had no plaque or its plaque is dealt with already.
func (s *Service) draft(ctx context.Context, idb usecase.Reader, c *usecase.Call, m certificate.Moved, cause Cause, on calendar.Date) (r record, ok bool, err error) {
	if slices.Contains(unplated, m.Scheme) {
		return r, false, nil
	}
	last, err := lastOf(ctx, idb, m.ID)
	if err == nil && last.State != lifecycle.Annulled {
		return r, false, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return r, false, err
	}
	zh, en := "", ""
	if s.Office != nil {
		if zh, en, err = s.Office(ctx, idb, m.Scope); err != nil {
			return r, false, err
		}
	}
	now := s.rt.Now()
	if c != nil {
		now = c.Now
	}
	due := s.calendar.AddWorkdays(calendar.DateOf(now), HandIn.N).Date
	return record{
		ID: ident.New[ident.PlaqueID](), Certificate: m.ID, CertNumber: m.Number, Scheme: m.Scheme, TitleZh: m.TitleZh, TitleEn: m.TitleEn,
		Holder: m.Holder, Address: m.Address, Operator: m.Operator, Division: m.Division, Scope: m.Scope, State: lifecycle.Plaques.Start, Version: 1,
		Cause: cause, EndedOn: on.String(), PlaceZh: zh, PlaceEn: en, DueOn: due.String(), CreatedAt: now, UpdatedAt: now,
	}, true, nil
}

// WouldWant tells what a step of a title would make of its plaque, for a page
// that says beforehand who will be told.
func (s *Service) WouldWant(ctx context.Context, idb usecase.Reader, m certificate.Moved) (View, bool, error) {
	cause, ends := endings[m.Action]
	if !ends || m.KeepsPlaque {
		return View{}, false, nil
	}
	r, ok, err := s.draft(ctx, idb, nil, m, cause, calendar.DateOf(s.rt.Now()))
	return s.view(r, access.Anonymous(), s.rt.Now()), ok, err
}

// want opens the recovery and the task of the county, once.
func (s *Service) want(ctx context.Context, c *usecase.Call, m certificate.Moved, cause Cause, on calendar.Date) error {
	r, ok, err := s.draft(ctx, c.Tx, c, m, cause, on)
	if err != nil || !ok {
		return err
	}
	if err := insert(ctx, c.Tx, &r); err != nil {
		return err
	}
	if err := c.AsSystem().Begin(ctx, lifecycle.Plaques, string(r.ID), r.Scope); err != nil {
		return err
	}
	if _, err := s.tasks.Open(ctx, c, opening(r)); err != nil {
		return err
	}
	if err := s.titles.Reface(ctx, c, r.Certificate); err != nil { // scans say that it is outstanding
		return err
	}
	if err := s.tell(ctx, c, s.view(r, c.By, c.Now), "create"); err != nil {
		return err
	}
	c.About(string(m.ID), m.Scope)
	return nil
}

// opening is the task that the recovery is for the county.
func opening(r record) task.Opening {
	return task.Opening{
		Kind: task.PlaqueWanted, Noun: lifecycle.Plaques.Noun, Subject: string(r.ID), Scope: r.Scope, DueOn: r.DueOn,
		Data: map[string]any{"name": r.Holder, "number": r.CertNumber},
	}
}

// restored ends the recovery for a title that an appeal gave back. A plaque
// that was taken in has to go back too: that is a task.
func (s *Service) restored(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	last, err := lastOf(ctx, c.Tx, m.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if last.State == lifecycle.Recovered || last.State == lifecycle.Destroyed {
		_, err := s.tasks.Open(ctx, c, task.Opening{
			Kind: task.PlaqueReturn, Noun: "certificate", Subject: string(m.ID), Scope: m.Scope,
			DueOn: s.calendar.AddWorkdays(calendar.DateOf(c.Now), HandIn.N).Date.String(), Data: map[string]any{"name": m.Holder, "number": m.Number},
		})
		return err
	}
	return s.unwanted(ctx, c, m.ID, "复核恢复称号")
}

// unwanted ends an open recovery because the plaque may hang.
func (s *Service) unwanted(ctx context.Context, c *usecase.Call, id ident.CertificateID, why string) error {
	r, err := lastOf(ctx, c.Tx, id)
	if fault.Is(err, fault.NotFound) || err == nil && r.State != lifecycle.Wanted && r.State != lifecycle.Missing {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := s.step(inner(ctx), c.AsSystem(), &r, lifecycle.Annul, why); err != nil {
		return err
	}
	c.About(string(id), r.Scope)
	return nil
}

// inner drops the caller's precondition, which is about another record.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}
