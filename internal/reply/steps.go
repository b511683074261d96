package reply

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/deadline"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// FileCommand says something beside a published result.
type FileCommand struct {
	Certificate ident.CertificateID `json:"certificate" validate:"required,uuid7"`
	Result      string              `json:"result" validate:"required,max=40,oneline,plain" doc:"As the list of results names it."`
	Body        string              `json:"body" validate:"required,notblank,max=300,plain,impersonal" doc:"What the public will read; line breaks become spaces."`
}

// StepCommand takes a step that needs no words.
type StepCommand struct {
	ID ident.ReplyID `json:"-" validate:"required,uuid7"`
}

// ReasonCommand takes a step that has to be explained to the holder.
type ReasonCommand struct {
	ID     ident.ReplyID `json:"-" validate:"required,uuid7"`
	Reason string        `json:"reason" validate:"required,notblank,max=500,plain" doc:"Which content is unlawful, and what would be lawful."`
}

var holders = []access.Role{access.Merchant, access.Organiser}

func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "reply." + string(a), Allow: lifecycle.Reply.Roles(a)})
}

var (
	fileDef     = usecase.Define(usecase.Def{Name: "reply.file", Allow: holders})
	publishDef  = define(lifecycle.Publish)
	refuseDef   = define(lifecycle.Refuse)
	takeDownDef = define(lifecycle.TakeDown)
	retractDef  = define(lifecycle.Retract)
)

// File keeps a reply for the county to look at. One that is published already
// stays where it is until the new one takes its place.
func (s *Service) File(ctx context.Context, cmd FileCommand) (View, error) {
	return usecase.Do(ctx, s.rt, fileDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		d, err := s.titles.Dossier(ctx, c, cmd.Certificate)
		if err != nil {
			return View{}, err
		}
		c.About(string(d.ID), d.Scope)
		res, err := s.result(ctx, c.Tx, d.ID, cmd.Result, c.By)
		if err != nil {
			return View{}, err
		}
		due, err := s.due(c)
		if err != nil {
			return View{}, err
		}
		r := record{
			ID: ident.New[ident.ReplyID](), Certificate: d.ID, CertNumber: d.Number, Holder: d.Holder, Operator: d.Operator, Division: d.Division,
			Scope: d.Scope, About: res.About, Result: res.Ref, Action: res.Action, Words: res.Words, ResultOn: res.On.String(),
			Body: strings.Join(strings.Fields(cmd.Body), " "), State: lifecycle.Reply.Start, Version: 1, DueOn: due.String(),
			FiledBy: c.By.Account, FiledAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insert(ctx, c.Tx, &r); err != nil {
			if fault.Is(err, fault.Duplicate) {
				return View{}, fault.Wrap(fault.Duplicate, err, "reply_waits")
			}
			return View{}, err
		}
		if err := c.Begin(ctx, lifecycle.Reply, string(r.ID), r.Scope); err != nil {
			return View{}, err
		}
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.ReplyFiled, Noun: lifecycle.Reply.Noun, Subject: string(r.ID), Scope: r.Scope, DueOn: r.DueOn,
			Data: map[string]any{"name": r.Holder, "number": r.CertNumber},
		})
		c.About(string(r.ID), r.Scope)
		return s.view(r, c.By, c.Now), err
	})
}

func (s *Service) result(ctx context.Context, idb usecase.Reader, id ident.CertificateID, ref string, by access.Principal) (certificate.Result, error) {
	all, err := s.titles.Results(ctx, idb, id, by)
	if err != nil {
		return certificate.Result{}, err
	}
	i := slices.IndexFunc(all, func(r certificate.Result) bool { return r.Ref == ref })
	if i < 0 {
		return certificate.Result{}, fault.New(fault.NotFound, "no_such_result")
	}
	return all[i], nil
}

// due is the last day on which officers look at what is filed now.
func (s *Service) due(c *usecase.Call) (calendar.Date, error) {
	state, err := deadline.Evaluate(s.calendar, []deadline.Event{{At: c.Now, Kind: deadline.Start, Class: deadline.Class{Period: CheckWithin}}}, c.Now)
	return state.LastDay, err
}

// Publish prints a reply beside its result, in the place of an older one.
func (s *Service) Publish(ctx context.Context, cmd StepCommand) (View, error) {
	return s.officer(ctx, publishDef, cmd, cmd.ID, lifecycle.Publish, "", func(ctx context.Context, c *usecase.Call, r *record) error {
		r.PublishedOn = calendar.DateOf(c.Now).String()
		older, err := shownFor(ctx, c.Tx, r.Certificate, r.Result)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = s.step(inner(ctx), c.AsSystem(), &older, lifecycle.Supersede, "")
		return err
	})
}

// Refuse keeps a reply with unlawful content from the public, and says which.
func (s *Service) Refuse(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.officer(ctx, refuseDef, cmd, cmd.ID, lifecycle.Refuse, cmd.Reason, nil)
}

// TakeDown hides a published reply whose content turned out to be unlawful.
func (s *Service) TakeDown(ctx context.Context, cmd ReasonCommand) (View, error) {
	return s.officer(ctx, takeDownDef, cmd, cmd.ID, lifecycle.TakeDown, cmd.Reason, nil)
}

// Retract takes a reply back, published or not.
func (s *Service) Retract(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, retractDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		return s.move(ctx, c, &r, lifecycle.Retract, "")
	})
}

// officer takes a step for somebody whom nothing keeps out of it.
func (s *Service) officer(ctx context.Context, def *usecase.Def, cmd any, id ident.ReplyID, a lifecycle.Action, reason string,
	before func(context.Context, *usecase.Call, *record) error,
) (View, error) {
	return usecase.Do(ctx, s.rt, def, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		deeds, err := s.deeds(ctx, c, r)
		if err != nil {
			return View{}, err
		}
		if err := c.Apart(ctx, lifecycle.Reply, a, usecase.Matter{Operator: r.Operator, Deeds: deeds}); err != nil {
			return View{}, err
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err // before an older reply makes room
		}
		if before != nil {
			if _, err := lifecycle.Reply.Check(c.By, a, r.State, ""); err != nil {
				return View{}, err
			}
			if err := before(ctx, c, &r); err != nil {
				return View{}, err
			}
		}
		return s.move(ctx, c, &r, a, reason)
	})
}

// deeds is who took the decision that a reply answers, or saw the shop.
func (s *Service) deeds(ctx context.Context, c *usecase.Call, r record) ([]lifecycle.Deed, error) {
	d, err := s.titles.Dossier(ctx, c, r.Certificate)
	if err != nil {
		return nil, err
	}
	if r.About == badge.AboutInspection {
		return s.Deeds(ctx, c.Tx, d.ID, d.Application)
	}
	res, err := s.result(ctx, c.Tx, d.ID, r.Result, c.By)
	return usecase.Acts(lifecycle.Certificate.Noun, res.Action, []ident.AccountID{res.By}), err
}

// move takes a step and shows its effect: on the badge, in the list of tasks
// and to those who are told.
func (s *Service) move(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) (View, error) {
	was := r.State
	v, err := s.step(ctx, c, r, a, reason)
	if err != nil {
		return View{}, err
	}
	if was == lifecycle.Published || r.State == lifecycle.Published {
		if err := s.titles.Reface(ctx, c, r.Certificate); err != nil {
			return View{}, err
		}
	}
	for _, hook := range s.OnMoved {
		if err := hook(inner(ctx), c, v, a); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope)
	return v, nil
}

func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) (View, error) {
	to, err := c.Step(ctx, lifecycle.Reply, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}, a, "", reason)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.Reason = to, r.Version+1, reason
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	return s.view(*r, c.By, c.Now), s.tasks.Settle(ctx, c, string(r.ID), task.ReplyFiled)
}

// inner drops the caller's precondition, which is about another record.
func inner(ctx context.Context) context.Context {
	return usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
}
