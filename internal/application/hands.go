package application

import (
	"context"

	"fangxin/internal/audit"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Hands lists the accounts that took a step on a case or inspected its shop,
// for those who must know who is not uninvolved.
func (s *Service) Hands(ctx context.Context, idb usecase.Reader, id ident.ApplicationID) ([]ident.AccountID, error) {
	events, err := audit.Timeline(ctx, idb, lifecycle.Application.Noun, string(id))
	if err != nil {
		return nil, err
	}
	out, err := inspectorsOf(ctx, idb, id)
	for _, e := range events {
		out = append(out, e.Account)
	}
	return out, err
}
