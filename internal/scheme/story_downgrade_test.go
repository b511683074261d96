package scheme_test

import (
	"testing"
	"time"

	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/inspection"
	"fangxin/internal/merchant"
	"fangxin/internal/reinspect"
)

// A star market of Zhangzhou that loses a star gets none back for a year,
// however well it does, and cannot begin anew meanwhile; after that it can.
func TestZhangzhouDowngradeBarsPromotion(t *testing.T) {
	onBoth(t, "360102", []string{"market"}, func(r *registry) {
		sch := r.publish("zhangzhou")
		if sch.DowngradeYears.Value != 1 || sch.ExclusionYears.Value != 2 || sch.ValidityYears.Value != 2 {
			r.t.Fatalf("a downgrade bars for %d years, a revocation for %d", sch.DowngradeYears.Value, sch.ExclusionYears.Value)
		}
		v := r.through(sch, r.draft(sch))
		r.stars(v, "star5")
		recheck := func(day calendar.Date, failed ...string) certificate.View {
			r.t.Helper()
			r.clock.Set(day.Start().Add(9 * time.Hour))
			visit, err := r.Inspections.Order(r.as("county"), inspection.OrderCommand{Certificate: v.ID, Purpose: inspection.Recheck, DueOn: day.AddDays(10).String()})
			ok(r.t, err)
			r.visit(visit.ID, set(failed...))
			after, _, err := r.Certificates.Get(r.as("county"), v.ID)
			ok(r.t, err)
			return after.View
		}
		fell := recheck(v.IssuedOn.AddMonths(3), "MKT-10")
		r.stars(fell, "star4")
		held, err := calendar.ParseDate(fell.GradeHeldUntil)
		ok(r.t, err)
		seen, err := calendar.ParseDate(fell.InspectedOn)
		ok(r.t, err)
		if held != seen.AddYears(1) {
			r.t.Errorf("seen on %s, barred until %s", seen, held)
		}
		_, err = r.Reinspections.File(r.as("owner"), reinspect.FileCommand{Certificate: v.ID, Mended: "已全部整改"})
		refused(r.t, err, fault.TooSoon)
		r.stars(recheck(v.IssuedOn.AddMonths(12)), "star4") // every point is met, and it is too soon

		other, err := r.Merchants.AddPremises(r.as("owner"), merchant.AddPremisesCommand{
			Operator: r.shop.Operator, Name: "另一市场", Address: "中山路 2 号", Division: r.shop.Division, Sectors: r.shop.Sectors, Phone: "0791-88881235",
		})
		ok(r.t, err)
		_, err = r.Certificates.Withdraw(r.as("owner"), certificate.StepCommand{ID: v.ID, Reason: "重新装修"})
		ok(r.t, err)
		start := func() error {
			_, err := r.Applications.Start(r.as("owner"), application.StartCommand{Premises: r.shop.ID, Scheme: sch.Code})
			return err
		}
		refused(r.t, start(), fault.Excluded)
		_, err = r.Applications.Start(r.as("owner"), application.StartCommand{Premises: other.ID, Scheme: sch.Code})
		ok(r.t, err) // another market of the same operator is not barred
		r.clock.Set(held.Start().Add(20 * time.Hour))
		refused(r.t, start(), fault.Excluded)
		r.clock.Set(held.AddDays(1).Start().Add(9 * time.Hour))
		ok(r.t, start())
	})
}

// When the year is over a re-check gives the star back; a scheme that sets no
// time gives it back at once.
func TestAGradeIsRaisedWhenItMay(t *testing.T) {
	onBoth(t, "360102", []string{"market"}, func(r *registry) {
		sch := r.publish("zhangzhou")
		v := r.through(sch, r.draft(sch))
		at := func(months, days int, failed ...string) {
			r.t.Helper()
			day := v.IssuedOn.AddMonths(months).AddDays(days)
			r.clock.Set(day.Start().Add(9 * time.Hour))
			visit, err := r.Inspections.Order(r.as("county"), inspection.OrderCommand{Certificate: v.ID, Purpose: inspection.Recheck, DueOn: day.AddDays(10).String()})
			ok(r.t, err)
			r.visit(visit.ID, set(failed...))
		}
		at(3, 0, "MKT-10")
		at(15, 7)
		after, _, err := r.Certificates.Get(r.as("county"), v.ID)
		ok(r.t, err)
		r.stars(after.View, "star5")
		r.toExpiry(sch, after.View)
	})
}
