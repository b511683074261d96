package notify_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/application"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/inspection"
	"fangxin/internal/notify"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

// Every event of the catalogue has its words, and can be told once only.
func TestCatalogueIsComplete(t *testing.T) {
	seen := map[notify.Code]bool{}
	for _, ev := range notify.Catalogue {
		if seen[ev.Code] {
			t.Errorf("%s stands twice", ev.Code)
		}
		seen[ev.Code] = true
		for _, part := range []string{"title", "body"} {
			if key := "notify." + string(ev.Code) + "." + part; !i18n.Shipped().Has(key) {
				t.Errorf("no words %s", key)
			}
		}
		if slices.Contains(ev.Channels, notify.Inbox) || slices.Contains(ev.Channels, notify.Webhook) {
			t.Errorf("%s: the inbox is not chosen and webhooks ask", ev.Code)
		}
		if strings.HasPrefix(string(ev.Code), "account.") && (!ev.Fixed || ev.Hooks) {
			t.Errorf("%s: safety is fixed and nobody else's business", ev.Code)
		}
	}
}

// The whole way of a case: each person hears what concerns them and nothing else.
func TestACaseIsTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.certified()
		for login, want := range map[string][]notify.Code{
			"owner": {
				notify.CaseReceived, notify.CaseForwarded, notify.CaseForwarded, notify.CaseForwarded, notify.CaseForwarded,
				notify.CaseForwarded, notify.CaseForwarded, notify.CaseForwarded, notify.CaseAnnounced, notify.CaseCertified,
			},
			"stranger": {}, "far": {}, "inspector1": {},
			"county":    {notify.CaseWaiting, notify.VisitPlanned, notify.CaseWaiting},
			"county2":   {notify.CaseWaiting, notify.VisitPlanned, notify.CaseWaiting},
			"city":      {notify.CaseWaiting, notify.CaseWaiting},
			"province":  {notify.CaseWaiting},
			"province2": {notify.CaseWaiting},
		} {
			got := w.codes(login)
			if !slices.Equal(got, want) {
				t.Errorf("%s was told %v, want %v", login, got, want)
			}
		}
		v := w.newest("owner")
		if !strings.Contains(v.Title, "好味餐馆") || strings.Contains(v.Title+v.Body, "{") || !strings.HasPrefix(v.Link, "/my/applications/") {
			t.Errorf("worded as %+v", v)
		}
	})
}

func TestWhatAReturnSays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.submitted()
		w.step("county", id, w.Applications.Accept)
		_, err := w.Applications.Return(w.as("county"), application.ReturnCommand{ID: id, Reason: "材料不清", Items: []application.Correction{
			{Pointer: "/premises", Note: "门牌号不对"}, {Pointer: "/contact", Note: "电话打不通"},
		}})
		w.ok(err)
		v := w.newest("owner")
		for _, part := range []string{"材料不清", "1. 门牌号不对", "2. 电话打不通", "期限："} {
			if !strings.Contains(v.Body, part) {
				t.Errorf("%q is missing in %s", part, v.Body)
			}
		}
		if v.Event != notify.CaseReturned || !v.Urgent || v.ReadAt != nil {
			t.Errorf("%+v", v)
		}
		en, err := w.Notices.Get(w.as("owner"), v.ID, "en")
		w.ok(err)
		if !strings.Contains(en.Title, "needs corrections") {
			t.Errorf("in English: %s", en.Title)
		}
	})
}

func TestVisitsAndTitlesAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, visit := w.ordered()
		assign := func(reason, lead, second string) {
			t.Helper()
			_, err := w.Inspections.Assign(w.as("county"), inspection.AssignCommand{ID: visit, Lead: w.people[lead].Account, Second: w.people[second].Account, Reason: reason})
			w.ok(err)
		}
		assign("", "inspector1", "inspector2")
		assign("请假", "inspector1", "inspector3")
		_, err := w.Inspections.Void(w.as("county"), inspection.ReasonCommand{ID: visit, Reason: "重复派单"})
		w.ok(err)
		for login, want := range map[string][]notify.Code{
			"inspector1": {notify.VisitAssigned, notify.VisitAssigned, notify.VisitVoided},
			"inspector2": {notify.VisitAssigned, notify.VisitReleased},
			"inspector3": {notify.VisitAssigned, notify.VisitVoided},
		} {
			if got := w.codes(login); !slices.Equal(got, want) {
				t.Errorf("%s was told %v, want %v", login, got, want)
			}
		}
	})
	each(t, func(t *testing.T, w *world) {
		title := w.certified()
		_, err := w.Certificates.Suspend(w.as("county"), certificate.StepCommand{ID: title, Reason: "正在调查"})
		w.ok(err)
		_, err = w.Certificates.Propose(w.as("county"), certificate.ProposeCommand{ID: title, Action: "restore", Reason: "已查清"})
		w.ok(err)
		d, p, err := w.Certificates.Get(w.as("county2"), title)
		w.ok(err)
		_, err = w.Certificates.Decide(w.as("county2"), certificate.DecideCommand{ID: d.ID, Approve: p != nil})
		w.ok(err)
		_, err = w.Certificates.Revoke(w.as("province"), certificate.RevokeCommand{ID: title, Reason: "经查实"})
		w.ok(err)
		got := w.codes("owner")
		if got = got[len(got)-3:]; !slices.Equal(got, []notify.Code{notify.TitleRestored, notify.PlaqueWanted, notify.TitleRevoked}) {
			t.Errorf("the holder was told %v", got)
		}
		if v := w.newest("owner"); !strings.Contains(v.Body, "经查实") || !strings.Contains(v.Body, "不能重新申报") {
			t.Errorf("revocation says %s", v.Body)
		}
	})
}

// The inbox is the reader's own: nobody reads or marks that of others.
func TestInbox(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.submitted()
		w.step("county", id, w.Applications.Accept)
		w.step("county", id, w.Applications.Recommend)
		first, err := w.Notices.Inbox(w.as("owner"), notify.InboxQuery{Limit: 2})
		w.ok(err)
		rest, err := w.Notices.Inbox(w.as("owner"), notify.InboxQuery{Limit: 2, After: first.Next})
		w.ok(err)
		if len(first.Items) != 2 || len(rest.Items) != 1 || rest.Next != "" {
			t.Fatalf("pages of %d and %d", len(first.Items), len(rest.Items))
		}
		newest := first.Items[0].ID
		if _, err := w.Notices.Get(w.as("stranger"), newest, "zh"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger reads it: %v", err)
		}
		if _, err := w.Notices.Read(w.as("stranger"), notify.ReadCommand{ID: newest}); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger marks it: %v", err)
		}
		if _, err := w.Notices.Inbox(context.Background(), notify.InboxQuery{}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the public has an inbox: %v", err)
		}
		v, err := w.Notices.Read(w.as("owner"), notify.ReadCommand{ID: newest})
		w.ok(err)
		if n, _ := w.Notices.Unread(w.as("owner")); v.ReadAt == nil || n.Count != 2 {
			t.Errorf("read at %v, %d left", v.ReadAt, n.Count)
		}
		// What came in after the page was shown stays unread.
		w.step("city", id, w.Applications.OrderInspection)
		m, err := w.Notices.ReadAll(w.as("owner"), notify.ReadAllCommand{UpTo: newest})
		w.ok(err)
		left, err := w.Notices.Inbox(w.as("owner"), notify.InboxQuery{Unread: true})
		w.ok(err)
		if m.Count != 2 || len(left.Items) != 1 {
			t.Errorf("marked %d, left %d", m.Count, len(left.Items))
		}
	})
}

// However often and from however many sides the same thing is told, each
// person has it once.
func TestToldOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		def := usecase.Def{Name: "test.tell", Allow: []access.Role{access.System}}
		tell := func() error {
			_, err := usecase.Do(usecase.System(context.Background(), "test"), w.Runtime, &def, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
				return struct{}{}, w.Notices.Tell(ctx, c, notify.Occurrence{
					Event: notify.TaskOpened, Key: "the same", Noun: "task", Scope: "/36/3601/360102/", Data: map[string]string{"task": "claim_operator"},
				})
			})
			return err
		}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := tell(); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, login := range []string{"county", "county2"} {
			if got := w.codes(login); !slices.Equal(got, []notify.Code{notify.TaskOpened}) {
				t.Errorf("%s has %v", login, got)
			}
		}
		if got := w.codes("far"); len(got) != 0 {
			t.Errorf("another county has %v", got)
		}
	})
}

// What concerns the safety of an account is told to its holder.
func TestSafety(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		county := w.people["county"]
		_, err := w.Accounts.UpdateStaff(w.as("admin"), account.UpdateStaffCommand{ID: county.Account, StaffData: account.StaffData{
			Name: "county", Phone: "13700000001", Roles: county.Roles, Authority: county.Authority,
		}})
		w.ok(err)
		_, err = w.Accounts.Reset(w.as("admin"), account.AccountCommand{ID: county.Account})
		w.ok(err)
		if got := w.codes("county"); !slices.Equal(got, []notify.Code{notify.PhoneChanged, notify.AccountReset}) {
			t.Errorf("told %v", got)
		}
		if got := w.codes("admin"); len(got) != 0 {
			t.Errorf("the administrator was told %v", got)
		}
	})
}

// A refused step tells nobody.
func TestNothingIsToldOfARefusal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.submitted()
		before := len(w.codes("owner"))
		if _, err := w.Applications.Recommend(w.as("county"), application.StepCommand{ID: id}); !fault.Is(err, fault.IllegalStep) {
			t.Fatal(err)
		}
		if _, err := w.Applications.Accept(testkit.As(w.people["far"]), application.StepCommand{ID: id}); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		if after := len(w.codes("owner")); after != before {
			t.Errorf("%d notices became %d", before, after)
		}
	})
}
