package application

import (
	"context"

	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// Dated lists open cases whose last day is on or before a day, in the order of
// their ids, for reminders; after is the last id of the page before.
func (s *Service) Dated(ctx context.Context, idb usecase.Reader, until string, after ident.ApplicationID, limit int) ([]Moved, error) {
	rows, err := dated(ctx, idb, until, string(after), limit)
	if err != nil {
		return nil, err
	}
	out := make([]Moved, len(rows))
	book := scheme.Open(idb)
	for i, r := range rows {
		sch, err := book.Pinned(ctx, r.Scheme, r.SchemeVersion)
		if err != nil {
			return nil, err
		}
		out[i] = r.moved(sch, "", r.State)
	}
	return out, nil
}
