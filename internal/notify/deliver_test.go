package notify_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fangxin/internal/account"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
)

// One step reaches its people on every channel that they have.
func TestEveryChannel(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.address(p, "owner", "shop@example.cn")
		_, err := w.Notices.BindWeChat(w.as("owner"), notify.BindCommand{Code: "c"})
		w.ok(err)
		p.mails = nil
		w.submitted()
		w.deliver()
		if len(p.texts) != 2 || p.texts[0].Phone != "13800000001" && p.texts[1].Phone != "13800000001" || p.texts[0].Phone != "13900000009" && p.texts[1].Phone != "13900000009" ||
			p.texts[0].Text != "【放心消费】已收到“好味餐馆”的申报" {
			t.Errorf("text messages to the owner and the contact: %+v", p.texts)
		}
		if len(p.mails) != 1 || p.mails[0].to != "shop@example.cn" || p.mails[0].subject != "已收到“好味餐馆”的申报" ||
			!strings.Contains(p.mails[0].text, "https://fx.example.gov.cn/my/applications/") || !strings.Contains(p.mails[0].text, "/account/notifications") {
			t.Errorf("mails: %+v", p.mails)
		}
		if len(p.wechat) != 1 || p.wechat[0]["touser"] != "openid-of-owner" {
			t.Errorf("WeChat: %+v", p.wechat)
		}
		if left := w.outbox(notify.Waiting); len(left) != 0 {
			t.Errorf("%d copies wait", len(left))
		}
		for _, c := range w.outbox(notify.Sent) {
			if strings.Contains(c.Address, "13800000001") || c.Address == "shop@example.cn" || c.SentAt == nil || c.Attempts != 1 {
				t.Errorf("in the outbox: %+v", c)
			}
		}
		// Once delivered, a copy stays delivered, whatever the queue does.
		for _, c := range w.outbox(notify.Sent) {
			w.ok(w.Notices.Deliver(context.Background(), c.ID))
		}
		if len(p.texts) != 2 || len(p.mails) != 1 {
			t.Error("something went out twice")
		}
	})
}

// A gateway that is down gets growing pauses and then leaves dead letters,
// which an administrator sends again.
func TestRetriesAndDeadLetters(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		var log bytes.Buffer
		w.Runtime.Log = slog.New(slog.NewTextHandler(&log, nil))
		p.status = http.StatusInternalServerError
		w.submitted()
		first := w.outbox(notify.Waiting)[0]
		last := time.Duration(0)
		for try := 1; ; try++ {
			w.ok(w.Notices.Deliver(context.Background(), first.ID))
			i := slices.IndexFunc(w.outbox(""), func(c notify.Copy) bool { return c.ID == first.ID })
			c := w.outbox("")[i]
			if c.Attempts != try || c.Error != "gateway_500" || c.SentAt != nil {
				t.Fatalf("after %d tries: %+v", try, c)
			}
			if c.State == notify.Dead {
				if try != 12 {
					t.Errorf("given up after %d tries", try)
				}
				break
			}
			wait := c.DueAt.Sub(w.clock.Now())
			ideal := min(2*time.Hour, 30*time.Second<<(try-1))
			if wait < ideal*8/10 || wait > ideal*12/10 || try < 8 && wait < last {
				t.Errorf("pause %d is %v", try, wait)
			}
			last = wait
			w.clock.Add(wait)
		}
		if len(p.texts) != 12 {
			t.Errorf("the gateway was asked %d times", len(p.texts))
		}
		if s := log.String(); strings.Contains(s, "138") || strings.Contains(s, "好味餐馆") || !strings.Contains(s, "gateway_500") {
			t.Errorf("the log tells too much or too little: %s", s)
		}
		w.ok(w.Notices.Deliver(context.Background(), first.ID)) // a stray job wakes no dead letter
		p.status = http.StatusOK
		for login, code := range map[string]fault.Code{"county": fault.Forbidden, "owner": fault.Forbidden} {
			if _, err := w.Notices.Resend(w.as(login), notify.ResendCommand{ID: first.ID}); !fault.Is(err, code) {
				t.Errorf("%s sends again: %v", login, err)
			}
		}
		v, err := w.Notices.Resend(w.as("admin"), notify.ResendCommand{ID: first.ID})
		w.ok(err)
		if v.State != notify.Waiting || v.Attempts != 0 {
			t.Errorf("%+v", v)
		}
		w.ok(w.Notices.Deliver(context.Background(), first.ID))
		if n, err := w.Notices.Counts(w.as("admin")); err != nil || n.Dead != 0 || n.Sent != 1 || len(p.texts) != 13 {
			t.Errorf("%+v %v after %d", n, err, len(p.texts))
		}
		if _, err := w.Notices.Resend(w.as("admin"), notify.ResendCommand{ID: first.ID}); !fault.Is(err, fault.Conflict) {
			t.Errorf("sent twice: %v", err)
		}
	})
}

func TestAnAddressThatDoesNotExistIsGivenUpAtOnce(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.address(p, "owner", "shop@example.cn")
		p.rcpt = "550 no such user"
		w.submitted()
		w.deliver()
		dead := w.outbox(notify.Dead)
		if len(dead) != 1 || dead[0].Channel != notify.Email || dead[0].Attempts != 1 || dead[0].Error != "recipient_550" {
			t.Errorf("%+v", dead)
		}
	})
}

// However many workers take the same copy, one sends it.
func TestDeliveredOnce(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.submitted()
		id := w.outbox(notify.Waiting)[0].ID
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if err := w.Notices.Deliver(context.Background(), id); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(p.texts) != 1 {
			t.Errorf("sent %d times", len(p.texts))
		}
	})
}

// What a stopped process had in hand comes back when its time is over.
func TestALostWorker(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.submitted()
		w.clock.Set(time.Date(2026, 3, 2, 23, 0, 0, 0, ident.Beijing)) // no reminders now
		id := w.outbox(notify.Waiting)[0].ID
		w.exec("DELETE FROM river_job")
		w.exec("UPDATE message_copy SET state = 'sending', attempts = 1, due_at = ? WHERE id = ?", w.clock.Now().Add(5*time.Minute), id)
		w.ok(w.Notices.Deliver(context.Background(), id))
		if len(p.texts) != 0 {
			t.Fatal("taken out of a worker's hands")
		}
		w.clock.Add(20 * time.Minute)
		w.ok(w.Notices.Sweep(context.Background()))
		var jobs int
		w.ok(w.DB.R.NewRaw("SELECT count(*) FROM river_job").Scan(context.Background(), &jobs))
		w.ok(w.Notices.Sweep(context.Background()))
		var again int
		w.ok(w.DB.R.NewRaw("SELECT count(*) FROM river_job").Scan(context.Background(), &again))
		if jobs != 2 || again > 3 { // the other copy's job was lost as well
			t.Errorf("%d jobs, then %d", jobs, again)
		}
		w.ok(w.Notices.Deliver(context.Background(), id))
		if len(p.texts) != 1 {
			t.Errorf("sent %d times", len(p.texts))
		}
	})
}

func TestSettings(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		v, err := w.Notices.Settings(w.as("owner"))
		w.ok(err)
		if !slices.Equal(v.Channels, []notify.Channel{notify.SMS, notify.Email, notify.WeChat}) || v.Phone != "138****0001" || v.Lang != "zh" {
			t.Errorf("%+v", v)
		}
		var on []string
		for _, c := range v.Events {
			// Of a visit a shop hears only that its corrected sheet counts.
			if strings.HasPrefix(string(c.Event), "inspection.") && c.Event != notify.VisitAmended || c.Group == "desk" || c.Group == "admin" || c.Group == "test" {
				t.Errorf("a merchant chooses %s", c.Event)
			}
			if !c.Fixed && c.Event != notify.CaseReceived {
				for _, ch := range c.On {
					on = append(on, string(c.Event)+"/"+string(ch))
				}
			}
		}
		v, err = w.Notices.Set(w.as("owner"), notify.SetCommand{Lang: "en", On: on})
		w.ok(err)
		for _, c := range v.Events {
			if c.Fixed && !c.Has(notify.SMS) || c.Event == notify.CaseReceived && len(c.On) != 0 {
				t.Errorf("%s goes out on %v", c.Event, c.On)
			}
		}
		for entry, rule := range map[string]string{"account.password_changed/sms": "notice_fixed", "case.waiting/sms": "notice_choice", "nothing/sms": "notice_choice", "case.received/inbox": "notice_choice"} {
			_, err := w.Notices.Set(w.as("owner"), notify.SetCommand{Lang: "zh", On: []string{entry}})
			if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Rule != rule {
				t.Errorf("%s: %v", entry, err)
			}
		}
		id := w.submitted()
		w.deliver()
		if len(p.texts) != 1 || p.texts[0].Phone != "13900000009" {
			t.Errorf("although it was switched off: %+v", p.texts)
		}
		w.step("county", id, w.Applications.Accept)
		_, err = w.Applications.Refuse(w.as("county"), refusal(id))
		w.ok(err)
		w.deliver()
		last := p.texts[len(p.texts)-2:]
		if !slices.ContainsFunc(last, func(m smsMessage) bool { return m.Phone == "13800000001" && strings.Contains(m.Text, "was refused") }) {
			t.Errorf("a refusal, in English: %+v", last)
		}
		if got := w.codes("owner"); len(got) != 3 {
			t.Errorf("the inbox has %v", got)
		}
	})
}

// What warns about an account goes to where its holder was reached before, and
// nothing switches it off.
func TestSafetyGoesToTheOldNumber(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		_, err := w.Notices.Set(w.as("county"), notify.SetCommand{Lang: "zh"})
		w.ok(err)
		county := w.people["county"]
		_, err = w.Accounts.UpdateStaff(w.as("admin"), account.UpdateStaffCommand{ID: county.Account, StaffData: account.StaffData{
			Name: "county", Phone: "13700000001", Roles: county.Roles, Authority: county.Authority,
		}})
		w.ok(err)
		w.deliver()
		if len(p.texts) != 1 || p.texts[0].Phone != "13800000003" || !strings.Contains(p.texts[0].Text, "手机号已更换") {
			t.Errorf("%+v", p.texts)
		}
	})
}

func TestMailAddresses(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		ctx := w.as("owner")
		_, err := w.Notices.SetEmail(ctx, notify.EmailCommand{Email: "shop@example.cn"})
		w.ok(err)
		if _, err := w.Notices.SetEmail(ctx, notify.EmailCommand{Email: "other@example.cn"}); !fault.Is(err, fault.RateLimited) {
			t.Errorf("a second code at once: %v", err)
		}
		if _, err := w.Notices.SetEmail(w.as("stranger"), notify.EmailCommand{Email: "no address"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("nonsense: %v", err)
		}
		w.sendCodes()
		code := p.code(t)
		wrong := "000000"
		if code == wrong {
			wrong = "111111"
		}
		for range 5 {
			if _, err := w.Notices.ConfirmEmail(ctx, notify.CodeCommand{Code: wrong}); !fault.Is(err, fault.Invalid) {
				t.Fatalf("a wrong code: %v", err)
			}
		}
		if _, err := w.Notices.ConfirmEmail(ctx, notify.CodeCommand{Code: code}); !fault.Is(err, fault.Invalid) {
			t.Errorf("the sixth try: %v", err)
		}
		w.clock.Add(2 * time.Minute)
		_, err = w.Notices.SetEmail(ctx, notify.EmailCommand{Email: "shop@example.cn"})
		w.ok(err)
		w.sendCodes()
		if _, err := w.Notices.ConfirmEmail(w.as("stranger"), notify.CodeCommand{Code: p.code(t)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("somebody else's code: %v", err)
		}
		w.clock.Add(31 * time.Minute)
		if _, err := w.Notices.ConfirmEmail(ctx, notify.CodeCommand{Code: p.code(t)}); !fault.Is(err, fault.Invalid) {
			t.Errorf("an old code: %v", err)
		}
		w.address(p, "owner", "shop@example.cn")
		v, err := w.Notices.Settings(ctx)
		w.ok(err)
		if v.Email != "shop@example.cn" || v.Pending != "" {
			t.Errorf("%+v", v)
		}
		v, err = w.Notices.RemoveEmail(ctx)
		w.ok(err)
		if v.Email != "" {
			t.Errorf("%+v", v)
		}
	})
}

// What the page shows before a decision is what is sent by it.
func TestThePreviewIsWhatIsSent(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.address(p, "owner", "shop@example.cn")
		w.address(p, "city", "city@example.gov.cn")
		id := w.submitted()
		w.step("county", id, w.Applications.Accept)
		line := func(list []notify.Told) (out []string) {
			for _, told := range list {
				for _, c := range told.Copies {
					out = append(out, strings.Join([]string{string(c.Event), string(c.Channel), c.Name, c.Address}, " "))
				}
			}
			slices.Sort(out)
			return out
		}
		q := notify.ToldQuery{Noun: "application", Subject: string(id), Lang: "zh"}
		before, err := w.Notices.Told(w.as("county"), q)
		w.ok(err)
		preview, err := w.Notices.Preview(w.as("county"), notify.PreviewQuery{Noun: "application", Subject: string(id), Action: lifecycle.Recommend, Lang: "zh"})
		w.ok(err)
		w.step("county", id, w.Applications.Recommend)
		after, err := w.Notices.Told(w.as("county"), q)
		w.ok(err)
		want, got := line(preview), line(after[len(before):])
		if !slices.Equal(want, got) || len(want) != 4 {
			t.Errorf("shown\n%s\nsent\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
		}
		for login, n := range map[string]int{"owner": 3, "city": 5, "far": 0, "stranger": 0} {
			list, err := w.Notices.Told(w.as(login), q)
			w.ok(err)
			if len(list) != n {
				t.Errorf("%s sees %d notices about the case, want %d", login, len(list), n)
			}
			for _, told := range list {
				for _, c := range told.Copies {
					if login == "owner" && c.Name != "owner" {
						t.Errorf("the owner sees what %s was told", c.Name)
					}
				}
			}
		}
		for login, code := range map[string]fault.Code{"far": fault.NotFound, "owner": fault.Forbidden} {
			if _, err := w.Notices.Preview(w.as(login), notify.PreviewQuery{Noun: "application", Subject: string(id), Action: lifecycle.Recommend}); !fault.Is(err, code) {
				t.Errorf("%s looks ahead: %v", login, err)
			}
		}
	})
}
