package bench

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/badge"
	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// The rows as they stand in the tables; columns that are not named here keep
// their defaults, which are what the use-cases write too.
type (
	certificateRow struct {
		bun.BaseModel `bun:"table:certificate"`

		ID, Number, Scheme, SchemeVersion string
		Premises                          ident.PremisesID
		Operator                          ident.OperatorID
		State                             lifecycle.State
		Version                           int64
		Scope, Holder, Address, Division  string
		Sectors                           []string `bun:"type:jsonb"`
		Photo, Phone, Issuer, Approval    string
		IssuedOn, ExpiresOn               calendar.Date
		InspectedOn, Grade                string
		Promises                          certificate.Promises `bun:"type:jsonb"`
		StateSince, CreatedAt, UpdatedAt  time.Time
	}
	sectorRow struct {
		bun.BaseModel `bun:"table:certificate_sector"`

		Sector, Certificate string
	}
	stickerRow struct {
		bun.BaseModel `bun:"table:sticker"`

		ID                   ident.StickerID
		Serial               badgecode.Serial
		Certificate          ident.CertificateID
		PrintNo              int64
		Kind                 badge.Kind
		State                lifecycle.State
		Version              int64
		Scope                string
		CreatedAt, UpdatedAt time.Time
	}
	faceRow struct {
		bun.BaseModel `bun:"table:badge_face"`

		Serial    badgecode.Serial
		Face      string
		UpdatedAt time.Time
	}
)

// rows are the parts of one statement for each table.
type rows struct {
	certificates []certificateRow
	sectors      []sectorRow
	stickers     []stickerRow
	faces        []faceRow
}

func (r *rows) add(t title) error {
	body, err := t.face()
	if err != nil {
		return err
	}
	r.certificates = append(r.certificates, certificateRow{
		ID: string(t.ID), Number: t.Number, Scheme: t.Scheme, SchemeVersion: t.SchemeVersion, Premises: t.Premises, Operator: t.Operator,
		State: lifecycle.Certificate.Start, Version: 1, Scope: t.Scope, Holder: t.Holder, Address: t.Address, Division: t.Division,
		Sectors: t.Sectors, Photo: t.Photo, Phone: t.Phone, Issuer: t.Issuer, Approval: t.Approval, IssuedOn: t.IssuedOn,
		ExpiresOn: t.ExpiresOn, InspectedOn: t.InspectedOn, Grade: t.Grade, Promises: t.Promises,
		StateSince: t.At, CreatedAt: t.At, UpdatedAt: t.At,
	})
	for _, s := range t.Sectors {
		r.sectors = append(r.sectors, sectorRow{Sector: s, Certificate: string(t.ID)})
	}
	// Printed, then put up: the second version.
	r.stickers = append(r.stickers, stickerRow{
		ID: t.Sticker, Serial: t.Serial, Certificate: t.ID, PrintNo: 1, Kind: badge.PosterPrint, State: lifecycle.StickerActive,
		Version: 2, Scope: t.Scope, CreatedAt: t.At, UpdatedAt: t.At,
	})
	r.faces = append(r.faces, faceRow{Serial: t.Serial, Face: body, UpdatedAt: t.At})
	return nil
}

// write inserts the titles in one transaction.
func write(ctx context.Context, d *db.DB, titles []title) error {
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		for len(titles) > 0 {
			n := min(perInsert, len(titles))
			var r rows
			for _, t := range titles[:n] {
				if err := r.add(t); err != nil {
					return err
				}
			}
			for _, model := range []any{&r.certificates, &r.sectors, &r.stickers, &r.faces} {
				if _, err := tx.NewInsert().Model(model).Exec(ctx); err != nil {
					return err
				}
			}
			titles = titles[n:]
		}
		return nil
	})
}

// settle does what a database that runs for months has done by itself.
func settle(ctx context.Context, d *db.DB) error {
	statements := []string{"ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"}
	if d.Dialect == db.Postgres {
		statements = []string{"VACUUM ANALYZE badge_face", "CHECKPOINT"}
	}
	for _, s := range statements {
		if _, err := d.W.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func countFaces(ctx context.Context, d *db.DB) (n int, err error) {
	err = d.R.NewRaw("SELECT count(*) FROM badge_face").Scan(ctx, &n)
	return n, err
}
