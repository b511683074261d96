package reply

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters replies.
type ListQuery struct {
	State lifecycle.State `json:"state" validate:"omitempty,oneof=filed published refused retracted superseded"`
	Limit int             `json:"limit" validate:"min=0,max=200"`
	After string          `json:"after" validate:"max=400"`
}

// Page is one page of replies.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = append(append([]access.Role{access.Supervisor, access.System}, access.Officers...), holders...)

var (
	listDef     = usecase.Define(usecase.Def{Name: "reply.list", Allow: readers})
	getDef      = usecase.Define(usecase.Def{Name: "reply.get", Allow: readers})
	standingDef = usecase.Define(usecase.Def{Name: "reply.standing", Allow: holders})
)

// List lists the replies of the reader's area or shops, by due date.
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

// Get reads one reply.
func (s *Service) Get(ctx context.Context, id ident.ReplyID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		return s.view(r, by, s.rt.Now()), err
	})
}

// Standing tells the holder of a title what is published about it, what may be
// said beside it, and what became of earlier replies.
func (s *Service) Standing(ctx context.Context, id ident.CertificateID) (Standing, error) {
	return usecase.Read(ctx, s.rt, standingDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Standing, error) {
		title, _, err := s.titles.Look(ctx, idb, id, by)
		if err != nil {
			return Standing{}, err
		}
		out := Standing{Certificate: title, Results: []Open{}, Past: []View{}}
		rows, err := ofCertificate(ctx, idb, id, by)
		if err != nil {
			return out, err
		}
		for _, r := range rows {
			out.Past = append(out.Past, s.view(r, by, s.rt.Now()))
		}
		results, err := s.titles.Results(ctx, idb, id, by)
		for _, res := range results {
			o := Open{Result: res}
			for i := range out.Past {
				switch v := &out.Past[i]; {
				case v.Result != res.Ref:
				case v.State == lifecycle.Filed:
					o.Waiting = v
				case v.State == lifecycle.Published:
					o.Published = v
				}
			}
			out.Results = append(out.Results, o)
		}
		return out, err
	})
}
