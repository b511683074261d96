package certificate

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Look reads a title with its operator for another slice, as somebody sees it.
func (s *Service) Look(ctx context.Context, idb usecase.Reader, id ident.CertificateID, by access.Principal) (View, ident.OperatorID, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return View{}, "", err
	}
	return s.view(r, by, s.rt.Now()), r.Operator, nil
}

// CaseOf gives the case in which a title was awarded; "" for an imported one.
func (s *Service) CaseOf(ctx context.Context, idb usecase.Reader, id ident.CertificateID) (ident.ApplicationID, error) {
	r, err := byID(ctx, idb, id)
	return r.Application, err
}
