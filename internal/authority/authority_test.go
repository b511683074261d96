package authority_test

import (
	"context"
	"strings"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/authority"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/fault"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func seeded(t *testing.T, d *db.DB) (*authority.Service, func(code string) authority.View) {
	t.Helper()
	rt, _, _ := testkit.Runtime(d)
	s := authority.New(rt)
	if _, err := s.SeedJiangxi(usecase.System(t.Context(), "test")); err != nil {
		t.Fatal(err)
	}
	return s, func(code string) authority.View {
		t.Helper()
		v, err := s.ByCode(t.Context(), d.R, code)
		if err != nil {
			t.Fatalf("authority %s: %v", code, err)
		}
		return v
	}
}

func TestSeedJiangxi(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, get := seeded(t, d)
		all, err := s.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		levels := map[authority.Level]int{}
		known := map[string]bool{}
		for _, v := range all {
			levels[v.Level]++
			known[v.Path] = true
			above := strings.TrimSuffix(v.Path, v.Code+"/")
			if v.Level != authority.Province && !known[above] {
				t.Errorf("%s stands before %s", v.Path, above)
			}
		}
		if levels[authority.Province] != 1 || levels[authority.City] != 12 || levels[authority.County] != 101 {
			t.Errorf("levels: %v", levels)
		}
		if v := get("36"); v.NameZh != "江西省市场监督管理局" || v.Path != "/36/" {
			t.Errorf("province: %+v", v)
		}
		if v := get("360102"); v.NameZh != "东湖区市场监督管理局" || v.Path != "/36/3601/360102/" || v.NameEn != "Donghu District Administration for Market Regulation" {
			t.Errorf("county: %+v", v)
		}
		if v := get("36GJ01"); v.Path != "/36/36GJ/36GJ01/" || len(v.Divisions) != 0 {
			t.Errorf("new area: %+v", v)
		}
		if n, err := s.SeedJiangxi(usecase.System(t.Context(), "test")); err != nil || n != 0 {
			t.Errorf("second seed made %d (%v)", n, err)
		}
		if _, err := s.SeedJiangxi(t.Context()); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the public may seed: %v", err)
		}
	})
}

func TestInCharge(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := seeded(t, d)
		for _, tc := range []struct{ division, path string }{
			{"360102", "/36/3601/360102/"},
			{"360105", "/36/3601/360112/"}, // 湾里区 was merged into 新建区
			{"360427", "/36/3604/360483/"}, // 星子县 became 庐山市
		} {
			v, err := s.InCharge(t.Context(), d.R, tc.division)
			if err != nil || v.Path != tc.path {
				t.Errorf("InCharge(%s) = %q, %v; want %q", tc.division, v.Path, err, tc.path)
			}
		}
		if _, err := s.InCharge(t.Context(), d.R, "110101"); !fault.Is(err, fault.Conflict) {
			t.Errorf("a division of another province: %v", err)
		}
	})
}

func TestChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, get := seeded(t, d)
		nanchang := testkit.As(testkit.Staff(access.Administrator, "/36/3601/"))
		city := get("3601")
		made, err := s.Create(nanchang, authority.CreateCommand{Parent: city.ID, Code: "3601GX", NameZh: "高新区市场监督管理局", NameEn: "High-tech Zone"})
		if err != nil || made.Path != "/36/3601/3601GX/" || made.Level != authority.County {
			t.Fatalf("create: %+v %v", made, err)
		}
		refused := []struct {
			name string
			ctx  context.Context
			cmd  authority.CreateCommand
			code fault.Code
		}{
			{"not signed in", t.Context(), authority.CreateCommand{}, fault.Unauthenticated},
			{"an officer", testkit.As(testkit.Staff(access.CityOfficer, "/36/3601/")), authority.CreateCommand{}, fault.Forbidden},
			{"outside the scope", nanchang, authority.CreateCommand{Parent: get("3604").ID, Code: "AA", NameZh: "x", NameEn: "x"}, fault.NotFound},
			{"under a county", nanchang, authority.CreateCommand{Parent: made.ID, Code: "AA", NameZh: "x", NameEn: "x"}, fault.Conflict},
			{"the same code", nanchang, authority.CreateCommand{Parent: city.ID, Code: "360102", NameZh: "x", NameEn: "x"}, fault.Duplicate},
			{"a division that is taken", nanchang, authority.CreateCommand{Parent: city.ID, Code: "AB", NameZh: "x", NameEn: "x", Divisions: []string{"360102"}}, fault.Duplicate},
			{"a city as division of a county", nanchang, authority.CreateCommand{Parent: city.ID, Code: "AC", NameZh: "x", NameEn: "x", Divisions: []string{"360200"}}, fault.Invalid},
			{"a path inside the code", nanchang, authority.CreateCommand{Parent: city.ID, Code: "A/C", NameZh: "x", NameEn: "x"}, fault.Invalid},
		}
		for _, tc := range refused {
			if _, err := s.Create(tc.ctx, tc.cmd); fault.CodeOf(err) != tc.code {
				t.Errorf("create, %s: %v, want %s", tc.name, err, tc.code)
			}
		}

		renamed, err := s.Rename(nanchang, authority.RenameCommand{ID: made.ID, NameZh: "新名", NameEn: "New"})
		if err != nil || renamed.NameZh != "新名" || renamed.Version != 2 {
			t.Errorf("rename: %+v %v", renamed, err)
		}
		stale := usecase.WithEdge(nanchang, usecase.Edge{Version: 1})
		if _, err := s.Rename(stale, authority.RenameCommand{ID: made.ID, NameZh: "旧", NameEn: "Old"}); !fault.Is(err, fault.StaleVersion) {
			t.Errorf("rename of a stale version: %v", err)
		}

		if _, err := s.Deactivate(nanchang, authority.DeactivateCommand{ID: city.ID}); !fault.Is(err, fault.Conflict) {
			t.Errorf("closing a city with counties: %v", err)
		}
		donghu := get("360102")
		if _, err := s.Deactivate(nanchang, authority.DeactivateCommand{ID: donghu.ID}); !fault.Is(err, fault.Invalid) {
			t.Errorf("closing without an heir: %v", err)
		}
		if _, err := s.Deactivate(nanchang, authority.DeactivateCommand{ID: donghu.ID, To: get("360402").ID}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an heir outside the scope: %v", err)
		}
		closed, err := s.Deactivate(nanchang, authority.DeactivateCommand{ID: donghu.ID, To: made.ID})
		if err != nil || closed.Active {
			t.Fatalf("close: %+v %v", closed, err)
		}
		if v, err := s.InCharge(t.Context(), d.R, "360102"); err != nil || v.ID != made.ID {
			t.Errorf("after closing, in charge is %+v (%v)", v, err)
		}
	})
}
