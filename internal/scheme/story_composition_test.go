package scheme_test

import (
	"testing"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/module"
	"fangxin/internal/scheme"
)

// toVisit submits a case and takes it to where its visit is ordered.
func (r *registry) toVisit(sch scheme.Scheme, id ident.ApplicationID) inspection.Detail {
	r.t.Helper()
	_, err := r.Applications.Submit(r.as(r.applicant), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
	ok(r.t, err)
	for _, stop := range sch.Stops()[1:] {
		a, next, _ := sch.Next(stop)
		_, err := r.steps()[a](r.as(officerOf(sch.Waits(stop), false)), application.StepCommand{ID: id})
		ok(r.t, err)
		if next == lifecycle.ToInspect {
			break
		}
	}
	visits, err := r.Inspections.List(r.as("county"), inspection.ListQuery{Application: id})
	ok(r.t, err)
	if len(visits.Items) != 1 {
		r.t.Fatalf("%d visits were ordered", len(visits.Items))
	}
	d, err := r.Inspections.Get(r.as("county"), visits.Items[0].ID)
	ok(r.t, err)
	return d
}

// recompose publishes a sheet in which the add-on of a programme has a place,
// the sector counts for less, and more is asked.
func (r *registry) recompose() module.PlanDetail {
	r.t.Helper()
	by := r.as("province")
	list, err := r.Modules.Plans(by, module.PlanListQuery{Code: checklist.ModelShop})
	ok(r.t, err)
	d, err := r.Modules.DraftPlan(by, module.PlanDraftCommand{Base: list[0].ID})
	ok(r.t, err)
	c := d.Body
	total, part := checklist.P(90), checklist.P(14)
	c.Parts[2].Weight = checklist.P(20)
	c.Parts = append(c.Parts, checklist.PlanPart{Module: "JAP"})
	c.Frame.Pass[0].Least, c.Frame.Pass[1].Least = &total, &part
	d, err = r.Modules.SavePlan(by, module.PlanSaveCommand{ID: d.ID, Body: c})
	ok(r.t, err)
	_, err = r.Modules.Propose(by, module.StepCommand{ID: d.ID, Note: "加入党建专项"})
	ok(r.t, err)
	_, err = r.Modules.Publish(r.as("province2"), module.StepCommand{ID: d.ID, Note: "已核对"})
	ok(r.t, err)
	return d
}

// A published composition makes the sheets of what begins after it: new visits,
// new self-assessments and the thresholds that a title shows. What is under way
// goes on with the sheet with which it began.
func TestAPublishedCompositionReachesWhatBeginsAfterIt(t *testing.T) {
	onBoth(t, "360102", []string{"store"}, func(r *registry) {
		sch, _ := r.Schemes.InForce("jx-model-shop")
		op := r.shop.Operator
		second, err := r.Merchants.AddPremises(r.as("owner"), merchant.AddPremisesCommand{
			Operator: op, Name: "好味二店", Address: "中山路 2 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-88881235",
		})
		ok(t, err)
		underWay := r.draft(sch)
		before := r.toVisit(sch, underWay)
		_, err = r.Inspections.Assign(r.as("county"), inspection.AssignCommand{ID: before.ID, Lead: r.people["lead"].Account, Second: r.people["second"].Account})
		ok(t, err)
		_, err = r.Inspections.Start(r.as("lead"), inspection.IDCommand{ID: before.ID})
		ok(t, err)
		r.subject = second.ID
		written := r.draft(sch)
		asked, err := r.Applications.Sheet(r.as("owner"), written)
		ok(t, err)

		plan := r.recompose()

		again, err := r.Inspections.Get(r.as("lead"), before.ID)
		ok(t, err)
		if again.Sheet.Hash() != before.Sheet.Hash() || again.Sheet.Version != "2026.1" {
			t.Errorf("a visit under way got another sheet: %s", again.Sheet.Version)
		}
		still, err := r.Applications.Sheet(r.as("owner"), written)
		ok(t, err)
		if still.Hash() != asked.Hash() {
			t.Error("a self-assessment under way got other questions")
		}
		after := r.toVisit(sch, written)
		if after.Sheet.Version != plan.Label || after.Sheet.Item("JAP-01") == nil || after.Sheet.Frame.Pass[0].Least.String() != "90" {
			t.Errorf("a visit ordered later is made by %s", after.Sheet.Version)
		}
		now, err := r.Schemes.Get(r.as("owner"), scheme.Query{Code: sch.Code})
		ok(t, err)
		if now.Pass.Total != "90" || now.Pass.Sector != "14" || now.Hash != sch.Hash {
			t.Errorf("the title asks for %+v", now.Pass)
		}
	})
}

// A title may use a sheet that the province has published, and no other.
func TestATitleUsesASheetOfTheLibrary(t *testing.T) {
	sch, _ := scheme.Lookup("jx-model-shop", "")
	sch.Sheet = "nc-food-shop"
	c, _ := checklist.Shipped().Composition(checklist.ModelShop)
	c.ID = sch.Sheet
	if wrong := sch.ProblemsWith(checklist.Shipped().WithPlans(&c)); wrong != nil {
		t.Errorf("%+v", wrong)
	}
	if wrong := sch.Problems(); len(wrong) == 0 || wrong[0].Rule != "scheme_sheet" {
		t.Errorf("a sheet that nobody published: %+v", wrong)
	}
}
