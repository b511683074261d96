package account

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var (
	listDef = usecase.Define(usecase.Def{Name: "account.list", Allow: admins})
	getDef  = usecase.Define(usecase.Def{Name: "account.get", Allow: admins})
)

// ListQuery narrows the list of staff.
type ListQuery struct {
	Authority ident.AuthorityID `query:"authority" validate:"omitempty,uuid7"`
	Limit     int               `query:"limit"`
	After     string            `query:"after" validate:"max=400"`
}

// ListView is one page of staff, oldest account first.
type ListView struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// List reads the staff inside the caller's scope.
func (s *Service) List(ctx context.Context, q ListQuery) (ListView, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (ListView, error) {
		rows, err := listStaff(ctx, idb, by.Scope, q)
		if err != nil {
			return ListView{}, err
		}
		var v ListView
		if size := (db.Page{Limit: q.Limit}).Size(); len(rows) > size {
			rows = rows[:size]
			v.Next = db.Cursor(string(rows[size-1].ID))
		}
		v.Items, err = s.withLocks(ctx, idb, rows)
		return v, err
	})
}

// Get reads one account of staff inside the caller's scope.
func (s *Service) Get(ctx context.Context, cmd AccountCommand) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, cmd, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := staffIn(ctx, idb, by.Scope, cmd.ID)
		if err != nil {
			return View{}, err
		}
		views, err := s.withLocks(ctx, idb, []*record{r})
		if err != nil {
			return View{}, err
		}
		return views[0], nil
	})
}

// ByLogin finds an account inside the caller's scope by its login, or by the
// proven number of a merchant, for the command line.
func (s *Service) ByLogin(ctx context.Context, login string) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := byLogin(ctx, idb, normalLogin(login))
		if phone := ident.NormalPhone(login); fault.Is(err, fault.NotFound) && ident.IsMobile(phone) {
			r, err = byPhone(ctx, idb, phone)
		}
		if err != nil {
			return View{}, err
		}
		if r, err = staffIn(ctx, idb, by.Scope, r.ID); err != nil {
			return View{}, err
		}
		return r.view(), nil
	})
}

func (s *Service) withLocks(ctx context.Context, idb usecase.Reader, rows []*record) ([]View, error) {
	keys := make([]string, len(rows))
	for i, r := range rows {
		keys[i] = attemptKey(r.Login)
	}
	until, err := locks(ctx, idb, keys, s.rt.Now())
	if err != nil {
		return nil, err
	}
	views := make([]View, len(rows))
	for i, r := range rows {
		views[i] = r.view()
		if at, locked := until[keys[i]]; locked {
			views[i].LockedUntil = &at
		}
	}
	return views, nil
}
