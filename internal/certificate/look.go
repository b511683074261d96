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
