package app

import (
	"context"
	"os"

	"fangxin/internal/config"
	"fangxin/internal/db"
	"fangxin/internal/jobs"
)

// Migrate brings a database up to date without building the rest, and tells
// which migrations it ran. unlock instead removes the lock that a crashed
// migration left behind.
func Migrate(ctx context.Context, c config.Config, unlock bool) ([]string, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, c.DatabaseURL)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	if unlock {
		return nil, d.Unlock(ctx)
	}
	names, err := d.Migrate(ctx)
	if err != nil {
		return names, err
	}
	return names, jobs.Migrate(ctx, d)
}
