// Package notices owns the pages of notices: the inbox of everybody signed in
// and the bell that leads to it.
//
// It decides nothing: what is told to whom stands in internal/notify.
package notices

import (
	"context"
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/notify"
	"fangxin/internal/web/page"
)

// Pages serves them.
type Pages struct {
	E       *page.Engine
	Notices *notify.Service
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
