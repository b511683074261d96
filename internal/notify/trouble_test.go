package notify_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/notify"
)

// only finds the one copy on a channel.
func (w *world) only(ch notify.Channel) notify.Copy {
	w.t.Helper()
	list := slices.DeleteFunc(w.outbox(""), func(c notify.Copy) bool { return c.Channel != ch })
	if len(list) == 0 {
		w.t.Fatalf("nothing leaves by %s", ch)
	}
	return list[0]
}

// What the servers of others say decides what becomes of a copy: for later,
// not before they asked, or for good.
func TestWhatOthersSay(t *testing.T) {
	eachPosted(t, func(t *testing.T, w *world, p *post) {
		w.address(p, "owner", "shop@example.cn")
		_, err := w.Notices.BindWeChat(w.as("owner"), notify.BindCommand{Code: "c"})
		w.ok(err)
		w.hook(p, "admin", notify.CaseReceived)
		p.status, p.later, p.rcpt, p.says = http.StatusTooManyRequests, "1800", "451 later", `{"errcode":45009}`
		w.submitted()
		w.deliver()
		for ch, want := range map[notify.Channel]struct {
			reason      string
			least, most time.Duration
		}{
			notify.SMS:     {"gateway_429", 30 * time.Minute, 30 * time.Minute},
			notify.Webhook: {"http_429", 30 * time.Minute, 30 * time.Minute},
			notify.Email:   {"recipient_451", 24 * time.Second, 36 * time.Second},
			notify.WeChat:  {"wechat_45009", 24 * time.Second, 36 * time.Second},
		} {
			c := w.only(ch)
			if c.State != notify.Waiting || c.Error != want.reason || c.Attempts != 1 || c.DueAt == nil {
				t.Errorf("%s: %+v", ch, c)
				continue
			}
			if wait := c.DueAt.Sub(w.clock.Now()); wait < want.least || wait > want.most {
				t.Errorf("%s comes back after %v", ch, wait)
			}
		}
		// A day is too long to wait for a text message, whoever asks for it.
		p.later = "86400"
		w.clock.Add(time.Hour)
		w.ok(w.Notices.Deliver(context.Background(), w.only(notify.SMS).ID))
		if wait := w.only(notify.SMS).DueAt.Sub(w.clock.Now()); wait != 6*time.Hour {
			t.Errorf("comes back after %v", wait)
		}
		// A recipient that is refused for good is given up at once.
		p.status, p.rcpt, p.says = http.StatusUnprocessableEntity, "550 no such user", `{"errcode":40003}`
		w.clock.Add(7 * time.Hour)
		for ch, reason := range map[notify.Channel]string{notify.SMS: "gateway_422", notify.Email: "recipient_550", notify.WeChat: "wechat_40003"} {
			w.ok(w.Notices.Deliver(context.Background(), w.only(ch).ID))
			if c := w.only(ch); c.State != notify.Dead || c.Error != reason {
				t.Errorf("%s: %+v", ch, c)
			}
		}
		// An administrator sends it again when the number is right.
		p.status = http.StatusOK
		c := w.only(notify.SMS)
		_, err = w.Notices.Resend(w.as("admin"), notify.ResendCommand{ID: c.ID})
		w.ok(err)
		w.ok(w.Notices.Deliver(context.Background(), c.ID))
		if c := w.only(notify.SMS); c.State != notify.Sent || c.Attempts != 1 {
			t.Errorf("%+v", c)
		}
	})
}

// A process that is told to stop does not wait for a gateway that says nothing:
// it ends in time and without an error, and the copy waits, with all its tries,
// for the next process.
func TestStoppingWhileAGatewayIsSilent(t *testing.T) {
	for name, database := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(t) }} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			p.hang = true
			w := newWorld(t, database(), func(c *config.Config) { p.configure(c); c.Listen, c.Shutdown = "127.0.0.1:0", 3*time.Second })
			w.clock.Set(time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC)) // no reminders now
			ctx, stop := context.WithCancel(context.Background())
			over, up := make(chan error, 1), make(chan string, 1)
			go func() { over <- w.Run(ctx, func(at string) { up <- at }) }()
			<-up
			w.submitted()
			asked := func() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.texts) }
			for end := time.Now().Add(20 * time.Second); asked() < 2; time.Sleep(20 * time.Millisecond) {
				if time.Now().After(end) {
					t.Fatalf("the gateway was asked %d times", asked())
				}
			}
			begun := time.Now()
			stop()
			if err := <-over; err != nil || time.Since(begun) > 3500*time.Millisecond {
				t.Errorf("stopped after %v: %v", time.Since(begun), err)
			}
			for _, c := range w.outbox("") {
				if c.State != notify.Waiting || c.Attempts != 0 || c.Error != "interrupted" {
					t.Errorf("left behind: %+v", c)
				}
			}
			p.mu.Lock()
			p.hang = false
			p.mu.Unlock()
			w.deliver()
			if n := len(w.outbox(notify.Sent)); n != 2 {
				t.Errorf("%d sent by the next process", n)
			}
		})
	}
}
