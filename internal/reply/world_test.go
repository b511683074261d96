package reply_test

import (
	"bytes"
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/reply"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// world is a shop with a title and a badge, and the people around it.
type world struct {
	t                                 *testing.T
	clock                             *testkit.Clock
	s                                 *reply.Service
	certs                             *certificate.Service
	badges                            *badge.Service
	tasks                             *task.Service
	owner, stranger                   access.Principal
	officer, other, away, seen, above access.Principal
	id                                ident.CertificateID
	number, code                      string
	moved                             []lifecycle.Action
}

func each(t *testing.T, fn func(w *world)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		ring, err := badgecode.NewRing(bytes.Repeat([]byte{7}, 32))
		if err != nil {
			t.Fatal(err)
		}
		w := &world{
			t: t, clock: clock, owner: testkit.Merchant(), stranger: testkit.Merchant(),
			officer: testkit.Staff(access.CountyOfficer, county), other: testkit.Staff(access.CountyOfficer, county),
			away: testkit.Staff(access.CountyOfficer, "/36/3601/360103/"), seen: testkit.Staff(access.CountyOfficer, county),
			above: testkit.Staff(access.ProvinceOfficer, "/36/"),
		}
		w.badges = badge.New(rt, ring, "https://fx.example.gov.cn")
		w.certs = certificate.New(rt, w.badges, func(code, _ string) (string, string, string, int, int, bool) {
			return "示范店", "Model shop", "SF", 2, 15, code == "jx-model-shop"
		}, calendar.Shipped())
		w.tasks = task.New(rt)
		w.s = reply.New(rt, w.certs, w.tasks, calendar.Shipped())
		w.s.Deeds = func(context.Context, usecase.Reader, ident.CertificateID, ident.ApplicationID) ([]lifecycle.Deed, error) {
			return usecase.Acts("inspection", lifecycle.Visiting, []ident.AccountID{w.seen.Account}), nil
		}
		w.s.OnMoved = append(w.s.OnMoved, func(_ context.Context, _ *usecase.Call, _ reply.View, a lifecycle.Action) error {
			w.moved = append(w.moved, a)
			return nil
		})
		operator := ident.New[ident.OperatorID]()
		now := clock.Now()
		for _, row := range []struct {
			sql  string
			args []any
		}{
			{`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`, []any{w.owner.Account, now, now}},
			{`INSERT INTO operator (id, uscc, name, scope, version, created_at, updated_at) VALUES (?, '91360102MA1TEUT08T', '瓷韵轩', '/36/', 1, ?, ?)`, []any{operator, now, now}},
			{`INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)`, []any{w.owner.Account, operator, now}},
		} {
			_, err := d.W.NewRaw(row.sql, row.args...).Exec(t.Context())
			w.ok(err)
		}
		def := usecase.Def{Name: "test.issue", Allow: access.Roles}
		day := calendar.DateOf(clock.Now())
		v, err := usecase.Do(testkit.As(access.Internal("test")), rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
			return w.certs.Issue(ctx, c, certificate.IssueInput{
				Scheme: "jx-model-shop", SchemeVersion: "1", Premises: ident.New[ident.PremisesID](), Operator: operator, Application: ident.New[ident.ApplicationID](),
				Scope: county, Holder: "瓷韵轩", Address: "珠山路 1 号", Division: "360102", Sectors: []string{"store"}, Issuer: "省局", Approval: "文",
				IssuedOn: day, ExpiresOn: day.AddYears(2), InspectedOn: day.AddDays(-9).String(), Grade: "合格",
			})
		})
		w.ok(err)
		w.id, w.number = v.ID, v.Number
		prints, err := w.badges.List(testkit.As(w.owner), badge.ListQuery{Certificate: v.ID})
		w.ok(err)
		if len(prints) == 0 {
			prints, err = w.badges.Print(testkit.As(w.owner), badge.PrintCommand{Certificate: v.ID, Kind: badge.PosterPrint, Copies: 1})
			w.ok(err)
		}
		if prints[0].State == lifecycle.Printed {
			_, err = w.badges.Activate(testkit.As(w.owner), badge.StepCommand{ID: prints[0].ID})
			w.ok(err)
		}
		w.code = string(prints[0].Code)
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

// suspend suspends the title and gives the id of the step.
func (w *world) suspend() string {
	w.t.Helper()
	_, err := w.certs.Suspend(testkit.As(w.officer), certificate.StepCommand{ID: w.id, Reason: "计量器具超期"})
	w.ok(err)
	d, err := w.certs.Detail(testkit.As(access.Anonymous()), w.number)
	w.ok(err)
	return d.History[len(d.History)-1].ID
}

func (w *world) file(result, body string) reply.View {
	w.t.Helper()
	v, err := w.s.File(testkit.As(w.owner), reply.FileCommand{Certificate: w.id, Result: result, Body: body})
	w.ok(err)
	return v
}

// shown is what a scan says beside its answer.
func (w *world) shown() []string {
	w.t.Helper()
	out := []string{}
	for _, r := range w.badges.Scan(w.t.Context(), w.code).Replies {
		out = append(out, string(r.About)+": "+r.Text)
	}
	return out
}

func (w *world) scans(what string, want ...string) {
	w.t.Helper()
	got := w.shown()
	if len(got) != len(want) {
		w.t.Errorf("%s: a scan shows %q, want %q", what, got, want)
		return
	}
	for i := range want {
		if got[i] != want[i] {
			w.t.Errorf("%s: a scan shows %q, want %q", what, got, want)
		}
	}
}
