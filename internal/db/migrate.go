package db

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/migrate"

	"fangxin/internal/lifecycle"
	"fangxin/migrations"
)

// Migrate brings the schema up to date and writes the step table of the
// lifecycles. It returns the names of the migrations that it ran.
func (d *DB) Migrate(ctx context.Context) ([]string, error) {
	sub, err := fs.Sub(migrations.FS, string(d.Dialect))
	if err != nil {
		return nil, err
	}
	files := migrate.NewMigrations()
	if err := files.Discover(sub); err != nil {
		return nil, err
	}
	// Without MarkAppliedOnSuccess a migration that failed counts as done.
	m := migrate.NewMigrator(d.W, files, migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	if err := m.Lock(ctx); err != nil {
		return nil, fmt.Errorf("another process is migrating this database, or one died doing so; when you are sure that none is running, use: fangxin migrate --unlock (%w)", err)
	}
	defer m.Unlock(context.WithoutCancel(ctx)) //nolint:errcheck // a stale lock is named by the next run
	group, err := m.Migrate(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	var names []string
	for _, mig := range group.Migrations {
		names = append(names, mig.Name+"_"+mig.Comment)
	}
	return names, d.syncSteps(ctx)
}

// Unlock removes the lock that a crashed migration left behind.
func (d *DB) Unlock(ctx context.Context) error {
	return migrate.NewMigrator(d.W, migrate.NewMigrations()).Unlock(ctx)
}

// Steps lists the rows of the step table: every step of every machine, and
// the creation of a record in its first state.
func Steps() []lifecycle.Row {
	var rows []lifecycle.Row
	for _, m := range lifecycle.Machines() {
		rows = append(rows, lifecycle.Row{Noun: m.Noun, Action: "create", To: string(m.Start)})
		rows = append(rows, m.Rows()...)
	}
	return rows
}

// syncSteps adds what the code lists. Steps that the code no longer has stay
// for the events that refer to them, but the guards in the code refuse them.
func (d *DB) syncSteps(ctx context.Context) error {
	type stepRow struct {
		bun.BaseModel `bun:"table:lifecycle_step"`
		Noun          string
		FromState     string
		Action        string
		ToState       string
	}
	var rows []stepRow
	for _, r := range Steps() {
		rows = append(rows, stepRow{Noun: r.Noun, FromState: r.From, Action: r.Action, ToState: r.To})
	}
	return d.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx)
		return err
	})
}
