package merchant_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/merchant"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const county = "/36/3601/360102/"

// members writes the membership table as the account slice does.
type members struct{}

func (members) Grant(ctx context.Context, c *usecase.Call, account ident.AccountID, operator ident.OperatorID) error {
	_, err := c.Tx.NewRaw("INSERT INTO membership (account, operator, role, at) VALUES (?, ?, 'owner', ?) ON CONFLICT DO NOTHING", account, operator, c.Now).Exec(ctx)
	return err
}

func (members) Phone(ctx context.Context, idb usecase.Reader, account ident.AccountID) (string, error) {
	var phone string
	err := idb.NewRaw("SELECT phone FROM account WHERE id = ?", account).Scan(ctx, &phone)
	return phone, err
}

type house struct {
	s             *merchant.Service
	tasks         *task.Service
	owner, other  access.Principal
	county, far   access.Principal
	administrator access.Principal
}

func each(t *testing.T, fn func(t *testing.T, h house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		h := house{
			tasks: task.New(rt), owner: testkit.Merchant(), other: testkit.Merchant(),
			county: testkit.Staff(access.CountyOfficer, county), far: testkit.Staff(access.CountyOfficer, "/36/3607/360702/"),
			administrator: testkit.Staff(access.Administrator, "/36/"),
		}
		for i, p := range []access.Principal{h.owner, h.other} {
			_, err := d.W.NewRaw(`INSERT INTO account (id, phone, name, roles, version, created_at, updated_at) VALUES (?, ?, '店主', '["merchant"]', 1, ?, ?)`,
				p.Account, []string{"13800000001", "13800000002"}[i], clock.Now(), clock.Now()).Exec(context.Background())
			if err != nil {
				t.Fatal(err)
			}
		}
		inCharge := func(_ context.Context, _ usecase.Reader, division string) (string, error) {
			if division == "360102" {
				return county, nil
			}
			return "", fault.New(fault.NotFound, "")
		}
		h.s = merchant.New(rt, members{}, inCharge, blob.New(rt, t.TempDir()), h.tasks)
		fn(t, h)
	})
}

func want(t *testing.T, err error, code fault.Code) {
	t.Helper()
	if got := fault.CodeOf(err); got != code {
		t.Fatalf("%v, want %q", err, code)
	}
}

var operator = merchant.AddOperatorCommand{USCC: " 9136 0102 ma1teut08t", Name: "南昌市东湖区好味餐馆", Phone: "138 0000 0001"}

func shop(op ident.OperatorID) merchant.AddPremisesCommand {
	return merchant.AddPremisesCommand{Operator: op, Name: "好味餐馆", Address: "八一大道 1 号", Division: "360102", Sectors: []string{"catering"}}
}

func TestCheckAsTyped(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		check := func(typed string) merchant.Check {
			c, err := h.s.CheckUSCC(testkit.As(h.other), merchant.CheckQuery{USCC: typed})
			want(t, err, "")
			return c
		}
		if c := check("9136O102MA1TEUT08T"); c.Good || c.Problem != "uscc_alphabet" || c.Position != 5 {
			t.Errorf("the letter O: %+v", c)
		}
		if c := check("91360102MA1TEUT08T"); !c.Good || c.Registered {
			t.Errorf("a good new code: %+v", c)
		}
		_, err := h.s.AddOperator(testkit.As(h.owner), operator)
		want(t, err, "")
		if c := check("９１３６０１０２ｍａ１ｔｅｕｔ０８ｔ"); !c.Registered || c.Mine || c.Claimable || c.Name == "" {
			t.Errorf("a taken code: %+v", c)
		}
		_, err = h.s.AddOperator(testkit.As(h.other), operator)
		want(t, err, fault.Duplicate)
	})
}

func TestPremisesAreNotDoubled(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		op, err := h.s.AddOperator(testkit.As(h.owner), operator)
		want(t, err, "")
		first, err := h.s.AddPremises(testkit.As(h.owner), shop(op.ID))
		want(t, err, "")
		again := shop(op.ID)
		again.Name, again.Address = "好味 餐馆", "江西省南昌市东湖区八一大道１号"
		for _, p := range []access.Principal{h.owner, h.county} { // every way in
			_, err = h.s.AddPremises(testkit.As(p), again)
			want(t, err, fault.Duplicate)
		}
		again.Address = "八一大道 2 号"
		second, err := h.s.AddPremises(testkit.As(h.owner), again)
		want(t, err, "")
		_, err = h.s.UpdatePremises(testkit.As(h.owner), merchant.UpdatePremisesCommand{ID: second.ID, Name: first.Name, Address: first.Address, Sectors: first.Sectors})
		want(t, err, fault.Duplicate)
		_, err = h.s.ClosePremises(testkit.As(h.owner), merchant.ClosePremisesCommand{ID: first.ID, ClosedOn: "2027-03-01"})
		want(t, err, fault.Invalid) // what ends now cannot end later
		_, err = h.s.ClosePremises(testkit.As(h.owner), merchant.ClosePremisesCommand{ID: first.ID, ClosedOn: "2026-03-01"})
		want(t, err, "")
		_, err = h.s.UpdatePremises(testkit.As(h.owner), merchant.UpdatePremisesCommand{ID: first.ID, Name: "x", Address: "y", Sectors: first.Sectors})
		want(t, err, fault.Conflict)
		_, err = h.s.AddPremises(testkit.As(h.owner), shop(op.ID)) // the closed one is no obstacle
		want(t, err, "")
	})
}

func TestPremisesInput(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		op, err := h.s.AddOperator(testkit.As(h.owner), operator)
		want(t, err, "")
		for name, change := range map[string]func(*merchant.AddPremisesCommand){
			"a city for a county": func(c *merchant.AddPremisesCommand) { c.Division = "360100" },
			"a place at sea":      func(c *merchant.AddPremisesCommand) { c.Point = &merchant.Point{Lng: 0, Lat: 0, Datum: merchant.WGS84} },
			"a place without datum": func(c *merchant.AddPremisesCommand) {
				c.Point = &merchant.Point{Lng: 115.9, Lat: 28.7}
			},
			"four sectors":     func(c *merchant.AddPremisesCommand) { c.Sectors = []string{"catering", "store", "mall", "market"} },
			"a sector twice":   func(c *merchant.AddPremisesCommand) { c.Sectors = []string{"store", "store"} },
			"a street":         func(c *merchant.AddPremisesCommand) { c.Sectors = []string{"street"} },
			"nobody in charge": func(c *merchant.AddPremisesCommand) { c.Division = "360103" },
			"an unknown photo": func(c *merchant.AddPremisesCommand) {
				c.Photo = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			},
		} {
			cmd := shop(op.ID)
			change(&cmd)
			if _, err := h.s.AddPremises(testkit.As(h.owner), cmd); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestScopes(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		op, err := h.s.AddOperator(testkit.As(h.owner), operator)
		want(t, err, "")
		p, err := h.s.AddPremises(testkit.As(h.owner), shop(op.ID))
		want(t, err, "")
		_, err = h.s.AddPremises(testkit.As(h.other), shop(op.ID))
		want(t, err, fault.NotFound)
		_, err = h.s.AddPremises(testkit.As(h.far), shop(op.ID))
		want(t, err, fault.Invalid)
		for who, visible := range map[*access.Principal]bool{&h.owner: true, &h.county: true, &h.other: false, &h.far: false} {
			for _, q := range []merchant.ListQuery{{}, {Name: "好味"}, {Division: "360100"}, {USCC: "91360102ma1teut08t"}, {Sector: "catering"}} {
				page, err := h.s.PremisesList(testkit.As(*who), q)
				want(t, err, "")
				if (len(page.Items) == 1) != visible {
					t.Errorf("%v with %+v sees %d shops", who.Roles, q, len(page.Items))
				}
			}
			_, err := h.s.Premises(testkit.As(*who), p.ID)
			if (err == nil) != visible {
				t.Errorf("%v reads the shop: %v", who.Roles, err)
			}
			_, err = h.s.Operator(testkit.As(*who), op.ID)
			if (err == nil) != visible {
				t.Errorf("%v reads the operator: %v", who.Roles, err)
			}
		}
		_, err = h.s.Premises(testkit.As(access.Anonymous()), p.ID)
		want(t, err, fault.Unauthenticated)
	})
}

func TestClaims(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		imported, err := h.s.AddOperator(testkit.As(h.county), operator)
		want(t, err, "")
		claim := merchant.ClaimCommand{USCC: "91360102MA1TEUT08T", Name: "南昌市东湖区好味餐馆"}
		c, err := h.s.Claim(testkit.As(h.other), claim) // another number
		want(t, err, "")
		if c.Granted || c.Operator != "" {
			t.Fatal("granted to a stranger")
		}
		tasks, err := h.tasks.List(testkit.As(h.county), task.ListQuery{Kind: task.ClaimOperator})
		want(t, err, "")
		if len(tasks.Items) != 1 {
			t.Fatalf("%d tasks for the county", len(tasks.Items))
		}
		c, err = h.s.Claim(testkit.As(h.owner), claim) // the number on record
		want(t, err, "")
		if !c.Granted || c.Operator != imported.ID {
			t.Fatalf("the owner got %+v", c)
		}
		_, err = h.s.ConfirmClaim(testkit.As(h.other), merchant.ConfirmClaimCommand{ID: imported.ID, Account: h.other.Account})
		want(t, err, fault.Forbidden)
		_, err = h.s.ConfirmClaim(testkit.As(h.far), merchant.ConfirmClaimCommand{ID: imported.ID, Account: h.other.Account})
		want(t, err, fault.NotFound)
		_, err = h.s.ConfirmClaim(testkit.As(h.county), merchant.ConfirmClaimCommand{ID: imported.ID, Account: h.other.Account})
		want(t, err, "")
		if _, err = h.s.Operator(testkit.As(h.other), imported.ID); err != nil {
			t.Errorf("the confirmed account does not see it: %v", err)
		}
	})
}

func TestFactsComeFromAuthorities(t *testing.T) {
	each(t, func(t *testing.T, h house) {
		op, err := h.s.AddOperator(testkit.As(h.county), operator)
		want(t, err, "")
		fact := func(value, on string) merchant.FactsCommand {
			return merchant.FactsCommand{ID: op.ID, Facts: merchant.Facts{CreditClass: &merchant.Fact{Value: value, On: on, Source: "信用风险分类"}}}
		}
		_, err = h.s.RecordFacts(testkit.As(h.owner), fact("A", "2026-01-01"))
		want(t, err, fault.Forbidden)
		_, err = h.s.RecordFacts(testkit.As(h.county), fact("E", "2026-01-01"))
		want(t, err, fault.Invalid)
		_, err = h.s.RecordFacts(testkit.As(h.county), fact("B", "2026-02-01"))
		want(t, err, "")
		cmd := fact("A", "2026-01-01") // older news
		cmd.Penalties = []merchant.Penalty{{Document: "洪市监罚〔2025〕1号", DecidedOn: "2025-06-01", Source: "处罚公示"}}
		v, err := h.s.RecordFacts(testkit.As(h.county), cmd)
		want(t, err, "")
		if v.Facts.CreditClass.Value != "B" || len(v.Penalties) != 1 {
			t.Errorf("%+v %+v", v.Facts.CreditClass, v.Penalties)
		}
		if v, err = h.s.RecordFacts(testkit.As(h.county), cmd); err != nil || len(v.Penalties) != 1 {
			t.Errorf("the same penalty again: %+v %v", v.Penalties, err)
		}
	})
}
