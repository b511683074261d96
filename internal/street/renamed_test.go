package street_test

import (
	"context"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/quorum"
	"fangxin/internal/street"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// A member whose certificate is re-issued under another name takes part as
// before: the street is not judged between the old certificate and the new one.
func TestRenamedMemberTakesPart(t *testing.T) {
	each(t, func(w *world) {
		// Twenty stores promise returns and twelve restaurants hold a title: 32 of 40, not one to spare.
		v, title, shops := w.titled(0)
		for i := 1; i < 25; i += 2 {
			shops = append(shops, w.award(w.premises[i], "jx-model-shop", 700))
		}
		w.turned = nil
		w.exec("UPDATE premises SET name = '新店招' WHERE id = ?", w.premises[1])
		def := usecase.Def{Name: "test.reissue", Allow: access.Roles}
		_, err := usecase.Do(testkit.As(w.officer), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
			return w.certs.Replace(ctx, c, certificate.Replacement{
				Old: shops[0].ID, Reason: "名称变更，换发新证", Holder: "新店招", Address: shops[0].Address, Sectors: shops[0].Sectors,
				IssuedOn: calendar.DateOf(c.Now), ExpiresOn: shops[0].ExpiresOn,
			})
		})
		w.ok(err)
		if got := w.standing(title.Number); got.Standing != "active" || got.Turn != nil || len(w.turned) != 0 {
			t.Errorf("after a member was renamed: %s, told %+v", got.Standing, w.turned)
		}
		d, err := w.s.Desk(testkit.As(w.owner), v.ID)
		w.ok(err)
		if d.Standing != quorum.Sound || !d.Judgement.Met {
			t.Errorf("%s, %+v", d.Standing, d.Judgement)
		}
		members, err := w.s.Members(context.Background(), v.ID)
		w.ok(err)
		if m := member(members, w.premises[1]); m.Name != "新店招" || !m.Certified {
			t.Errorf("the board shows %+v", m)
		}
	})
}

func member(list []street.Member, id ident.PremisesID) street.Member {
	for _, m := range list {
		if m.Premises == id {
			return m
		}
	}
	return street.Member{}
}
