package bureau_test

import (
	"bytes"
	"image"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/app/apptest"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/reinspect"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
	"fangxin/internal/web/bureau"
)

// suspended is a title on the whole program that was suspended, and whose
// holder passed the re-inspection that was asked for.
func suspended(t *testing.T) (*apptest.Site, certificate.View) {
	t.Helper()
	s := apptest.New(t, testkit.NewClock(testkit.Monday), []apptest.Person{
		{Login: "county", Role: access.CountyOfficer, Code: "360102"}, {Login: "county2", Role: access.CountyOfficer, Code: "360102"},
		{Login: "inspector1", Role: access.Inspector, Code: "360102"}, {Login: "inspector2", Role: access.Inspector, Code: "360102"}, {Login: "owner", Role: access.Merchant},
	}, "bureau", "reinspect", "task")
	(&bureau.Pages{
		E: s.Pages, Applications: s.Applications, Inspections: s.Inspections, Certificates: s.Certificates, Badges: s.Badges, Tasks: s.Tasks,
		Merchants: s.Merchants, Files: s.Files, Notices: s.Notices, Appeals: s.Appeals, Tablets: s.Tablets, Schemes: s.Schemes, Streets: s.Streets,
	}).Mount(s.Mux)
	owner, county := testkit.As(s.People["owner"]), testkit.As(s.People["county"])
	op, err := s.Merchants.AddOperator(owner, merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "好味餐饮有限公司"})
	s.OK(err)
	p, err := s.Merchants.AddPremises(owner, merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味店", Address: "中山路 1 号", Division: "360102", Sectors: []string{"store"}, Phone: "0791-86600001",
	})
	s.OK(err)
	sch, _ := s.Schemes.InForce("jx-model-shop")
	today := calendar.DateOf(s.Clock.Now())
	v, err := s.Certificates.Import(usecase.System(t.Context(), "test"), certificate.ImportCommand{IssueInput: certificate.IssueInput{
		Scheme: sch.Code, SchemeVersion: sch.Version, Premises: p.ID, Operator: op.ID, Scope: p.Scope, Holder: p.Name, Address: p.Address, Division: p.Division,
		Sectors: p.Sectors, Issuer: sch.Issuer.Zh, Approval: sch.Approval, IssuedOn: today, ExpiresOn: today.AddYears(2).AddDays(-1),
	}})
	s.OK(err)
	_, err = s.Certificates.Suspend(county, certificate.StepCommand{ID: v.ID, Reason: "价签不实，查证属实"})
	s.OK(err)
	asked, err := s.Reinspections.File(owner, reinspect.FileCommand{Certificate: v.ID, Mended: "价签已全部更换"})
	s.OK(err)
	asked, err = s.Reinspections.Arrange(county, reinspect.StepCommand{ID: asked.ID})
	s.OK(err)
	_, err = s.Inspections.Assign(county, inspection.AssignCommand{ID: asked.Visit, Lead: s.People["inspector1"].Account, Second: s.People["inspector2"].Account})
	s.OK(err)
	lead := testkit.As(s.People["inspector1"])
	_, err = s.Inspections.Start(lead, inspection.IDCommand{ID: asked.Visit})
	s.OK(err)
	d, err := s.Inspections.Get(lead, asked.Visit)
	s.OK(err)
	var entries []inspection.Entry
	for it := range d.Sheet.Items() {
		if it.Flag != checklist.BonusItem {
			entries = append(entries, inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: checklist.Answer{Item: it.ID, Verdict: checklist.Pass}, Device: "平板"})
		}
	}
	_, err = s.Inspections.Save(lead, inspection.SaveCommand{ID: asked.Visit, Entries: entries})
	s.OK(err)
	var b bytes.Buffer
	s.OK(png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48))))
	f, err := s.Files.Put(lead, b.Bytes())
	s.OK(err)
	for _, party := range inspection.Parties {
		_, err := s.Inspections.Sign(lead, inspection.SignCommand{ID: asked.Visit, Party: party, Name: "张三", Drawing: f.SHA256})
		s.OK(err)
	}
	_, err = s.Inspections.Submit(testkit.As(s.People["inspector2"]), inspection.IDCommand{ID: asked.Visit})
	s.OK(err)
	_, err = s.Inspections.Accept(testkit.As(s.People["county2"]), inspection.IDCommand{ID: asked.Visit})
	s.OK(err)
	return s.As("county"), v
}

// From the task of a passed re-inspection the form to propose that the title
// comes back is one step away, open and worded; the officer who sends it does
// not decide it.
func TestAPassedReinspectionLeadsToTheLift(t *testing.T) {
	s, v := suspended(t)
	body := s.Get("/desk/tasks", "提请恢复称号")
	i := strings.Index(body, "/desk/certificates/"+string(v.ID)+"?after=")
	if i < 0 {
		t.Fatal("the task does not lead to the form")
	}
	link := body[i : i+strings.Index(body[i:], `"`)]
	at := "/desk/certificates/" + string(v.ID)
	body = s.Get(strings.TrimSuffix(link, "#decide"), `<details class="act" open`, "复查合格，得分 100", "查看复查记录")
	form := s.Fields(body, at+"/restore")
	if !strings.Contains(form.Get("reason"), "恢复称号") || form.Get("version") == "" {
		t.Fatalf("the form begins with %v", form)
	}
	if body := s.Get(at); strings.Contains(body, "复查合格，得分") || strings.Contains(body, `<details class="act" open`) {
		t.Error("whoever does not come from the task finds words nobody wrote")
	}
	if body := s.Get(at + "?after=" + url.QueryEscape(string(ident.New[ident.InspectionID]()))); strings.Contains(body, "复查合格，得分") {
		t.Error("a visit that there is not opens the form")
	}
	s.Done(at+"/restore", form)
	decide := url.Values{"version": {s.Fields(s.As("county2").Get(at), at+"/decide").Get("version")}, "approve": {"true"}}
	if w := s.As("county").Send(at+"/decide", decide); w.Code < 400 {
		t.Errorf("one officer gives it back alone: %d", w.Code)
	}
	s.As("county2").Done(at+"/decide", decide)
	d, _, err := s.Certificates.Get(testkit.As(s.People["county"]), v.ID)
	s.OK(err)
	if d.State != lifecycle.Active {
		t.Errorf("the title is %s", d.State)
	}
}
