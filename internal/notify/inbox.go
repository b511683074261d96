package notify

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	inboxDef   = usecase.Define(usecase.Def{Name: "inbox.list", Allow: everybody})
	getDef     = usecase.Define(usecase.Def{Name: "inbox.get", Allow: everybody})
	unreadDef  = usecase.Define(usecase.Def{Name: "inbox.unread", Allow: everybody})
	readDef    = usecase.Define(usecase.Def{Name: "inbox.read", Allow: everybody})
	readAllDef = usecase.Define(usecase.Def{Name: "inbox.read_all", Allow: everybody})
)

// InboxQuery filters the reader's own notices.
type InboxQuery struct {
	Unread bool   `json:"unread"`
	Limit  int    `json:"limit" validate:"min=0,max=200"`
	After  string `json:"after" validate:"max=400"`
	Lang   string `json:"-"`
}

// Page is one page of an inbox.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// Unread is how many notices wait to be read.
type Unread struct {
	Count int `json:"count" doc:"At most 100: more are counted as 100."`
}

func (s *Service) view(r inboxRow, lang string) View {
	ev, _ := Lookup(r.Event)
	v := View{
		ID: r.ID, Event: r.Event, Title: s.title(lang, r.Event, r.Data), Body: s.body(lang, r.Event, r.Data), Noun: r.Noun,
		Subject: r.Subject, Link: link(r.Event, r.Subject, r.Data), At: r.At, Urgent: ev.Urgent,
	}
	if !r.ReadAt.IsZero() {
		at := r.ReadAt
		v.ReadAt = &at
	}
	return v
}

// Inbox lists the reader's own notices, newest first.
func (s *Service) Inbox(ctx context.Context, q InboxQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, inboxDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := inbox(ctx, idb, by.Account, q)
		if err != nil {
			return Page{}, err
		}
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, q.Lang)
		}
		return p, nil
	})
}

// Get reads one of the reader's own notices without marking it.
func (s *Service) Get(ctx context.Context, id ident.CopyID, lang string) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := inboxOne(ctx, idb, by.Account, id)
		return s.view(r, lang), err
	})
}

// Unread counts what the reader has not opened.
func (s *Service) Unread(ctx context.Context) (Unread, error) {
	return usecase.Read(ctx, s.rt, unreadDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Unread, error) {
		n, err := countUnread(ctx, idb, by.Account)
		return Unread{n}, err
	})
}

// ReadCommand names a notice that its recipient opened.
type ReadCommand struct {
	ID   ident.CopyID `json:"-" validate:"required,uuid7"`
	Lang string       `json:"-"`
}

// Read marks one of the reader's own notices as read; again changes nothing.
func (s *Service) Read(ctx context.Context, cmd ReadCommand) (View, error) {
	return usecase.Do(ctx, s.rt, readDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		if _, err := markRead(ctx, c.Tx, c.By.Account, cmd.ID, c.Now); err != nil {
			return View{}, err
		}
		r, err := inboxOne(ctx, c.Tx, c.By.Account, cmd.ID)
		if err != nil {
			return View{}, err
		}
		c.About(string(cmd.ID), "")
		return s.view(r, cmd.Lang), nil
	})
}

// Marked tells how many notices were marked.
type Marked struct {
	Count int `json:"count"`
}

// ReadAllCommand marks everything up to the newest that the reader has seen, so
// that what came in meanwhile stays unread.
type ReadAllCommand struct {
	UpTo ident.CopyID `json:"up_to,omitempty" validate:"omitempty,uuid7" doc:"Newest notice to be marked; all when left out."`
}

// ReadAll marks the reader's own notices as read.
func (s *Service) ReadAll(ctx context.Context, cmd ReadAllCommand) (Marked, error) {
	return usecase.Do(ctx, s.rt, readAllDef, cmd, func(ctx context.Context, c *usecase.Call) (Marked, error) {
		if !c.By.SignedIn() {
			return Marked{}, fault.New(fault.Unauthenticated, "")
		}
		n, err := markAllRead(ctx, c.Tx, c.By.Account, cmd.UpTo, c.Now)
		c.Note("count", n)
		return Marked{n}, err
	})
}
