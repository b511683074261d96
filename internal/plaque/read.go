package plaque

import (
	"context"
	"encoding/json"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/jobs"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters recoveries; open ones when neither a state nor a title is
// given.
type ListQuery struct {
	State       lifecycle.State     `json:"state" validate:"omitempty,oneof=wanted recovered destroyed missing annulled"`
	Overdue     bool                `json:"overdue" doc:"Only those that are wanted and late."`
	Certificate ident.CertificateID `json:"certificate" validate:"omitempty,uuid7"`
	Limit       int                 `json:"limit" validate:"min=0,max=200"`
	After       string              `json:"after" validate:"max=400"`
}

// Page is one page of recoveries.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = append(append([]access.Role{access.Supervisor, access.System}, access.Officers...), access.Merchant, access.Organiser)

var (
	listDef  = usecase.Define(usecase.Def{Name: "plaque.list", Allow: readers})
	getDef   = usecase.Define(usecase.Def{Name: "plaque.get", Allow: readers})
	sweepDef = usecase.Define(usecase.Def{Name: "plaque.sweep", Allow: []access.Role{access.System}, NoAPI: "runs by itself", NoPage: "runs by itself"})
)

// List lists the recoveries of the reader's area or shops, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		now := s.rt.Now()
		rows, next, err := list(ctx, idb, q, by, calendar.DateOf(now).String())
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, by, now)
		}
		return p, err
	})
}

// Get reads one recovery.
func (s *Service) Get(ctx context.Context, id ident.PlaqueID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		return s.view(r, by, s.rt.Now()), err
	})
}

// public says of an ended title what became of its plaque.
func (s *Service) public(ctx context.Context, idb usecase.Reader, id ident.CertificateID) (*certificate.Plaque, error) {
	r, err := lastOf(ctx, idb, id)
	if fault.Is(err, fault.NotFound) || err == nil && r.State == lifecycle.Annulled {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &certificate.Plaque{State: r.State, On: r.DoneOn, DueOn: r.DueOn}, nil
}

// SweepKind is the kind of the periodic job that finds titles whose last day
// is over and plaques that are late.
const SweepKind = "plaque.sweep"

// warnWorkdays is how many working days before the day a holder is reminded.
const warnWorkdays = 3

const sweepBatch = 200 // bounds one transaction

// Worker does the periodic job. It changes no title.
func (s *Service) Worker() jobs.Work {
	return func(ctx context.Context, _ json.RawMessage) error { return s.Sweep(ctx) }
}

// Sweep asks for the plaques of titles that ran out, however long ago – what
// still hangs misleads whoever reads it –, and reminds of those that are due
// soon or late; whoever listens tells each once.
func (s *Service) Sweep(ctx context.Context) error {
	ctx = usecase.System(ctx, SweepKind)
	today := calendar.DateOf(s.rt.Now())
	err := s.pages(ctx, func(ctx context.Context, c *usecase.Call, after string) (string, int, error) {
		titles, err := s.titles.Unplated(ctx, c.Tx, today.AddDays(-1), unplated, ident.CertificateID(after), sweepBatch)
		for _, m := range titles {
			if err == nil {
				after, err = string(m.ID), s.want(ctx, c, m, Expired, m.ExpiresOn)
			}
		}
		return after, len(titles), err
	})
	if err != nil {
		return err
	}
	soon := s.calendar.AddWorkdays(today, warnWorkdays).Date.String()
	return s.pages(ctx, func(ctx context.Context, c *usecase.Call, after string) (string, int, error) {
		rows, err := wantedUntil(ctx, c.Tx, soon, after, sweepBatch)
		for _, r := range rows {
			what := lifecycle.Action("due_soon")
			if r.DueOn < today.String() {
				what = "overdue"
			}
			if err == nil {
				after, err = string(r.ID), s.tell(ctx, c, s.view(r, c.By, c.Now), what)
			}
		}
		return after, len(rows), err
	})
}

// pages runs work page by page, each in its own transaction.
func (s *Service) pages(ctx context.Context, work func(ctx context.Context, c *usecase.Call, after string) (string, int, error)) error {
	for after := ""; ; {
		n, err := usecase.Do(ctx, s.rt, sweepDef, after, func(ctx context.Context, c *usecase.Call) (n int, err error) {
			after, n, err = work(ctx, c, after)
			c.Note("rows", n)
			return n, err
		})
		if err != nil || n < sweepBatch {
			return err
		}
	}
}
