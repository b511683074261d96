package reinspect

import (
	"context"

	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// follow ends a request whose title no longer stands, with its visit.
func (s *Service) follow(ctx context.Context, c *usecase.Call, m certificate.Moved) error {
	switch m.State {
	case lifecycle.Revoked, lifecycle.Withdrawn, lifecycle.Superseded:
	default:
		return nil
	}
	r, err := openOf(ctx, c.Tx, m.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := s.step(inner(ctx), c.AsSystem(), &r, lifecycle.Annul, ""); err != nil {
		return err
	}
	ref := inspection.Ref{Noun: lifecycle.Certificate.Noun, ID: string(m.ID)}
	return s.inspections.VoidFor(inner(ctx), c, ref, inspection.Reinspection, string(m.Action))
}

// calledOff puts a request back whose visit was voided: the holder did nothing
// to lose it.
func (s *Service) calledOff(ctx context.Context, c *usecase.Call, ch inspection.Change) error {
	if ch.Purpose != inspection.Reinspection || ch.Action != lifecycle.Void {
		return nil
	}
	r, err := ofVisit(ctx, c.Tx, ch.ID)
	if fault.Is(err, fault.NotFound) || err == nil && r.State != lifecycle.Arranged {
		return nil
	}
	if err != nil {
		return err
	}
	r.Visit, r.DueOn = "", s.workdays(c, AnswerWorkdays)
	if _, err := s.step(inner(ctx), c.AsSystem(), &r, lifecycle.Unarrange, ch.Reason); err != nil {
		return err
	}
	return s.openTask(ctx, c, r, task.ReinspectionFiled, r.DueOn)
}

// inspected ends a request with what the visit found. A suspended title that
// passed waits for an officer to propose, and another one to decide, that it
// comes back.
func (s *Service) inspected(ctx context.Context, c *usecase.Call, v inspection.View) error {
	if v.Purpose != inspection.Reinspection {
		return nil
	}
	r, err := ofVisit(ctx, c.Tx, v.ID)
	if fault.Is(err, fault.NotFound) {
		return nil // ordered by hand
	}
	if err != nil {
		return err
	}
	result := v.InForce()
	r.Passed, r.Grade = result.Passed, result.Grade
	if _, err := s.step(inner(ctx), c.AsSystem(), &r, lifecycle.Conclude, ""); err != nil {
		return err
	}
	title, err := s.titles.Dossier(ctx, c, r.Certificate)
	if err != nil {
		return err
	}
	if result.Passed && (title.State == lifecycle.Suspended || title.State == lifecycle.Rectifying) {
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.ReinspectionPassed, Noun: lifecycle.Certificate.Noun, Subject: string(r.Certificate), Scope: r.Scope,
			DueOn: s.workdays(c, AnswerWorkdays), Data: map[string]any{"name": r.Holder, "number": r.CertNumber, "visit": string(v.ID)},
		})
	}
	return err
}
