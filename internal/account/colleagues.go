package account

import (
	"context"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

var colleaguesDef = usecase.Define(usecase.Def{Name: "account.colleagues", Allow: append(slices.Clone(access.StaffRoles), access.System), NoPage: "pages that need colleagues, such as the one of a visit, list them where they are chosen"})

// ColleaguesQuery asks who holds a role.
type ColleaguesQuery struct {
	Role access.Role `query:"role" validate:"required,oneof=inspector county_officer city_officer province_officer publisher supervisor administrator"`
}

// Colleague is somebody work can be given to.
type Colleague struct {
	ID        ident.AccountID   `json:"id" format:"uuid"`
	Name      string            `json:"name"`
	Roles     []access.Role     `json:"roles"`
	Authority ident.AuthorityID `json:"authority" format:"uuid"`
	Scope     string            `json:"scope" doc:"Path of the authority."`
}

// Colleagues lists the active staff who hold a role, in the caller's authority
// and those below it, by name.
func (s *Service) Colleagues(ctx context.Context, q ColleaguesQuery) ([]Colleague, error) {
	return usecase.Read(ctx, s.rt, colleaguesDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Colleague, error) {
		return s.Holders(ctx, idb, q.Role, by.Scope)
	})
}

// Holders lists the active staff who hold a role inside a scope, by name, for
// another slice.
func (s *Service) Holders(ctx context.Context, idb usecase.Reader, role access.Role, scope access.Scope) ([]Colleague, error) {
	rows, err := activeStaff(ctx, idb, scope)
	if err != nil {
		return nil, err
	}
	out := []Colleague{}
	for _, r := range rows {
		if slices.Contains(r.Roles, role) {
			out = append(out, Colleague{ID: r.ID, Name: r.Name, Roles: r.Roles, Authority: r.Authority, Scope: r.Scope})
		}
	}
	return out, nil
}

// Find reads an account for another slice; unknown is [fault.NotFound].
func (s *Service) Find(ctx context.Context, idb usecase.Reader, id ident.AccountID) (View, error) {
	r, err := byID(ctx, idb, id)
	if err != nil {
		return View{}, err
	}
	return r.view(), nil
}
