package pledge

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// SweepKind is the kind of the periodic job that writes down what the dates
// say.
const SweepKind = "pledge.sweep"

var sweepDef = usecase.Define(usecase.Def{
	Name: "pledge.sweep", Allow: []access.Role{access.System}, NoAPI: "runs by itself", NoPage: "runs by itself",
})

const sweepBatch = 200

type sweepCommand struct {
	Pledge ident.PledgeID `json:"pledge"`
}

// inner drops the caller's precondition, which was about another record or has
// been checked.
func inner(ctx context.Context) context.Context {
	edge := usecase.EdgeOf(ctx)
	edge.Version, edge.NeedVersion = 0, false
	return usecase.WithEdge(ctx, edge)
}

// take reads a pledge for a step: the caller's version is compared first, then
// what the dates say is written down.
func (s *Service) take(ctx context.Context, c *usecase.Call, id ident.PledgeID) (context.Context, record, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return ctx, r, err
	}
	c.About(string(r.ID), r.Scope)
	if err := c.Precondition(ctx, r.Version); err != nil {
		return ctx, r, err
	}
	ctx = inner(ctx)
	return ctx, r, s.settle(ctx, c, &r)
}

// step moves a pledge and keeps the change.
func (s *Service) step(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string) (View, error) {
	return s.stepWith(ctx, c, r, a, reason, func() {})
}

// stepWith also keeps what change does to the record.
func (s *Service) stepWith(ctx context.Context, c *usecase.Call, r *record, a lifecycle.Action, reason string, change func()) (View, error) {
	from := r.State
	to, err := c.Step(ctx, lifecycle.Pledge, r.subject(), a, "", reason)
	if err != nil {
		return View{}, err
	}
	r.State, r.Version, r.StateSince, r.Reason = to, r.Version+1, c.Now, reason
	if to == lifecycle.Active || to == lifecycle.Published {
		r.Reason = "" // the past reason is in the history
	}
	change()
	if err := save(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	v := s.view(*r, c.By, c.Now)
	for _, hook := range s.OnMoved {
		if err := hook(ctx, c, Moved{View: v, Operator: r.Operator, Action: a, To: to}); err != nil {
			return View{}, err
		}
	}
	c.About(string(r.ID), r.Scope)
	c.Note("from", from)
	c.Note("to", to)
	return v, nil
}

// settle writes down that a published pledge is in force and has its title
// issued; it does nothing before the day.
func (s *Service) settle(ctx context.Context, c *usecase.Call, r *record) error {
	if !due(*r, calendar.DateOf(c.Now)) {
		return nil
	}
	if err := s.relieve(ctx, c, r); err != nil {
		return err
	}
	system := c.AsSystem()
	if _, err := s.step(inner(ctx), system, r, lifecycle.TakeEffect, ""); err != nil {
		return err
	}
	if err := s.entitle(ctx, c, r); err != nil {
		return err
	}
	return save(ctx, c.Tx, r)
}

// relieve ends the pledge that this one renews.
func (s *Service) relieve(ctx context.Context, c *usecase.Call, r *record) error {
	old, err := standing(ctx, c.Tx, r.Premises)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if old.State != lifecycle.Active {
		return fault.New(fault.NotReady, "pledge_card_open")
	}
	if r.Certificate == "" {
		r.Certificate = old.Certificate
	}
	if _, err := s.step(inner(ctx), c.AsSystem(), &old, lifecycle.Supersede, ""); err != nil {
		return err
	}
	return nil
}

// entitle issues the title, or prolongs the one that a renewal goes on with, so
// that the badge on the door stays good.
func (s *Service) entitle(ctx context.Context, c *usecase.Call, r *record) error {
	versions, err := termsOf(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	says := said(versions[r.ID], calendar.DateOf(c.Now))
	ctx = leading(ctx)
	if r.Certificate != "" {
		return s.certificates.Prolong(ctx, c, r.Certificate, certificate.Prolonging{
			SchemeVersion: r.SchemeVersion, From: r.EffectiveOn, ExpiresOn: r.ExpiresOn, Promises: says,
		})
	}
	sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
	if err != nil {
		return err
	}
	shop, err := s.shops.PremisesIn(ctx, c.Tx, r.Premises, access.Internal("pledge"))
	if err != nil {
		return err
	}
	v, err := s.certificates.Issue(ctx, c, certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: shop.ID, Operator: r.Operator, Scope: r.Scope, Holder: shop.Name,
		Address: shop.Address, Division: shop.Division, Sectors: shop.Sectors, Photo: shop.Photo, Phone: shop.Phone,
		Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: r.EffectiveOn, ExpiresOn: r.ExpiresOn, Promises: says,
	})
	r.Certificate, r.Holder, r.Address, r.Sectors = v.ID, shop.Name, shop.Address, shop.Sectors
	c.About(string(r.ID), r.Scope)
	return err
}

// Says words terms for a title that others record: the importer, for instance.
func Says(t Terms) certificate.Promises {
	return certificate.Promises{Zh: promises(t, nil, "zh"), En: promises(t, nil, "en")}
}

// said words what holds today and what comes next.
func said(versions []Version, today calendar.Date) certificate.Promises {
	if len(versions) == 0 {
		return certificate.Promises{Zh: []string{}, En: []string{}}
	}
	now, next := versions[0], (*Version)(nil)
	for i, v := range versions {
		if today.Before(v.From) && i > 0 {
			next = &versions[i]
			break
		}
		now = v
	}
	return certificate.Promises{Zh: promises(now.Terms, next, "zh"), En: promises(now.Terms, next, "en")}
}

// Worker does the periodic job.
func (s *Service) Worker() jobs.Work {
	return func(ctx context.Context, _ json.RawMessage) error {
		_, err := s.Sweep(ctx)
		return err
	}
}

// Sweep writes down what the dates say: pledges in force get their titles,
// renewals that nobody objected to prolong them before their last day, and
// titles say the terms of today. It tells how many pledges it touched.
func (s *Service) Sweep(ctx context.Context) (int, error) {
	ctx = usecase.System(ctx, SweepKind)
	today := calendar.DateOf(s.rt.Now()).String()
	n, after := 0, ident.PledgeID("")
	for {
		rows, err := dueRows(ctx, s.rt.DB.R, today, after, sweepBatch)
		if err != nil {
			return n, err
		}
		for _, r := range rows {
			if after = r.ID; s.touch(ctx, r.ID, s.settleOne) == nil {
				n++
			}
		}
		if len(rows) < sweepBatch {
			break
		}
	}
	rows, err := awaited(ctx, s.rt.DB.R, today, sweepBatch)
	if err != nil {
		return n, err
	}
	for _, r := range rows {
		if err := s.touch(ctx, r.ID, s.prolongEarly); err != nil {
			return n, err
		}
		n++
	}
	ids, err := turning(ctx, s.rt.DB.R, today)
	if err != nil {
		return n, err
	}
	for _, id := range ids {
		if err := s.touch(ctx, id, s.repeat); err != nil {
			return n, err
		}
	}
	return n, nil
}

func (s *Service) touch(ctx context.Context, id ident.PledgeID, fn func(context.Context, *usecase.Call, *record) error) error {
	_, err := usecase.Do(ctx, s.rt, sweepDef, sweepCommand{id}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		r, err := get(ctx, c.Tx, id, c.By)
		if err != nil {
			return struct{}{}, err
		}
		c.About(string(r.ID), r.Scope)
		return struct{}{}, fn(ctx, c, &r)
	})
	return err
}

// settleOne leaves a renewal alone whose predecessor got a card meanwhile; an
// officer decides then.
func (s *Service) settleOne(ctx context.Context, c *usecase.Call, r *record) error {
	return s.settle(ctx, c, r)
}

// prolongEarly lets the title of a pledge run on into its renewal, so that no
// scan says "expired" in the first minutes of the new one.
func (s *Service) prolongEarly(ctx context.Context, c *usecase.Call, r *record) error {
	old, err := get(ctx, c.Tx, r.Previous, c.By)
	if err != nil || old.State != lifecycle.Active || old.Certificate == "" || old.ExpiresOn.AddDays(1) != r.EffectiveOn {
		return err
	}
	r.Certificate = old.Certificate
	if err := save(ctx, c.Tx, r); err != nil {
		return err
	}
	versions, err := termsOf(ctx, c.Tx, old.ID, r.ID)
	if err != nil {
		return err
	}
	all := append(versions[old.ID], versions[r.ID]...)
	return s.certificates.Prolong(leading(ctx), c, old.Certificate, certificate.Prolonging{
		SchemeVersion: old.SchemeVersion, ExpiresOn: r.ExpiresOn, Promises: said(all, calendar.DateOf(c.Now)),
	})
}

// repeat lets the title say the terms of today.
func (s *Service) repeat(ctx context.Context, c *usecase.Call, r *record) error {
	if r.Certificate == "" || lifecycle.Pledge.Info(r.State).Final || r.State == lifecycle.Removed {
		return nil
	}
	versions, err := termsOf(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	return s.certificates.Prolong(leading(ctx), c, r.Certificate, certificate.Prolonging{Promises: said(versions[r.ID], calendar.DateOf(c.Now))})
}
