package tablet_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/inspection"
	"fangxin/internal/tablet"
)

// visitPage asks for a page, or sends a form, as somebody.
func (w *world) page(p person, method, path string, form url.Values) (int, string) {
	w.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Cookie", p.cookie)
	answer := httptest.NewRecorder()
	w.Handler.ServeHTTP(answer, r)
	return answer.Code, answer.Body.String()
}

// The office sees what has arrived, the versions that differ and what could
// not be placed; the lead chooses at the desk too, and nobody else.
func TestPagesOfTheDesk(t *testing.T) {
	w := newWorld(t, "")
	id := w.visit()
	a, b := w.device(w.lead), w.device(w.second)
	item := w.items()[0].ID
	one := a.answer(id, checklist.Answer{Item: item, Verdict: checklist.Pass})
	two := b.answer(id, checklist.Answer{Item: item, Verdict: checklist.Fail, Note: "没有公示价格"})
	for n := range 3 {
		a.photo(id, item, jpegOf(n))
	}
	lost := a.add("dance", id, "", map[string]string{"what": "华尔兹"})
	w.ok(a.push(10))
	w.ok(b.push(10))
	for _, p := range a.pictures[1:] {
		p.done = true // these stay behind
	}
	w.ok(a.upload(5000))
	visit, arrival := "/desk/inspections/"+string(id), "/desk/inspections/"+string(id)+"/arrival"
	for _, c := range []struct {
		who  person
		path string
		want string
	}{
		{w.officer, visit, "照片 1／3 张"}, {w.officer, arrival, "照片 1／3 张"}, {w.officer, arrival, "没有公示价格"}, {w.officer, arrival, "待主检选定"},
		{w.lead, arrival, "选定这份"}, {w.officer, "/desk/quarantine", "不认识的内容类型"}, {w.officer, "/desk/quarantine/export", "华尔兹"},
		{w.lead, "/desk/tablets", "平板 3"}, {w.officer, "/desk/quarantine?settled=true", "没有内容"},
	} {
		code, body := w.page(c.who, "GET", c.path, nil)
		if code != http.StatusOK || !strings.Contains(body, c.want) {
			t.Errorf("%s as %s: %d, without %q", c.path, c.who.login, code, c.want)
		}
	}
	if _, body := w.page(w.second, "GET", arrival, nil); strings.Contains(body, `name="keep"`) {
		t.Error("the second inspector is offered the lead's choice")
	}
	if code, _ := w.page(w.third, "GET", arrival, nil); code != http.StatusNotFound {
		t.Errorf("somebody else's visit: %d", code)
	}
	resolve := visit + "/items/" + item + "/resolve"
	for who, code := range map[string]int{"second": http.StatusConflict, "third": http.StatusNotFound, "officer": http.StatusForbidden} {
		p := map[string]person{"second": w.second, "third": w.third, "officer": w.officer}[who]
		if got, _ := w.page(p, "POST", resolve, url.Values{"keep": {one.id}}); got != code {
			t.Errorf("%s chooses: %d, want %d", who, got, code)
		}
	}
	if code, _ := w.page(w.lead, "POST", resolve, url.Values{"keep": {two.id}}); code != http.StatusSeeOther {
		t.Errorf("the lead chooses: %d", code)
	}
	if d := w.get(id); d.Answers[0].Verdict != checklist.Fail || len(w.answers(id)) != 3 {
		t.Errorf("after the choice: %+v, %d entries", d.Answers[0], len(w.answers(id)))
	}
	if _, err := w.Inspections.ResolveConflict(w.lead.ctx, inspection.ResolveCommand{ID: id, Item: item, Keep: one.id}); err == nil {
		t.Error("chosen twice")
	}
	list, err := w.Tablets.Quarantine(w.officer.ctx, tablet.ParkedQuery{})
	if err != nil || len(list.Items) != 1 || list.Items[0].Item != lost.id {
		t.Fatalf("quarantine: %+v %v", list, err)
	}
	parked := "/desk/quarantine/" + list.Items[0].ID
	if code, body := w.page(w.officer, "POST", parked+"/settle", url.Values{"note": {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "华尔兹") {
		t.Errorf("without a note: %d", code)
	}
	if code, _ := w.page(w.officer, "POST", parked+"/settle", url.Values{"note": {"已电话核实"}}); code != http.StatusSeeOther {
		t.Errorf("settled: %d", code)
	}
	if code, _ := w.page(w.second, "POST", "/desk/tablets/"+a.id+"/revoke", url.Values{"account": {string(w.lead.Account)}}); code != http.StatusNotFound {
		t.Errorf("a colleague takes the ticket away: %d", code)
	}
	if code, _ := w.page(w.lead, "POST", "/desk/tablets/"+a.id+"/revoke", url.Values{"account": {string(w.lead.Account)}}); code != http.StatusSeeOther {
		t.Errorf("its user takes the ticket away: %d", code)
	}
	var done, refused int
	w.ok(w.DB.R.NewRaw("SELECT count(*) FROM audit_entry WHERE usecase IN ('tablet.push', 'tablet.park', 'inspection.resolve', 'tablet.settle', 'tablet.revoke') AND outcome = 'done'").Scan(t.Context(), &done))
	w.ok(w.DB.R.NewRaw("SELECT count(*) FROM audit_entry WHERE usecase IN ('inspection.resolve', 'tablet.revoke', 'tablet.settle') AND outcome = 'refused'").Scan(t.Context(), &refused))
	if done < 6 || refused < 6 {
		t.Errorf("%d entries of what was done, %d of refusals", done, refused)
	}
}

// A photo whose bytes are still on the tablet is said to be so, where one that
// has arrived is shown.
func TestPagesSayWhichPhotosAreNotHere(t *testing.T) {
	w := newWorld(t, "")
	id := w.visit()
	a := w.device(w.lead)
	item := w.items()[0].ID
	shas := []string{a.photo(id, item, jpegOf(1)), a.photo(id, item, jpegOf(2))}
	a.answer(id, checklist.Answer{Item: item, Verdict: checklist.Pass, Photos: shas})
	w.ok(a.push(10))
	a.pictures[1].done = true // stays behind
	w.ok(a.upload(5000))
	for _, c := range []struct {
		who  person
		path string
	}{{w.officer, "/desk/inspections/" + string(id)}, {w.lead, "/tablet/inspections/" + string(id)}} {
		_, body := w.page(c.who, "GET", c.path, nil)
		if here, waits := strings.Count(body, "/small\""), strings.Count(body, "照片尚未传到"); here != 1 || waits != 1 || strings.Contains(body, "/files/"+shas[1]) {
			t.Errorf("%s shows %d photos and waits for %d", c.path, here, waits)
		}
	}
	a.pictures[1].done = false
	w.ok(a.upload(5000))
	if d := w.get(id); len(d.Awaited) != 0 || len(d.Proofs(d.Answers[0])) != 2 {
		t.Errorf("when all is here: %v", d.Awaited)
	}
}
