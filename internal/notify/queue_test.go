package notify_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"fangxin/internal/config"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/export"
	"fangxin/internal/notify"
)

// The queue of the house delivers what a step told, in the same database and
// from the same transaction, while the registry serves.
func TestTheQueueDelivers(t *testing.T) {
	for name, database := range map[string]func() string{"sqlite": func() string { return "" }, "postgres": func() string { return dbtest.PostgresURL(t) }} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t)
			w := newWorld(t, database(), func(c *config.Config) { p.configure(c); c.Listen = "127.0.0.1:0" })
			w.clock.Set(time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC)) // no reminders now
			ctx, stop := context.WithCancel(context.Background())
			over, up := make(chan error, 1), make(chan string, 1)
			go func() { over <- w.Run(ctx, func(at string) { up <- at }) }()
			defer func() {
				stop()
				if err := <-over; err != nil {
					t.Error(err)
				}
			}()
			base := "http://" + <-up
			if res, err := http.Get(base + "/readyz"); err != nil || res.StatusCode != http.StatusOK {
				t.Fatal(err, res)
			}
			w.hook(p, "admin", notify.CaseReceived)
			w.submitted()
			v, err := w.Exports.Start(w.as("county"), export.StartCommand{Format: export.CSV, Lang: "zh"})
			w.ok(err)
			for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
				n, err := w.Notices.Counts(w.as("admin"))
				w.ok(err)
				v, err = w.Exports.Get(w.as("county"), v.ID)
				w.ok(err)
				if n.Waiting == 0 && n.Sent == 3 && v.State == export.Done {
					break
				}
				if time.Now().After(end) {
					t.Fatalf("outbox %+v, export %s", n, v.State)
				}
			}
			p.mu.Lock()
			defer p.mu.Unlock()
			if len(p.texts) != 2 || len(p.hooks) != 1 {
				t.Errorf("%d text messages, %d deliveries", len(p.texts), len(p.hooks))
			}
		})
	}
}
