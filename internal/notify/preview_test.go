package notify_test

import (
	"slices"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/appeal"
	"fangxin/internal/certificate"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/rectify"
)

// would is what a preview says to somebody: the events, in order of telling.
func (w *world) would(login, noun, subject string, a lifecycle.Action) []notify.Code {
	w.t.Helper()
	list, err := w.Notices.Preview(w.as(login), notify.PreviewQuery{Noun: noun, Subject: subject, Action: a, Lang: "zh"})
	w.ok(err)
	out := make([]notify.Code, 0, len(list))
	for _, t := range list {
		out = append(out, t.Event)
	}
	return out
}

// What a form says beforehand is what is told: the preview of a step is held
// against the inboxes after it.
func TestPreviewsAreKept(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		title := w.certified()
		news := func(login string, before int) []notify.Code {
			got := slices.Clone(w.codes(login)[before:])
			slices.Sort(got)
			return got
		}
		check := func(what string, promised, got []notify.Code, desk ...notify.Code) {
			t.Helper()
			promised = slices.DeleteFunc(slices.Clone(promised), func(c notify.Code) bool { return slices.Contains(desk, c) })
			slices.Sort(promised)
			if !slices.Equal(promised, got) {
				t.Errorf("%s: the form promised %v, the holder was told %v", what, promised, got)
			}
		}
		v, err := w.Rectifications.Order(w.as("county"), rectify.OrderCommand{Certificate: title, Reason: "价签缺失", Proof: rectify.Paper, Findings: []rectify.Found{{Text: "价签缺失"}}})
		w.ok(err)
		at := len(w.codes("owner"))
		promised := w.would("county", "rectification", string(v.ID), lifecycle.Fail)
		_, err = w.Rectifications.Fail(w.as("county"), rectify.ReasonCommand{ID: v.ID, Reason: "逾期未整改"})
		w.ok(err)
		check("not mended", promised, news("owner", at))

		a, err := w.Appeals.File(w.as("owner"), appeal.FileCommand{Certificate: title, Body: "已经整改"})
		w.ok(err)
		w.person("city2", "", "3601", access.CityOfficer) // who had no hand in it
		at = len(w.codes("owner"))
		promised = w.would("city2", "appeal", string(a.ID), lifecycle.Reject)
		_, err = w.Appeals.Reject(w.as("city2"), appeal.StepCommand{ID: a.ID, Reason: "原决定事实清楚"})
		w.ok(err)
		check("appeal rejected", promised, news("owner", at))
		if promised = w.would("city2", "appeal", string(a.ID), lifecycle.Uphold); !slices.Equal(promised, []notify.Code{notify.TitleRestored}) {
			t.Errorf("an appeal upheld promises %v", promised)
		}

		at = len(w.codes("owner"))
		promised = w.would("province", "certificate", string(title), lifecycle.Revoke)
		_, err = w.Certificates.Revoke(w.as("province"), certificate.RevokeCommand{ID: title, Reason: "经查实"})
		w.ok(err)
		check("revoked", promised, news("owner", at), notify.TaskOpened)
		if !slices.Contains(promised, notify.TaskOpened) || !slices.Contains(w.codes("county2"), notify.TaskOpened) {
			t.Error("the county's task for the plaque is not announced, or not told")
		}
	})
}

// Whoever is chosen in the form is announced as that, not as nobody.
func TestPreviewOfAnAssignment(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, visit := w.ordered()
		list, err := w.Notices.Preview(w.as("county"), notify.PreviewQuery{Noun: "inspection", Subject: string(visit), Action: lifecycle.Assign, Lang: "zh"})
		w.ok(err)
		if len(list) != 1 || !list[0].Chosen || list[0].Event != notify.VisitAssigned {
			t.Errorf("an assignment announces %+v", list)
		}
		_, err = w.Inspections.Assign(w.as("county"), inspection.AssignCommand{ID: visit, Lead: w.people["inspector1"].Account, Second: w.people["inspector2"].Account})
		w.ok(err)
		if got := w.would("county", "inspection", string(visit), lifecycle.Void); !slices.Equal(got, []notify.Code{notify.VisitVoided}) {
			t.Errorf("calling it off announces %v", got)
		}
		if _, err := w.Notices.Preview(w.as("far"), notify.PreviewQuery{Noun: "inspection", Subject: string(visit), Action: lifecycle.Void}); err == nil {
			t.Error("another county is told who would be told")
		}
	})
}
