package titlecare_test

import (
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/app/apptest"
	"fangxin/internal/testkit"
	"fangxin/internal/web/titlecare"
)

// newSite is the pages of titles after their award on the whole program, with people to be.
func newSite(t *testing.T) *apptest.Site {
	t.Helper()
	s := apptest.New(t, testkit.NewClock(testkit.Monday), []apptest.Person{
		{Login: "admin", Role: access.Administrator, Code: "36"}, {Login: "province", Role: access.ProvinceOfficer, Code: "36"},
		{Login: "province2", Role: access.ProvinceOfficer, Code: "36"}, {Login: "county", Role: access.CountyOfficer, Code: "360102"},
		{Login: "county2", Role: access.CountyOfficer, Code: "360102"}, {Login: "far", Role: access.CountyOfficer, Code: "360702"},
		{Login: "merchant", Role: access.Merchant}, {Login: "rival", Role: access.Merchant},
	}, "rectify", "renewal", "recheck", "plaque", "reply", "reinspect", "bureau")
	(&titlecare.Pages{
		E: s.Pages, Rectifications: s.Rectifications, Renewals: s.Renewals, Plaques: s.Plaques, Replies: s.Replies, Reinspections: s.Reinspections,
		Notices: s.Notices, Certificates: s.Certificates, Inspections: s.Inspections, Files: s.Files,
	}).Mount(s.Mux)
	return s
}
