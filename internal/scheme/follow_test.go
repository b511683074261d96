package scheme_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/importer"
	"fangxin/internal/lifecycle"
	"fangxin/internal/module"
	"fangxin/internal/pledge"
	"fangxin/internal/rectify"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// recorded imports a title of the shop under a version, as of today.
func (r *registry) recorded(sch scheme.Scheme) certificate.View {
	r.t.Helper()
	ctx, today, p := usecase.System(r.t.Context(), "test"), calendar.DateOf(r.clock.Now()), r.shop
	if sch.Terms != nil {
		ctx = pledge.WithTerms(ctx, pledge.Suggest(pledge.CurrentRules(), sch, p.Sectors))
	}
	v, err := r.Certificates.Import(ctx, certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: p.Operator, Scope: p.Scope, Holder: p.Name, Address: p.Address,
		Division: p.Division, Sectors: p.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddYears(2),
	}})
	ok(r.t, err)
	return v
}

func (r *registry) inForce(code string) scheme.Scheme {
	r.t.Helper()
	sch, err := r.Schemes.Get(r.as("owner"), scheme.Query{Code: code})
	ok(r.t, err)
	return sch
}

// An order to rectify has the days and the proof of the version under which
// the title was awarded, whatever is in force meanwhile.
func TestRectificationsFollowTheTitlesVersion(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		first := r.edited("jx-model-shop", func(s *scheme.Scheme) { s.RectificationWorkdays.Value, s.RectificationProof = 7, "paper" })
		title := r.recorded(first)
		r.edited("jx-model-shop", func(s *scheme.Scheme) { s.RectificationWorkdays.Value, s.RectificationProof = 30, "" })
		v, err := r.Rectifications.Order(r.as("county"), rectify.OrderCommand{
			Certificate: title.ID, Reason: "价签不全", Findings: []rectify.Found{{Text: "两处货架没有价签"}},
		})
		ok(r.t, err)
		want := calendar.Shipped().AddWorkdays(calendar.DateOf(r.clock.Now()), 7).Date.String()
		if v.DueOn != want || v.Proof != rectify.Paper {
			r.t.Errorf("due on %s by %s, want %s on paper", v.DueOn, v.Proof, want)
		}
	})
}

// A title is checked again after the months of its own version, whatever is in
// force meanwhile.
func TestRechecksFollowTheTitlesVersion(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		old := r.inForce("jx-model-shop")
		title := r.recorded(old) // twelve months
		r.edited("jx-model-shop", func(s *scheme.Scheme) { s.RecheckMonths.Value = 3 })
		r.recorded(r.edited("jdz-ceramics-shop", func(s *scheme.Scheme) { s.RecheckMonths.Value = 6 }))
		r.edited("jdz-ceramics-shop", func(s *scheme.Scheme) { s.RecheckMonths.Value = 24 })
		due := func(months int) (out []ident.CertificateID) {
			r.t.Helper()
			r.clock.Set(title.IssuedOn.AddMonths(months).Start().Add(9 * time.Hour))
			page, err := r.Certificates.RecheckDue(r.as("county"), certificate.RecheckQuery{})
			ok(r.t, err)
			for _, v := range page.Items {
				out = append(out, v.ID)
			}
			return out
		}
		if early, half, year := due(3), due(6), due(12); len(early) != 0 || len(half) != 1 || half[0] == title.ID || len(year) != 2 {
			r.t.Errorf("due after three months %v, six %v, twelve %v", early, half, year)
		}
	})
}

// Files name a title as it is called today, in lists and in the template, and
// what they bring is of the version in force.
func TestImportsKnowTheTitlesInForce(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		const name = "赣江放心消费门店"
		check := func() importer.View {
			r.t.Helper()
			v, err := r.Imports.Start(r.as("province"), importer.StartCommand{Kind: importer.Certificates, Name: "称号.csv", Lang: "zh", Content: []byte(
				"统一社会信用代码,店名,地址,县区,行业,称号,认定日期\n91360102MA1TEUT08T,好味店,中山路 1 号,东湖区,商店," + name + ",2026-02-01\n",
			)})
			ok(r.t, err)
			return v
		}
		if v := check(); v.Planned.Refused != 1 {
			r.t.Errorf("a title that nobody knows: %+v %s %+v", v.Planned, v.State, v.Problems)
		}
		sch := r.edited("jx-model-shop", func(s *scheme.Scheme) { s.Title.Zh, s.Title.En = name, "Ganjiang Worry-free Shop" })
		v := check()
		if v.Planned.Refused != 0 || v.Planned.New != 1 {
			r.t.Fatalf("under its new name: %+v %v", v.Planned, v.Problems)
		}
		_, err := r.Imports.Run(r.as("province"), importer.RunCommand{ID: v.ID})
		ok(r.t, err)
		_, err = r.Imports.Work(r.t.Context(), v.ID, importer.Pace{})
		ok(r.t, err)
		page, err := r.Certificates.Register(r.t.Context(), certificate.RegisterQuery{Scheme: sch.Code})
		ok(r.t, err)
		if len(page.Items) != 1 || page.Items[0].SchemeVersion != sch.Version {
			r.t.Errorf("recorded %+v", page.Items)
		}
		book, err := r.Imports.Template(r.as("province"), importer.TemplateQuery{Kind: importer.Certificates, Format: importer.XLSX, Lang: "zh"})
		ok(r.t, err)
		f, err := excelize.OpenReader(bytes.NewReader(book))
		ok(r.t, err)
		said := false
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet)
			ok(r.t, err)
			for _, row := range rows {
				said = said || strings.Contains(strings.Join(row, " "), name)
			}
		}
		if !said {
			r.t.Error("the template does not offer the new name")
		}
	})
}

// A test purchase is made with the sheet that is published, not with the one
// that was shipped.
func TestPurchasesFollowThePublishedSheet(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		const words = "当场办理退货，不以促销为由拒绝"
		list, err := r.Modules.List(r.as("admin"), module.ListQuery{Code: "RET", State: lifecycle.ModulePublished})
		ok(r.t, err)
		draft, err := r.Modules.Draft(r.as("admin"), module.DraftCommand{Base: list[0].ID})
		ok(r.t, err)
		draft.Body.Sections[0].Items[0].Text.Zh = words
		_, err = r.Modules.Save(r.as("admin"), module.SaveCommand{ID: draft.ID, Body: draft.Body})
		ok(r.t, err)
		_, err = r.Modules.Propose(r.as("admin"), module.StepCommand{ID: draft.ID, Note: "写清楚"})
		ok(r.t, err)
		_, err = r.Modules.Publish(r.as("province"), module.StepCommand{ID: draft.ID, Note: "同意"})
		ok(r.t, err)
		p, err := r.Pledges.OfTitle(r.as("county"), r.recorded(r.inForce(scheme.ReturnPledge)).ID)
		ok(r.t, err)
		v, err := r.Pledges.OrderTest(r.as("county"), pledge.OrderCommand{ID: p.ID})
		ok(r.t, err)
		d, err := r.Inspections.Get(r.as("county"), v.ID)
		ok(r.t, err)
		if got := d.Sheet.Sections[0].Items[0].Text.Zh; got != words {
			r.t.Errorf("the visit asks %q", got)
		}
	})
}
