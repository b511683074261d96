package certificate_test

import (
	"context"
	"reflect"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// A title that is recorded from a list, as imports and the demonstration do,
// is in every table what it would have been if the province had certified it:
// only its ids and its number are its own.
func TestRecordedTitlesEqualCertifiedOnes(t *testing.T) {
	each(t, func(w *world) {
		tables := []string{"certificate", "sticker", "badge_face", "event"}
		rows := func() []int {
			out := make([]int, len(tables))
			for i, table := range tables {
				w.ok(w.rt.DB.R.NewRaw("SELECT count(*) FROM "+table).Scan(context.Background(), &out[i]))
			}
			return out
		}
		added := func(before []int) []int {
			after := rows()
			for i := range after {
				after[i] -= before[i]
			}
			return after
		}
		plain := func(v certificate.View) (certificate.View, badge.Answer) {
			prints, err := w.badges.List(testkit.As(w.officer), badge.ListQuery{Certificate: v.ID})
			w.ok(err)
			if len(prints) != 1 {
				t.Fatalf("%d prints", len(prints))
			}
			answer := w.scan(string(prints[0].Code), badge.Valid)
			answer.Code, answer.Title.Number = "", ""
			v.ID, v.Number, v.Premises = "", "", ""
			v.Actions = nil // of whoever asked
			return v, answer
		}

		before := rows()
		recorded, _ := w.issue()
		first := added(before)
		input := w.input()
		input.Premises = ident.New[ident.PremisesID]()
		before = rows()
		def := usecase.Def{Name: "test.certify", Allow: []access.Role{access.ProvinceOfficer}}
		certified, err := usecase.Do(testkit.As(w.province), w.rt, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (certificate.View, error) {
			return w.certs.Issue(ctx, c, input)
		})
		w.ok(err)
		if second := added(before); !reflect.DeepEqual(first, second) || first[0] != 1 {
			t.Errorf("rows in %v: recorded %v, certified %v", tables, first, second)
		}
		v1, a1 := plain(recorded)
		v2, a2 := plain(certified)
		if !reflect.DeepEqual(v1, v2) || !reflect.DeepEqual(a1, a2) {
			t.Errorf("recorded  %+v %+v\ncertified %+v %+v", v1, a1, v2, a2)
		}
	})
}
