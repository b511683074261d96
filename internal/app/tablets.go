package app

import (
	"context"
	"path/filepath"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/blob"
	"fangxin/internal/config"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/tablet"
	"fangxin/internal/usecase"
)

// tablets builds what tablets speak with. Its keys were made at the first
// start and are kept in the database: without them no receipt could be
// verified and nothing sealed be opened.
func (s *Services) tablets(ctx context.Context, c config.Config) (*tablet.Service, error) {
	signing, sealing, err := tablet.NewSeeds()
	if err != nil {
		return nil, err
	}
	signings, err := secrets(ctx, s.Runtime, tablet.SigningSecret, signing)
	if err != nil {
		return nil, err
	}
	sealings, err := secrets(ctx, s.Runtime, tablet.SealingSecret, sealing)
	if err != nil {
		return nil, err
	}
	keys, err := tablet.NewKeyring(signings, sealings)
	if err != nil {
		return nil, err
	}
	t := tablet.New(s.Runtime, s.Inspections, keys, filepath.Join(c.Data, "tablet"), tablet.Hooks{
		Principal: s.Accounts.Principal,
		Position: func(ctx context.Context, idb usecase.Reader, id ident.PremisesID) (*tablet.Position, error) {
			p, err := s.Merchants.PremisesIn(ctx, idb, id, access.Internal("tablet"))
			if fault.Is(err, fault.NotFound) || err == nil && p.Point == nil {
				return nil, nil // a visit can be made without a point on the map
			}
			if err != nil {
				return nil, err
			}
			return &tablet.Position{Lat: p.Point.Lat, Lng: p.Point.Lng, Datum: string(p.Point.Datum)}, nil
		},
		StoreImage: func(ctx context.Context, data []byte) (blob.View, error) { return s.Files.Put(ctx, data) },
		Kept: func(ctx context.Context, idb usecase.Reader, name string) (value string, err error) {
			err = idb.NewRaw("SELECT value FROM setting WHERE name = ?", name).Scan(ctx, &value)
			return value, err
		},
		Keep: func(ctx context.Context, idb usecase.Reader, name, was, value string) (bool, error) {
			res, err := idb.NewRaw("UPDATE setting SET value = ?, at = ? WHERE name = ? AND value = ?", value, s.Runtime.Now(), name, was).Exec(ctx)
			if err != nil {
				return false, err
			}
			n, err := res.RowsAffected()
			return n == 1, err
		},
		Standings: func(ctx context.Context, fn func(name, status string) error) error {
			return s.Badges.Standings(ctx, func(name string, status badge.Status) error { return fn(name, string(status)) })
		},
	})
	s.Accounts.Ticket, s.Accounts.TicketPrefix = t.Ticket, tablet.TicketPrefix
	return t, nil
}

// secrets reads the secrets of a kind, newest first, keeping the fresh one when
// there is none yet.
func secrets(ctx context.Context, rt *usecase.Runtime, name string, fresh []byte) ([][]byte, error) {
	stored, err := setting(ctx, rt, name, tablet.Secrets([][]byte{fresh}))
	if err != nil {
		return nil, err
	}
	return tablet.ParseSecrets(stored)
}
