package schemes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/testkit"
)

// Who reads and who writes: staff read the versions, an administrator of the
// province drafts, everybody reads what is in force.
func TestWhoSeesThePages(t *testing.T) {
	s := newSite(t)
	draft := s.As("admin").Done("/desk/schemes", url.Values{"code": {"jx-model-shop"}})
	for _, c := range []struct {
		who, path string
		code      int
	}{
		{"admin", "/desk/schemes", 200}, {"county", "/desk/schemes", 200}, {"merchant", "/desk/schemes", 403}, {"", "/desk/schemes", 303},
		{"admin", "/desk/schemes/jx-model-shop", 200}, {"county", "/desk/schemes/no-such-title", 404}, {"merchant", "/desk/schemes/jx-model-shop", 403},
		{"admin", draft, 200}, {"county", draft, 200}, {"merchant", draft, 403}, {"", draft, 303}, {"admin", "/desk/schemes/jx-model-shop/1999.1", 404},
		{"county", draft + "/preview", 200}, {"", draft + "/preview", 303},
		{"", "/titles", 200}, {"merchant", "/titles/jx-model-shop", 200}, {"", "/titles/no-such-title", 404}, {"", "/titles/jx-model-shop/diff?from=1999.1", 404},
	} {
		if w := s.As(c.who).Send(c.path, nil); w.Code != c.code {
			t.Errorf("%q at %s: %d, want %d", c.who, c.path, w.Code, c.code)
		}
	}
	if body := s.As("county").Get(draft); strings.Contains(body, `<form method="post" action="`+draft+`"`) {
		t.Error("a county officer is offered the editor")
	}
	for _, who := range []string{"county", "merchant"} {
		if w := s.As(who).Send("/desk/schemes", url.Values{"code": {"jx-model-shop"}}); w.Code != http.StatusForbidden {
			t.Errorf("%s drafted: %d", who, w.Code)
		}
	}
}

// Saving what the editor shows changes nothing, for every scheme that ships:
// no field is missing from the form.
func TestTheEditorLosesNothing(t *testing.T) {
	s := newSite(t)
	for _, shipped := range scheme.All() {
		t.Run(shipped.Code, func(t *testing.T) {
			s.T = t
			at := s.As("admin").Done("/desk/schemes", url.Values{"code": {shipped.Code}})
			form := s.Fields(s.Get(at), at)
			form.Set("summary", "只看不改")
			s.Done(at, form)
			_, edition, _ := strings.Cut(strings.TrimPrefix(at, "/desk/schemes/"), "/")
			list, err := s.Schemes.Editions(testkit.As(s.People["admin"]), shipped.Code)
			s.OK(err)
			for _, e := range list {
				if e.Edition != edition {
					continue
				}
				if changes := scheme.Changes(shipped, e.Scheme); len(changes) > 0 {
					t.Errorf("changed by saving: %+v", changes)
				}
				if e.Summary != "只看不改" {
					t.Errorf("the summary is %q", e.Summary)
				}
				same := e.Scheme
				same.Version = shipped.Version
				if string(same.Content()) != string(shipped.Content()) {
					t.Errorf("another content:\n%s\n%s", shipped.Content(), same.Content())
				}
			}
		})
	}
}

// What is wrong stands beside its field, and everything typed is still there.
func TestARefusedSaveKeepsWhatWasTyped(t *testing.T) {
	s := newSite(t)
	at := s.As("admin").Done("/desk/schemes", url.Values{"code": {"jx-model-shop"}})
	form := s.Fields(s.Get(at), at)
	form.Set("scheme.title.zh", "全国放心消费示范店")
	form.Set("scheme.notice_workdays.value", "0")
	form.Set("scheme.route.1.workdays.value", "900")
	form.Set("scheme.commitments.0.text.en", "")
	form.Set("scheme.minutes_to_apply", "33")
	w := s.Send(at, form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", w.Code)
	}
	body := s.Says(at, w.Body.String(), "全国放心消费示范店", `value="900"`, `value="33"`, "f-scheme.title.zh", "f-scheme.notice_workdays.value")
	again := s.Fields(body, at)
	for name, want := range form {
		if got := again[name]; strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s was %q and is %q", name, want, got)
		}
	}
	// Mended, the same form is taken.
	again.Set("scheme.title.zh", "江西省放心消费示范门店")
	again.Set("scheme.notice_workdays.value", "6")
	again.Set("scheme.route.1.workdays.value", "9")
	again.Set("scheme.commitments.0.text.en", "We keep our word")
	s.Done(at, again)
	s.Get(at, "江西省放心消费示范门店", "原来", "33")
	if w := s.Send(at, again); w.Code != http.StatusConflict && w.Code != http.StatusPreconditionFailed {
		t.Errorf("a form of an older version was taken: %d", w.Code)
	}
}

// From draft to force: by two people, shown with what changed, to officers and
// to everybody.
func TestAVersionComesIntoForce(t *testing.T) {
	s := newSite(t)
	at := s.As("admin").Done("/desk/schemes", url.Values{"code": {"jx-model-shop"}})
	form := s.Fields(s.Get(at), at)
	form.Set("summary", "复查改为每半年一次")
	form.Set("scheme.recheck_months.value", "6")
	s.Done(at, form)
	s.Get(at, "复查")
	step := func(action, reason string) url.Values {
		f := s.Fields(s.Get(at), at+"/"+action)
		if reason != "" {
			f.Set("reason", reason)
		}
		return f
	}
	if w := s.As("admin").Send(at+"/publish", url.Values{"version": {"2"}}); w.Code != http.StatusForbidden && w.Code != http.StatusConflict {
		t.Errorf("the drafter published: %d", w.Code)
	}
	if w := s.As("province").Send(at+"/nonsense", url.Values{"version": {"2"}}); w.Code != http.StatusNotFound {
		t.Errorf("an unknown step: %d", w.Code)
	}
	s.As("province").Done(at+"/publish", step("publish", ""))
	s.Get("/desk/schemes/jx-model-shop", "2023.1", "由 ", "复查改为每半年一次")
	version := at[strings.LastIndex(at, "/")+1:]
	for _, base := range []string{"/desk/schemes", "/titles"} {
		if base == "/titles" {
			s.As("")
		}
		body := s.Get(base+"/jx-model-shop/diff?from=2023.1&to="+version, "12", "6", "2023.1")
		if !strings.Contains(body, `href="`+base+`/jx-model-shop"`) {
			t.Errorf("%s does not lead back", base)
		}
	}
	s.Get("/titles/jx-model-shop", version, "现行", "复查改为每半年一次", "/titles/jx-model-shop/diff?from=2023.1")
	// Retired, it can be read and is no longer offered.
	if w := s.As("province2").Send(at+"/retire", url.Values{"version": {"3"}}); w.Code == http.StatusSeeOther {
		t.Error("retired without a reason")
	}
	s.Done(at+"/retire", step("retire", "办法废止"))
	s.As("").Get("/titles/jx-model-shop", "不再受理")
	if body := s.Get("/titles"); strings.Contains(body, "/titles/jx-model-shop\"") {
		t.Error("a title that is over is offered")
	}
}

// Discarded drafts make room; a code that is taken or malformed is refused
// with what was typed.
func TestDraftsBeginAndEnd(t *testing.T) {
	s := newSite(t)
	w := s.As("admin").Send("/desk/schemes", url.Values{"code": {"jx-model-shop"}, "as": {"Bad Code"}, "edition": {"2030.1"}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a malformed code: %d", w.Code)
	}
	s.Says("/desk/schemes", w.Body.String(), "Bad Code", "2030.1")
	if w := s.Send("/desk/schemes", url.Values{"code": {"jx-model-shop"}, "as": {"ja-party-shop"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a code that is taken: %d", w.Code)
	}
	at := s.Done("/desk/schemes", url.Values{"code": {"jx-model-shop"}, "as": {"gz-orange-shop"}, "edition": {"2026.1"}})
	if at != "/desk/schemes/gz-orange-shop/2026.1" {
		t.Errorf("drafted at %s", at)
	}
	if body := s.As("").Get("/titles"); strings.Contains(body, "gz-orange-shop") {
		t.Error("a draft is shown to everybody")
	}
	s.As("admin").Done(at+"/discard", s.Fields(s.Get(at), at+"/discard"))
	if w := s.As("").Send("/titles/gz-orange-shop", nil); w.Code != http.StatusNotFound {
		t.Errorf("a title that never was: %d", w.Code)
	}
}

// The pledge is shown as it goes, and its editor offers nothing that no pledge
// goes through.
func TestThePledgeHasNoReview(t *testing.T) {
	s := newSite(t)
	at := s.As("admin").Done("/desk/schemes", url.Values{"code": {scheme.ReturnPledge}})
	for path, body := range map[string]string{
		"the editor": s.Get(at, "没有审批环节", "公示 5 个工作日"), "the preview": s.Get(at+"/preview", "没有人审批"),
		"the public page": s.As("").Get("/titles/"+scheme.ReturnPledge, "没有人审批", "公示中"),
	} {
		for _, never := range []string{"县级初审", "scheme.route.0.state", "scheme.documents.0.id", "appeal_workdays"} {
			if strings.Contains(body, never) {
				t.Errorf("%s speaks of %s", path, never)
			}
		}
	}
}

// Halts are read by everybody, in both languages: where none are issued, and
// where that is over.
func TestHaltsArePublic(t *testing.T) {
	s := newSite(t)
	ctx := testkit.As(s.People["province"])
	if body := s.Get("/titles"); strings.Contains(body, "暂停颁发") {
		t.Error("a halt is shown where there is none")
	}
	h, err := s.Oversight.Impose(ctx, oversight.ImposeCommand{Scheme: "jx-model-shop", Area: "360700", Reason: "内部原因", Note: "正在核对检查记录"})
	s.OK(err)
	for _, path := range []string{"/titles", "/titles/jx-model-shop"} {
		if body := s.Get(path, "赣州", "正在核对检查记录"); strings.Contains(body, "内部原因") {
			t.Errorf("%s tells what is for officers", path)
		}
	}
	s.Get("/titles?lang=en", "is not awarded at present")
	if body := s.Get("/titles/ja-party-shop"); strings.Contains(body, "正在核对检查记录") {
		t.Error("the halt of another title is shown")
	}
	_, err = s.Oversight.ProposeLift(ctx, oversight.HaltStep{ID: h.ID, Reason: "核对完毕"})
	s.OK(err)
	s.Get("/titles", "暂停颁发")
	_, err = s.Oversight.ConfirmLift(testkit.As(s.People["province2"]), oversight.HaltStep{ID: h.ID})
	s.OK(err)
	s.Get("/titles", "曾暂停颁发", "现已恢复")
}
