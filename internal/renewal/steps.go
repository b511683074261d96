package renewal

import (
	"context"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// FileCommand asks for a renewal or a re-issue.
type FileCommand struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
	Kind        Kind                `json:"kind" validate:"required,oneof=renew rename"`
	Note        string              `json:"note" validate:"max=500,plain" doc:"What the officer should know."`
	Confirmed   bool                `json:"confirmed" doc:"What the registry has about the shop is still right, and the promises are kept."`
}

// StepCommand takes a step.
type StepCommand struct {
	ID     ident.RenewalID `json:"-" validate:"required,uuid7"`
	Reason string          `json:"reason" validate:"max=500,plain" doc:"Needed to decline."`
}

var holders = []access.Role{access.Merchant, access.Organiser}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "renewal." + string(a), Allow: lifecycle.Renewal.Roles(a)})
}

var (
	fileDef    = usecase.Define(usecase.Def{Name: "renewal.file", Allow: holders})
	checkDef   = define(lifecycle.Check)
	grantDef   = define(lifecycle.Grant)
	declineDef = define(lifecycle.Decline)
	retractDef = define(lifecycle.Retract)
)

func list(codes []string) string { return strings.Join(codes, ", ") }

// File asks for a renewal or a re-issue. Where the rule of the scheme decides,
// the new certificate is there at once.
func (s *Service) File(ctx context.Context, cmd FileCommand) (View, error) {
	return usecase.Do(ctx, s.rt, fileDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		d, err := s.titles.Dossier(ctx, c, cmd.Certificate)
		if err != nil {
			return View{}, err
		}
		c.About(string(d.ID), d.Scope)
		o, shop, err := s.outlook(ctx, c.Tx, d.View)
		switch {
		case err != nil:
			return View{}, err
		case !cmd.Confirmed:
			return View{}, fault.OnField("/confirmed", "confirm_unchanged", "")
		case cmd.Kind == Rename && !o.Rename:
			return View{}, fault.New(fault.NotReady, "nothing_changed")
		case cmd.Kind == Renew && !o.Renew:
			return View{}, fault.New(fault.NotReady, "renew_window", o.From)
		}
		r := record{
			ID: ident.New[ident.RenewalID](), Kind: cmd.Kind, Certificate: d.ID, CertNumber: d.Number, Operator: d.Operator, Division: d.Division,
			Scope: d.Scope, State: lifecycle.Renewal.Start, Version: 1, Was: d.Holder, Holder: shop.Name, Changes: o.Changes, Note: cmd.Note,
			DueOn:   s.calendar.AddWorkdays(calendar.DateOf(c.Now), officeWorkdays).Date.String(),
			FiledBy: c.By.Account, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insert(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return View{}, fault.Wrap(fault.Duplicate, err, "renewal_open")
			}
			return View{}, err
		}
		if err := c.Begin(ctx, lifecycle.Renewal, string(r.ID), r.Scope); err != nil {
			return View{}, err
		}
		if cmd.Kind == Renew && o.Instant {
			v, err := s.grant(ctx, c.AsSystem(), r, d.View, o, lifecycle.GrantNow)
			c.About(string(r.ID), r.Scope)
			return v, err
		}
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.RenewalFiled, Noun: lifecycle.Renewal.Noun, Subject: string(r.ID), Scope: r.Scope, DueOn: r.DueOn, Data: map[string]any{"name": r.Holder},
		})
		c.About(string(r.ID), r.Scope)
		return s.view(r, c.By, c.Now), err
	})
}

// grant makes the new certificate and ends the request.
func (s *Service) grant(ctx context.Context, c *usecase.Call, r record, v certificate.View, o Outlook, a lifecycle.Action) (View, error) {
	shop, err := s.shops.PremisesIn(ctx, c.Tx, v.Premises, access.Internal("renewal"))
	if err != nil {
		return View{}, err
	}
	// The new one begins today and holds until what was asked for; a re-issue
	// keeps the last day of the one before it.
	in := certificate.Replacement{
		Old: v.ID, Reason: "名称变更，换发新证", Holder: shop.Name, Address: shop.Address, Sectors: shop.Sectors, Photo: shop.Photo, Phone: shop.Phone,
		IssuedOn: calendar.DateOf(c.Now), ExpiresOn: v.ExpiresOn,
	}
	if r.Kind == Renew {
		until, err := calendar.ParseDate(o.Until)
		if err != nil {
			return View{}, err
		}
		in.Reason, in.ExpiresOn = "期满续期，换发新证", until
	}
	if in.ExpiresOn.String() <= in.IssuedOn.String() {
		return View{}, fault.New(fault.NotReady, "title_ends_today")
	}
	out, err := s.step(ctx, c, &r, a, "")
	if err != nil {
		return View{}, err
	}
	next, err := s.titles.Replace(ctx, c, in)
	if err != nil {
		return View{}, err
	}
	out.Successor, r.Successor = next.ID, next.ID
	return out, setSuccessor(ctx, c.Tx, r.ID, next.ID)
}

// Check says that the county found what is asked for to be right.
func (s *Service) Check(ctx context.Context, cmd StepCommand) (View, error) {
	return s.officer(ctx, checkDef, cmd, lifecycle.Check, func(ctx context.Context, c *usecase.Call, r *record) (View, error) {
		return s.step(ctx, c, r, lifecycle.Check, "")
	})
}

// Grant makes the new certificate, by another officer than the one who checked.
func (s *Service) Grant(ctx context.Context, cmd StepCommand) (View, error) {
	return s.officer(ctx, grantDef, cmd, lifecycle.Grant, func(ctx context.Context, c *usecase.Call, r *record) (View, error) {
		d, err := s.titles.Dossier(ctx, c, r.Certificate)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if d.State != lifecycle.Active {
			return View{}, fault.New(fault.NotReady, "title_not_active")
		}
		o, _, err := s.outlook(ctx, c.Tx, d.View)
		if err != nil {
			return View{}, err
		}
		v, err := s.grant(ctx, c, *r, d.View, o, lifecycle.Grant)
		c.About(string(r.ID), r.Scope)
		return v, err
	})
}

// Decline refuses with a reason; the old certificate stands as before.
func (s *Service) Decline(ctx context.Context, cmd StepCommand) (View, error) {
	return s.officer(ctx, declineDef, cmd, lifecycle.Decline, func(ctx context.Context, c *usecase.Call, r *record) (View, error) {
		return s.step(ctx, c, r, lifecycle.Decline, cmd.Reason)
	})
}

func (s *Service) officer(ctx context.Context, d *usecase.Def, cmd StepCommand, a lifecycle.Action, do func(context.Context, *usecase.Call, *record) (View, error)) (View, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		deeds, err := usecase.Deeds(ctx, c.Tx, lifecycle.Renewal.Noun, string(r.ID))
		if err != nil {
			return View{}, err
		}
		if err := c.Apart(ctx, lifecycle.Renewal, a, usecase.Matter{Operator: r.Operator, Deeds: deeds}); err != nil {
			return View{}, err
		}
		return do(ctx, c, &r)
	})
}

// Retract takes the request back.
func (s *Service) Retract(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, retractDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		return s.step(ctx, c, &r, lifecycle.Retract, "")
	})
}

// follow ends a request whose title no longer stands.
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
	_, err = s.step(inner(ctx), c.AsSystem(), &r, lifecycle.Retract, "")
	return err
}

func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) (View, error) {
	to, err := c.Step(ctx, lifecycle.Renewal, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", reason)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.Reason = to, r.Version+1, reason
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	if to != lifecycle.Checked {
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.RenewalFiled); err != nil {
			return View{}, err
		}
	}
	v := s.view(*r, c.By, c.Now)
	for _, hook := range s.OnMoved {
		if err := hook(inner(ctx), c, v, a); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope)
	return v, nil
}

// inner drops the caller's precondition, which is about another record.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}
