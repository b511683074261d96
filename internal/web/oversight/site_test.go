package oversight_test

import (
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/app/apptest"
	"fangxin/internal/testkit"
	"fangxin/internal/web/oversight"
)

// newSite is the pages of oversight on the whole program, with people to be.
func newSite(t *testing.T) *apptest.Site {
	t.Helper()
	s := apptest.New(t, testkit.NewClock(testkit.Monday), []apptest.Person{
		{Login: "admin", Role: access.Administrator, Code: "36"}, {Login: "province", Role: access.ProvinceOfficer, Code: "36"},
		{Login: "province2", Role: access.ProvinceOfficer, Code: "36"}, {Login: "county", Role: access.CountyOfficer, Code: "360102"},
		{Login: "city", Role: access.CityOfficer, Code: "3601"}, {Login: "lead", Role: access.Inspector, Code: "360102"},
		{Login: "supervisor", Role: access.Supervisor, Code: "36"}, {Login: "merchant", Role: access.Merchant},
	}, "oversight", "bulk", "scheme")
	(&oversight.Pages{E: s.Pages, Oversight: s.Oversight, Schemes: s.Schemes, Accounts: s.Accounts, Modules: s.Modules}).Mount(s.Mux)
	return s
}
