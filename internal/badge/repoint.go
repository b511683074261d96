package badge

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// Repoint hands the prints of one certificate on to the one that takes its
// place, inside the transaction that replaces it. The caller then writes the
// new face, which scans of them show.
func (s *Service) Repoint(ctx context.Context, c *usecase.Call, from, to ident.CertificateID) error {
	return repoint(ctx, c.Tx, from, to)
}

// TitleOf finds the title of a genuine code, as scanned or typed.
func (s *Service) TitleOf(ctx context.Context, idb usecase.Reader, typed string) (ident.CertificateID, error) {
	serial, err := s.ring.Parse(typed)
	if err != nil {
		return "", fault.Wrap(fault.NotFound, err, "")
	}
	r, err := bySerial(ctx, idb, serial)
	return r.Certificate, err
}
