package renewal

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters requests; officers see the open ones when no state is given.
type ListQuery struct {
	State lifecycle.State `json:"state" validate:"omitempty,oneof=filed checked granted declined retracted"`
	Limit int             `json:"limit" validate:"min=0,max=200"`
	After string          `json:"after" validate:"max=400"`
}

// Page is one page of requests.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = append(append([]access.Role{access.Supervisor, access.System}, access.Officers...), holders...)

var (
	listDef    = usecase.Define(usecase.Def{Name: "renewal.list", Allow: readers})
	getDef     = usecase.Define(usecase.Def{Name: "renewal.get", Allow: readers})
	outlookDef = usecase.Define(usecase.Def{Name: "renewal.outlook", Allow: readers})
)

// List lists the requests of the reader's area or shops, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := listed(ctx, idb, q, by)
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, by, s.rt.Now())
		}
		return p, err
	})
}

// Get reads one request.
func (s *Service) Get(ctx context.Context, id ident.RenewalID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		return s.view(r, by, s.rt.Now()), err
	})
}

// Outlook tells the holder what can be asked for now, with everything that the
// new certificate would say, so that nothing is typed again.
func (s *Service) Outlook(ctx context.Context, id ident.CertificateID) (Outlook, error) {
	// Who may comes before whether there is such a title.
	if err := outlookDef.Authorise(access.From(ctx)); err != nil {
		return Outlook{}, err
	}
	d, _, err := s.titles.Get(ctx, id)
	if err != nil {
		return Outlook{}, err
	}
	return usecase.Read(ctx, s.rt, outlookDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Outlook, error) {
		o, _, err := s.outlook(ctx, idb, d.View)
		if err != nil {
			return o, err
		}
		open, err := openOf(ctx, idb, id)
		if fault.Is(err, fault.NotFound) {
			return o, nil
		}
		v := s.view(open, by, s.rt.Now())
		o.Open, o.Renew, o.Rename, o.Instant = &v, false, false, false
		return o, err
	})
}

// UnderWay tells for which of some titles a request waits for officers, so that
// nobody is reminded to ask.
func (s *Service) UnderWay(ctx context.Context, idb usecase.Reader, titles []ident.CertificateID) (map[ident.CertificateID]bool, error) {
	list, err := underWay(ctx, idb, titles)
	out := map[ident.CertificateID]bool{}
	for _, id := range list {
		out[id] = true
	}
	return out, err
}
