package scheme

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/usecase"
)

// Query picks a scheme.
type Query struct {
	Code    string `json:"-" validate:"required,max=40"`
	Version string `json:"version" validate:"max=10" doc:"The newest when empty."`
}

var (
	listDef = usecase.Define(usecase.Def{Name: "scheme.list", Allow: access.Roles})
	getDef  = usecase.Define(usecase.Def{Name: "scheme.get", Allow: access.Roles, NoPage: "what a scheme asks is shown on the page where one applies"})
)

// List lists the titles that may be applied for.
func (s *Service) List(ctx context.Context) ([]Scheme, error) {
	return usecase.Read(ctx, s.rt, listDef, struct{}{}, func(context.Context, usecase.Reader, access.Principal) ([]Scheme, error) {
		return Current(), nil
	})
}

// Get tells everything about one title: what is asked before anybody starts.
func (s *Service) Get(ctx context.Context, q Query) (Scheme, error) {
	return usecase.Read(ctx, s.rt, getDef, q, func(context.Context, usecase.Reader, access.Principal) (Scheme, error) {
		found, ok := Lookup(q.Code, q.Version)
		if !ok {
			return Scheme{}, fault.New(fault.NotFound, "scheme_unknown")
		}
		return found, nil
	})
}
