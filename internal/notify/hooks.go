package notify

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
	"fangxin/internal/webhook"
)

var admins = []access.Role{access.Administrator}

var (
	hookListDef    = usecase.Define(usecase.Def{Name: "webhook.list", Allow: admins})
	hookGetDef     = usecase.Define(usecase.Def{Name: "webhook.get", Allow: admins})
	hookCreateDef  = usecase.Define(usecase.Def{Name: "webhook.create", Allow: admins})
	hookUpdateDef  = usecase.Define(usecase.Def{Name: "webhook.update", Allow: admins})
	hookRotateDef  = usecase.Define(usecase.Def{Name: "webhook.rotate", Allow: admins})
	hookTestDef    = usecase.Define(usecase.Def{Name: "webhook.test", Allow: admins})
	hookHistoryDef = usecase.Define(usecase.Def{Name: "webhook.history", Allow: admins})
	hookStopDef    = usecase.Define(usecase.Def{
		Name: "webhook.stop", Allow: []access.Role{access.System}, NoAPI: "happens by itself after days of failures", NoPage: "happens by itself after days of failures",
	})
)

// Hook is a program of somebody else that is told (推送地址).
type Hook struct {
	ID           ident.WebhookID `json:"id" format:"uuid"`
	Name         string          `json:"name"`
	URL          string          `json:"url"`
	Events       []Code          `json:"events"`
	Active       bool            `json:"active"`
	Reason       string          `json:"reason,omitempty" doc:"Why it is not: gone, failing or by_hand."`
	Rotating     *time.Time      `json:"rotating_until,omitempty" doc:"Until when the former secret signs too."`
	FailingSince *time.Time      `json:"failing_since,omitempty"`
	Secret       string          `json:"secret,omitempty" doc:"In the answer to its creation or rotation only."`
	CreatedAt    time.Time       `json:"created_at"`
	Version      int64           `json:"version"`
}

func (r hookRow) view(now time.Time) Hook {
	v := Hook{
		ID: r.ID, Name: r.Name, URL: r.URL, Events: r.Events, Active: r.Active, Reason: r.Reason, FailingSince: instant(r.FailingSince),
		CreatedAt: r.CreatedAt, Version: r.Version,
	}
	if now.Before(r.OldUntil) {
		v.Rotating = instant(r.OldUntil)
	}
	return v
}

// secrets are those that sign now, the newest first.
func (r hookRow) secrets(now time.Time) []string {
	if r.OldSecret != "" && now.Before(r.OldUntil) {
		return []string{r.Secret, r.OldSecret}
	}
	return []string{r.Secret}
}

// overlap is how long the former secret signs too after a rotation.
const overlap = 24 * time.Hour

// HookData is what an administrator says about a webhook.
type HookData struct {
	Name   string `json:"name" validate:"required,max=60,notblank,oneline,plain" doc:"Whose program it is."`
	URL    string `json:"url" validate:"required,max=500,plain" doc:"https address that takes POST requests."`
	Events []Code `json:"events" validate:"required,min=1,max=60,unique" doc:"What it wants to be told."`
}

// HookCommand makes a webhook.
type HookCommand struct{ HookData }

// HookUpdate changes one; Active false stops it.
type HookUpdate struct {
	ID ident.WebhookID `json:"-" validate:"required,uuid7"`
	HookData
	Active bool `json:"active" doc:"false stops deliveries; what happens meanwhile is not made up for."`
}

// HookEvents lists the events that webhooks may ask for.
func HookEvents() []Code {
	var out []Code
	for _, ev := range Catalogue {
		if ev.Hooks {
			out = append(out, ev.Code)
		}
	}
	return out
}

// check refuses an address that could not be delivered to, and events that are
// nobody else's business.
func (s *Service) check(d HookData) error {
	var wrong []fault.Field
	if rule := webhook.CheckURL(strings.TrimSpace(d.URL), s.opt.Networks); rule != "" {
		wrong = append(wrong, fault.Field{Pointer: "/url", Rule: rule})
	}
	for i, code := range d.Events {
		if !slices.Contains(HookEvents(), code) {
			wrong = append(wrong, fault.Field{Pointer: "/events/" + strconv.Itoa(i), Rule: "notice_choice"})
		}
	}
	if wrong != nil {
		return fault.OnFields(wrong)
	}
	return nil
}

// CreateHook makes a webhook for the caller's area. Its secret is in the answer
// and nowhere else.
func (s *Service) CreateHook(ctx context.Context, cmd HookCommand) (Hook, error) {
	return usecase.Do(ctx, s.rt, hookCreateDef, cmd, func(ctx context.Context, c *usecase.Call) (Hook, error) {
		if err := s.check(cmd.HookData); err != nil {
			return Hook{}, err
		}
		secret, err := webhook.NewSecret()
		if err != nil {
			return Hook{}, err
		}
		r := hookRow{
			ID: ident.New[ident.WebhookID](), Name: cmd.Name, URL: strings.TrimSpace(cmd.URL), Events: cmd.Events, Scope: string(c.By.Scope),
			Secret: secret, Active: true, Account: c.By.Account, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		c.About(string(r.ID), r.Scope)
		if err := insertHook(ctx, c.Tx, &r); err != nil {
			return Hook{}, err
		}
		v := r.view(c.Now)
		v.Secret = secret
		return v, nil
	})
}

// UpdateHook changes name, address and events, and stops or starts deliveries.
func (s *Service) UpdateHook(ctx context.Context, cmd HookUpdate) (Hook, error) {
	return usecase.Do(ctx, s.rt, hookUpdateDef, cmd, func(ctx context.Context, c *usecase.Call) (Hook, error) {
		r, err := s.hook(ctx, c, cmd.ID)
		if err != nil {
			return Hook{}, err
		}
		if err := s.check(cmd.HookData); err != nil {
			return Hook{}, err
		}
		r.Name, r.URL, r.Events = cmd.Name, strings.TrimSpace(cmd.URL), cmd.Events
		switch {
		case cmd.Active && !r.Active:
			r.Active, r.Reason, r.FailingSince = true, "", time.Time{}
		case !cmd.Active && r.Active:
			r.Active, r.Reason = false, "by_hand"
		}
		return r.view(c.Now), saveHook(ctx, c.Tx, &r, c.Now)
	})
}

// HookID names a webhook.
type HookID struct {
	ID ident.WebhookID `json:"-" validate:"required,uuid7"`
}

// RotateHook makes a new secret. The former one signs too for a day, so that
// the receiver can change over without losing anything.
func (s *Service) RotateHook(ctx context.Context, cmd HookID) (Hook, error) {
	return usecase.Do(ctx, s.rt, hookRotateDef, cmd, func(ctx context.Context, c *usecase.Call) (Hook, error) {
		r, err := s.hook(ctx, c, cmd.ID)
		if err != nil {
			return Hook{}, err
		}
		secret, err := webhook.NewSecret()
		if err != nil {
			return Hook{}, err
		}
		r.OldSecret, r.OldUntil, r.Secret = r.Secret, c.Now.Add(overlap), secret
		if err := saveHook(ctx, c.Tx, &r, c.Now); err != nil {
			return Hook{}, err
		}
		v := r.view(c.Now)
		v.Secret = secret
		return v, nil
	})
}

// TestHook sends a message that says nothing, by the way of all others.
func (s *Service) TestHook(ctx context.Context, cmd HookID) (Hook, error) {
	return usecase.Do(ctx, s.rt, hookTestDef, cmd, func(ctx context.Context, c *usecase.Call) (Hook, error) {
		r, err := s.hook(ctx, c, cmd.ID)
		if err != nil {
			return Hook{}, err
		}
		if !r.Active {
			return Hook{}, fault.New(fault.Conflict, "webhook_stopped")
		}
		o := Occurrence{Event: WebhookTest, Key: string(r.ID) + "/" + string(ident.New[ident.EventID]()), Noun: "webhook", Subject: string(r.ID), Scope: r.Scope, Data: map[string]string{"name": r.Name}}
		to := recipient{key: string(r.ID), webhook: r.ID, name: r.Name, channel: Webhook, address: hostOf(r.URL), lang: "zh"}
		return r.view(c.Now), s.post(ctx, c, o, []recipient{to})
	})
}

func (s *Service) hook(ctx context.Context, c *usecase.Call, id ident.WebhookID) (hookRow, error) {
	r, err := hookIn(ctx, c.Tx, id, c.By.Scope)
	if err != nil {
		return r, err
	}
	c.About(string(r.ID), r.Scope)
	return r, c.Precondition(ctx, r.Version)
}

// Hooks lists the webhooks of the reader's area.
func (s *Service) Hooks(ctx context.Context) ([]Hook, error) {
	return usecase.Read(ctx, s.rt, hookListDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Hook, error) {
		rows, err := hooksIn(ctx, idb, by.Scope)
		out := make([]Hook, len(rows))
		for i, r := range rows {
			out[i] = r.view(s.rt.Now())
		}
		return out, err
	})
}

// GetHook reads one webhook.
func (s *Service) GetHook(ctx context.Context, id ident.WebhookID) (Hook, error) {
	return usecase.Read(ctx, s.rt, hookGetDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Hook, error) {
		r, err := hookIn(ctx, idb, id, by.Scope)
		return r.view(s.rt.Now()), err
	})
}

// Attempt is one try to deliver to a webhook.
type Attempt struct {
	ID     string       `json:"id" format:"uuid"`
	Copy   ident.CopyID `json:"copy" format:"uuid" doc:"Sent as webhook-id."`
	Event  Code         `json:"event"`
	Status int          `json:"status" doc:"Of the receiver's answer; 0 when there was none."`
	Error  string       `json:"error,omitempty"`
	Millis int          `json:"milliseconds"`
	At     time.Time    `json:"at"`
}

// HistoryQuery asks for the tries of one webhook.
type HistoryQuery struct {
	ID    ident.WebhookID `json:"-" validate:"required,uuid7"`
	Limit int             `json:"limit" validate:"min=0,max=200"`
	After string          `json:"after" validate:"max=400"`
}

// History is one page of tries.
type History struct {
	Items []Attempt
	Next  string // cursor; "" on the last page
}

// History lists the tries to deliver to a webhook, newest first.
func (s *Service) History(ctx context.Context, q HistoryQuery) (History, error) {
	return usecase.Read(ctx, s.rt, hookHistoryDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (History, error) {
		if _, err := hookIn(ctx, idb, q.ID, by.Scope); err != nil {
			return History{}, err
		}
		rows, next, err := attempts(ctx, idb, q)
		h := History{Items: make([]Attempt, len(rows)), Next: next}
		for i, r := range rows {
			h.Items[i] = Attempt{ID: r.ID, Copy: r.Copy, Event: r.Event, Status: r.Status, Error: r.Error, Millis: r.Millis, At: r.At}
		}
		return h, err
	})
}
