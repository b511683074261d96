package takeover

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/audit"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters takeovers; officers see the open ones when no state is given.
type ListQuery struct {
	State lifecycle.State `json:"state" validate:"omitempty,oneof=filed consented objected checked taken_over declined retracted"`
	Limit int             `json:"limit" validate:"min=0,max=200"`
	After string          `json:"after" validate:"max=400"`
}

// Page is one page of takeovers.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// Detail is one takeover with what it would end.
type Detail struct {
	View
	Ends     []Ending           `json:"ends" doc:"Titles that end when it is confirmed."`
	Cases    []application.View `json:"cases,omitempty" doc:"Open cases of the old shop that end with it; for officers and its operator."`
	Claimed  bool               `json:"claimed" doc:"Somebody speaks for the operator of before here and can answer."`
	Timeline []Moment           `json:"timeline"`
}

// Moment is one step of a takeover.
type Moment struct {
	At     time.Time       `json:"at"`
	Action string          `json:"action"`
	To     lifecycle.State `json:"to"`
	Reason string          `json:"reason,omitempty"`
}

var readers = append(append([]access.Role{access.Supervisor, access.System}, access.Officers...), access.Merchant)

var (
	listDef = usecase.Define(usecase.Def{Name: "takeover.list", Allow: readers})
	getDef  = usecase.Define(usecase.Def{Name: "takeover.get", Allow: readers})
)

// List lists the takeovers of the reader's area, or on either side of the
// reader's operators, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		mine, err := s.shops.Speaks(ctx, idb, by.Account)
		if err != nil {
			return Page{}, err
		}
		rows, next, err := listed(ctx, idb, q, by)
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, by, mine)
		}
		return p, err
	})
}

// Get reads one takeover.
func (s *Service) Get(ctx context.Context, id ident.TakeoverID) (Detail, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Detail, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return Detail{}, err
		}
		mine, err := s.shops.Speaks(ctx, idb, by.Account)
		if err != nil {
			return Detail{}, err
		}
		d := Detail{View: s.view(r, by, mine)}
		if d.Claimed, err = s.shops.Claimed(ctx, idb, r.Giver); err != nil {
			return d, err
		}
		if d.Ends, err = s.endings(ctx, idb, r.Premises); err != nil {
			return d, err
		}
		if by.Staff() || d.Side == Giver || d.Side == Both {
			if d.Cases, err = s.applications.OpenOf(ctx, idb, r.Premises); err != nil {
				return d, err
			}
		}
		events, err := audit.Timeline(ctx, idb, lifecycle.Takeover.Noun, string(r.ID))
		d.Timeline = make([]Moment, len(events))
		for i, e := range events {
			d.Timeline[i] = Moment{e.At, e.Action, lifecycle.State(e.ToState), e.Reason}
		}
		return d, err
	})
}
