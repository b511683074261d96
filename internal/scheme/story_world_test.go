package scheme_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"gopkg.in/yaml.v3"

	"fangxin/assets"
	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/app"
	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// The schemes of other provinces bring sheets of their own: they stand beside
// the shipped ones for the tests of this package.
func TestMain(m *testing.M) {
	lib, err := library()
	if err != nil {
		panic(err)
	}
	checklist.Shipped = func() *checklist.Library { return lib }
	os.Exit(m.Run())
}

func library() (*checklist.Library, error) {
	files := fstest.MapFS{}
	shipped, err := fs.Sub(assets.FS, "checklists")
	if err != nil {
		return nil, err
	}
	var sheets [2]struct {
		Frames []yaml.Node `yaml:"frames"`
		Sheets []yaml.Node `yaml:"sheets"`
	}
	for i, dir := range []fs.FS{shipped, os.DirFS("testdata/checklists")} {
		names, err := fs.Glob(dir, "*.yaml")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			b, err := fs.ReadFile(dir, name)
			if err != nil {
				return nil, err
			}
			if name == "sheets.yaml" {
				if err := yaml.Unmarshal(b, &sheets[i]); err != nil {
					return nil, err
				}
				continue
			}
			files[name] = &fstest.MapFile{Data: b}
		}
	}
	both, err := yaml.Marshal(map[string][]yaml.Node{
		"frames": append(sheets[0].Frames, sheets[1].Frames...), "sheets": append(sheets[0].Sheets, sheets[1].Sheets...),
	})
	if err != nil {
		return nil, err
	}
	files["sheets.yaml"] = &fstest.MapFile{Data: both}
	return checklist.Load(files)
}

// registry is a whole program with people of one county.
type registry struct {
	*app.App
	t      *testing.T
	clock  *testkit.Clock
	people map[string]access.Principal
	shop   merchant.PremisesView
	// applicant is who applies and with what: the owner of the shop, or the
	// organiser with the office of the street.
	applicant string
	subject   ident.PremisesID
	members   []ident.PremisesID // of the street
	street    ident.StreetID
}

// onBoth runs a story on both databases.
func onBoth(t *testing.T, division string, sectors []string, story func(r *registry)) {
	t.Run("sqlite", func(t *testing.T) { story(newRegistry(t, "", division, sectors)) })
	t.Run("postgres", func(t *testing.T) { story(newRegistry(t, dbtest.PostgresURL(t), division, sectors)) })
}

func newRegistry(t *testing.T, database, division string, sectors []string) *registry {
	t.Helper()
	c, err := config.Config{
		Listen: "127.0.0.1:8080", Data: t.TempDir(), DatabaseURL: database, BaseURL: "https://fx.example.gov.cn",
		LogFormat: "text", LogLevel: "error", Passwords: "asvs", Shutdown: time.Second, MetricsFrom: []string{"127.0.0.0/8"},
	}.Finish()
	ok(t, err)
	r := &registry{t: t, clock: testkit.NewClock(testkit.Monday), people: map[string]access.Principal{}, applicant: "owner"}
	r.App, err = app.New(context.Background(), c, app.Options{Clock: r.clock.Now})
	ok(t, err)
	t.Cleanup(func() { r.Close() })
	system := usecase.System(context.Background(), "test")
	_, err = r.Authorities.SeedJiangxi(system)
	ok(t, err)
	for i, p := range []struct {
		name string
		role access.Role
		code string
	}{
		{"owner", access.Merchant, ""}, {"county", access.CountyOfficer, division}, {"county2", access.CountyOfficer, division},
		{"city", access.CityOfficer, division[:4]}, {"city2", access.CityOfficer, division[:4]}, {"province", access.ProvinceOfficer, "36"},
		{"province2", access.ProvinceOfficer, "36"}, {"lead", access.Inspector, division}, {"second", access.Inspector, division},
		{"admin", access.Administrator, "36"}, {"organiser", access.Organiser, ""},
	} {
		cmd := account.SeedCommand{Login: p.name, Password: "Fangxin-test-2026", Name: p.name, Phone: fmt.Sprintf("139079100%02d", i), Roles: []access.Role{p.role}}
		scope := access.Scope("")
		if p.code != "" {
			au, err := r.Authorities.ByCode(system, r.DB.R, p.code)
			ok(t, err)
			cmd.Authority, scope = au.ID, au.Scope()
		}
		v, err := r.Accounts.Seed(system, cmd)
		ok(t, err)
		r.people[p.name] = access.Principal{Account: v.ID, Name: p.name, Roles: cmd.Roles, Authority: v.Authority, Scope: scope}
	}
	op, err := r.Merchants.AddOperator(r.as("owner"), merchant.AddOperatorCommand{USCC: "91360102MA1TEUT08T", Name: "好味餐饮有限公司"})
	ok(t, err)
	r.shop, err = r.Merchants.AddPremises(r.as("owner"), merchant.AddPremisesCommand{
		Operator: op.ID, Name: "好味店", Address: "中山路 1 号", Division: division, Sectors: sectors, Phone: "0791-88881234",
	})
	ok(t, err)
	r.subject = r.shop.ID
	return r
}

func (r *registry) as(name string) context.Context {
	p, known := r.people[name]
	if !known {
		r.t.Fatalf("nobody is called %s", name)
	}
	return testkit.As(p)
}

// officerOf names one of the people of a role; second asks for a colleague.
func officerOf(role access.Role, second bool) string {
	name := map[access.Role]string{access.CountyOfficer: "county", access.CityOfficer: "city", access.ProvinceOfficer: "province"}[role]
	if second {
		name += "2"
	}
	return name
}

// publish brings a scheme of testdata in force through the editor: drafted from
// a shipped one by an administrator, published by an officer.
func (r *registry) publish(file string) scheme.Scheme {
	r.t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "schemes", file+".yaml"))
	ok(r.t, err)
	want, err := scheme.Parse(b)
	ok(r.t, err)
	e, err := r.Schemes.Draft(r.as("admin"), scheme.DraftCommand{Code: "jx-model-shop", As: want.Code, Edition: want.Version})
	ok(r.t, err)
	e, err = r.Schemes.Save(r.as("admin"), scheme.SaveCommand{ID: e.ID, Scheme: want, Summary: "试行"})
	ok(r.t, err)
	e, err = r.Schemes.Publish(r.as("province"), scheme.EditionStep{ID: e.ID})
	ok(r.t, err)
	return e.Scheme
}

func (r *registry) picture(name string) string {
	r.t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	img.Set(3, 3, color.White)
	var b bytes.Buffer
	ok(r.t, jpeg.Encode(&b, img, nil))
	v, err := r.Files.Put(r.as(name), b.Bytes())
	ok(r.t, err)
	return v.SHA256
}

// draft begins a case with everything that is asked.
func (r *registry) draft(sch scheme.Scheme) ident.ApplicationID {
	r.t.Helper()
	owner := r.as(r.applicant)
	v, err := r.Applications.Start(owner, application.StartCommand{Premises: r.subject, Scheme: sch.Code})
	ok(r.t, err)
	sheet, err := r.Applications.Sheet(owner, v.ID)
	ok(r.t, err)
	photo := r.picture(r.applicant)
	save := application.SaveCommand{ID: v.ID, Answers: map[string]application.Answer{}, Contact: &application.Contact{Name: "张三", Phone: "13907910000"}}
	if sheet != nil {
		for item := range sheet.Items() {
			if a, asked := answer(item, photo); asked {
				save.Answers[item.ID] = application.Answer{Verdict: application.Verdict(a.Verdict), Score: a.Score, Number: a.Number, Choice: a.Choice, Note: "已自查"}
			}
		}
	}
	var conditions, commitments []string
	for _, it := range sch.Conditions {
		conditions = append(conditions, it.ID)
	}
	for _, it := range sch.Commitments {
		if it.Required {
			commitments = append(commitments, it.ID)
		}
	}
	save.Conditions, save.Commitments = &conditions, &commitments
	if sch.Terms != nil {
		save.Terms = &application.Terms{Days: sch.Terms.Days.Value}
	}
	_, err = r.Applications.Save(owner, save)
	ok(r.t, err)
	for _, it := range sch.Documents {
		if it.Required {
			_, err := r.Applications.Attach(owner, application.AttachCommand{ID: v.ID, Kind: it.ID, SHA256: photo, Filename: it.ID + ".jpg"})
			ok(r.t, err)
		}
	}
	return v.ID
}

// answer is what a shop gets in which all is well; bonus items are left out.
func answer(item *checklist.Item, evidence string) (checklist.Answer, bool) {
	a := checklist.Answer{Item: item.ID, Verdict: checklist.Pass}
	switch item.Type {
	case checklist.Graded:
		full := item.Points
		a.Verdict, a.Score = "", &full
	case checklist.Choice:
		a.Verdict, a.Choice = "", item.Options[0].ID
	case checklist.Number:
		n := item.Range.Max
		if item.Range.PassMax != nil {
			n = *item.Range.PassMax
		}
		a.Verdict, a.Number = "", &n
	case checklist.FreeText:
		a.Verdict, a.Text = "", "已核对"
	}
	for _, e := range item.Evidence {
		if e.On == "always" || e.On == string(a.Verdict) {
			switch e.Kind {
			case "photo":
				a.Photos = []string{evidence}
			case "audio":
				a.Audio = []string{evidence}
			case "note":
				a.Note = "已核实"
			}
		}
	}
	return a, item.Flag != checklist.BonusItem
}

// inspect makes the ordered visit, and those of the shops that were drawn for
// a street; failed items are not in order.
func (r *registry) inspect(id ident.ApplicationID, failed map[string]bool) {
	r.t.Helper()
	visits, err := r.Inspections.List(r.as("county"), inspection.ListQuery{Application: id})
	ok(r.t, err)
	if len(visits.Items) != 1 {
		r.t.Fatalf("%d visits were ordered", len(visits.Items))
	}
	r.visit(visits.Items[0].ID, failed)
	if r.street == "" {
		return
	}
	drawn, err := r.Streets.Sample(r.t.Context(), r.street)
	ok(r.t, err)
	if drawn.Size < 10 || len(drawn.Shops) != drawn.Size {
		r.t.Fatalf("%d shops were drawn of %d", len(drawn.Shops), drawn.Size)
	}
	for _, s := range drawn.Shops {
		r.visit(s.Inspection, nil)
	}
}

// visit makes one visit, from assignment to acceptance.
func (r *registry) visit(visit ident.InspectionID, failed map[string]bool) {
	r.t.Helper()
	lead := r.as("lead")
	_, err := r.Inspections.Assign(r.as("county"), inspection.AssignCommand{ID: visit, Lead: r.people["lead"].Account, Second: r.people["second"].Account})
	ok(r.t, err)
	_, err = r.Inspections.Start(lead, inspection.IDCommand{ID: visit})
	ok(r.t, err)
	d, err := r.Inspections.Get(lead, visit)
	ok(r.t, err)
	photo := r.picture("lead")
	var entries []inspection.Entry
	for item := range d.Sheet.Items() {
		a, asked := answer(item, photo)
		if failed[item.ID] {
			a.Verdict, a.Note, a.Photos, a.Audio = checklist.Fail, "现场看到不符合", []string{photo}, nil
		}
		if asked {
			at := r.clock.Now()
			entries = append(entries, inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "test", DeviceAt: &at})
		}
	}
	_, err = r.Inspections.Save(lead, inspection.SaveCommand{ID: visit, Entries: entries})
	ok(r.t, err)
	for party, name := range map[inspection.Party]string{inspection.Lead: "lead", inspection.Second: "second", inspection.Merchant: "张三"} {
		_, err := r.Inspections.Sign(lead, inspection.SignCommand{ID: visit, Party: party, Name: name, Drawing: photo})
		ok(r.t, err)
	}
	_, err = r.Inspections.Submit(lead, inspection.IDCommand{ID: visit})
	ok(r.t, err)
	_, err = r.Inspections.Accept(r.as("county2"), inspection.IDCommand{ID: visit})
	ok(r.t, err)
}

// steps are the forward steps of officers.
func (r *registry) steps() map[lifecycle.Action]func(context.Context, application.StepCommand) (application.View, error) {
	return map[lifecycle.Action]func(context.Context, application.StepCommand) (application.View, error){
		lifecycle.Accept: r.Applications.Accept, lifecycle.Recommend: r.Applications.Recommend, lifecycle.OrderInspection: r.Applications.OrderInspection,
		lifecycle.PassCity: r.Applications.PassCity, lifecycle.TakeAssessment: r.Applications.TakeAssessment, lifecycle.Endorse: r.Applications.Endorse,
		lifecycle.EndorseCity: r.Applications.EndorseCity, lifecycle.Announce: r.Applications.Announce, lifecycle.ConcludeNotice: r.Applications.ConcludeNotice,
		lifecycle.Certify: r.Applications.Certify,
		lifecycle.Advise: func(ctx context.Context, cmd application.StepCommand) (application.View, error) {
			return r.Applications.Advise(ctx, application.AdviseCommand{ID: cmd.ID, Reason: "市餐饮协会 2026 年 3 月 6 日回函：同意。"})
		},
	}
}
