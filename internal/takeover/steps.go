package takeover

import (
	"context"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// IDCommand takes a step that needs no words.
type IDCommand struct {
	ID ident.TakeoverID `json:"-" validate:"required,uuid7"`
}

// ReasonCommand takes a step with a reason.
type ReasonCommand struct {
	ID     ident.TakeoverID `json:"-" validate:"required,uuid7"`
	Reason string           `json:"reason" validate:"required,notblank,max=500,plain"`
}

// CheckCommand says what the county saw.
type CheckCommand struct {
	ID      ident.TakeoverID `json:"-" validate:"required,uuid7"`
	Finding string           `json:"finding" validate:"max=500,plain" doc:"What shows that the shop changed hands; needed where its operator of before has not agreed."`
}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "takeover." + string(a), Allow: lifecycle.Takeover.Roles(a)})
}

var (
	consentDef = define(lifecycle.Consent)
	objectDef  = define(lifecycle.Object)
	checkDef   = define(lifecycle.Check)
	confirmDef = define(lifecycle.Confirm)
	declineDef = define(lifecycle.Decline)
	retractDef = define(lifecycle.Retract)
)

// caseReason is why the open cases of the old shop end.
const caseReason = "门店已由其他经营者承接，申报不随转让；由承接方另行申报"

// Consent is the yes of the operator of before.
func (s *Service) Consent(ctx context.Context, cmd IDCommand) (View, error) {
	return s.merchant(ctx, consentDef, cmd.ID, cmd, lifecycle.Consent, func(r *record, today calendar.Date) string {
		r.DueOn = s.calendar.AddWorkdays(today, officeWorkdays).Date.String()
		return ""
	})
}

// Object is its no, with the reason. The county decides.
func (s *Service) Object(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.merchant(ctx, objectDef, cmd.ID, cmd, lifecycle.Object, func(r *record, today calendar.Date) string {
		r.Answer, r.DueOn = cmd.Reason, s.calendar.AddWorkdays(today, officeWorkdays).Date.String()
		return cmd.Reason
	})
}

// Retract takes the request back.
func (s *Service) Retract(ctx context.Context, cmd IDCommand) (View, error) {
	return s.merchant(ctx, retractDef, cmd.ID, cmd, lifecycle.Retract, func(*record, calendar.Date) string { return "" })
}

// merchant takes a step of one of the two operators, and only of that one.
func (s *Service) merchant(ctx context.Context, d *usecase.Def, id ident.TakeoverID, cmd any, a lifecycle.Action, change func(*record, calendar.Date) string) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		mine, err := s.shops.Speaks(ctx, c.Tx, c.By.Account)
		if err != nil {
			return View{}, err
		}
		if !r.sideOf(mine).may(a) {
			return View{}, fault.New(fault.Forbidden, "takeover_other_side")
		}
		return s.step(ctx, c, &r, a, change(&r, calendar.DateOf(c.Now)))
	})
}

// Check says that the county found the shop to have changed hands.
func (s *Service) Check(ctx context.Context, cmd CheckCommand) (View, error) {
	return s.officer(ctx, checkDef, cmd.ID, cmd, lifecycle.Check, func(ctx context.Context, c *usecase.Call, r *record) (View, error) {
		if r.State != lifecycle.Consented {
			if err := s.without(ctx, c, r, cmd.Finding); err != nil {
				return View{}, err
			}
		}
		r.Finding = cmd.Finding
		return s.step(ctx, c, r, lifecycle.Check, cmd.Finding)
	})
}

// without says what it takes to go on without the consent of the operator of
// before: time for its answer, papers, and the county's own words. An operator
// that nobody speaks for here cannot answer and is not waited for.
func (s *Service) without(ctx context.Context, c *usecase.Call, r *record, finding string) error {
	if r.State == lifecycle.Filed && calendar.DateOf(c.Now).String() <= r.AnswerBy {
		claimed, err := s.shops.Claimed(ctx, c.Tx, r.Giver)
		if err != nil {
			return err
		}
		if claimed {
			return fault.New(fault.NotReady, "takeover_answer_pending", r.AnswerBy)
		}
	}
	if len(r.Evidence) == 0 {
		return fault.New(fault.NotReady, "takeover_no_evidence")
	}
	if finding == "" {
		return fault.OnField("/finding", "finding_needed", "")
	}
	return nil
}

// Confirm lets the shop change hands: the old one ends with everything that is
// bound to its operator, the new one begins, in one transaction.
func (s *Service) Confirm(ctx context.Context, cmd IDCommand) (View, error) {
	return s.officer(ctx, confirmDef, cmd.ID, cmd, lifecycle.Confirm, func(ctx context.Context, c *usecase.Call, r *record) (View, error) {
		today := calendar.DateOf(c.Now).String()
		if today < r.BeganOn {
			return View{}, fault.New(fault.NotReady, "takeover_not_begun", r.BeganOn)
		}
		old, err := s.shops.PremisesIn(ctx, c.Tx, r.Premises, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if old.Operator != r.Giver || !old.Active {
			return View{}, fault.New(fault.Conflict, "premises_closed")
		}
		if err := s.advance(ctx, c, r, lifecycle.Confirm, ""); err != nil {
			return View{}, err
		}
		rest := inner(ctx)
		if err := s.applications.EndWithShop(rest, c, r.Premises, caseReason); err != nil {
			return View{}, err
		}
		_, next, err := s.shops.Succeed(rest, c, merchant.Succession{Old: r.Premises, Taker: r.Taker, Sign: r.Sign, Phone: r.Phone})
		if err != nil {
			return View{}, err
		}
		r.TakenOn, r.Successor = today, next.ID
		return s.after(ctx, c, r, lifecycle.Confirm)
	})
}

// Decline refuses with a reason; the shop stays as it is.
func (s *Service) Decline(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.officer(ctx, declineDef, cmd.ID, cmd, lifecycle.Decline, func(ctx context.Context, c *usecase.Call, r *record) (View, error) {
		r.Reason = cmd.Reason
		return s.step(ctx, c, r, lifecycle.Decline, cmd.Reason)
	})
}

// officer takes a step of the county, by somebody without an interest in
// either operator.
func (s *Service) officer(ctx context.Context, d *usecase.Def, id ident.TakeoverID, cmd any, a lifecycle.Action, do func(context.Context, *usecase.Call, *record) (View, error)) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if _, err := lifecycle.Takeover.Check(c.By, a, r.State, ""); err != nil {
			return View{}, err
		}
		deeds, err := usecase.Deeds(ctx, c.Tx, lifecycle.Takeover.Noun, string(r.ID))
		if err != nil {
			return View{}, err
		}
		for _, operator := range []ident.OperatorID{r.Giver, r.Taker} {
			if err := c.Apart(ctx, lifecycle.Takeover, a, usecase.Matter{Operator: operator, Deeds: deeds}); err != nil {
				return View{}, err
			}
		}
		return do(ctx, c, &r)
	})
}

// shopClosed takes back a request for a shop that closed meanwhile.
func (s *Service) shopClosed(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
	r, err := openOf(ctx, c.Tx, p.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	r.Reason = "原门店已停业"
	_, err = s.step(inner(ctx), c.AsSystem(), &r, lifecycle.Retract, r.Reason)
	return err
}

func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) (View, error) {
	if err := s.advance(ctx, c, r, a, reason); err != nil {
		return View{}, err
	}
	return s.after(ctx, c, r, a)
}

func (s *Service) advance(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) error {
	to, err := c.Step(ctx, lifecycle.Takeover, r.subject(), a, "", reason)
	if err != nil {
		return err
	}
	r.State, r.Version = to, r.Version+1
	return nil
}

// after keeps what a step changed, settles what waited for it and tells.
func (s *Service) after(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action) (View, error) {
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	if lifecycle.Takeover.Info(r.State).Final {
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.TakeoverFiled); err != nil {
			return View{}, err
		}
	}
	return s.told(ctx, c, *r, a)
}

func (s *Service) told(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action) (View, error) {
	mine, err := s.shops.Speaks(ctx, c.Tx, c.By.Account)
	if err != nil {
		return View{}, err
	}
	v := s.view(r, c.By, mine)
	for _, hook := range s.OnMoved {
		if err := hook(inner(ctx), c, v, a); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
	return v, nil
}

// inner drops the caller's precondition, which is about another record.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}
