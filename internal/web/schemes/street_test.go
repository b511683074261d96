package schemes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The figures of a street's title are edited like the rest: refused with the
// figure's name, nothing lost, shown in the changes and to everybody.
func TestFiguresOfStreetsAreEdited(t *testing.T) {
	s := newSite(t)
	at := s.As("admin").Done("/desk/schemes", url.Values{"code": {"jx-model-street"}})
	form := s.Fields(s.Get(at, "街区达标条件", "STR-06"), at)
	form.Set("scheme.street.participation.percent.value", "180")
	form.Set("scheme.street.grace_workdays.value", "15")
	form.Set("scheme.street.hundred.6.item", "STR-11")
	form.Set("scheme.street.hundred.7.item", "STR-11")
	w := s.Send(at, form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	body := s.Says(at, w.Body.String(), `value="180"`, "参与商户比例不低于（%）", "0–100", "f-scheme.street.participation.percent.value", "f-scheme.street.hundred.7.item")
	form = s.Fields(body, at)
	form.Set("scheme.street.participation.percent.value", "85")
	form.Set("scheme.street.hundred.7.item", "")
	form.Set("scheme.street.hundred.6.veto", "true")
	s.Done(at, form)
	s.Get(at, "<del>80</del>", "<ins>85</ins>", "<del>20</del>", "<ins>15</ins>", "<ins>一票否决</ins>", "STR-11")
	s.As("county").Get(at+"/preview", "街区达标条件", "85")
	s.As("").Get("/titles/jx-model-street", "街区达标条件", "随州解放路示范街")
	if body := s.Get("/titles/jx-model-shop"); strings.Contains(body, "街区达标条件") {
		t.Error("a title of shops shows figures of streets")
	}
}

// A title that is turned into one of streets is refused without figures and
// offers those of the province to begin with; one of shops drops them.
func TestASubjectBringsItsFigures(t *testing.T) {
	s := newSite(t)
	at := s.As("admin").Done("/desk/schemes", url.Values{"code": {"jx-model-shop"}, "as": {"nc-street"}})
	form := s.Fields(s.Get(at), at)
	form.Set("scheme.subject", "street")
	form.Set("scheme.sectors", "street")
	form.Set("scheme.sheet", "jx-model-street")
	form.Set("scheme.abbreviation", "NS")
	w := s.Send(at, form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	form = s.Fields(s.Says(at, w.Body.String(), "已按省级示范街区预填", `id="f-scheme.street"`), at)
	if form.Get("scheme.street.min_members.value") != "30" {
		t.Fatalf("the figures begin as %q", form.Get("scheme.street.min_members.value"))
	}
	s.Done(at, form)
	form = s.Fields(s.Get(at, "街区达标条件"), at)
	form.Set("scheme.subject", "premises")
	form.Set("scheme.sectors", "store")
	form.Set("scheme.sheet", "jx-model-shop")
	s.Done(at, form)
	if body := s.Get(at); strings.Contains(body, "scheme.street.") {
		t.Error("a title of shops keeps figures of streets")
	}
}
