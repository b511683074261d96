package application_test

import (
	"slices"
	"strings"
	"testing"

	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/testkit"
)

// A marked point that is right as it is may be left alone, with a reason that
// the officers read; every other one has to be changed.
func TestMarkedPointsAreChangedOrAnsweredFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.CityReview)
		_, err := w.apps.Return(testkit.As(w.city), application.ReturnCommand{ID: id, Reason: "请补正", Items: []application.Correction{
			{Pointer: "/documents/licence", Note: "照片不清晰", Was: "made up"}, {Pointer: "/contact", Note: "电话打不通"}, {Pointer: "/premises", Note: "地址缺门牌"},
		}})
		w.ok(err)
		ctx := testkit.As(w.owner)
		sent := func(kept ...application.Kept) error {
			_, err := w.apps.Resubmit(ctx, application.SubmitCommand{ID: id, Name: "张三", Consent: true, Kept: kept})
			return err
		}
		untouched := func(want ...string) {
			t.Helper()
			d, err := w.apps.Get(ctx, id)
			w.ok(err)
			if !slices.Equal(d.Untouched, want) {
				t.Errorf("untouched %v, want %v", d.Untouched, want)
			}
		}
		untouched("/documents/licence", "/contact", "/premises")
		_, err = w.apps.Attach(ctx, application.AttachCommand{ID: id, Kind: "licence", SHA256: w.tinted(w.owner, 90), Filename: "new.jpg"})
		w.ok(err)
		untouched("/contact", "/premises")
		_, err = w.shops.UpdatePremises(ctx, merchant.UpdatePremisesCommand{
			ID: w.shop.ID, Name: w.shop.Name, Address: w.shop.Address + "附 2 号", Sectors: w.shop.Sectors, Phone: w.shop.Phone, Point: w.shop.Point, Photo: w.shop.Photo,
		})
		w.ok(err)
		untouched("/contact")
		w.refused(sent(), fault.Invalid)
		w.refused(sent(application.Kept{Pointer: "/contact"}), fault.Invalid) // without a reason
		w.refused(sent(application.Kept{Pointer: "/premises", Why: "没错"}), fault.Invalid)
		w.ok(sent(application.Kept{Pointer: "/contact", Why: "号码无误，白天可打通"}))
		d, err := w.apps.Get(testkit.As(w.city), id)
		w.ok(err)
		if last := d.Timeline[len(d.Timeline)-1]; d.State != lifecycle.CityReview || !strings.Contains(last.Reason, "白天可打通") {
			t.Errorf("the officers read %+v", last)
		}
	})
}
