package rectify

import (
	"context"
	"slices"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Judgement is what an officer makes of the evidence for one finding.
type Judgement struct {
	N       int     `json:"n" validate:"min=1,max=60"`
	Verdict Verdict `json:"verdict" validate:"required,oneof=accepted rejected"`
	Remark  string  `json:"remark" validate:"max=500,plain" doc:"What is missing; needed for a rejection."`
}

// ReviewCommand judges the evidence and takes a step.
type ReviewCommand struct {
	ID       ident.RectificationID `json:"-" validate:"required,uuid7"`
	Findings []Judgement           `json:"findings" validate:"max=60,dive"`
	Reason   string                `json:"reason" validate:"max=500,plain" doc:"Needed to give the order back."`
}

// ReasonCommand takes a step that has to be explained.
type ReasonCommand struct {
	ID     ident.RectificationID `json:"-" validate:"required,uuid7"`
	Reason string                `json:"reason" validate:"required,notblank,max=500,plain"`
}

// ExtendCommand gives the holder more time, once.
type ExtendCommand struct {
	ID     ident.RectificationID `json:"-" validate:"required,uuid7"`
	DueOn  string                `json:"due_on" validate:"required,date"`
	Reason string                `json:"reason" validate:"required,notblank,max=500,plain"`
}

var (
	returnDef  = define(lifecycle.Return)
	visitDef   = define(lifecycle.OrderInspection)
	passDef    = define(lifecycle.Pass)
	restoreDef = define(lifecycle.Restore)
	failDef    = define(lifecycle.Fail)
	extendDef  = usecase.Define(usecase.Def{Name: "rectification.extend", Allow: access.Officers})
)

// forOfficer reads an order for an officer whom nothing keeps out of it.
func (s *Service) forOfficer(ctx context.Context, c *usecase.Call, id ident.RectificationID, a lifecycle.Action) (record, []findingRow, error) {
	r, findings, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, nil, err
	}
	c.About(string(r.ID), r.Scope)
	if _, err := lifecycle.Rectifications.Check(c.By, a, r.State, ""); err != nil {
		return r, nil, err
	}
	deeds, err := s.Deeds(ctx, c.Tx, r.Certificate)
	if err != nil {
		return r, nil, err
	}
	own, err := usecase.Deeds(ctx, c.Tx, lifecycle.Rectifications.Noun, string(r.ID))
	if err != nil {
		return r, nil, err
	}
	if a != lifecycle.Restore { // four eyes look at this order, not at those before it
		own = nil
	}
	visits := slices.DeleteFunc(deeds, func(d lifecycle.Deed) bool { return d.Noun != lifecycle.Inspection.Noun })
	return r, findings, c.Apart(ctx, lifecycle.Rectifications, a, usecase.Matter{Operator: r.Operator, Deeds: append(visits, own...)})
}

// judge keeps the verdicts; every finding has to have one in the end, and a
// rejection says what is missing.
func judge(ctx context.Context, c *usecase.Call, findings []findingRow, verdicts []Judgement) error {
	for i, j := range verdicts {
		k := slices.IndexFunc(findings, func(f findingRow) bool { return f.N == j.N })
		if k < 0 {
			return fault.OnField("/findings/"+strconv.Itoa(i)+"/n", "unknown_item", "")
		}
		if j.Verdict == Rejected && j.Remark == "" {
			return fault.OnField("/findings/"+strconv.Itoa(i)+"/remark", "required", "")
		}
		findings[k].Verdict, findings[k].Remark = j.Verdict, j.Remark
		if err := saveFinding(ctx, c.Tx, &findings[k]); err != nil {
			return err
		}
	}
	for _, f := range findings {
		if f.Verdict == "" {
			return fault.OnField("/findings", "judge_each", strconv.Itoa(f.N))
		}
	}
	return nil
}

func rejected(findings []findingRow) bool {
	return slices.ContainsFunc(findings, func(f findingRow) bool { return f.Verdict == Rejected })
}

// Return gives the order back to the holder, with what is still missing.
func (s *Service) Return(ctx context.Context, cmd ReviewCommand) (View, error) {
	return s.review(ctx, returnDef, cmd, lifecycle.Return, func(r *record, findings []findingRow) error {
		if r.State == lifecycle.InEvidence && !rejected(findings) {
			return fault.New(fault.NotReady, "nothing_rejected")
		}
		return nil
	}, nil)
}

// OrderVisit has two inspectors look at what the evidence shows.
func (s *Service) OrderVisit(ctx context.Context, cmd ReviewCommand) (View, error) {
	return s.review(ctx, visitDef, cmd, lifecycle.OrderInspection, func(r *record, findings []findingRow) error {
		switch {
		case r.Proof != OnSite:
			return fault.New(fault.IllegalStep, "proof_on_paper")
		case rejected(findings):
			return fault.New(fault.NotReady, "finding_rejected")
		}
		return nil
	}, func(ctx context.Context, c *usecase.Call, r *record) error {
		in, err := s.inspections.OfTitle(ctx, c, r.Certificate)
		if err != nil {
			return err
		}
		in.Purpose, in.Ref, in.DueOn = inspection.Rectification, inspection.Ref{Noun: lifecycle.Rectifications.Noun, ID: string(r.ID)}, s.officeDue(c)
		v, err := s.inspections.Plan(ctx, c, in)
		r.Visit = string(v.ID)
		return err
	})
}

// Pass takes the evidence on paper; a second officer then gives the title back.
func (s *Service) Pass(ctx context.Context, cmd ReviewCommand) (View, error) {
	return s.review(ctx, passDef, cmd, lifecycle.Pass, func(r *record, findings []findingRow) error {
		switch {
		case r.Proof == OnSite:
			return fault.New(fault.NotReady, "visit_needed")
		case rejected(findings):
			return fault.New(fault.NotReady, "finding_rejected")
		}
		return nil
	}, nil)
}

func (s *Service) review(ctx context.Context, d *usecase.Def, cmd ReviewCommand, a lifecycle.Action,
	may func(*record, []findingRow) error, then func(context.Context, *usecase.Call, *record) error,
) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, findings, err := s.forOfficer(ctx, c, cmd.ID, a)
		if err != nil {
			return View{}, err
		}
		if r.State == lifecycle.InEvidence {
			if err := judge(ctx, c, findings, cmd.Findings); err != nil {
				return View{}, err
			}
		}
		if err := may(&r, findings); err != nil {
			return View{}, err
		}
		if then != nil {
			if err := then(inner(ctx), c, &r); err != nil {
				return View{}, err
			}
		}
		v, err := s.step(ctx, c, &r, findings, a, cmd.Reason)
		if err != nil {
			return View{}, err
		}
		return v, s.tasks.Settle(ctx, c, string(r.ID), task.RectificationSent)
	})
}

// Restore gives the title back, by another officer than the one who took the
// evidence.
func (s *Service) Restore(ctx context.Context, cmd IDCommand) (View, error) {
	return usecase.Do(ctx, s.rt, restoreDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, findings, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.Restore)
		if err != nil {
			return View{}, err
		}
		v, err := s.step(ctx, c, &r, findings, lifecycle.Restore, "")
		if err != nil {
			return View{}, err
		}
		_, err = s.titles.Take(ctx, c, r.Certificate, lifecycle.VerifyRectification, "整改完成，验收合格")
		c.About(string(r.ID), r.Scope)
		return v, err
	})
}

// Fail finds that what was found is not mended, and suspends the title at once.
func (s *Service) Fail(ctx context.Context, cmd ReasonCommand) (View, error) {
	return usecase.Do(ctx, s.rt, failDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, findings, err := s.forOfficer(ctx, c, cmd.ID, lifecycle.Fail)
		if err != nil {
			return View{}, err
		}
		v, err := s.step(ctx, c, &r, findings, lifecycle.Fail, cmd.Reason)
		if err != nil {
			return View{}, err
		}
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.RectificationSent, task.RectificationOverdue); err != nil {
			return View{}, err
		}
		ref := inspection.Ref{Noun: lifecycle.Rectifications.Noun, ID: string(r.ID)}
		if err := s.inspections.VoidFor(ctx, c, ref, inspection.Rectification, cmd.Reason); err != nil {
			return View{}, err
		}
		_, err = s.titles.Take(ctx, c, r.Certificate, lifecycle.Suspend, cmd.Reason)
		c.About(string(r.ID), r.Scope)
		return v, err
	})
}

// Extend gives more time, once and with a reason, while the holder has to act.
func (s *Service) Extend(ctx context.Context, cmd ExtendCommand) (View, error) {
	return usecase.Do(ctx, s.rt, extendDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, findings, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		switch {
		case r.State != lifecycle.Ordered:
			return View{}, fault.New(fault.IllegalStep, "rectification_sent")
		case r.Extension != "":
			return View{}, fault.New(fault.Conflict, "extended_already")
		case cmd.DueOn <= r.DueOn || cmd.DueOn < calendar.DateOf(c.Now).String():
			return View{}, fault.OnField("/due_on", "later_day", r.DueOn)
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		r.DueOn, r.Extension, r.UpdatedAt = cmd.DueOn, cmd.Reason, c.Now
		if err := bump(ctx, c.Tx, &r, "due_on", "extension"); err != nil {
			return View{}, err
		}
		v := s.view(r, findings, c.By, c.Now)
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.RectificationOverdue); err != nil {
			return View{}, err
		}
		return v, s.tell(ctx, c, v, "extend")
	})
}

// step moves an order along its table and tells the hooks.
func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, findings []findingRow, a lifecycle.Action, words string) (View, error) {
	to, err := c.Step(ctx, lifecycle.Rectifications, r.subject(), a, "", words)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.Remark = to, r.Version+1, words
	if err := save(ctx, c.Tx, r, "remark", "visit"); err != nil {
		return View{}, err
	}
	v := s.view(*r, findings, c.By, c.Now)
	return v, s.tell(inner(ctx), c, v, a)
}

func (s *Service) tell(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error {
	for _, hook := range s.OnMoved {
		if err := hook(ctx, c, v, a); err != nil {
			return err
		}
	}
	c.About(string(v.ID), v.Scope)
	return nil
}

// officeWorkdays is how long an officer has for evidence, and inspectors for a
// visit that looks again.
const officeWorkdays = 5

func (s *Service) officeDue(c *usecase.Call) string {
	return s.calendar.AddWorkdays(calendar.DateOf(c.Now), officeWorkdays).Date.String()
}

// inner drops the caller's precondition, which is about another record.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}

// Deeds lists what people did in the orders about a title, inspectors of its
// visits included: those who must not judge an appeal about it.
func (s *Service) Deeds(ctx context.Context, idb usecase.Reader, id ident.CertificateID) ([]lifecycle.Deed, error) {
	rows, err := ofTitle(ctx, idb, id)
	if err != nil {
		return nil, err
	}
	var out []lifecycle.Deed
	refs := []inspection.Ref{{Noun: lifecycle.Certificate.Noun, ID: string(id)}}
	for _, r := range rows {
		deeds, err := usecase.Deeds(ctx, idb, lifecycle.Rectifications.Noun, string(r))
		if err != nil {
			return nil, err
		}
		out = append(out, deeds...)
		refs = append(refs, inspection.Ref{Noun: lifecycle.Rectifications.Noun, ID: string(r)})
	}
	for _, ref := range refs {
		visits, err := s.inspections.Of(ctx, idb, ref)
		if err != nil {
			return nil, err
		}
		for _, v := range visits {
			out = append(out, usecase.Acts(lifecycle.Inspection.Noun, lifecycle.Visiting, []ident.AccountID{v.Lead, v.Second})...)
		}
	}
	return out, nil
}
