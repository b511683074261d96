package notices

import (
	"net/http"
	"strconv"

	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/web/page"
)

// The tabs of the outbox.
const (
	tabWaiting = "waiting"
	tabFailed  = "failed"
	tabDead    = "dead"
	tabSent    = "sent"
)

type outboxView struct {
	Tabs  []page.Tab
	Tab   string
	Page  notify.OutboxPage
	After string
}

func (p *Pages) outbox(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := outboxView{Tab: q.Get("tab"), After: q.Get("after")}
	query := notify.OutboxQuery{After: v.After, Limit: 40, Lang: page.Lang(r.Context())}
	switch v.Tab {
	case tabFailed:
		query.State, query.Failed = notify.Waiting, true
	case tabDead:
		query.State = notify.Dead
	case tabSent:
		query.State = notify.Sent
	default:
		v.Tab, query.State = tabWaiting, notify.Waiting
	}
	counts, err := p.Notices.Counts(r.Context())
	if err == nil {
		v.Page, err = p.Notices.Outbox(r.Context(), query)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	for _, tab := range []string{tabWaiting, tabFailed, tabDead, tabSent} {
		n := map[string]int{tabWaiting: counts.Waiting, tabDead: counts.Dead}[tab]
		v.Tabs = append(v.Tabs, page.Tab{Href: "/desk/outbox?tab=" + tab, Label: p.E.T(r, "notify.tab_"+tab), Count: n, Current: tab == v.Tab})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/outbox", page.Data{Title: p.E.T(r, "notify.outbox"), Data: &v})
}

func (p *Pages) resend(w http.ResponseWriter, r *http.Request) {
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if version < 1 {
		version = -1 // a form without one never fits
	}
	_, err := p.Notices.Resend(page.WithVersion(r.Context(), version), notify.ResendCommand{ID: ident.CopyID(r.PathValue("id"))})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/desk/outbox?tab=waiting", "flash.resent")
}

// demo shows what the demonstration would have sent: text messages and mails of
// invented people, for everybody to see.
func (p *Pages) demo(w http.ResponseWriter, r *http.Request) {
	if !p.Demo() {
		p.E.NotFound(w, r)
		return
	}
	list, err := p.Notices.Shown(r.Context(), page.Lang(r.Context()))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/demo-outbox", page.Data{Title: p.E.T(r, "notify.demo_outbox"), Data: list})
}
