package schemes_test

import (
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/app/apptest"
	"fangxin/internal/testkit"
	"fangxin/internal/web/schemes"
)

// newSite is the pages of schemes on the whole program, with people to be.
func newSite(t *testing.T) *apptest.Site {
	t.Helper()
	s := apptest.New(t, testkit.NewClock(testkit.Monday), []apptest.Person{
		{Login: "admin", Role: access.Administrator, Code: "36"}, {Login: "province", Role: access.ProvinceOfficer, Code: "36"},
		{Login: "province2", Role: access.ProvinceOfficer, Code: "36"}, {Login: "county", Role: access.CountyOfficer, Code: "360102"},
		{Login: "merchant", Role: access.Merchant},
	}, "scheme", "titles")
	(&schemes.Pages{E: s.Pages, Schemes: s.Schemes, Halts: s.Oversight.Halts}).Mount(s.Mux)
	return s
}
