package reinspect

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters requests.
type ListQuery struct {
	State lifecycle.State `json:"state" validate:"omitempty,oneof=filed arranged seen denied retracted annulled"`
	Limit int             `json:"limit" validate:"min=0,max=200"`
	After string          `json:"after" validate:"max=400"`
}

// Page is one page of requests.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = append(append([]access.Role{access.Supervisor, access.Inspector, access.System}, access.Officers...), holders...)

var (
	listDef    = usecase.Define(usecase.Def{Name: "reinspection.list", Allow: readers})
	getDef     = usecase.Define(usecase.Def{Name: "reinspection.get", Allow: readers})
	outlookDef = usecase.Define(usecase.Def{Name: "reinspection.outlook", Allow: holders})
)

// List lists the requests of the reader's area or shops, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := list(ctx, idb, q, by)
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = s.view(r, by, s.rt.Now())
		}
		return p, err
	})
}

// Get reads one request.
func (s *Service) Get(ctx context.Context, id ident.ReinspectionID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		return s.view(r, by, s.rt.Now()), err
	})
}

// Outlook tells the holder of a title whether another inspection can be asked
// for now, and what became of earlier requests.
func (s *Service) Outlook(ctx context.Context, id ident.CertificateID) (Outlook, error) {
	return usecase.Read(ctx, s.rt, outlookDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Outlook, error) {
		title, _, err := s.titles.Look(ctx, idb, id, by)
		if err != nil {
			return Outlook{}, err
		}
		o, err := s.outlook(ctx, idb, title)
		if err != nil {
			return o, err
		}
		rows, err := ofCertificate(ctx, idb, id, by)
		for _, r := range rows {
			o.Past = append(o.Past, s.view(r, by, s.rt.Now()))
		}
		return o, err
	})
}
