package street

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type sampleRow struct {
	bun.BaseModel `bun:"table:street_sample,alias:d"`

	ID          ident.SampleID `bun:",pk"`
	Street      ident.StreetID
	Application ident.ApplicationID
	Frame       []ident.PremisesID `bun:"type:jsonb"`
	FrameHash   string
	Seed        string
	Size        int
	SheetDone   ident.InspectionID
	SheetPass   bool
	Closed      bool
	At          time.Time
}

type sampledRow struct {
	bun.BaseModel `bun:"table:street_sample_shop,alias:x"`

	Sample     ident.SampleID   `bun:",pk"`
	Premises   ident.PremisesID `bun:",pk"`
	Place      int64
	Inspection ident.InspectionID
	Outcome    string
	Name       string `bun:",scanonly"`
}

func insertSample(ctx context.Context, tx bun.IDB, row *sampleRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

func insertSampled(ctx context.Context, tx bun.IDB, row *sampledRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

func selectSample(ctx context.Context, idb bun.IDB, where string, arg any) (sampleRow, error) {
	var row sampleRow
	err := idb.NewSelect().Model(&row).Where(where, arg).Order("d.id DESC").Limit(1).Scan(ctx)
	return row, db.Translate(err)
}

func sampleByID(ctx context.Context, idb bun.IDB, id ident.SampleID) (sampleRow, error) {
	return selectSample(ctx, idb, "d.id = ?", id)
}

func sampleFor(ctx context.Context, idb bun.IDB, application ident.ApplicationID) (sampleRow, error) {
	return selectSample(ctx, idb, "d.application = ?", application)
}

func lastSample(ctx context.Context, idb bun.IDB, street ident.StreetID) (sampleRow, error) {
	return selectSample(ctx, idb, "d.street = ?", street)
}

func sampled(ctx context.Context, idb bun.IDB, id ident.SampleID) ([]sampledRow, error) {
	var rows []sampledRow
	err := idb.NewSelect().Model(&rows).ColumnExpr("x.*").ColumnExpr("p.name AS name").Join("JOIN premises AS p ON p.id = x.premises").
		Where("x.sample = ?", id).Order("x.place").Scan(ctx)
	return rows, db.Translate(err)
}

func setOutcome(ctx context.Context, tx bun.IDB, id ident.SampleID, visit ident.InspectionID, outcome string) error {
	return db.One(tx.NewUpdate().Model((*sampledRow)(nil)).Set("outcome = ?", outcome).Where("sample = ? AND inspection = ?", id, visit).Exec(ctx))
}

func setSheet(ctx context.Context, tx bun.IDB, row sampleRow) error {
	return db.One(tx.NewUpdate().Model(&row).Column("sheet_done", "sheet_pass").Where("id = ?", row.ID).Exec(ctx))
}

func closeSample(ctx context.Context, tx bun.IDB, id ident.SampleID) error {
	return db.One(tx.NewUpdate().Model((*sampleRow)(nil)).Set("closed = ?", true).Where("id = ?", id).Exec(ctx))
}
