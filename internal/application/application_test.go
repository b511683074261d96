package application_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/task"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

func TestWholeStory(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.Certified)
		d, err := w.apps.Get(testkit.As(w.owner), id)
		w.ok(err)
		if d.State != lifecycle.Certified || d.Certificate == "" || len(w.issued) != 1 {
			t.Fatalf("state %s, certificate %q, issued %d", d.State, d.Certificate, len(w.issued))
		}
		in := w.issued[0]
		if in.ExpiresOn.Year() != in.IssuedOn.Year()+2 || len(in.PromisesZh) == 0 || len(in.PromisesZh) != len(in.PromisesEn) {
			t.Errorf("issued with %+v", in)
		}
		if !strings.HasPrefix(d.CaseNo, "赣放心申〔2026〕") || d.Signature == nil || len(d.Signature.Hash) != 64 {
			t.Errorf("case %q signed %+v", d.CaseNo, d.Signature)
		}
		if len(d.Timeline) != 11 || d.Timeline[10].To != lifecycle.Certified {
			t.Errorf("timeline of %d moments", len(d.Timeline))
		}
		for _, m := range d.Timeline {
			if m.Actor != "" {
				t.Error("the applicant is told who acted")
			}
		}
		if d.Notice == nil || d.Notice.Outcome != "certified" || d.Notice.Open {
			t.Errorf("notice %+v", d.Notice)
		}
		if n := len(w.moved); n != 10 || w.moved[3].To != lifecycle.ToInspect || w.moved[3].Sheet.Hash == "" {
			t.Errorf("hooks saw %d moves", n)
		}
	})
}

// Each officer's step is refused to every other role, to the neighbour county
// and from every other state, and allowed once.
func TestStepsAllowedAndRefused(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.draft().ID
		w.complete(id)
		w.submit(id)
		step := func(fn func(context.Context, application.StepCommand) (application.View, error)) func(access.Principal) error {
			return func(p access.Principal) error {
				_, err := fn(testkit.As(p), application.StepCommand{ID: id})
				return err
			}
		}
		everybody := []access.Principal{w.owner, w.county, w.city, w.province, w.inspector, testkit.Staff(access.Publisher, prov), testkit.Staff(access.Administrator, prov), access.Anonymous()}
		for _, s := range []struct {
			name string
			who  access.Principal
			do   func(access.Principal) error
		}{
			{"accept", w.county, step(w.apps.Accept)},
			{"recommend", w.county, step(w.apps.Recommend)},
			{"order", w.city, step(w.apps.OrderInspection)},
			{"inspected", access.Principal{}, nil},
			{"take", w.county, step(w.apps.TakeAssessment)},
			{"endorse", w.county, step(w.apps.Endorse)},
			{"endorse city", w.city, step(w.apps.EndorseCity)},
			{"announce", w.province, step(w.apps.Announce)},
		} {
			if s.do == nil {
				w.ok(w.inspected(id, true, w.inspector.Account))
				continue
			}
			for _, p := range everybody {
				if p.Account != s.who.Account {
					err := s.do(p)
					if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated) {
						t.Errorf("%s by %v: %v", s.name, p.Roles, err)
					}
				}
			}
			elsewhere := s.who
			elsewhere.Scope = "/36/3607/"
			w.refused(s.do(elsewhere), fault.NotFound)
			if err := s.do(s.who); err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			if err := s.do(s.who); err == nil || fault.CodeOf(err) != fault.IllegalStep {
				t.Errorf("%s twice: %v", s.name, err)
			}
		}
	})
}

func TestSubmissionNamesEverythingMissing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.draft().ID
		_, err := w.apps.Submit(testkit.As(w.owner), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
		w.refused(err, fault.Invalid)
		f, _ := fault.As(err)
		have := map[string]bool{}
		for _, field := range f.Fields {
			have[field.Pointer] = true
		}
		for _, want := range []string{"/conditions/licensed", "/documents/licence", "/documents/storefront", "/commitments/quality", "/contact/name", "/contact/phone"} {
			if !have[want] {
				t.Errorf("%s is not named", want)
			}
		}
		if have["/documents/other"] || have["/commitments/odr"] {
			t.Error("something voluntary is demanded")
		}
		_, err = w.apps.Submit(testkit.As(w.owner), application.SubmitCommand{ID: id, Name: "张三"})
		w.refused(err, fault.Invalid) // without consent
		w.complete(id)
		d, err := w.apps.Get(testkit.As(w.owner), id)
		w.ok(err)
		if len(d.Missing) > 0 {
			t.Fatalf("still missing: %+v", d.Missing)
		}
		if v := w.submit(id); v.State != lifecycle.Submitted || v.DueOn != "2026-03-09" {
			t.Errorf("submitted on Monday 2 March: %s due %s", v.State, v.DueOn)
		}
	})
}

func TestStartRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		start := func(p access.Principal, scheme string) error {
			_, err := w.apps.Start(testkit.As(p), application.StartCommand{Premises: w.shop.ID, Scheme: scheme})
			return err
		}
		w.refused(start(w.stranger, "jx-model-shop"), fault.Invalid) // somebody else's shop
		w.refused(start(w.county, "jx-model-shop"), fault.Forbidden)
		w.refused(start(w.owner, "no-such-title"), fault.Invalid)
		w.refused(start(w.owner, "return-pledge"), fault.Invalid) // catering cannot pledge returns
		w.excluded = fault.New(fault.Excluded, "excluded_until", "2027-01-01")
		w.refused(start(w.owner, "jx-model-shop"), fault.Excluded)
		w.excluded, w.live = nil, true
		w.refused(start(w.owner, "jx-model-shop"), fault.Duplicate)
		w.live = false
		w.ok(start(w.owner, "jx-model-shop"))
		w.refused(start(w.owner, "jx-model-shop"), fault.Duplicate) // one open case
		_, err := w.shops.ClosePremises(testkit.As(w.owner), merchant.ClosePremisesCommand{ID: w.shop.ID, ClosedOn: "2026-03-01"})
		w.refused(err, fault.Conflict)
	})
}

func TestReturnAndResubmit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.CityReview)
		mark := []application.Correction{{Pointer: "/documents/licence", Note: "照片不清晰"}}
		cmd := application.ReturnCommand{ID: id, Reason: "请补正", Items: mark}
		_, err := w.apps.Return(testkit.As(w.county), cmd)
		w.refused(err, fault.Forbidden) // the city's turn, not the county's
		_, err = w.apps.Return(testkit.As(w.city), application.ReturnCommand{ID: id, Reason: "x", Items: []application.Correction{{Pointer: "/nonsense", Note: "x"}}})
		w.refused(err, fault.Invalid)
		v, err := w.apps.Return(testkit.As(w.city), cmd)
		w.ok(err)
		if v.ReturnedFrom != lifecycle.CityReview || v.DueOn == "" {
			t.Errorf("%+v", v)
		}
		ctx := testkit.As(w.owner)
		_, err = w.apps.Resubmit(ctx, application.SubmitCommand{ID: id, Name: "张三", Consent: true})
		w.refused(err, fault.Invalid) // nothing was corrected
		if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Pointer != "/documents/licence" || f.Fields[0].Rule != "not_corrected" {
			t.Errorf("names %v", err)
		}
		no := []string{"quality"}
		_, err = w.apps.Save(ctx, application.SaveCommand{ID: id, Commitments: &no})
		w.refused(err, fault.Invalid) // was not marked
		sha := w.tinted(w.owner, 90)
		_, err = w.apps.Attach(ctx, application.AttachCommand{ID: id, Kind: "licence", SHA256: sha, Filename: "new.jpg"})
		w.ok(err)
		_, err = w.apps.Resubmit(testkit.As(w.stranger), application.SubmitCommand{ID: id, Name: "张三", Consent: true})
		w.refused(err, fault.NotFound)
		back, err := w.apps.Resubmit(ctx, application.SubmitCommand{ID: id, Name: "张三", Consent: true})
		w.ok(err)
		if back.State != lifecycle.CityReview || back.CaseNo != v.CaseNo {
			t.Errorf("came back as %s %s", back.State, back.CaseNo)
		}
		_, err = w.apps.Resubmit(ctx, application.SubmitCommand{ID: id, Name: "张三", Consent: true})
		w.refused(err, fault.IllegalStep)
	})
}

func TestRefuseAndWithdraw(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.CountyReview)
		_, err := w.apps.Refuse(testkit.As(w.province), application.RefuseCommand{ID: id, Reason: "不符合条件"})
		w.refused(err, fault.Forbidden)
		_, err = w.apps.Refuse(testkit.As(w.county), application.RefuseCommand{ID: id})
		w.refused(err, fault.Invalid)
		v, err := w.apps.Refuse(testkit.As(w.county), application.RefuseCommand{ID: id, Reason: "不符合条件"})
		w.ok(err)
		if v.State != lifecycle.Refused || v.AppealUntil == "" || v.DueOn != "" {
			t.Errorf("%+v", v)
		}
		_, err = w.apps.Withdraw(testkit.As(w.owner), application.StepCommand{ID: id})
		w.refused(err, fault.IllegalStep)
		again := w.draft().ID // a refusal does not bar another try
		_, err = w.apps.Withdraw(testkit.As(w.stranger), application.StepCommand{ID: again})
		w.refused(err, fault.NotFound)
		_, err = w.apps.Withdraw(testkit.As(w.owner), application.StepCommand{ID: again})
		w.ok(err)
	})
}

func TestCertifyNeedsTimeAndOtherEyes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.PublicNotice)
		certify := func(p access.Principal) error {
			_, err := w.apps.Certify(testkit.As(p), application.StepCommand{ID: id})
			return err
		}
		w.refused(certify(w.province2), fault.TooSoon)
		d, err := w.apps.Get(testkit.As(w.province2), id)
		w.ok(err)
		if a := action(d, lifecycle.Certify); a.Open || a.Why != string(fault.TooSoon) || a.Until != d.Notice.ClosesOn {
			t.Errorf("the button says %+v", a)
		}
		receipt, err := w.apps.Object(context.Background(), application.ObjectCommand{Notice: d.Notice.ID, Party: "person", Name: "李四", Contact: "13900000000", Body: "该店曾经缺斤少两，有小票为证。"})
		w.ok(err)
		if receipt.Number == "" {
			t.Error("no receipt")
		}
		w.clock.Add(15 * 24 * time.Hour)
		w.refused(certify(w.province2), fault.NotReady)
		d, err = w.apps.Get(testkit.As(w.province2), id)
		w.ok(err)
		if d.Objections[0].Name != "李四" {
			t.Error("the deciding officer does not see who objects")
		}
		for _, p := range []access.Principal{w.owner, w.county} {
			other, err := w.apps.Get(testkit.As(p), id)
			w.ok(err)
			if other.Objections[0].Name != "" || other.Objections[0].Contact != "" {
				t.Errorf("%v sees who objects", p.Roles)
			}
		}
		dismiss := application.ObjectionCommand{ID: id, Objection: d.Objections[0].ID, Reason: "经查不实"}
		_, err = w.apps.DismissObjection(testkit.As(w.county), dismiss)
		w.refused(err, fault.Forbidden)
		_, err = w.apps.DismissObjection(testkit.As(w.province), dismiss)
		w.ok(err)
		_, err = w.apps.DismissObjection(testkit.As(w.province), dismiss)
		w.refused(err, fault.NotFound)
		w.refused(certify(w.province), fault.FourEyes)
		inspecting := w.province2
		inspecting.Account = w.inspector.Account
		w.refused(certify(inspecting), fault.ConflictOfInterest)
		w.refused(certify(w.city), fault.Forbidden)
		w.ok(certify(w.province2))
		w.refused(certify(w.province2), fault.IllegalStep)
		_, err = w.apps.Object(context.Background(), application.ObjectCommand{Notice: d.Notice.ID, Party: "person", Name: "李四", Contact: "13900000000", Body: "已经太晚了，但还是要说。"})
		w.refused(err, fault.Gone)
	})
}

func action(d application.Detail, a lifecycle.Action) application.AllowedAction {
	for _, x := range d.Actions {
		if x.Action == a {
			return x
		}
	}
	return application.AllowedAction{}
}

func TestUpheldObjectionEndsTheCase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.PublicNotice)
		d, err := w.apps.Get(testkit.As(w.province), id)
		w.ok(err)
		_, err = w.apps.Object(testkit.As(w.stranger), application.ObjectCommand{Notice: d.Notice.ID, Party: "organisation", Name: "某协会", Contact: "0791-88881234", Body: "提交的材料与事实不符，详见附件。"})
		w.ok(err)
		tasks, err := w.tasks.List(testkit.As(w.province), task.ListQuery{Kind: task.ObjectionFiled})
		w.ok(err)
		if len(tasks.Items) != 1 {
			t.Errorf("%d tasks", len(tasks.Items))
		}
		d, err = w.apps.Get(testkit.As(w.province), id)
		w.ok(err)
		cmd := application.ObjectionCommand{ID: id, Objection: d.Objections[0].ID, Reason: "经查属实"}
		_, err = w.apps.UpholdObjection(testkit.As(w.city), cmd)
		w.refused(err, fault.Forbidden)
		v, err := w.apps.UpholdObjection(testkit.As(w.province), cmd)
		w.ok(err)
		if v.State != lifecycle.ObjectionUpheld {
			t.Errorf("state %s", v.State)
		}
		if _, err = w.apps.UpholdObjection(testkit.As(w.province), cmd); !fault.Is(err, fault.IllegalStep) {
			t.Errorf("twice: %v", err)
		}
	})
}

func TestFailedInspectionStopsTheCase(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.ToInspect)
		w.ok(w.inspected(id, false, w.inspector.Account))
		w.refused(w.inspected(id, false), fault.IllegalStep)
		_, err := w.apps.TakeAssessment(testkit.As(w.county), application.StepCommand{ID: id})
		w.ok(err)
		_, err = w.apps.Endorse(testkit.As(w.county), application.StepCommand{ID: id})
		w.refused(err, fault.NotReady)
	})
}

func TestVersionsAndReplays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := usecase.WithEdge(testkit.As(w.owner), usecase.Edge{IdempotencyKey: "k1"})
		start := application.StartCommand{Premises: w.shop.ID, Scheme: "jx-model-shop"}
		first, err := w.apps.Start(ctx, start)
		w.ok(err)
		again, err := w.apps.Start(ctx, start)
		w.ok(err)
		if first.ID != again.ID {
			t.Error("a repeated create made another case")
		}
		start.Scheme = "jx-model-street"
		_, err = w.apps.Start(ctx, start)
		w.refused(err, fault.IdempotencyMismatch)
		contact := application.SaveCommand{ID: first.ID, Contact: &application.Contact{Name: "张三"}}
		v, err := w.apps.Save(usecase.WithEdge(testkit.As(w.owner), usecase.Edge{Version: first.Version, NeedVersion: true}), contact)
		w.ok(err)
		if v.Version != first.Version+1 {
			t.Errorf("version %d after %d", v.Version, first.Version)
		}
		_, err = w.apps.Save(usecase.WithEdge(testkit.As(w.owner), usecase.Edge{Version: first.Version}), contact)
		w.refused(err, fault.StaleVersion)
		_, err = w.apps.Save(usecase.WithEdge(testkit.As(w.owner), usecase.Edge{NeedVersion: true}), contact)
		w.refused(err, fault.VersionRequired)
		_, err = w.apps.Save(testkit.As(w.stranger), contact)
		w.refused(err, fault.NotFound)
	})
}

func TestTheDatabaseRefusesIllegalSteps(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.draft().ID
		_, err := w.d.W.NewRaw("UPDATE application SET state = 'certified' WHERE id = ?", id).Exec(context.Background())
		if err == nil || !strings.Contains(err.Error(), "illegal step") {
			t.Errorf("draft became certified: %v", err)
		}
		_, err = w.d.W.NewRaw("UPDATE application SET state = 'nonsense' WHERE id = ?", id).Exec(context.Background())
		if err == nil {
			t.Error("a state that does not exist was stored")
		}
	})
}

func TestQueue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.to(lifecycle.CountyReview)
		counts, err := w.apps.Counts(testkit.As(w.county))
		w.ok(err)
		if counts[application.Mine] != 1 || counts[application.All] != 1 || counts[application.Due] != 0 {
			t.Errorf("county counts %v", counts)
		}
		for p, want := range map[*access.Principal]int{&w.county: 1, &w.city: 0, &w.otherCounty: 0} {
			page, err := w.apps.List(testkit.As(*p), application.ListQuery{Tab: application.Mine})
			w.ok(err)
			if len(page.Items) != want {
				t.Errorf("%v has %d cases to decide, want %d", p.Roles, len(page.Items), want)
			}
		}
		page, err := w.apps.List(testkit.As(w.county), application.ListQuery{Name: "好味"})
		w.ok(err)
		if len(page.Items) != 1 || page.Items[0].ID != id {
			t.Errorf("search by two characters found %d", len(page.Items))
		}
		w.clock.Add(30 * 24 * time.Hour)
		counts, err = w.apps.Counts(testkit.As(w.county))
		w.ok(err)
		if counts[application.Due] != 1 {
			t.Errorf("overdue counts %v", counts)
		}
		for range 2 {
			n, err := w.apps.Sweep(context.Background())
			w.ok(err)
			if n != 1 {
				t.Errorf("swept %d", n)
			}
		}
		tasks, err := w.tasks.List(testkit.As(w.county), task.ListQuery{})
		w.ok(err)
		if len(tasks.Items) != 1 || tasks.Items[0].Kind != task.CaseOverdue {
			t.Fatalf("tasks %+v", tasks.Items)
		}
		d, err := w.apps.Get(testkit.As(w.county), id)
		w.ok(err)
		if d.State != lifecycle.CountyReview || !d.Overdue || *d.DaysLeft >= 0 {
			t.Errorf("the sweep moved the case, or it is not late: %s %v", d.State, d.Overdue)
		}
		_, err = w.apps.Recommend(testkit.As(w.county), application.StepCommand{ID: id})
		w.ok(err)
		if tasks, err = w.tasks.List(testkit.As(w.county), task.ListQuery{}); err != nil || len(tasks.Items) != 0 {
			t.Errorf("the task stays open: %v %v", tasks.Items, err)
		}
	})
}

func TestDraftsAreNotForOfficers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.draft().ID
		for _, p := range []access.Principal{w.county, w.province, w.stranger} {
			if _, err := w.apps.Get(testkit.As(p), id); !fault.Is(err, fault.NotFound) {
				t.Errorf("%v reads a draft: %v", p.Roles, err)
			}
		}
		if _, err := w.apps.Get(testkit.As(w.owner), ident.New[ident.ApplicationID]()); !fault.Is(err, fault.NotFound) {
			t.Errorf("an unknown case: %v", err)
		}
	})
}
