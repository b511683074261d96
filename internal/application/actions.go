package application

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// actions lists the steps of the table for the reader's roles in this state,
// each open or with the reason why not, so that a page need not guess.
func (s *Service) actions(ctx context.Context, idb usecase.Reader, r record, sch scheme.Scheme, by access.Principal, today calendar.Date) ([]AllowedAction, error) {
	out := []AllowedAction{}
	for _, st := range lifecycle.Application.Open(by, r.State) {
		if by.Has(access.System) && !by.SignedIn() || !sch.Takes(r.State, st.Action) {
			continue
		}
		a := AllowedAction{Action: st.Action, Label: scheme.Text{Zh: st.Zh, En: st.En}, Reason: st.Reason, Danger: st.Danger, Open: true}
		err := s.hindrance(ctx, idb, r, sch, by, st, today)
		if f, ok := fault.As(err); ok {
			a.Open, a.Why, a.Detail = false, string(f.Code), f.Detail
			if f.Code == fault.TooSoon && len(f.Args) > 0 {
				a.Until, _ = f.Args[0].(string)
			}
		} else if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// hindrance is what the use-case behind a step would refuse with now.
func (s *Service) hindrance(ctx context.Context, idb usecase.Reader, r record, sch scheme.Scheme, by access.Principal, st lifecycle.Step, today calendar.Date) error {
	if slices.Contains(owners, firstRole(st.Roles)) {
		return nil
	}
	if err := s.mayDecide(ctx, idb, r, sch, by, st.Action); err != nil {
		return err
	}
	if slices.Contains(onTheStrengthOf, st.Action) {
		if err := passed(r, sch); err != nil {
			return err
		}
	}
	switch st.Action {
	case lifecycle.ConcludeNotice:
		return noticeOver(ctx, idb, r, today)
	case lifecycle.Certify:
		if s.titles.Halted != nil {
			if err := s.titles.Halted(ctx, idb, r.Scheme, r.Scope); err != nil {
				return err
			}
		}
		return readyToCertify(ctx, idb, r, sch, today)
	case lifecycle.UpholdObjection:
		open, err := openObjections(ctx, idb, r.ID)
		if err != nil {
			return err
		}
		if open == 0 {
			return fault.New(fault.NotReady, "no_objection")
		}
	}
	return nil
}

func firstRole(roles []access.Role) access.Role { return roles[0] }
