package notify_test

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/notify"
	"fangxin/internal/webhook"
)

func (w *world) hook(p *post, login string, events ...notify.Code) notify.Hook {
	w.t.Helper()
	h, err := w.Notices.CreateHook(w.as(login), notify.HookCommand{HookData: notify.HookData{Name: "政务平台", URL: p.http.URL + "/hook", Events: events}})
	w.ok(err)
	return h
}

// signed checks a delivery as its receiver does.
func signed(t *testing.T, d delivery, secrets ...string) {
	t.Helper()
	at, err := strconv.ParseInt(d.header.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	want, err := webhook.Sign(d.header.Get("webhook-id"), time.Unix(at, 0), []byte(d.body), secrets...)
	if err != nil || d.header.Get("webhook-signature") != want {
		t.Errorf("signature %s, want %s (%v)", d.header.Get("webhook-signature"), want, err)
	}
}

func TestWebhooks(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.person("ganzhou", "", "3607", access.Administrator)
		h := w.hook(p, "admin", notify.CaseReceived, notify.CaseReturned)
		w.hook(p, "ganzhou", notify.CaseReceived) // another city's
		if !strings.HasPrefix(h.Secret, "whsec_") {
			t.Fatalf("%+v", h)
		}
		if again, err := w.Notices.GetHook(w.as("admin"), h.ID); err != nil || again.Secret != "" {
			t.Errorf("the secret is shown again: %+v %v", again, err)
		}
		for login, code := range map[string]fault.Code{"ganzhou": fault.NotFound, "county": fault.Forbidden} {
			if _, err := w.Notices.GetHook(w.as(login), h.ID); !fault.Is(err, code) {
				t.Errorf("%s reads it: %v", login, err)
			}
		}
		id := w.submitted()
		w.step("county", id, w.Applications.Accept) // it did not ask for this
		w.deliver()
		if len(p.hooks) != 1 {
			t.Fatalf("%d deliveries", len(p.hooks))
		}
		d := p.hooks[0]
		signed(t, d, h.Secret)
		if !strings.Contains(d.body, `"type":"case.received"`) || !strings.Contains(d.body, string(id)) || !strings.Contains(d.body, `"state":"submitted"`) ||
			strings.Contains(d.body, "好味") || strings.Contains(d.body, "张三") || strings.Contains(d.body, "139") {
			t.Errorf("body %s", d.body)
		}
		// While secrets are exchanged both sign.
		r, err := w.Notices.RotateHook(w.as("admin"), notify.HookID{ID: h.ID})
		w.ok(err)
		_, err = w.Notices.TestHook(w.as("admin"), notify.HookID{ID: h.ID})
		w.ok(err)
		w.deliver()
		signed(t, p.hooks[1], r.Secret, h.Secret)
		w.clock.Add(25 * time.Hour)
		_, err = w.Notices.TestHook(w.as("admin"), notify.HookID{ID: h.ID})
		w.ok(err)
		w.deliver()
		signed(t, p.hooks[2], r.Secret)
		history, err := w.Notices.History(w.as("admin"), notify.HistoryQuery{ID: h.ID, Limit: 2})
		w.ok(err)
		if len(history.Items) != 2 || history.Next == "" || history.Items[0].Status != 200 || history.Items[0].Event != notify.WebhookTest {
			t.Errorf("%+v", history)
		}
		u, err := w.Notices.UpdateHook(w.as("admin"), notify.HookUpdate{ID: h.ID, HookData: notify.HookData{Name: "停", URL: h.URL, Events: h.Events}})
		w.ok(err)
		if u.Active || u.Reason != "by_hand" {
			t.Errorf("%+v", u)
		}
		if _, err := w.Notices.TestHook(w.as("admin"), notify.HookID{ID: h.ID}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a stopped one is tested: %v", err)
		}
	})
}

func TestWebhookAddressesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for url, rule := range map[string]string{
			"https://127.0.0.1/": "webhook_private", "https://169.254.169.254/": "webhook_private", "http://hooks.example.cn/": "webhook_https", "nonsense": "webhook_url",
		} {
			_, err := w.Notices.CreateHook(w.as("admin"), notify.HookCommand{HookData: notify.HookData{Name: "a", URL: url, Events: []notify.Code{notify.CaseReceived}}})
			if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Rule != rule {
				t.Errorf("%s: %v", url, err)
			}
		}
		for _, event := range []notify.Code{notify.PasswordChanged, notify.WebhookTest, "nothing"} {
			_, err := w.Notices.CreateHook(w.as("admin"), notify.HookCommand{HookData: notify.HookData{Name: "a", URL: "https://hooks.example.cn/", Events: []notify.Code{event}}})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%s may be asked for: %v", event, err)
			}
		}
	})
}

// A webhook that fails for days is stopped, and the administrators hear of it;
// one success in between begins the count anew.
func TestFailingWebhooksAreStopped(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		h := w.hook(p, "admin", notify.CaseReceived)
		test := func() notify.Hook {
			t.Helper()
			_, err := w.Notices.TestHook(w.as("admin"), notify.HookID{ID: h.ID})
			w.ok(err)
			w.deliver()
			v, err := w.Notices.GetHook(w.as("admin"), h.ID)
			w.ok(err)
			return v
		}
		p.status = http.StatusInternalServerError
		if v := test(); v.FailingSince == nil || !v.Active {
			t.Errorf("%+v", v)
		}
		w.clock.Add(4 * 24 * time.Hour)
		p.status = http.StatusOK
		if v := test(); v.FailingSince != nil {
			t.Errorf("%+v", v)
		}
		p.status = http.StatusInternalServerError
		test()
		w.clock.Add(4*24*time.Hour + 23*time.Hour)
		if v := test(); !v.Active {
			t.Errorf("stopped too early: %+v", v)
		}
		w.clock.Add(2 * time.Hour)
		if v := test(); v.Active || v.Reason != "failing" {
			t.Errorf("still active: %+v", v)
		}
		if got := w.codes("admin"); !slices.Equal(got, []notify.Code{notify.WebhookDisabled}) {
			t.Errorf("the administrator was told %v", got)
		}
		n := len(p.hooks)
		w.submitted()
		w.deliver()
		if len(p.hooks) != n {
			t.Error("a stopped webhook is told")
		}
		v, err := w.Notices.UpdateHook(w.as("admin"), notify.HookUpdate{ID: h.ID, HookData: notify.HookData{Name: "a", URL: h.URL, Events: h.Events}, Active: true})
		w.ok(err)
		if !v.Active || v.FailingSince != nil {
			t.Errorf("%+v", v)
		}
		p.status = http.StatusGone
		if v := test(); v.Active || v.Reason != "gone" {
			t.Errorf("after 410: %+v", v)
		}
	})
}

func TestReminders(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.submitted()
		w.step("county", id, w.Applications.Accept)
		d, err := w.Applications.Get(w.as("county"), id)
		w.ok(err)
		due, err := time.ParseInLocation("2006-01-02", d.DueOn, w.clock.Now().Location())
		w.ok(err)
		before := len(w.codes("county2"))
		remind := func(at time.Time) []notify.Code {
			t.Helper()
			w.clock.Set(at)
			for range 2 { // as often as it runs
				w.ok(w.Notices.Remind(context.Background()))
			}
			return w.codes("county2")[before:]
		}
		at := func(days, hour int) time.Time { return due.AddDate(0, 0, days).Add(time.Duration(hour-8) * time.Hour) }
		if got := remind(at(-7, 10)); len(got) != 0 {
			t.Errorf("a week before: %v", got)
		}
		if got := remind(at(-1, 20)); len(got) != 0 {
			t.Errorf("in the evening: %v", got)
		}
		if got := remind(at(0, 10)); !slices.Equal(got, []notify.Code{notify.CaseDueSoon}) {
			t.Errorf("on the day: %v", got)
		}
		if remind(at(1, 10)); slices.Contains(w.codes("city"), notify.CaseEscalated) {
			t.Error("the city hears of it on the first day")
		}
		// Then at many hours of the week after.
		for h := range 20 {
			remind(at(0, 11+9*h))
		}
		if got := remind(at(8, 10)); !slices.Equal(got, []notify.Code{notify.CaseDueSoon, notify.CaseOverdue}) {
			t.Errorf("a week after: %v", got)
		}
		if got := w.codes("far"); len(got) != 0 {
			t.Errorf("another county: %v", got)
		}
		// The city hears of it once, and not before the third working day.
		escalated := func(login string) (n int) {
			for _, code := range w.codes(login) {
				if code == notify.CaseEscalated {
					n++
				}
			}
			return n
		}
		if escalated("city") != 1 || escalated("county2") != 0 || escalated("province") != 0 {
			t.Errorf("left overdue: city %d, county %d, province %d", escalated("city"), escalated("county2"), escalated("province"))
		}
		if got := w.codes("owner"); slices.Contains(got, notify.CaseOverdue) {
			t.Errorf("the owner: %v", got)
		}
	})
}

func TestTitlesThatEnd(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		title := w.certified()
		d, _, err := w.Certificates.Get(w.as("owner"), title)
		w.ok(err)
		end, err := time.ParseInLocation("2006-01-02", d.ExpiresOn.String(), w.clock.Now().Location())
		w.ok(err)
		before := len(w.codes("owner"))
		for day := -80; day <= 20; day++ {
			w.clock.Set(end.AddDate(0, 0, day).Add(2 * time.Hour)) // ten in the morning in Beijing
			w.ok(w.Notices.Remind(context.Background()))
		}
		if got := w.codes("owner")[before:]; !slices.Equal(got, []notify.Code{
			notify.RenewalOpen, notify.RecheckSoon, notify.RenewalDue, notify.RenewalDue, notify.RenewalDue, notify.RenewalLast, notify.TitleExpired,
		}) {
			t.Errorf("told %v", got)
		}
	})
}
