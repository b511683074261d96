package tablet

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/usecase"
)

// PushCommand carries items of a device, oldest first.
type PushCommand struct {
	Device string `json:"device" validate:"required,uuid7" doc:"Id of the enrolled device that sends."`
	Boot   string `json:"boot,omitempty" validate:"max=64" doc:"Start of the app that mono counts from."`
	Mono   *int64 `json:"mono,omitempty" validate:"omitempty,min=0" doc:"Milliseconds since then, when this was sent."`
	// Receipts is asked for by programs that know more than single receipts.
	Receipts int          `json:"receipts,omitempty" validate:"omitempty,oneof=1 2" enum:"1,2" doc:"Format of the receipts that the device can check: 2 for those that share a signature; each has its own when left out."`
	Items    []SealedItem `json:"items" validate:"required,min=1,max=100,dive"`
}

// SealedItem is one item, sealed by the device that made it.
type SealedItem struct {
	ID     string `json:"id" validate:"max=64" doc:"UUIDv7 made on the device."`
	Seq    int64  `json:"seq" validate:"min=0" doc:"The device's counter; nothing is ordered by it."`
	Sealed string `json:"sealed" validate:"max=65536" doc:"base64url: the byte 2, ephemeral P-256 point, nonce, AES-256-GCM text bound to the id; without the 2, an item of the first form, which has a key of its own by its nonce."`
}

// Result is what became of one item.
type Result struct {
	ID       string               `json:"id"`
	Outcome  Outcome              `json:"outcome,omitempty" doc:"Empty when the item was not taken: send it again later."`
	Receipt  *Receipt             `json:"receipt,omitempty"`
	Cause    string               `json:"cause,omitempty" doc:"Why it is in quarantine."`
	Problem  *Trouble             `json:"problem,omitempty"`
	Conflict *inspection.Conflict `json:"conflict,omitempty"`
	WaitsFor int                  `json:"waits_for,omitempty" doc:"Photos that a submission waits for."`
}

// Trouble is a refusal of one item in words.
type Trouble struct {
	Code   fault.Code `json:"code"`
	Status int        `json:"status"`
	Detail string     `json:"detail"`

	err error
}

// Pushed is the answer to a push, in the order of its items.
type Pushed struct {
	Time    time.Time `json:"time"`
	Results []Result  `json:"results"`
}

var (
	pushDef = usecase.Define(usecase.Def{Name: "tablet.push", Allow: inspectors, NoPage: "done by the tablet's program"})
	parkDef = usecase.Define(usecase.Def{Name: "tablet.park", Allow: inspectors, NoAPI: "follows from a push", NoPage: "follows from a push"})
)

// item is an item of a push while it is handled.
type item struct {
	plain
	sent SealedItem
	text []byte // plain text; nil when it cannot be opened
	hash string
	raw  bool // hash and content are of the sealed bytes
	bad  string

	answer  checklist.Answer // of an answer
	written inspection.Written
}

// Push takes items one by one: each has its own outcome, and none keeps
// another back. Together they cost one transaction when all of them can be
// placed; otherwise each is tried in its own.
func (s *Service) Push(ctx context.Context, cmd PushCommand) (Pushed, error) {
	by := access.From(ctx)
	if err := s.admit(ctx, by, cmd); err != nil {
		return Pushed{}, err
	}
	items := s.opened(ctx, cmd)
	out := Pushed{Results: make([]Result, len(items))}
	if err := s.takeAll(ctx, cmd, items, out.Results); err != nil {
		return Pushed{}, err
	}
	out.Time = s.rt.Now()
	return out, nil
}

// admit refuses who may not push at all, before anything is opened. The
// refusal is recorded like that of any use-case.
func (s *Service) admit(ctx context.Context, by access.Principal, cmd PushCommand) error {
	err := pushDef.Authorise(by)
	if err == nil {
		err = checked(cmd)
	}
	if err == nil && isTicket(by) && string(by.Token) != cmd.Device {
		err = fault.New(fault.OutOfScope, "ticket_other_device")
	}
	if err == nil && !importing(ctx) && !s.pace.allow(string(by.Account)+cmd.Device, s.rt.Now()) {
		err = fault.New(fault.RateLimited, "")
	}
	if err == nil {
		return nil
	}
	_, err = usecase.Do(ctx, s.rt, pushDef, struct{}{}, func(_ context.Context, c *usecase.Call) (struct{}, error) {
		c.About(cmd.Device, string(c.By.Scope))
		return struct{}{}, err
	})
	return err
}

// opened opens the items of a push.
func (s *Service) opened(ctx context.Context, cmd PushCommand) []item {
	keys, asked := s.keys.Load(), false
	out := make([]item, len(cmd.Items))
	for i, sealed := range cmd.Items {
		it := item{sent: sealed}
		text, err := keys.open(sealed.ID, sealed.Sealed)
		if err != nil && !asked { // to a key that another process made?
			asked = true
			if newer, rerr := s.renewed(ctx, s.rt.DB.R); rerr != nil {
				s.rt.Log.ErrorContext(ctx, "tablet: keys cannot be read", "error", rerr)
			} else if newer != keys {
				keys = newer
				text, err = keys.open(sealed.ID, sealed.Sealed)
			}
		}
		switch {
		case err != nil:
			it.raw, it.hash, it.bad = true, hashOf([]byte(sealed.Sealed)), "unreadable"
		default:
			it.text, it.hash = text, hashOf(text)
			if !utf8.Valid(text) || json.Unmarshal(text, &it.plain) != nil || it.plain.ID != sealed.ID || !ident.IsID(sealed.ID) {
				it.bad = "malformed"
			}
		}
		if it.bad == "" && it.Kind == Answer {
			it.read()
		}
		out[i] = it
	}
	return out
}

// read reads an answer, before anybody has to wait for it.
func (it *item) read() {
	a, err := payload[checklist.Answer](it)
	if err == nil {
		it.written, err = inspection.Write(a)
	}
	if err != nil || len(it.Base) > 64 || strings.ContainsRune(it.Base, 0) || len(a.Item) > 60 || len(it.Payload) > maxAnswer {
		it.bad = "malformed"
	}
	it.answer = a
}

// takeAll takes the items together, or one by one when that does not work.
func (s *Service) takeAll(ctx context.Context, cmd PushCommand, items []item, results []Result) error {
	good := make([]int, 0, len(items))
	for i := range items {
		if items[i].bad == "" {
			good = append(good, i)
		}
	}
	if len(good) > 1 {
		if got, err := s.take(ctx, cmd, items, good); err == nil {
			for k, i := range good {
				results[i] = got[k]
			}
			good = nil
		} else if stop(err) {
			return err
		}
	}
	taken := len(good) == 0
	for i := range items {
		if taken && items[i].bad == "" {
			continue
		}
		got, err := s.one(ctx, cmd, items, i)
		if err != nil {
			return err
		}
		results[i] = got
	}
	return nil
}

// stop reports an error that concerns the caller and not an item.
func stop(err error) bool {
	f, ok := fault.As(err)
	if !ok {
		return false
	}
	switch f.Code {
	case fault.Unauthenticated, fault.Forbidden, fault.OutOfScope, fault.SecondFactor:
		return true
	}
	return f.Code == fault.NotFound && f.Detail == "tablet_device"
}

// one takes a single item, or parks it.
func (s *Service) one(ctx context.Context, cmd PushCommand, items []item, i int) (Result, error) {
	it := &items[i]
	cause := it.bad
	var refusal error
	for try := 0; cause == "" && try < 3; try++ {
		got, err := s.take(ctx, cmd, items, []int{i})
		if err == nil {
			return got[0], nil
		}
		if stop(err) {
			return Result{}, err
		}
		f, ok := fault.As(err)
		switch {
		case ok && f.Code == fault.Duplicate && try < 2: // somebody was quicker: look again
			if r, err := s.lookUp(ctx, s.rt.DB.R, access.From(ctx).Account, cmd.Receipts, items[i:i+1]); err == nil {
				if known, ok := r[it.sent.ID+it.hash]; ok {
					return known, nil
				}
			}
		case !ok || f.Code == fault.Internal || f.Code == fault.Unavailable || f.Code == fault.Timeout || f.Code == fault.StaleVersion:
			if try == 2 || !ok {
				return Result{ID: it.sent.ID, Problem: &Trouble{err: err}}, nil // not taken; it will come again
			}
		case strings.HasPrefix(f.Detail, "tablet_"):
			cause, refusal = strings.TrimPrefix(f.Detail, "tablet_"), err
		default:
			cause, refusal = "refused", err
		}
	}
	return s.park(ctx, cmd, it, cause, refusal)
}

// take places items in one transaction, all or none, and gives each its
// receipt.
func (s *Service) take(ctx context.Context, cmd PushCommand, items []item, which []int) (results []Result, err error) {
	mine := items
	if len(which) < len(items) {
		mine = make([]item, len(which))
		for k, i := range which {
			mine[k] = items[i]
		}
	}
	write := func(ctx context.Context) error {
		results, err = usecase.Do(ctx, s.rt, pushDef, struct{}{}, func(ctx context.Context, c *usecase.Call) ([]Result, error) {
			return s.taken(ctx, c, cmd, mine)
		})
		return err
	}
	if s.rt.DB.Dialect != db.SQLite || usecase.InBatch(ctx) {
		err = write(ctx)
		return results, err
	}
	err = s.group.do(ctx, s.rt, write)
	return results, err
}

func (s *Service) taken(ctx context.Context, c *usecase.Call, cmd PushCommand, mine []item) ([]Result, error) {
	c.About(cmd.Device, string(c.By.Scope))
	d, err := numbers(ctx, s.rt.DB, c.Tx, cmd.Device, c.By.Account, len(mine), c.Now)
	if err != nil {
		return nil, err
	}
	t := taking{placing: placing{s: s, c: c, cmd: cmd, name: d.name}, mine: mine, results: make([]Result, len(mine)), first: d.first}
	if d.parked {
		if t.known, err = parkedBefore(ctx, c.Tx, c.By.Account, mine); err != nil {
			return nil, err
		}
	}
	err = t.all(ctx)
	c.About(cmd.Device, string(c.By.Scope))
	c.Note("items", len(t.rows))
	return t.results, err
}
