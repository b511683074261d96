package inspection_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/record"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const recordScope = "/36/3601/360102/"

// visited is one visit with the people around it.
type visited struct {
	*inspection.Service
	t                                   *testing.T
	d                                   *db.DB
	rt                                  *usecase.Runtime
	clock                               *testkit.Clock
	files                               *blob.Service
	lead, second, officer, other, owner access.Principal
	stranger, far                       access.Principal
	operator                            ident.OperatorID
	id                                  ident.InspectionID
	sheet                               checklist.Sheet
}

func eachVisit(t *testing.T, fn func(t *testing.T, v *visited)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { fn(t, newVisit(t, d)) })
}

func newVisit(t *testing.T, d *db.DB) *visited {
	t.Helper()
	rt, clock, _ := testkit.Runtime(d)
	v := &visited{
		Service: inspection.New(rt), t: t, d: d, rt: rt, clock: clock, files: blob.New(rt, t.TempDir()),
		lead: testkit.Staff(access.Inspector, recordScope), second: testkit.Staff(access.Inspector, recordScope),
		officer: testkit.Staff(access.CountyOfficer, recordScope), other: testkit.Staff(access.CountyOfficer, recordScope),
		owner: testkit.Merchant(), stranger: testkit.Merchant(), far: testkit.Staff(access.CountyOfficer, "/36/3607/"),
		operator: ident.New[ident.OperatorID](),
	}
	v.Attach = func(ctx context.Context, c *usecase.Call, sha, subject, scope string) error {
		return v.files.Use(ctx, c, blob.Use{SHA256: sha, Noun: "inspection", ID: subject, Scope: scope})
	}
	v.Describe = func(ctx context.Context, idb usecase.Reader, shas []string) ([]record.File, error) {
		views, err := v.files.Describe(ctx, idb, shas)
		out := make([]record.File, len(views))
		for i, f := range views {
			out[i] = record.File{SHA256: f.SHA256, Kind: string(f.Kind), Bytes: f.Bytes, Width: f.Width, Height: f.Height, Original: f.Original, At: f.CreatedAt.UTC()}
		}
		return out, err
	}
	v.OpenFile = func(ctx context.Context, sha string) (io.ReadCloser, error) {
		_, f, err := v.files.Open(usecase.System(ctx, "test"), sha)
		return f, err
	}
	v.Inspectors = func(context.Context, usecase.Reader, access.Scope) ([]inspection.Person, error) {
		return []inspection.Person{{ID: v.lead.Account, Name: "龚海波"}, {ID: v.second.Account, Name: "邹春梅"}}, nil
	}
	_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, '13800000001', '店主', '["merchant"]', 1, ?, ?)`,
		v.owner.Account, clock.Now(), clock.Now()).Exec(t.Context())
	v.ok(err)
	_, err = d.W.NewRaw("INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?)", v.owner.Account, v.operator, clock.Now()).Exec(t.Context())
	v.ok(err)
	v.sheet, err = checklist.Shipped().Sheet(checklist.ModelShop, "catering")
	v.ok(err)
	plan := usecase.Def{Name: "test.plan", Allow: []access.Role{access.CountyOfficer}}
	view, err := usecase.Do(testkit.As(v.officer), rt, &plan, struct{}{}, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
		return v.Plan(ctx, c, inspection.PlanInput{
			Premises: ident.New[ident.PremisesID](), Operator: v.operator, Holder: "好味餐馆", Address: "八一大道 1 号", Division: "360102", Scope: recordScope, Sheet: v.sheet,
		})
	})
	v.ok(err)
	v.id = view.ID
	_, err = v.Assign(testkit.As(v.officer), inspection.AssignCommand{ID: v.id, Lead: v.lead.Account, Second: v.second.Account})
	v.ok(err)
	return v
}

func (v *visited) ok(err error) {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
}

// picture stores a photo of a colour as somebody.
func (v *visited) picture(by access.Principal, shade uint8) string {
	v.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = shade
	}
	img.SetGray(3, 3, color.Gray{Y: 255 - shade})
	var b bytes.Buffer
	v.ok(png.Encode(&b, img))
	f, err := v.files.Put(testkit.As(by), b.Bytes())
	v.ok(err)
	return f.SHA256
}

// good is the best answer to an item; bonuses are not claimed.
func good(item *checklist.Item, photo string) (checklist.Answer, bool) {
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
			a.Note, a.Photos, a.Audio = "已核实。", []string{photo}, []string{photo}
		}
	}
	return a, item.Flag != checklist.BonusItem
}

func entryOf(a checklist.Answer, mutate ...func(*inspection.Entry)) inspection.Entry {
	e := inspection.Entry{ID: string(ident.New[ident.EventID]()), Answer: a, Device: "平板 7"}
	for _, m := range mutate {
		m(&e)
	}
	return e
}

// first finds an item by flag and type.
func (v *visited) first(flag checklist.Flag) *checklist.Item {
	for item := range v.sheet.Items() {
		if item.Flag == flag && item.Type == checklist.YesNo && len(item.Evidence) > 0 {
			return item
		}
	}
	v.t.Fatalf("the sheet has no %s item", flag)
	return nil
}

// fill answers everything well.
func (v *visited) fill() {
	v.t.Helper()
	ctx := testkit.As(v.lead)
	photo := v.picture(v.lead, 90)
	var entries []inspection.Entry
	for item := range v.sheet.Items() {
		if a, counted := good(item, photo); counted {
			if len(entries) < 2 {
				a.Photos = []string{photo}
			}
			at, age := v.clock.Now().Add(-7*60*1e9), int64(2500)
			entries = append(entries, entryOf(a, func(e *inspection.Entry) { e.DeviceAt, e.AgeMS = &at, &age }))
		}
	}
	_, err := v.Save(ctx, inspection.SaveCommand{ID: v.id, Entries: entries})
	v.ok(err)
}

func (v *visited) sign() {
	v.t.Helper()
	drawing := v.picture(v.lead, 200)
	for _, party := range []inspection.Party{inspection.Lead, inspection.Second} {
		_, err := v.Sign(testkit.As(v.lead), inspection.SignCommand{ID: v.id, Party: party, Name: string(party), Drawing: drawing})
		v.ok(err)
	}
	_, err := v.Sign(testkit.As(v.lead), inspection.SignCommand{ID: v.id, Party: inspection.Merchant, Name: "涂金莲", Refused: "不认可结论", Witness: "社区干部"})
	v.ok(err)
}

// submitted brings the visit to its end.
func (v *visited) submitted() inspection.View {
	v.t.Helper()
	ctx := testkit.As(v.lead)
	_, err := v.Start(ctx, inspection.IDCommand{ID: v.id, Moment: record.Moment{Device: "平板 7", Place: &checklist.Place{LngE7: 1158920000, LatE7: 286760000, Datum: "wgs84", Accuracy: 15}}})
	v.ok(err)
	v.clock.Add(60 * 1e9)
	v.fill()
	v.clock.Add(60 * 1e9)
	v.sign()
	v.clock.Add(60 * 1e9)
	view, err := v.Submit(ctx, inspection.IDCommand{ID: v.id})
	v.ok(err)
	return view
}
