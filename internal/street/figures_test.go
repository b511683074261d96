package street_test

import (
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/street"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// publish puts a version of the title of streets in force with other figures.
func (w *world) publish(change func(*quorum.Rules)) scheme.Edition {
	w.t.Helper()
	schemes := scheme.New(w.rt)
	w.ok(schemes.Seed(context.Background()))
	e, err := schemes.Draft(testkit.As(testkit.Staff(access.Administrator, "/36/")), scheme.DraftCommand{Code: scheme.ModelStreet})
	w.ok(err)
	next := e.Scheme
	rules := *next.Street
	change(&rules)
	next.Street = &rules
	_, err = schemes.Save(testkit.As(testkit.Staff(access.Administrator, "/36/")), scheme.SaveCommand{ID: e.ID, Scheme: next})
	w.ok(err)
	e, err = schemes.Publish(testkit.As(testkit.Staff(access.ProvinceOfficer, "/36/")), scheme.EditionStep{ID: e.ID})
	w.ok(err)
	return e
}

// The figures of an edited version hold for titles that begin with it; a
// street that has its title keeps those of its own version.
func TestAnEditedVersionHoldsForNewStreetsOnly(t *testing.T) {
	each(t, func(w *world) {
		old, _, _ := w.titled(33) // with three that only promise returns 36 of 40: 90 %
		next := w.publish(func(r *quorum.Rules) {
			r.Participation.Percent, r.GraceWorkdays = quorum.Number{Value: 95}, quorum.Number{Value: 5}
			r.SampleLeast, r.SampleRoots, r.NudgeDays = quorum.Number{Value: 3}, quorum.Number{Value: 1}, quorum.Number{Value: 30}
		})

		// Whatever happens in the old street, it is judged as before.
		w.ok(w.s.Sweep(context.Background()))
		_, err := w.s.Leave(testkit.As(w.owner), street.LeaveCommand{Street: old.ID, Premises: w.premises[39], Reason: "搬走"})
		w.ok(err)
		d, err := w.s.Desk(testkit.As(w.owner), old.ID)
		w.ok(err)
		if d.Standing != quorum.Sound || !d.Judgement.Met || d.RulesOf.Version != "2023.1" || d.Rules.Participation.Percent.Value != 80 || d.Rules.NudgeDays.Value != 7 {
			t.Errorf("the old street is %s under %+v", d.Standing, d.RulesOf)
		}

		// The same shops in a street of its own.
		op, err := w.shops.AddOperator(testkit.As(w.rival), merchant.AddOperatorCommand{USCC: "92360622MA1TEUT08G", Name: "八一广场管理有限公司"})
		w.ok(err)
		about := about()
		about.Name, about.Address = "八一广场商圈", "八一大道 1 号"
		v, err := w.s.Register(testkit.As(w.rival), street.RegisterCommand{Operator: op.ID, Division: "360102", About: about})
		w.ok(err)
		_, err = w.s.Join(testkit.As(w.rival), street.JoinCommand{Street: v.ID, Premises: w.premises})
		w.ok(err)
		d, err = w.s.Desk(testkit.As(w.rival), v.ID)
		w.ok(err)
		if d.RulesOf != (street.Pin{Scheme: scheme.ModelStreet, Version: next.Edition}) || d.Judgement.Met {
			t.Errorf("a street without a title is held against %+v", d.RulesOf)
		}
		ready := func(version string) error {
			return w.inside(func(ctx context.Context, c *usecase.Call) error {
				return w.s.Ready(ctx, c, v.ID, scheme.ModelStreet, version)
			})
		}
		w.ok(ready("2023.1")) // a case that was begun before goes on by its own version
		w.refused(ready(next.Edition), fault.NotReady)

		title := w.title(certificate.IssueInput{Scheme: scheme.ModelStreet, SchemeVersion: next.Edition, Street: v.ID, Operator: op.ID}, 720)
		d, err = w.s.Desk(testkit.As(w.rival), v.ID)
		w.ok(err)
		today := dateOf(w.clock)
		if d.Title == nil || d.Title.Number != title.Number || d.Standing != quorum.AtRisk || d.Turn.LapsesOn != calendar.Shipped().AddWorkdays(today, 5).Date.AddDays(1) {
			t.Errorf("the new street is %s, lapsing %+v", d.Standing, d.Turn)
		}
		for version, want := range map[string]int{"2023.1": 13, next.Edition: 7} { // of 40 shops: 2√40 and √40, rounded up
			w.s.SchemeOf = func(context.Context, usecase.Reader, ident.ApplicationID) (string, string, error) {
				return scheme.ModelStreet, version, nil
			}
			w.clock.Add(time.Hour) // the newest draw is the one that is read
			application := ident.New[ident.ApplicationID]()
			w.ok(w.inside(func(ctx context.Context, c *usecase.Call) error {
				return w.s.DrawSample(ctx, c, street.Ordered{Application: application, Office: v.Office, DueOn: "2026-12-01"})
			}))
			sample, err := w.s.Sample(testkit.As(w.officer), v.ID)
			w.ok(err)
			if sample.Application != application || sample.Size != want {
				t.Errorf("under %s %d shops are drawn, want %d", version, sample.Size, want)
			}
		}
	})
}

// inside runs what other slices call in their transactions.
func (w *world) inside(do func(ctx context.Context, c *usecase.Call) error) error {
	def := usecase.Def{Name: "test.inside", Allow: []access.Role{access.System}, NoAPI: "test", NoPage: "test"}
	_, err := usecase.Do(usecase.System(context.Background(), "test"), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		return struct{}{}, do(ctx, c)
	})
	return err
}
