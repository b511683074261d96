package tablet_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"fangxin/internal/checklist"
	"fangxin/internal/inspection"
)

// An item under a condition stands on the sheet's page with its condition and
// is marked as not asked; each save says anew which items are not.
func TestConditionsOnTheSheetsPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		sheet := w.sheet
		sheet.Sections = slices.Clone(sheet.Sections)
		first := &sheet.Sections[0]
		first.Items = slices.Clone(first.Items)
		decides, depends := first.Items[0].ID, first.Items[1].ID
		first.Items[1].When = &checklist.When{Item: decides, Is: []string{"fail"}}
		id := w.visitOn(sheet)
		_, err := w.Inspections.Start(w.lead.ctx, inspection.IDCommand{ID: id})
		w.ok(err)
		page := func() string {
			r := httptest.NewRequest("GET", "/tablet/inspections/"+string(id), nil)
			r.Header.Set("Cookie", w.lead.cookie)
			answer := httptest.NewRecorder()
			w.Handler.ServeHTTP(answer, r)
			return answer.Body.String()
		}
		save := func(verdict string) (hidden []string) {
			var b bytes.Buffer
			form := multipart.NewWriter(&b)
			w.ok(form.WriteField("verdict", verdict))
			w.ok(form.Close())
			r := httptest.NewRequest("POST", "/tablet/inspections/"+string(id)+"/items/"+decides, &b)
			r.Header.Set("Content-Type", form.FormDataContentType())
			r.Header.Set("Cookie", w.lead.cookie)
			r.Header.Set("X-Autosave", "1")
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			answer := httptest.NewRecorder()
			w.Handler.ServeHTTP(answer, r)
			var out struct {
				Saved  bool
				Hidden []string
			}
			if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil || !out.Saved {
				t.Fatalf("%d %s %v", answer.Code, answer.Body, err)
			}
			return out.Hidden
		}
		mark := `id="` + depends + `" data-unasked>`
		if body := page(); !strings.Contains(body, mark) || strings.Contains(body, `id="`+decides+`" data-unasked>`) || !strings.Contains(body, `class="when"`) {
			t.Errorf("at first: the mark %v, the condition %v", strings.Contains(body, mark), strings.Contains(body, `class="when"`))
		}
		if hidden := save("fail"); slices.Contains(hidden, depends) {
			t.Errorf("it is asked now, hidden: %v", hidden)
		}
		if strings.Contains(page(), mark) {
			t.Error("it is asked, and the page says it is not")
		}
		if hidden := save("pass"); !slices.Contains(hidden, depends) {
			t.Errorf("it is not asked any more, hidden: %v", hidden)
		}
	})
}
