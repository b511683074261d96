package account_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/authority"
	"fangxin/internal/db"
	"fangxin/internal/db/dbtest"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/sms"
	"fangxin/internal/testkit"
	"fangxin/internal/usecase"
)

const password = "Lantern-Oak-2719"

// outbox is a sender that keeps what it was given.
type outbox struct{ sent []sms.Message }

func (o *outbox) Send(_ context.Context, m sms.Message) error {
	o.sent = append(o.sent, m)
	return nil
}

// house is the slice on a seeded database.
type house struct {
	*account.Service
	t           *testing.T
	db          *db.DB
	rt          *usecase.Runtime
	clock       *testkit.Clock
	queue       *testkit.Queue
	authorities *authority.Service
	outbox      *outbox
}

func each(t *testing.T, opt account.Options, fn func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rt, clock, queue := testkit.Runtime(d)
		h := &house{t: t, db: d, rt: rt, clock: clock, queue: queue, authorities: authority.New(rt), outbox: &outbox{}}
		opt.Texts, opt.Sender = i18n.Shipped(), h.outbox
		h.Service = account.New(rt, h.authorities, opt)
		if _, err := h.authorities.SeedJiangxi(system()); err != nil {
			t.Fatal(err)
		}
		fn(t, h)
	})
}

func system() context.Context { return usecase.System(context.Background(), "test") }

func (h *house) authority(code string) authority.View {
	h.t.Helper()
	v, err := h.authorities.ByCode(h.t.Context(), h.db.R, code)
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// staff makes an account that owes nothing.
func (h *house) staff(login, code string, roles ...access.Role) account.View {
	h.t.Helper()
	v, err := h.Seed(system(), account.SeedCommand{Login: login, Password: password, Name: login, Roles: roles, Authority: h.authority(code).ID})
	if err != nil {
		h.t.Fatal(err)
	}
	return v
}

// as is a context of an account in a browser.
func (h *house) as(v account.View) context.Context {
	return testkit.As(access.Principal{Account: v.ID, Name: v.Name, Roles: v.Roles, Authority: v.Authority, Scope: access.Scope(v.Scope)})
}

// work runs the jobs that were enqueued.
func (h *house) work() {
	h.t.Helper()
	for _, j := range h.queue.Jobs {
		data, err := json.Marshal(j)
		if err != nil {
			h.t.Fatal(err)
		}
		if err := h.Workers()[j.Kind()](h.t.Context(), data); err != nil {
			h.t.Fatal(err)
		}
	}
	h.queue.Jobs = nil
}

// outcomes counts the audit entries of a use-case by outcome and code.
func (h *house) outcomes(name string) map[string]int {
	h.t.Helper()
	rows, err := h.db.R.QueryContext(h.t.Context(), "SELECT outcome || ' ' || code FROM audit_entry WHERE usecase = '"+name+"'")
	if err != nil {
		h.t.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			h.t.Fatal(err)
		}
		out[s]++
	}
	return out
}

func newID() ident.AccountID { return ident.New[ident.AccountID]() }

var minute = time.Minute
