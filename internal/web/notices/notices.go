// Package notices owns the pages of notices: the inbox of everybody signed in
// and the bell that leads to it, the settings of channels, the administrator's
// outbox and webhooks, and the lines in which other pages say who is told.
//
// It decides nothing: what is told to whom stands in internal/notify.
package notices

import (
	"context"
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/notify"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E       *page.Engine
	Notices *notify.Service
	Demo    func() bool // the database holds the demonstration
}

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET /inbox", p.inbox, []string{"inbox.list", "inbox.unread"}},
		{"GET /inbox/{id}", p.open, []string{"inbox.get", "inbox.read"}},
		{"POST /inbox/read", p.readAll, []string{"inbox.read_all"}},
		{"GET /account/notifications", p.settings, []string{"channel.get"}},
		{"POST /account/notifications", p.set, []string{"channel.set"}},
		{"POST /account/notifications/email", p.setEmail, []string{"channel.set_email"}},
		{"POST /account/notifications/email/confirm", p.confirmEmail, []string{"channel.confirm_email"}},
		{"POST /account/notifications/email/remove", p.removeEmail, []string{"channel.remove_email"}},
		{"GET /account/notifications/wechat", p.bind, nil},
		{"GET /account/notifications/wechat/back", p.bound, []string{"channel.bind_wechat"}},
		{"POST /account/notifications/wechat/remove", p.unbind, []string{"channel.unbind_wechat"}},
		{"GET /desk/outbox", p.outbox, []string{"outbox.list", "outbox.counts"}},
		{"POST /desk/outbox/{id}/resend", p.resend, []string{"outbox.resend"}},
		{"GET /desk/webhooks", p.hooks, []string{"webhook.list"}},
		{"POST /desk/webhooks", p.createHook, []string{"webhook.create"}},
		{"GET /desk/webhooks/{id}", p.hook, []string{"webhook.get", "webhook.history"}},
		{"POST /desk/webhooks/{id}", p.updateHook, []string{"webhook.update"}},
		{"POST /desk/webhooks/{id}/rotate", p.rotateHook, []string{"webhook.rotate"}},
		{"POST /desk/webhooks/{id}/test", p.testHook, []string{"webhook.test"}},
		{"GET /demo/outbox", p.demo, []string{"message.shown"}},
	} {
		mux.HandleFunc(route.pattern, route.handle)
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// Unread is the number on the bell. Without it a page only lacks a number.
func (p *Pages) Unread(ctx context.Context, by access.Principal) int {
	if by.Pending != "" {
		return 0
	}
	n, _ := p.Notices.Unread(ctx)
	return n.Count
}

// Tells says who would be told of a step, for the forms of officers. A page
// goes without it rather than without itself.
func (p *Pages) Tells(ctx context.Context, noun, subject, action string) any {
	list, err := p.Notices.Preview(ctx, notify.PreviewQuery{Noun: noun, Subject: subject, Action: lifecycle.Action(action), Lang: page.Lang(ctx)})
	if err != nil {
		return nil
	}
	return Lines(list)
}

type inboxView struct {
	Tabs   []page.Tab
	Query  notify.InboxQuery
	Page   notify.Page
	Flag   string // of the query: "true" when only unread ones are listed
	First  string
	Newest ident.CopyID // on the page, when something is unread
}

func (p *Pages) inbox(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := inboxView{First: "/inbox", Query: notify.InboxQuery{Unread: q.Get("unread") == "true", After: q.Get("after"), Limit: 30, Lang: page.Lang(r.Context())}}
	if v.Query.Unread {
		v.Flag, v.First = "true", "/inbox?unread=true"
	}
	var err error
	if v.Page, err = p.Notices.Inbox(r.Context(), v.Query); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	unread, err := p.Notices.Unread(r.Context())
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if unread.Count > 0 && len(v.Page.Items) > 0 && v.Query.After == "" {
		v.Newest = v.Page.Items[0].ID
	}
	v.Tabs = []page.Tab{
		{Href: "/inbox", Label: p.E.T(r, "notify.tab_all"), Current: !v.Query.Unread},
		{Href: "/inbox?unread=true", Label: p.E.T(r, "notify.tab_unread"), Count: unread.Count, Current: v.Query.Unread},
	}
	p.E.Render(w, r, http.StatusOK, "account/inbox", page.Data{Title: p.E.T(r, "notify.inbox"), Data: &v})
}

// open shows a notice; having been shown, it counts as read.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) {
	id, lang := ident.CopyID(r.PathValue("id")), page.Lang(r.Context())
	v, err := p.Notices.Get(r.Context(), id, lang)
	if err == nil && v.ReadAt == nil {
		v, err = p.Notices.Read(r.Context(), notify.ReadCommand{ID: id, Lang: lang})
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "account/notice", page.Data{Title: v.Title, Data: v})
}

func (p *Pages) readAll(w http.ResponseWriter, r *http.Request) {
	var cmd notify.ReadAllCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Notices.ReadAll(r.Context(), cmd)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/inbox", "flash.notices_read")
}
