// Package migrations owns the schema of both databases. The two folders hold
// files of equal names; a file that changes one database changes the other.
//
// A released file is never edited: what it made is changed by a later one.
package migrations

import "embed"

// FS holds sqlite/*.sql and postgres/*.sql.
//
//go:embed sqlite/*.sql postgres/*.sql
var FS embed.FS
