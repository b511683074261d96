package street_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/street"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func TestMembership(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, _ := testkit.Runtime(d)
		s := street.New(rt, func(context.Context, usecase.Reader, string) (string, error) { return "/36/3601/360102/", nil })
		county := testkit.As(testkit.Staff(access.CountyOfficer, "/36/3601/360102/"))
		other := testkit.As(testkit.Staff(access.CountyOfficer, "/36/3607/"))
		create := street.CreateCommand{Name: "万寿宫街区", Organiser: "管理处", Address: "中山路", Division: "360102"}
		if _, err := s.Create(other, create); !fault.Is(err, fault.Forbidden) {
			t.Errorf("another county's street: %v", err)
		}
		st, err := s.Create(county, create)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Create(county, create); !fault.Is(err, fault.Duplicate) {
			t.Errorf("the same street twice: %v", err)
		}
		op, shop := ident.New[ident.OperatorID](), ident.New[ident.PremisesID]()
		for _, q := range []string{
			`INSERT INTO operator (id, uscc, name, version, created_at, updated_at) VALUES ('` + string(op) + `', '91360102MA1TEUT08T', '甲', 1, ?, ?)`,
			`INSERT INTO premises (id, operator, name, address, division, sectors, scope, active, version, created_at, updated_at, place_key) VALUES ('` + string(shop) + `', '` + string(op) + `', '甲店', '一号', '360102', '["store"]', '/36/3601/360102/', TRUE, 1, ?, ?, 'x')`,
		} {
			if _, err := d.W.NewRaw(q, clock.Now(), clock.Now()).Exec(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		join := street.JoinCommand{Street: st.ID, Premises: []ident.PremisesID{shop}}
		if _, err := s.Join(other, join); !fault.Is(err, fault.NotFound) {
			t.Errorf("another county joins: %v", err)
		}
		for range 2 { // joining twice is one membership
			if _, err := s.Join(county, join); err != nil {
				t.Fatal(err)
			}
		}
		m, err := s.Members(context.Background(), st.ID)
		if err != nil || len(m) != 1 || m[0].Name != "甲店" || m[0].Certified {
			t.Errorf("%+v, %v", m, err)
		}
		leave := street.LeaveCommand{Street: st.ID, Premises: shop}
		if _, err := s.Leave(county, leave); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Leave(county, leave); !fault.Is(err, fault.StaleVersion) {
			t.Errorf("leaving twice: %v", err)
		}
		if m, _ := s.Members(context.Background(), st.ID); len(m) != 0 {
			t.Errorf("%+v is still a member", m)
		}
	})
}
