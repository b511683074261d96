package appeal

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters appeals.
type ListQuery struct {
	State lifecycle.State `json:"state" validate:"omitempty,oneof=filed upheld rejected retracted"`
	Limit int             `json:"limit" validate:"min=0,max=200"`
	After string          `json:"after" validate:"max=400"`
}

// Page is one page of appeals.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = append(append([]access.Role{access.Supervisor, access.System}, access.Officers...), holders...)

var (
	listDef     = usecase.Define(usecase.Def{Name: "appeal.list", Allow: readers})
	getDef      = usecase.Define(usecase.Def{Name: "appeal.get", Allow: readers})
	standingDef = usecase.Define(usecase.Def{Name: "appeal.standing", Allow: holders})
	caseDef     = usecase.Define(usecase.Def{Name: "appeal.case_standing", Allow: holders})
	publicDef   = usecase.Define(usecase.Def{Name: "appeal.public", Allow: access.Roles})
)

// List lists the appeals of the reader's area or shops, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := list(ctx, idb, q, by)
		p := Page{Items: []View{}, Next: next}
		for _, r := range rows {
			p.Items = append(p.Items, s.view(r, by, s.rt.Now()))
		}
		return p, err
	})
}

// Get reads one appeal.
func (s *Service) Get(ctx context.Context, id ident.AppealID) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (View, error) {
		r, err := get(ctx, idb, id, by)
		return s.view(r, by, s.rt.Now()), err
	})
}

// Standing tells the holder of a title whether the decision on it can be
// appealed, until when, and what became of earlier appeals.
func (s *Service) Standing(ctx context.Context, id ident.CertificateID) (Standing, error) {
	return usecase.Read(ctx, s.rt, standingDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Standing, error) {
		rows, err := ofCertificate(ctx, idb, id, by)
		if err != nil {
			return Standing{}, err
		}
		out := Standing{Past: []View{}}
		taken := map[ident.EventID]bool{}
		for _, r := range rows {
			out.Past = append(out.Past, s.view(r, by, s.rt.Now()))
			taken[r.Event] = true
		}
		decision, err := s.certificates.Contested(ctx, idb, id, by)
		if err != nil || decision == nil || taken[decision.ID] {
			return out, err
		}
		until, err := s.lastDay(decision.At, FileWithin)
		out.Can = !until.Before(calendar.DateOf(s.rt.Now()))
		out.Action, out.Until = lifecycle.Action(decision.Action), until.String()
		return out, err
	})
}

// CaseStanding tells the applicant of a case whether its refusal can be
// appealed, until when, and what became of earlier appeals.
func (s *Service) CaseStanding(ctx context.Context, id ident.ApplicationID) (Standing, error) {
	return usecase.Read(ctx, s.rt, caseDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Standing, error) {
		out := Standing{Past: []View{}}
		if s.Applications == nil {
			return out, nil
		}
		d, err := s.Applications.Dossier(ctx, idb, id, by)
		if err != nil {
			return out, err
		}
		rows, err := ofApplication(ctx, idb, id, by)
		taken := false
		for _, r := range rows {
			out.Past = append(out.Past, s.view(r, by, s.rt.Now()))
			taken = taken || d.Decision != nil && r.Event == d.Decision.ID
		}
		if err != nil || d.Decision == nil || taken {
			return out, err
		}
		out.Can = calendar.DateOf(s.rt.Now()).String() <= d.Until
		out.Action, out.Until = lifecycle.Action(d.Decision.Action), d.Until
		return out, nil
	})
}

// Public lists what the public may know of the appeals about a title: that
// there are some, and how they ended, without the holder's words.
func (s *Service) Public(ctx context.Context, id ident.CertificateID) ([]View, error) {
	return usecase.Read(ctx, s.rt, publicDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]View, error) {
		rows, err := published(ctx, idb, id)
		out := []View{}
		for _, r := range rows {
			out = append(out, s.view(r, access.Anonymous(), s.rt.Now()))
		}
		return out, err
	})
}

// WouldMove tells what other slices would hear if the reader took a step now.
func (s *Service) WouldMove(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.AppealID) (View, error) {
	r, err := get(ctx, idb, id, by)
	return s.view(r, by, s.rt.Now()), err
}
