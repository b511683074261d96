package reinspect_test

import (
	"bytes"
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/reinspect"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/testkit/visiting"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a county with a shop that holds a title.
type world struct {
	t                         *testing.T
	d                         *db.DB
	clock                     *testkit.Clock
	s                         *reinspect.Service
	titles                    *certificate.Service
	visits                    *inspection.Service
	tasks                     *task.Service
	owner, other              access.Principal
	officer, second, stranger access.Principal
	province                  access.Principal
	lead, helper              access.Principal // who saw the shop before
	third, fourth             access.Principal
	operator                  ident.OperatorID
	sheet                     checklist.Sheet
	title                     ident.CertificateID
	heard                     []lifecycle.Action
}

func each(t *testing.T, fn func(w *world)) { eachInspected(t, "2026-02-20", fn) }

// eachInspected has a shop that was inspected on a day, "" for never.
func eachInspected(t *testing.T, inspectedOn string, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		staff := func(r access.Role) access.Principal { return testkit.Staff(r, county) }
		w := &world{
			t: t, d: d, clock: clock, owner: testkit.Merchant(), other: testkit.Merchant(), officer: staff(access.CountyOfficer),
			second: staff(access.CountyOfficer), stranger: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"),
			province: testkit.Staff(access.ProvinceOfficer, "/36/"), lead: staff(access.Inspector), helper: staff(access.Inspector),
			third: staff(access.Inspector), fourth: staff(access.Inspector),
			operator: ident.New[ident.OperatorID](),
		}
		w.sheet, err = checklist.ForSector("store")
		w.ok(err)
		badges := badge.New(rt, ring, "https://fx.example.gov.cn")
		w.titles = certificate.New(rt, badges, func(code, _ string) (string, string, string, int, int, bool) {
			return "示范店", "Model shop", "SF", 2, 15, code == "jx-model-shop"
		}, calendar.Shipped())
		w.visits, w.tasks = inspection.New(rt), task.New(rt)
		w.visits.Inspectors = func(context.Context, usecase.Reader, access.Scope) ([]inspection.Person, error) {
			return []inspection.Person{{ID: w.lead.Account, Name: "甲"}, {ID: w.helper.Account, Name: "乙"}, {ID: w.third.Account, Name: "丙"}, {ID: w.fourth.Account, Name: "丁"}}, nil
		}
		w.visits.Attach = func(context.Context, *usecase.Call, string, string, string) error { return nil }
		w.visits.Describe = func(_ context.Context, _ usecase.Reader, shas []string) ([]rec.File, error) {
			out := make([]rec.File, len(shas))
			for i, sha := range shas {
				out[i] = rec.File{SHA256: sha, Kind: "image"}
			}
			return out, nil
		}
		w.visits.OfTitle = func(ctx context.Context, c *usecase.Call, id ident.CertificateID) (inspection.PlanInput, error) {
			v, err := w.titles.Dossier(ctx, c, id)
			return inspection.PlanInput{
				Ref: inspection.Ref{Noun: "certificate", ID: string(id)}, Premises: v.Premises, Operator: v.Operator, Holder: v.Holder,
				Address: v.Address, Division: v.Division, Scope: v.Scope, Sheet: w.sheet,
			}, err
		}
		w.visits.Seen = func(context.Context, usecase.Reader, inspection.Ref) ([]ident.AccountID, error) {
			return []ident.AccountID{w.lead.Account, w.helper.Account}, nil
		}
		w.s = reinspect.New(rt, w.titles, w.visits, w.tasks, calendar.Shipped())
		w.s.Deeds = func(context.Context, usecase.Reader, ident.CertificateID, ident.ApplicationID) ([]lifecycle.Deed, error) {
			return usecase.Acts("inspection", lifecycle.Visiting, []ident.AccountID{w.lead.Account, w.helper.Account}), nil
		}
		w.s.OnMoved = append(w.s.OnMoved, func(_ context.Context, _ *usecase.Call, _ reinspect.View, a lifecycle.Action) error {
			w.heard = append(w.heard, a)
			return nil
		})
		now := clock.Now()
		for _, q := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, []any{w.owner.Account, now, now}},
			{`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', '甲', 1, ?, ?)`, []any{w.operator, now, now}},
			{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, w.operator, now}},
		} {
			_, err := d.W.NewRaw(q.sql, q.args...).Exec(t.Context())
			w.ok(err)
		}
		today := calendar.DateOf(now)
		v, err := w.titles.Import(testkit.As(w.province), certificate.ImportCommand{IssueInput: certificate.IssueInput{
			Scheme: "jx-model-shop", SchemeVersion: "1", Premises: ident.New[ident.PremisesID](), Operator: w.operator, Scope: county, Holder: "瓷韵轩陶瓷店",
			Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省创建办", Approval: "赣市监规〔2023〕9号",
			IssuedOn: today, ExpiresOn: today.AddYears(2), InspectedOn: inspectedOn,
		}})
		w.ok(err)
		w.title = v.ID
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

func (w *world) standing(want lifecycle.State) {
	w.t.Helper()
	d, _, err := w.titles.Get(testkit.As(w.officer), w.title)
	w.ok(err)
	if d.State != want {
		w.t.Errorf("the title is %s, want %s", d.State, want)
	}
}

// visited fills, submits and accepts an inspection; fail is an item that is
// not met.
func (w *world) visited(id ident.InspectionID, by access.Principal, fail string) error {
	w.t.Helper()
	visiting.Submitted(w.t, w.visits, w.sheet, id, visiting.Team{Officer: w.officer, Lead: w.third, Second: w.fourth}, fail)
	_, err := w.visits.Accept(testkit.As(by), inspection.IDCommand{ID: id})
	return err
}

// veto is an item whose failure alone fails the sheet.
func (w *world) veto() string { return visiting.Veto(w.t, w.sheet) }
