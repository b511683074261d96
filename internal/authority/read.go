package authority

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

const noPage = "the tree changes once in years: the API and the command line are enough, and pages show it where one is chosen"

var (
	listDef = usecase.Define(usecase.Def{Name: "authority.list", Allow: access.Roles, NoPage: noPage})
	getDef  = usecase.Define(usecase.Def{Name: "authority.get", Allow: access.Roles, NoPage: noPage})
)

// Query names one authority.
type Query struct {
	ID ident.AuthorityID `path:"id" validate:"required,uuid7"`
}

// List reads the whole tree, each authority before those below it.
func (s *Service) List(ctx context.Context) ([]View, error) {
	return usecase.Read(ctx, s.rt, listDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]View, error) {
		return list(ctx, idb)
	})
}

// Get reads one authority.
func (s *Service) Get(ctx context.Context, q Query) (View, error) {
	return usecase.Read(ctx, s.rt, getDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (View, error) {
		return s.Find(ctx, idb, q.ID)
	})
}

// Find reads one authority for another slice; unknown is [fault.NotFound].
func (s *Service) Find(ctx context.Context, idb usecase.Reader, id ident.AuthorityID) (View, error) {
	r, err := one(ctx, idb, "id", string(id))
	if err != nil {
		return View{}, err
	}
	return whole(ctx, idb, r)
}

// ByCode reads one authority by its code, for instance "360102".
func (s *Service) ByCode(ctx context.Context, idb usecase.Reader, code string) (View, error) {
	r, err := one(ctx, idb, "code", code)
	if err != nil {
		return View{}, err
	}
	return whole(ctx, idb, r)
}

// ByPath reads the authority at the end of a scope path such as "/36/3601/".
func (s *Service) ByPath(ctx context.Context, idb usecase.Reader, path string) (View, error) {
	r, err := one(ctx, idb, "path", path)
	if err != nil {
		return View{}, err
	}
	return whole(ctx, idb, r)
}

// InCharge finds the authority in charge of a division. A code that is no
// longer valid is followed to its successor. When no active authority is in
// charge the fault is [fault.Conflict] "no_authority".
func (s *Service) InCharge(ctx context.Context, idb usecase.Reader, code string) (View, error) {
	if current := division.Current(code); current != "" {
		code = current
	}
	r, err := inCharge(ctx, idb, code)
	if fault.Is(err, fault.NotFound) {
		return View{}, fault.New(fault.Conflict, "no_authority", division.FullName(code))
	}
	if err != nil {
		return View{}, err
	}
	return whole(ctx, idb, r)
}
