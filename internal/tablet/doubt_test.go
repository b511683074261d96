package tablet_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/tablet"
)

func codes(list []tablet.Doubt) (out []string) {
	for _, d := range list {
		out = append(out, string(d.Code))
	}
	return out
}

// What is said about a place, at the limits of the rules and beyond.
func TestDoubtsAboutAPlace(t *testing.T) {
	rules := tablet.PlaceRules{Accuracy: 100, Distance: 300, Age: 600}
	shop := &tablet.Position{Lat: 28.6829760, Lng: 115.8581970, Datum: "wgs84"}
	at := func(north int64, accuracy int) *checklist.Place { // metres north of the shop
		return &checklist.Place{LngE7: 1158581970, LatE7: 286829760 + north*90, Datum: "wgs84", Accuracy: accuracy}
	}
	other := []ident.InspectionID{ident.New[ident.InspectionID]()}
	for _, c := range []struct {
		name  string
		place *checklist.Place
		age   time.Duration
		shop  *tablet.Position
		same  []ident.InspectionID
		want  []string
	}{
		{"at the shop", at(20, 12), 5 * time.Second, shop, nil, nil},
		{"none", nil, 0, shop, nil, []string{"none"}},
		{"as inexact as may be", at(0, 100), 0, shop, nil, nil},
		{"too inexact", at(0, 101), 0, shop, nil, []string{"inexact"}},
		{"far, within the accuracy", at(330, 60), 0, shop, nil, nil},
		{"far", at(380, 60), 0, shop, nil, []string{"far"}},
		{"a shop without a point", at(9000, 12), 0, nil, nil, nil},
		{"as old as may be", at(0, 12), 600 * time.Second, shop, nil, nil},
		{"old", at(0, 12), 601 * time.Second, shop, nil, []string{"old"}},
		{"a clock that went back", at(0, 12), -time.Hour, shop, nil, nil},
		{"the same elsewhere", at(0, 12), 0, shop, other, []string{"same"}},
		{"everything", at(9000, 500), time.Hour, shop, other, []string{"inexact", "far", "same", "old"}},
	} {
		if got := codes(rules.Doubts(c.place, c.age, c.shop, c.same)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	// Public maps draw a shop some five hundred metres off; that is no doubt.
	drawn := &tablet.Position{Lat: 28.67977, Lng: 115.86319, Datum: "gcj02"}
	if got := rules.Doubts(at(0, 12), 0, drawn, nil); len(got) != 0 {
		t.Errorf("a shop by the datum of public maps: %+v", got)
	}
	if r := tablet.RulesOfPlaces(); r.Accuracy < 20 || r.Distance < 50 || r.Age < 60 {
		t.Errorf("the rules in force: %+v", r)
	}
}

// The reviewer sees where a visit was begun with what is notable, and which
// photos were chosen from files; the sealed record holds it too.
func TestWhatReviewersSeeOfPlacesAndPhotos(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		one, two, three := w.visit(), w.visit(), w.visit()
		d := w.device(w.lead)
		place := map[string]any{"lng_e7": 1158920007, "lat_e7": 286760003, "datum": "wgs84", "accuracy_m": 250}
		now := d.clock().UTC()
		d.add(tablet.Start, one, "", map[string]any{"place": place, "fixed_at": now.Add(-20 * time.Minute)})
		d.add(tablet.Start, two, "", map[string]any{"place": place, "fixed_at": now})
		d.add(tablet.Start, three, "", map[string]any{"refused": "室内收不到信号"})
		item := w.items()[0].ID
		d.source = "camera"
		shot := d.photo(one, item, jpegOf(1))
		d.source = "file"
		chosen := d.photo(one, item, jpegOf(2))
		d.source = ""
		drawing := d.photo(one, "", jpegOf(3))
		for i, it := range w.items() {
			a := checklist.Answer{Item: it.ID, Verdict: checklist.Pass}
			if i == 0 {
				a.Photos = []string{shot, chosen}
			}
			d.answer(one, a)
		}
		d.sign(one, w.sheet.Hash(), drawing)
		d.add(tablet.Submit, one, "", map[string]any{"hash": d.content(one, w.sheet.Hash())})
		w.ok(d.push(100))
		w.ok(d.upload(5000))
		a, err := w.Tablets.Arrival(w.officer.ctx, one)
		w.ok(err)
		if want := []string{"inexact", "same", "old"}; a.Place == nil || a.Place.LatE7 != 286760003 || !slices.Equal(codes(a.Doubts), want) {
			t.Errorf("the place %+v, doubts %+v, want %v", a.Place, a.Doubts, want)
		}
		for _, x := range a.Doubts {
			if x.Code == tablet.SamePlace && !slices.Equal(x.Visits, []ident.InspectionID{two}) {
				t.Errorf("the same place as of %v, want %s", x.Visits, two)
			}
		}
		if a.Shot() != 1 || a.Chosen() != 1 {
			t.Errorf("%d shot, %d chosen", a.Shot(), a.Chosen())
		}
		if a, err = w.Tablets.Arrival(w.officer.ctx, three); err != nil || !slices.Equal(codes(a.Doubts), []string{"none"}) {
			t.Errorf("without a place: %+v %v", a.Doubts, err)
		}
		for _, page := range []string{"/desk/inspections/" + string(one), "/desk/inspections/" + string(one) + "/arrival"} {
			code, body := w.page(w.officer, "GET", page, nil)
			for _, want := range []string{`data-doubt="inexact"`, `data-doubt="same"`, "/desk/inspections/" + string(two), "从文件选取 1 张", "浏览器不说明位置是否被模拟"} {
				if code != http.StatusOK || !strings.Contains(body, want) {
					t.Errorf("%s: %d, without %s", page, code, want)
				}
			}
		}
		file, err := w.Inspections.Record(w.officer.ctx, one)
		w.ok(err)
		sources := map[string]int{}
		for _, f := range file.Chain[0].Visit.Files {
			sources[f.Source]++
		}
		if started := file.Chain[0].Visit.Started; sources["camera"] != 1 || sources["file"] != 1 || started.FixedAt == nil {
			t.Errorf("sealed: sources %v, started %+v", sources, started)
		}
		if got := w.get(one); got.State != "submitted" {
			t.Errorf("it is %s", got.State)
		}
		// What no program says is refused, not taken for a camera.
		d.source = "gallery"
		d.photo(two, item, jpegOf(9))
		w.ok(d.push(10))
		if last := d.outbox[len(d.outbox)-1]; last.outcome != tablet.Parked || last.cause != "malformed" {
			t.Errorf("an unknown source: %s %s", last.outcome, last.cause)
		}
	})
}
