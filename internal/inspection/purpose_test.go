package inspection_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// A visit to the holder of a title is ordered by hand, once at a time for a
// purpose, and goes the way of every inspection.
func TestOrder(t *testing.T) {
	each(t, func(w *world) {
		title := ident.New[ident.CertificateID]()
		w.s.OfTitle = func(_ context.Context, c *usecase.Call, id ident.CertificateID) (inspection.PlanInput, error) {
			if !c.By.Scope.Contains(county) {
				return inspection.PlanInput{}, fault.New(fault.NotFound, "")
			}
			return inspection.PlanInput{
				Ref: inspection.Ref{Noun: "certificate", ID: string(id)}, Premises: ident.PremisesID(id), Operator: w.operator, Holder: "瓷韵轩",
				Address: "珠山路 1 号", Division: "360102", Scope: county, Sheet: w.sheet,
			}, nil
		}
		order := func(by access.Principal, purpose inspection.Purpose, due string) (inspection.View, error) {
			return w.s.Order(testkit.As(by), inspection.OrderCommand{Certificate: title, Purpose: purpose, DueOn: due})
		}
		_, err := order(w.lead, inspection.Recheck, "2026-12-01")
		w.refused("an inspector orders", err, fault.Forbidden)
		_, err = order(w.merchant, inspection.Recheck, "2026-12-01")
		w.refused("the holder orders", err, fault.Forbidden)
		_, err = order(w.neighbour, inspection.Recheck, "2026-12-01")
		w.refused("another county orders", err, fault.NotFound)
		_, err = order(w.officer, inspection.Recheck, "2020-01-01")
		w.refused("a day that is over", err, fault.Invalid)
		_, err = order(w.officer, inspection.ForApplication, "2026-12-01")
		w.refused("what a case orders", err, fault.Invalid)

		v, err := order(w.officer, inspection.Recheck, "2026-12-01")
		w.ok(err)
		if v.Purpose != inspection.Recheck || v.Ref != (inspection.Ref{Noun: "certificate", ID: string(title)}) || v.Application != "" || v.State != lifecycle.Planned {
			t.Errorf("ordered %+v", v)
		}
		_, err = order(w.officer, inspection.Recheck, "2026-12-01")
		w.refused("twice for one purpose", err, fault.Duplicate)
		_, err = order(w.officer, inspection.Sample, "2026-12-01")
		w.ok(err)

		w.planned() // of an application
		for want, q := range map[int]inspection.ListQuery{3: {}, 1: {Purpose: inspection.Recheck}, 2: {Reference: string(title)}} {
			p, err := w.s.List(testkit.As(w.officer), q)
			w.ok(err)
			if len(p.Items) != want {
				t.Errorf("%+v lists %d, want %d", q, len(p.Items), want)
			}
		}

		// Voided, it may be ordered again.
		_, err = w.s.Void(testkit.As(w.officer), inspection.ReasonCommand{ID: v.ID, Reason: "店铺歇业"})
		w.ok(err)
		v, err = order(w.officer, inspection.Recheck, "2026-12-01")
		w.ok(err)
		def := usecase.Def{Name: "test.void", Allow: access.Roles}
		all, err := usecase.Do(testkit.As(w.officer), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) ([]inspection.View, error) {
			if err := w.s.VoidFor(ctx, c, v.Ref, inspection.Recheck, "称号已退出"); err != nil {
				return nil, err
			}
			return w.s.Of(ctx, c.Tx, v.Ref)
		})
		w.ok(err)
		if w.state(v.ID) != lifecycle.Voided || len(all) != 3 || w.state(all[1].ID) != lifecycle.Planned {
			t.Errorf("after the title ended: %+v", all)
		}
	})
}

// What an inspection is for is sealed with it.
func TestPurposeIsSealed(t *testing.T) {
	each(t, func(w *world) {
		def := usecase.Def{Name: "test.plan", Allow: access.Roles}
		ref := inspection.Ref{Noun: "certificate", ID: string(ident.New[ident.CertificateID]())}
		v, err := usecase.Do(testkit.As(w.officer), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
			return w.s.Plan(ctx, c, inspection.PlanInput{
				Purpose: inspection.Rectification, Ref: ref, Premises: ident.New[ident.PremisesID](), Operator: w.operator, Holder: "瓷韵轩",
				Address: "珠山路 1 号", Division: "360102", Scope: county, DueOn: "2026-03-20", Sheet: w.sheet,
			})
		})
		w.ok(err)
		_, err = w.s.Assign(testkit.As(w.officer), inspection.AssignCommand{ID: v.ID, Lead: w.lead.Account, Second: w.second.Account})
		w.ok(err)
		_, err = w.s.Start(testkit.As(w.lead), inspection.IDCommand{ID: v.ID})
		w.ok(err)
		_, err = w.save(w.lead, v.ID, w.answers()...)
		w.ok(err)
		w.sign(v.ID)
		_, err = w.s.Submit(testkit.As(w.second), inspection.IDCommand{ID: v.ID})
		w.ok(err)
		got, err := w.s.Record(testkit.As(w.officer), v.ID)
		w.ok(err)
		visit := got.Chain[0].Visit
		if visit.Purpose != "rectification" || visit.Reference != "certificate/"+ref.ID || visit.Application != "" {
			t.Errorf("sealed as %q of %q", visit.Purpose, visit.Reference)
		}
		_, err = w.s.Accept(testkit.As(w.officer), inspection.IDCommand{ID: v.ID})
		w.ok(err)
		if len(w.accepted) != 1 || w.accepted[0].Purpose != inspection.Rectification || w.accepted[0].Ref != ref {
			t.Errorf("hooks heard %+v", w.accepted)
		}
	})
}
