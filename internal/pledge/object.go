package pledge

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// ObjectCommand objects to a published pledge. The name is real and secret:
// only the deciding officers read it.
type ObjectCommand struct {
	ID      ident.PledgeID `json:"-" validate:"required,uuid7"`
	Body    string         `json:"body" validate:"required,notblank,max=2000,plain" doc:"What is wrong."`
	Name    string         `json:"name" validate:"required,notblank,max=40,oneline,plain" doc:"Real name; kept secret."`
	Contact string         `json:"contact" validate:"required,phone" doc:"Telephone number; kept secret."`
}

// ObjectionCommand decides an objection.
type ObjectionCommand struct {
	ID        ident.PledgeID    `json:"-" validate:"required,uuid7"`
	Objection ident.ObjectionID `json:"objection" validate:"required,uuid7"`
	Reason    string            `json:"reason" validate:"required,notblank,max=500,plain" doc:"Of an upheld one the public reads it; name no person."`
}

// StepCommand moves a pledge with a reason that the public may read.
type StepCommand struct {
	ID     ident.PledgeID `json:"-" validate:"required,uuid7"`
	Reason string         `json:"reason" validate:"required,notblank,max=500,plain" doc:"Public words; name no person."`
}

// Receipt is what an objector keeps.
type Receipt struct {
	Number string         `json:"number" doc:"Quote it when asking about the objection."`
	Pledge ident.PledgeID `json:"pledge" format:"uuid"`
}

// Objection is an objection as the deciding officers see it; other staff see
// neither name nor contact.
type Objection struct {
	ID        ident.ObjectionID `json:"id" format:"uuid"`
	Number    string            `json:"number"`
	Body      string            `json:"body"`
	Name      string            `json:"name,omitempty"`
	Contact   string            `json:"contact,omitempty"`
	State     string            `json:"state" enum:"open,upheld,dismissed"`
	Reason    string            `json:"reason,omitempty"`
	CreatedAt time.Time         `json:"created_at"`
}

var (
	objectDef  = usecase.Define(usecase.Def{Name: "pledge.object", Allow: access.Roles})
	upholdDef  = define(lifecycle.UpholdObjection)
	dismissDef = usecase.Define(usecase.Def{Name: "pledge.dismiss_objection", Allow: lifecycle.Pledge.Roles(lifecycle.UpholdObjection)})
	holdDef    = define(lifecycle.Hold)
	releaseDef = define(lifecycle.Release)
	refuseDef  = define(lifecycle.Refuse)
)

// Object files an objection while the notice runs. From then on the pledge
// does not take effect until the county has decided.
func (s *Service) Object(ctx context.Context, cmd ObjectCommand) (Receipt, error) {
	return usecase.Do(ctx, s.rt, objectDef, cmd, func(ctx context.Context, c *usecase.Call) (Receipt, error) {
		r, err := getPublic(ctx, c.Tx, cmd.ID)
		if err != nil {
			return Receipt{}, err
		}
		c.About(string(r.ID), r.Scope)
		today := calendar.DateOf(c.Now)
		if (r.State != lifecycle.Published && r.State != lifecycle.Held) || r.ObjectionUntil.Before(today) {
			return Receipt{}, fault.New(fault.Gone, "notice_over", r.ObjectionUntil.String())
		}
		seq, err := db.Next(ctx, c.Tx, fmt.Sprintf("pledge_objection/%d", today.Year()))
		if err != nil {
			return Receipt{}, err
		}
		o := objectionRow{
			ID: ident.New[ident.ObjectionID](), Number: fmt.Sprintf("赣放心诺异〔%d〕%06d号", today.Year(), seq), Pledge: r.ID, Scope: r.Scope,
			Body: strings.TrimSpace(cmd.Body), Name: strings.TrimSpace(cmd.Name), Contact: ident.NormalPhone(cmd.Contact), State: "open", CreatedAt: c.Now,
		}
		if err := insertObjection(ctx, c.Tx, &o); err != nil {
			return Receipt{}, err
		}
		r.OpenObjections++
		if err := bump(ctx, c.Tx, &r, c.Now); err != nil {
			return Receipt{}, err
		}
		c.Note("objection", o.Number)
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.ObjectionFiled, Noun: "pledge", Subject: string(r.ID), Scope: r.Scope, DueOn: r.ObjectionUntil.String(), Each: true,
			Data: map[string]any{"objection": string(o.ID), "number": o.Number, "holder": r.Holder},
		})
		return Receipt{Number: o.Number, Pledge: r.ID}, err
	})
}

// UpholdObjection ends the pledge because an objection is right.
func (s *Service) UpholdObjection(ctx context.Context, cmd ObjectionCommand) (View, error) {
	return usecase.Do(ctx, s.rt, upholdDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if err := decideObjection(ctx, c.Tx, cmd, "upheld", c.By.Account, c.Now); err != nil {
			return View{}, err
		}
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.ObjectionFiled); err != nil {
			return View{}, err
		}
		return s.stepWith(ctx, c, &r, lifecycle.UpholdObjection, cmd.Reason, func() { r.OpenObjections = 0 })
	})
}

// DismissObjection decides that an objection does not stand. When it was the
// last one and the notice is over, the pledge is in force from this day.
func (s *Service) DismissObjection(ctx context.Context, cmd ObjectionCommand) (View, error) {
	return usecase.Do(ctx, s.rt, dismissDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if err := decideObjection(ctx, c.Tx, cmd, "dismissed", c.By.Account, c.Now); err != nil {
			return View{}, err
		}
		c.Note("objection", cmd.Objection)
		r.OpenObjections--
		if r.OpenObjections == 0 {
			if err := s.tasks.Settle(ctx, c, string(r.ID), task.ObjectionFiled); err != nil {
				return View{}, err
			}
			if err := s.postpone(ctx, c, &r); err != nil {
				return View{}, err
			}
		}
		if err := bump(ctx, c.Tx, &r, c.Now); err != nil {
			return View{}, err
		}
		if err := s.settle(ctx, c, &r); err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), nil
	})
}

// postpone moves a first day that has passed while the pledge could not take
// effect to today: nothing was promised in between.
func (s *Service) postpone(ctx context.Context, c *usecase.Call, r *record) error {
	today := calendar.DateOf(c.Now)
	if r.State != lifecycle.Published || !r.EffectiveOn.Before(today) {
		return nil
	}
	r.ExpiresOn = r.ExpiresOn.AddDays(r.EffectiveOn.DaysUntil(today))
	r.EffectiveOn = today
	return moveFirstTerms(ctx, c.Tx, r.ID, today)
}

// Hold keeps a published pledge from taking effect while an officer looks at it.
func (s *Service) Hold(ctx context.Context, cmd StepCommand) (View, error) {
	return s.simple(ctx, holdDef, cmd, lifecycle.Hold, nil)
}

// Release lets a pledge go on that a colleague held back.
func (s *Service) Release(ctx context.Context, cmd StepCommand) (View, error) {
	return s.simple(ctx, releaseDef, cmd, lifecycle.Release, func(ctx context.Context, c *usecase.Call, r *record) error {
		deeds, err := usecase.Deeds(ctx, c.Tx, lifecycle.Pledge.Noun, string(r.ID))
		if err != nil {
			return err
		}
		return c.Apart(ctx, lifecycle.Pledge, lifecycle.Release, usecase.Matter{Operator: r.Operator, Deeds: deeds})
	})
}

// Refuse ends a pledge before it takes effect.
func (s *Service) Refuse(ctx context.Context, cmd StepCommand) (View, error) {
	return s.simple(ctx, refuseDef, cmd, lifecycle.Refuse, nil)
}

func (s *Service) simple(ctx context.Context, def *usecase.Def, cmd StepCommand, a lifecycle.Action, check func(context.Context, *usecase.Call, *record) error) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		ctx, r, err := s.take(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if check != nil {
			if err := check(ctx, c, &r); err != nil {
				return View{}, err
			}
		}
		v, err := s.step(ctx, c, &r, a, cmd.Reason)
		if err != nil || a != lifecycle.Release {
			return v, err
		}
		if err := s.postpone(ctx, c, &r); err != nil {
			return View{}, err
		}
		if err := save(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		if err := s.settle(ctx, c, &r); err != nil {
			return View{}, err
		}
		return s.view(r, c.By, c.Now), nil
	})
}
