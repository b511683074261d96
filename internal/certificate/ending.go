package certificate

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Ending lists titles that stand and whose last day lies between two days, in
// the order of their ids, for reminders; after is the last id of the page before.
func (s *Service) Ending(ctx context.Context, idb usecase.Reader, from, until calendar.Date, after ident.CertificateID, limit int) ([]Moved, error) {
	rows, err := ending(ctx, idb, from.String(), until.String(), string(after), limit)
	out := make([]Moved, len(rows))
	for i, r := range rows {
		out[i] = Moved{View: s.view(r, access.Anonymous(), s.rt.Now()), Operator: r.Operator}
	}
	return out, err
}

// Unplated lists titles whose last day was at the latest until and whose plaque
// nobody asked for yet, in the order of their ids; none are the schemes that
// give no plaque.
func (s *Service) Unplated(ctx context.Context, idb usecase.Reader, until calendar.Date, none []string, after ident.CertificateID, limit int) ([]Moved, error) {
	rows, err := unplated(ctx, idb, until.String(), none, string(after), limit)
	out := make([]Moved, len(rows))
	for i, r := range rows {
		out[i] = Moved{View: s.view(r, access.Anonymous(), s.rt.Now()), Operator: r.Operator}
	}
	return out, err
}

// WouldMove tells what other slices would hear if the reader took a step now,
// so that a page can say beforehand who will be told. It checks nothing that
// the step itself checks.
func (s *Service) WouldMove(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.CertificateID, a lifecycle.Action) (Moved, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return Moved{}, err
	}
	if _, ok := lifecycle.Certificate.Step(a); !ok {
		return Moved{}, fault.New(fault.NotFound, "")
	}
	return Moved{View: s.view(r, by, s.rt.Now()), Operator: r.Operator, Action: a}, nil
}
