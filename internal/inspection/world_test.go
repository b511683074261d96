package inspection_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/record"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with three inspectors and a visit to make.
type world struct {
	t                    *testing.T
	d                    *db.DB
	rt                   *usecase.Runtime
	s                    *inspection.Service
	officer, neighbour   access.Principal
	lead, second, third  access.Principal
	merchant, supervisor access.Principal
	operator             ident.OperatorID
	sheet                checklist.Sheet
	accepted             []inspection.View
	attached             []string
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, _, _ := testkit.Runtime(d)
		sheet, err := checklist.ForSector("store")
		if err != nil {
			t.Fatal(err)
		}
		staff := func(r access.Role) access.Principal { return testkit.Staff(r, county) }
		w := &world{
			t: t, d: d, rt: rt, s: inspection.New(rt), officer: staff(access.CountyOfficer), supervisor: staff(access.Supervisor),
			neighbour: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"), merchant: testkit.Merchant(),
			lead: staff(access.Inspector), second: staff(access.Inspector), third: staff(access.Inspector),
			operator: ident.New[ident.OperatorID](), sheet: sheet,
		}
		w.s.Inspectors = func(context.Context, usecase.Reader, access.Scope) ([]inspection.Person, error) {
			var out []inspection.Person
			for _, p := range []access.Principal{w.lead, w.second, w.third} {
				out = append(out, inspection.Person{ID: p.Account, Name: p.Name})
			}
			return out, nil
		}
		w.s.Attach = func(_ context.Context, _ *usecase.Call, sha, _, _ string) error {
			w.attached = append(w.attached, sha)
			return nil
		}
		w.s.Describe = func(_ context.Context, _ usecase.Reader, shas []string) ([]record.File, error) {
			out := make([]record.File, len(shas))
			for i, sha := range shas {
				out[i] = record.File{SHA256: sha, Kind: "image"}
			}
			return out, nil
		}
		w.s.OnAccepted = append(w.s.OnAccepted, func(_ context.Context, _ *usecase.Call, v inspection.View) error {
			w.accepted = append(w.accepted, v)
			return nil
		})
		fn(w)
	})
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(what string, err error, code fault.Code) {
	w.t.Helper()
	if !fault.Is(err, code) {
		w.t.Errorf("%s: %v, want %s", what, err, code)
	}
}

// planned orders a visit as the case would.
func (w *world) planned() ident.InspectionID {
	w.t.Helper()
	def := usecase.Def{Name: "test.plan", Allow: access.Roles}
	v, err := usecase.Do(testkit.As(w.officer), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
		return w.s.Plan(ctx, c, inspection.PlanInput{
			Application: ident.New[ident.ApplicationID](), Premises: ident.New[ident.PremisesID](), Operator: w.operator, Holder: "瓷韵轩",
			Address: "珠山路 1 号", Division: "360102", Scope: county, DueOn: "2026-03-20", Sheet: w.sheet,
		})
	})
	w.ok(err)
	return v.ID
}

func (w *world) assigned() ident.InspectionID {
	w.t.Helper()
	id := w.planned()
	_, err := w.s.Assign(testkit.As(w.officer), inspection.AssignCommand{ID: id, Lead: w.lead.Account, Second: w.second.Account})
	w.ok(err)
	return id
}

func (w *world) started() ident.InspectionID {
	w.t.Helper()
	id := w.assigned()
	_, err := w.s.Start(testkit.As(w.lead), inspection.IDCommand{ID: id})
	w.ok(err)
	return id
}

// entry is an answer that a tablet made.
func entry(a checklist.Answer) inspection.Entry {
	return inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "平板 3"}
}

// answers meets every item that is not voluntary.
func (w *world) answers() []inspection.Entry {
	var out []inspection.Entry
	for it := range w.sheet.Items() {
		if it.Flag != checklist.BonusItem {
			out = append(out, entry(checklist.Answer{Item: it.ID, Verdict: checklist.Pass}))
		}
	}
	return out
}

func (w *world) save(by access.Principal, id ident.InspectionID, entries ...inspection.Entry) (inspection.Saved, error) {
	return w.s.Save(testkit.As(by), inspection.SaveCommand{ID: id, Entries: entries})
}

func (w *world) sign(id ident.InspectionID) {
	w.t.Helper()
	for _, p := range inspection.Parties {
		cmd := inspection.SignCommand{ID: id, Party: p, Name: "张三", Drawing: strings.Repeat("a", 64)}
		if p == inspection.Merchant {
			cmd.Drawing, cmd.Refused = "", "不同意第三项"
		}
		_, err := w.s.Sign(testkit.As(w.lead), cmd)
		w.ok(err)
	}
}

func (w *world) submitted() ident.InspectionID {
	w.t.Helper()
	id := w.started()
	_, err := w.save(w.lead, id, w.answers()...)
	w.ok(err)
	w.sign(id)
	_, err = w.s.Submit(testkit.As(w.second), inspection.IDCommand{ID: id})
	w.ok(err)
	return id
}

func (w *world) state(id ident.InspectionID) lifecycle.State {
	w.t.Helper()
	d, err := w.s.Get(testkit.As(w.officer), id)
	w.ok(err)
	return d.State
}

// other is a sector item that may be left out with a reason.
func (w *world) optional() checklist.Item {
	for it := range w.sheet.Items() {
		if it.NA == checklist.NAAllowed && it.Flag == checklist.Ordinary && slices.Contains([]checklist.Type{checklist.YesNo, ""}, it.Type) {
			return *it
		}
	}
	w.t.Fatal("every item has to be answered")
	return checklist.Item{}
}
