package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"fangxin/internal/fault"
)

// Extended result codes of SQLite and SQLSTATEs of PostgreSQL that mean
// something to a caller.
const (
	sqliteCheck      = 275
	sqliteForeignKey = 787
	sqlitePrimaryKey = 1555
	sqliteTrigger    = 1811
	sqliteUnique     = 2067
	sqliteBusy       = 5
	pgUnique         = "23505"
	pgForeignKey     = "23503"
	pgCheck          = "23514"
	pgStep           = "FX001"
	pgSerialization  = "40001"
	pgDeadlock       = "40P01"
)

// Translate turns what a database says into a fault of the catalogue. Faults
// and unknown errors pass unchanged.
func Translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := fault.As(err); ok {
		return err
	}
	if errors.Is(err, sql.ErrNoRows) {
		return fault.Wrap(fault.NotFound, err, "")
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fault.Wrap(fault.Unavailable, err, "")
	}
	switch kind(err) {
	case pgUnique:
		return fault.Wrap(fault.Duplicate, err, "")
	case pgForeignKey:
		return fault.Wrap(fault.Conflict, err, "")
	case pgCheck:
		return fault.Wrap(fault.Conflict, err, "")
	case pgStep:
		return fault.Wrap(fault.IllegalStep, err, "")
	case "busy", pgSerialization, pgDeadlock: // nothing is wrong with what was asked: try again
		return fault.Wrap(fault.Unavailable, err, "")
	}
	return err
}

// IsUnique reports that a unique index or primary key refused a row.
func IsUnique(err error) bool { return kind(err) == pgUnique }

// kind names an error of either database by the SQLSTATE of its class.
func kind(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() {
		case sqliteUnique, sqlitePrimaryKey:
			return pgUnique
		case sqliteForeignKey:
			return pgForeignKey
		case sqliteCheck:
			return pgCheck
		case sqliteTrigger:
			if strings.Contains(se.Error(), "illegal step") {
				return pgStep
			}
		case sqliteBusy:
			return "busy"
		}
	}
	return ""
}
