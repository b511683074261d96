package pledge_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// An appeal against a card gives the title back, and the pledge with it.
func TestAnUpheldAppealAnnulsTheCard(t *testing.T) {
	each(t, func(w *world) {
		appeals := appeal.New(w.rt, w.certs, calendar.Shipped())
		appeals.Deeds = func(context.Context, usecase.Reader, ident.CertificateID, ident.ApplicationID) ([]lifecycle.Deed, error) {
			return nil, nil
		}
		v := w.inForce()
		_, err := w.s.RedCard(testkit.As(w.officer), give(v))
		w.ok(err)
		a, err := appeals.File(testkit.As(w.owner), appeal.FileCommand{Certificate: v.Certificate, Body: "当天已退款，有转账记录"})
		w.ok(err)
		w.want("whose decision it is", a.Level, access.CountyOfficer)
		_, err = appeals.Uphold(testkit.As(w.city), appeal.StepCommand{ID: a.ID, Reason: "转账记录属实"})
		w.ok(err)
		d := w.read(v.ID)
		w.want("pledge", d.State, lifecycle.Active)
		w.want("scan", w.scan(d.View), badge.Valid)
		w.want("card", d.Cards[0].Outcome, "annulled")
		w.want("reason", d.Reason, "")
		_, err = w.s.YellowCard(testkit.As(w.officer), give(v))
		w.ok(err)
	})
}

// A title of the scheme that comes from a file has a pledge with terms.
func TestImportedTitlesHavePledges(t *testing.T) {
	each(t, func(w *world) {
		day := w.today().AddDays(-100)
		cmd := certificate.ImportCommand{IssueInput: certificate.IssueInput{
			Scheme: pledge.SchemeCode, SchemeVersion: "2025.2", Premises: w.shop.ID, Operator: w.shop.Operator, Scope: county, Holder: w.shop.Name,
			Address: w.shop.Address, Division: w.shop.Division, Sectors: w.shop.Sectors, Issuer: "省消保委", Approval: "文", IssuedOn: day, ExpiresOn: day.AddYears(2),
		}}
		title, err := w.certs.Import(testkit.As(w.province), cmd)
		w.ok(err)
		v, err := w.s.OfTitle(testkit.As(access.Anonymous()), title.ID)
		w.ok(err)
		w.want("standing", v.Standing, pledge.Standing(lifecycle.Active))
		a, err := w.s.On(testkit.As(access.Anonymous()), pledge.OnQuery{ID: v.ID, Date: day.String()})
		w.ok(err)
		if a.Outcome != pledge.InForce || a.Version.Terms.Days != 7 {
			t.Errorf("on its first day: %+v", a)
		}
		_, err = w.s.YellowCard(testkit.As(w.officer), pledge.CardCommand{ID: v.ID, Reason: "没有公示不适用商品"})
		w.ok(err)
		w.want("scan", w.scan(v), badge.Rectifying)
	})
}

// Titles from before there were pledges get one by the migration.
func TestTheMigrationGivesOldTitlesTerms(t *testing.T) {
	each(t, func(w *world) {
		file := map[db.Dialect]string{db.SQLite: "sqlite", db.Postgres: "postgres"}[w.d.Dialect]
		b, err := os.ReadFile("../../migrations/" + file + "/0040_pledge.tx.up.sql")
		w.ok(err)
		_, tail, ok := strings.Cut(string(b), "INSERT INTO pledge (")
		if !ok {
			t.Fatal("the migration adopts nothing")
		}
		now, id := w.clock.Now(), ident.New[ident.CertificateID]()
		_, err = w.d.W.NewRaw(`INSERT INTO certificate (id, number, scheme, scheme_version, premises, operator, state, version, scope, holder, address, division, sectors, issuer, approval,
			issued_on, expires_on, promises, state_since, created_at, updated_at) VALUES (?, 'JX-TH-2025-000001-00', 'return-pledge', '2025.1', ?, ?, 'rectifying', 3, ?, '瓷韵轩', '珠山路', '360102', '["store"]', '省消保委', '文',
			'2025-05-01', '2027-05-01', '{"zh":["15日无理由退货"],"en":["x"]}', ?, ?, ?)`, id, w.shop.ID, w.shop.Operator, county, now, now, now).Exec(t.Context())
		w.ok(err)
		more, err := os.ReadFile("../../migrations/" + file + "/0041_pledge_goods.tx.up.sql")
		w.ok(err)
		for _, statement := range strings.Split("INSERT INTO pledge ("+tail+string(more), ";\n") {
			if strings.TrimSpace(statement) != "" {
				_, err := w.d.W.DB.ExecContext(t.Context(), statement)
				w.ok(err)
			}
		}
		d := w.read(ident.PledgeID(id))
		w.want("state", d.State, lifecycle.YellowCard)
		w.want("days", d.Terms.Days, 15)
		w.want("first day", d.Versions[0].From, day("2025-05-01"))
		if missing := d.Terms.Missing(); len(missing) > 0 {
			t.Errorf("its terms lack %v", missing)
		}
		list, err := w.s.List(testkit.As(access.Anonymous()), pledge.ListQuery{Goods: "household"})
		w.ok(err)
		w.want("found by its goods", len(list.Items), 1)
	})
}

func TestTheListIsFiltered(t *testing.T) {
	each(t, func(w *world) {
		v := w.published()
		anybody := testkit.As(access.Anonymous())
		count := func(q pledge.ListQuery) int {
			p, err := w.s.List(anybody, q)
			w.ok(err)
			return len(p.Items)
		}
		w.want("published", count(pledge.ListQuery{Standing: "published"}), 1)
		w.want("in force", count(pledge.ListQuery{Standing: "active"}), 0)
		w.to(v.EffectiveOn)
		w.want("published, on its day", count(pledge.ListQuery{Standing: "published"}), 0)
		w.want("in force, before anybody wrote it down", count(pledge.ListQuery{Standing: "active"}), 1)
		w.sweep()
		for what, c := range map[string]struct {
			q    pledge.ListQuery
			want int
		}{
			"city": {pledge.ListQuery{Division: "360100"}, 1}, "other city": {pledge.ListQuery{Division: "360700"}, 0},
			"goods": {pledge.ListQuery{Goods: "clothing"}, 1}, "other goods": {pledge.ListQuery{Goods: "sport"}, 0},
			"days": {pledge.ListQuery{Days: 7}, 1}, "more days": {pledge.ListQuery{Days: 15}, 0}, "name": {pledge.ListQuery{Name: "瓷韵"}, 1},
			"other name": {pledge.ListQuery{Name: "青云"}, 0}, "sector": {pledge.ListQuery{Sector: "store"}, 1}, "other sector": {pledge.ListQuery{Sector: "mall"}, 0},
		} {
			w.want(what, count(c.q), c.want)
		}
		w.to(v.ExpiresOn.AddDays(1))
		w.want("expired", count(pledge.ListQuery{Standing: pledge.Expired}), 1)
		w.want("no longer in force", count(pledge.ListQuery{Standing: "active"}), 0)
	})
}
