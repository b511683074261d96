package takeover_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"fangxin/internal/httpapi"
	"fangxin/internal/i18n"
	"fangxin/internal/takeover"
)

// An old id answers with its own record and the address of the present shop;
// with a day it answers for that day.
func TestOldIDsAnswerWithTheAddressOfThePresentShop(t *testing.T) {
	each(t, func(w *world) {
		mux := http.NewServeMux()
		w.s.Mount(httpapi.New(mux, i18n.Shipped()))
		get := func(path string) (*httptest.ResponseRecorder, takeover.ShopView) {
			t.Helper()
			rec := httptest.NewRecorder()
			mux.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, httpapi.Prefix+path, nil))
			var v takeover.ShopView
			w.ok(json.Unmarshal(rec.Body.Bytes(), &v))
			return rec, v
		}
		before := w.today().String()
		old := "/shops/" + string(w.shop.ID)
		if rec, v := get(old); rec.Code != http.StatusOK || v.ID != w.shop.ID || rec.Header().Get("Location") != "" {
			t.Errorf("before: %d %+v", rec.Code, v)
		}
		w.pass(3)
		done := w.done(w.command(), w.next, w.old)
		present := "/shops/" + string(done.Successor)
		rec, v := get(old)
		if rec.Code != http.StatusPermanentRedirect || rec.Header().Get("Location") != httpapi.Prefix+present || v.ID != w.shop.ID || v.Active {
			t.Errorf("after: %d to %q, %+v", rec.Code, rec.Header().Get("Location"), v)
		}
		if rec, v := get(present); rec.Code != http.StatusOK || v.ID != done.Successor || len(v.Line) != 2 {
			t.Errorf("the present shop: %d %+v", rec.Code, v)
		}
		if rec, v := get(present + "?on=" + before); rec.Code != http.StatusOK || v.ID != w.shop.ID || v.Operator != w.giver.Name {
			t.Errorf("on a past day: %d %+v", rec.Code, v)
		}
	})
}
