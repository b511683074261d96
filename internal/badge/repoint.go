package badge

import (
	"context"

	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Repoint hands the prints of one certificate on to the one that takes its
// place, inside the transaction that replaces it. The caller then writes the
// new face, which scans of them show.
func (s *Service) Repoint(ctx context.Context, c *usecase.Call, from, to ident.CertificateID) error {
	return repoint(ctx, c.Tx, from, to)
}
