package certificate_test

import (
	"context"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func (w *world) endShop(id ident.PremisesID, reason string) {
	w.t.Helper()
	def := usecase.Def{Name: "test.closed", Allow: access.Roles}
	_, err := usecase.Do(testkit.As(w.owner), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
		return struct{}{}, w.certs.EndWithShop(ctx, c, id, reason)
	})
	w.ok(err)
}

// A title ends with its shop, suspended or not, with public words; nobody can
// take that step themselves.
func TestTitlesEndWithTheirShop(t *testing.T) {
	each(t, func(w *world) {
		v, code := w.issue()
		_, err := w.certs.Suspend(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		before, _, err := w.certs.Get(testkit.As(w.officer), v.ID)
		w.ok(err)
		for _, a := range before.Actions {
			if a == lifecycle.End {
				t.Error("an officer is offered to end a title with its shop")
			}
		}
		if _, err := lifecycle.Certificate.Check(w.officer, lifecycle.End, lifecycle.Active, ""); err == nil {
			t.Error("an officer may end a title with its shop")
		}
		w.endShop(v.Premises, "门店停业")
		d, err := w.certs.Detail(context.Background(), v.Number)
		w.ok(err)
		last := d.History[len(d.History)-1]
		if d.State != lifecycle.Withdrawn || d.Reason != "门店停业" || last.Action != string(lifecycle.End) || last.Reason != d.Reason {
			t.Errorf("ended: %+v, %+v", d.View, last)
		}
		if a := w.scan(code, badge.Withdrawn); a.Reason != d.Reason {
			t.Errorf("the badge says %q", a.Reason)
		}
		w.endShop(v.Premises, "再次停业") // nothing is left to end
		if again, err := w.certs.Detail(context.Background(), v.Number); err != nil || again.Reason != "门店停业" {
			t.Errorf("ended twice: %q, %v", again.Reason, err)
		}
	})
}

// What a title was on a past day follows from what was decided by then.
func TestTitleOnAPastDay(t *testing.T) {
	each(t, func(w *world) {
		v, _ := w.issue()
		issued := calendar.DateOf(w.clock.Now())
		w.clock.Set(issued.AddDays(40).Start().Add(9 * time.Hour))
		_, err := w.certs.Suspend(testkit.As(w.officer), reason(v.ID))
		w.ok(err)
		w.clock.Set(issued.AddDays(50).Start().Add(9 * time.Hour))
		w.endShop(v.Premises, "门店停业")
		d, err := w.certs.Detail(context.Background(), v.Number)
		w.ok(err)
		for day, want := range map[int]certificate.Standing{
			0: "active", 39: "active", 40: "suspended", 49: "suspended", 50: "withdrawn", 2000: "withdrawn",
		} {
			if got, ok := d.On(d.IssuedOn.AddDays(day)); !ok || got != want {
				t.Errorf("on day %d: %s, want %s", day, got, want)
			}
		}
		if _, ok := d.On(d.IssuedOn.AddDays(-1)); ok {
			t.Error("a title before it was awarded")
		}
		past := d
		past.History = past.History[:1]
		if got, _ := past.On(d.ExpiresOn.AddDays(1)); got != certificate.Standing(badge.Expired) {
			t.Errorf("after its last day: %s", got)
		}
	})
}
