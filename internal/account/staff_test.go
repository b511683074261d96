package account_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func TestCreateStaff(t *testing.T) {
	each(t, account.Options{StaffTOTP: true}, func(t *testing.T, h *house) {
		city := h.as(h.staff("admin.nc", "3601", access.Administrator))
		data := func(code string, roles ...access.Role) account.StaffData {
			return account.StaffData{Name: "李伟", Roles: roles, Authority: h.authority(code).ID}
		}
		made, err := h.CreateStaff(city, account.CreateStaffCommand{Login: "Li.Wei", StaffData: data("360102", access.CountyOfficer, access.Inspector)})
		if err != nil || made.Login != "li.wei" || made.Scope != "/36/3601/360102/" || !made.MustChange {
			t.Fatalf("made: %+v %v", made, err)
		}
		in, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: made.InitialPassword})
		if err != nil || in.Pending != "change_password_first" {
			t.Errorf("first sign-in: %+v %v", in, err)
		}
		for _, p := range account.Profiles {
			if err := p.Check("", made.InitialPassword, "li.wei"); err != nil {
				t.Errorf("the first password breaks %s: %v", p.Name, err)
			}
		}
		_, err = h.CreateStaff(city, account.CreateStaffCommand{Login: "aaa", StaffData: account.StaffData{Roles: []access.Role{access.Inspector}, Authority: h.authority("3601").ID}})
		if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Pointer != "/name" {
			t.Errorf("without a name: %v", err)
		}
		for _, tc := range []struct {
			name string
			ctx  context.Context
			cmd  account.CreateStaffCommand
			code fault.Code
		}{
			{"the public", t.Context(), account.CreateStaffCommand{}, fault.Unauthenticated},
			{"an officer", h.as(made.View), account.CreateStaffCommand{}, fault.Forbidden},
			{"a merchant", testkit.As(testkit.Merchant()), account.CreateStaffCommand{}, fault.Forbidden},
			{"another city", city, account.CreateStaffCommand{Login: "aaa", StaffData: data("3604", access.CityOfficer)}, fault.Invalid},
			{"the province", city, account.CreateStaffCommand{Login: "aaa", StaffData: data("36", access.ProvinceOfficer)}, fault.Invalid},
			{"an administrator above", city, account.CreateStaffCommand{Login: "aaa", StaffData: data("36", access.Administrator)}, fault.Invalid},
			{"a province officer in the city", city, account.CreateStaffCommand{Login: "aaa", StaffData: data("3601", access.ProvinceOfficer)}, fault.Invalid},
			{"a city officer in a county", city, account.CreateStaffCommand{Login: "aaa", StaffData: data("360102", access.CityOfficer)}, fault.Invalid},
			{"the system role", city, account.CreateStaffCommand{Login: "aaa", StaffData: data("3601", access.System)}, fault.Invalid},
			{"a login that is taken", city, account.CreateStaffCommand{Login: "LI.WEI", StaffData: data("3601", access.CityOfficer)}, fault.Invalid},
			{"a login with spaces", city, account.CreateStaffCommand{Login: "li wei", StaffData: data("3601", access.CityOfficer)}, fault.Invalid},
		} {
			if _, err := h.CreateStaff(tc.ctx, tc.cmd); !fault.Is(err, tc.code) {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.code)
			}
		}
		if got := h.outcomes("account.create_staff"); got["done "] != 1 || got["refused not-allowed"] != 2 || got["refused invalid-input"] != 9 {
			t.Errorf("audit: %v", got)
		}
	})
}

func TestChangeStaff(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		adminView := h.staff("admin.nc", "3601", access.Administrator)
		admin, stranger := h.as(adminView), h.as(h.staff("admin.jj", "3604", access.Administrator))
		officer := h.staff("li.wei", "360102", access.CountyOfficer)
		data := account.StaffData{Name: "李伟", Roles: []access.Role{access.Inspector}, Authority: h.authority("360103").ID}

		if _, err := h.UpdateStaff(stranger, account.UpdateStaffCommand{ID: officer.ID, StaffData: data}); !fault.Is(err, fault.NotFound) {
			t.Errorf("an administrator of another city: %v", err)
		}
		if _, err := h.UpdateStaff(admin, account.UpdateStaffCommand{ID: adminView.ID, StaffData: data}); !fault.Is(err, fault.FourEyes) {
			t.Errorf("one's own roles: %v", err)
		}
		got, err := h.UpdateStaff(admin, account.UpdateStaffCommand{ID: officer.ID, StaffData: data})
		if err != nil || got.Scope != "/36/3601/360103/" || got.Roles[0] != access.Inspector {
			t.Fatalf("update: %+v %v", got, err)
		}
		stale := usecase.WithEdge(admin, usecase.Edge{Version: 1, NeedVersion: true})
		if _, err := h.UpdateStaff(stale, account.UpdateStaffCommand{ID: officer.ID, StaffData: data}); !fault.Is(err, fault.StaleVersion) {
			t.Errorf("a stale version: %v", err)
		}

		acts := map[string]func(context.Context, account.AccountCommand) error{
			"deactivate": func(ctx context.Context, c account.AccountCommand) error { _, err := h.Deactivate(ctx, c); return err },
			"activate":   func(ctx context.Context, c account.AccountCommand) error { _, err := h.Activate(ctx, c); return err },
			"unlock":     func(ctx context.Context, c account.AccountCommand) error { _, err := h.Unlock(ctx, c); return err },
			"reset":      func(ctx context.Context, c account.AccountCommand) error { _, err := h.Reset(ctx, c); return err },
			"get":        func(ctx context.Context, c account.AccountCommand) error { _, err := h.Get(ctx, c); return err },
		}
		for name, act := range acts {
			if err := act(t.Context(), account.AccountCommand{ID: officer.ID}); !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s by the public: %v", name, err)
			}
			if err := act(h.as(officer), account.AccountCommand{ID: officer.ID}); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by an officer: %v", name, err)
			}
			if err := act(stranger, account.AccountCommand{ID: officer.ID}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s from another city: %v", name, err)
			}
			if err := act(admin, account.AccountCommand{ID: ident.AccountID(newID())}); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s of nobody: %v", name, err)
			}
		}
		if err := acts["deactivate"](admin, account.AccountCommand{ID: adminView.ID}); !fault.Is(err, fault.FourEyes) {
			t.Errorf("deactivating oneself: %v", err)
		}
		if err := acts["deactivate"](admin, account.AccountCommand{ID: officer.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: password}); !fault.Is(err, fault.BadCredentials) {
			t.Errorf("sign-in of a deactivated account: %v", err)
		}
		if err := acts["activate"](admin, account.AccountCommand{ID: officer.ID}); err != nil {
			t.Fatal(err)
		}
		reset, err := h.Reset(admin, account.AccountCommand{ID: officer.ID})
		if err != nil || reset.InitialPassword == "" {
			t.Fatalf("reset: %+v %v", reset, err)
		}
		if in, err := h.SignIn(t.Context(), account.SignInCommand{Login: "li.wei", Password: reset.InitialPassword}); err != nil || in.Pending != "change_password_first" {
			t.Errorf("after the reset: %+v %v", in, err)
		}
	})
}

func TestListStaff(t *testing.T) {
	each(t, account.Options{}, func(t *testing.T, h *house) {
		admin := h.as(h.staff("admin.nc", "3601", access.Administrator))
		h.staff("donghu", "360102", access.CountyOfficer)
		h.staff("xihu", "360103", access.CountyOfficer)
		h.staff("jiujiang", "3604", access.CityOfficer)
		if _, err := h.Seed(system(), account.SeedCommand{Login: "shop", Password: password, Name: "店主", Phone: phone, Roles: []access.Role{access.Merchant}}); err != nil {
			t.Fatal(err)
		}
		var logins []string
		for after := ""; ; {
			v, err := h.List(admin, account.ListQuery{Limit: 2, After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range v.Items {
				logins = append(logins, a.Login)
			}
			if after = v.Next; after == "" {
				break
			}
		}
		if len(logins) != 3 || logins[0] != "admin.nc" || logins[1] != "donghu" || logins[2] != "xihu" {
			t.Errorf("Nanchang sees %v", logins)
		}
		if v, err := h.List(admin, account.ListQuery{Authority: h.authority("360103").ID}); err != nil || len(v.Items) != 1 || v.Items[0].Login != "xihu" {
			t.Errorf("by authority: %+v %v", v, err)
		}
		officers, err := h.Colleagues(admin, account.ColleaguesQuery{Role: access.CountyOfficer})
		if err != nil || len(officers) != 2 || officers[0].Name != "donghu" || officers[1].Name != "xihu" {
			t.Errorf("county officers of Nanchang: %+v %v", officers, err)
		}
		if _, err := h.Colleagues(testkit.As(testkit.Merchant()), account.ColleaguesQuery{Role: access.Inspector}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("colleagues of a merchant: %v", err)
		}
		if _, err := h.List(testkit.As(testkit.Staff(access.Supervisor, "/36/")), account.ListQuery{}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("a supervisor: %v", err)
		}
	})
}

// Whoever owes a new password or one-time codes can do nothing but set them up.
func TestPendingHoldsBack(t *testing.T) {
	each(t, account.Options{StaffTOTP: true}, func(t *testing.T, h *house) {
		p := testkit.Staff(access.Administrator, "/36/")
		p.Pending = "set_up_totp_first"
		_, err := h.List(testkit.As(p), account.ListQuery{})
		if f, ok := fault.As(err); !ok || f.Code != fault.SecondFactor || f.Detail != "set_up_totp_first" {
			t.Errorf("list: %v", err)
		}
	})
}
