package account

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

type record struct {
	bun.BaseModel `bun:"table:account,alias:account"`

	ID            ident.AccountID `bun:",pk"`
	Login         string          `bun:",nullzero"`
	Phone         string          `bun:",nullzero"`
	Name          string
	Roles         []access.Role     `bun:"type:jsonb"`
	Authority     ident.AuthorityID `bun:",nullzero"`
	Scope         string
	PasswordHash  string
	PasswordSetAt time.Time `bun:",nullzero"`
	MustChange    bool
	TotpSecret    string
	TotpPending   string
	TotpStep      int64
	TotpExempt    bool
	Active        bool
	SignedInAt    time.Time `bun:",nullzero"`
	Version       int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

type membership struct {
	bun.BaseModel `bun:"table:membership"`

	Account  ident.AccountID  `bun:",pk"`
	Operator ident.OperatorID `bun:",pk"`
	Role     MemberRole
	At       time.Time
}

// OwnOperators narrows a query to the rows whose column names an operator that
// the account speaks for. Merchants are limited by it in every store.
func OwnOperators(column string, account ident.AccountID) func(*bun.SelectQuery) *bun.SelectQuery {
	return func(q *bun.SelectQuery) *bun.SelectQuery {
		return q.Where("? IN (SELECT membership.operator FROM membership WHERE membership.account = ?)", bun.Ident(column), account)
	}
}

func operators(ctx context.Context, idb bun.IDB, account ident.AccountID) ([]ident.OperatorID, error) {
	var ids []ident.OperatorID
	err := idb.NewSelect().Model((*membership)(nil)).Column("operator").Where("account = ?", account).Order("at", "operator").Scan(ctx, &ids)
	return ids, db.Translate(err)
}

func grant(ctx context.Context, tx bun.IDB, m *membership) error {
	_, err := tx.NewInsert().Model(m).On("CONFLICT DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

func byID(ctx context.Context, idb bun.IDB, id ident.AccountID) (*record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("id = ?", id).Scan(ctx)
	return &r, db.Translate(err)
}

func byLogin(ctx context.Context, idb bun.IDB, login string) (*record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("login = ?", login).Scan(ctx)
	return &r, db.Translate(err)
}

// byPhone finds the merchant or organiser who proved a number.
func byPhone(ctx context.Context, idb bun.IDB, phone string) (*record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("phone = ? AND authority IS NULL", phone).Scan(ctx)
	return &r, db.Translate(err)
}

// staffIn reads an account of staff inside a scope; others are not found.
func staffIn(ctx context.Context, idb bun.IDB, scope access.Scope, id ident.AccountID) (*record, error) {
	var r record
	err := idb.NewSelect().Model(&r).Where("id = ?", id).Apply(db.InScope("scope", scope)).Scan(ctx)
	return &r, db.Translate(err)
}

func listStaff(ctx context.Context, idb bun.IDB, scope access.Scope, f ListQuery) ([]*record, error) {
	q := idb.NewSelect().Model((*record)(nil)).Where("authority IS NOT NULL").Apply(db.InScope("scope", scope))
	if f.Authority != "" {
		q = q.Where("authority = ?", f.Authority)
	}
	if f.After != "" {
		var after string
		if err := db.ReadCursor(f.After, &after); err != nil {
			return nil, err
		}
		q = q.Where("id > ?", after)
	}
	var rows []*record
	err := q.Order("id").Limit(int64(db.Page{Limit: f.Limit}.Size()+1)).Scan(ctx, &rows)
	return rows, db.Translate(err)
}

// activeStaff reads the staff inside a scope. A province has some thousands;
// roles are filtered by the caller, because the two databases search lists
// differently.
func activeStaff(ctx context.Context, idb bun.IDB, scope access.Scope) ([]*record, error) {
	var rows []*record
	err := idb.NewSelect().Model(&rows).Column("id", "name", "roles", "authority", "scope").
		Where("authority IS NOT NULL AND active").Apply(db.InScope("scope", scope)).Order("name", "id").Scan(ctx)
	return rows, db.Translate(err)
}

func insertAccount(ctx context.Context, tx bun.IDB, r *record) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// save writes columns of a record, at the version that was read.
func save(ctx context.Context, tx bun.IDB, r *record, now time.Time, columns ...string) error {
	was := r.Version
	r.Version, r.UpdatedAt = was+1, now
	res, err := tx.NewUpdate().Model(r).Column(append(columns, "version", "updated_at")...).
		Where("id = ? AND version = ?", r.ID, was).Exec(ctx)
	return db.One(res, err)
}

// signedIn notes a sign-in and, when one was used, the step of the one-time
// code. used is false when a code of that or a later step was used before.
func signedIn(ctx context.Context, tx bun.IDB, id ident.AccountID, step int64, now time.Time) (used bool, err error) {
	q := tx.NewUpdate().Table("account").Set("signed_in_at = ?", now).Where("id = ?", id)
	if step > 0 {
		q = q.Set("totp_step = ?", step).Where("totp_step < ?", step)
	}
	res, err := q.Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// claim counts an attempt before it is judged, so that many at once cannot
// pass the limit. It tells false when the key is locked.
func claim(ctx context.Context, idb bun.IDB, key string, now time.Time) (bool, error) {
	var failed int
	err := idb.NewRaw(`INSERT INTO sign_in_attempt (key, failed, locked_until, at) VALUES (?, 1, NULL, ?)
		ON CONFLICT (key) DO UPDATE SET
			failed = CASE WHEN sign_in_attempt.locked_until IS NULL AND sign_in_attempt.failed < ? THEN sign_in_attempt.failed + 1 ELSE 1 END,
			locked_until = NULL, at = ?
		WHERE (sign_in_attempt.locked_until IS NULL AND (sign_in_attempt.failed < ? OR sign_in_attempt.at <= ?))
			OR sign_in_attempt.locked_until <= ?
		RETURNING failed`, key, now, lockAfter, now, lockAfter, now.Add(-lockFor), now).Scan(ctx, &failed)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil || failed < lockAfter {
		return err == nil, db.Translate(err)
	}
	_, err = idb.NewRaw("UPDATE sign_in_attempt SET locked_until = ? WHERE key = ?", now.Add(lockFor), key).Exec(ctx)
	return err == nil, db.Translate(err)
}

// unclaim takes back one attempt that was right as far as it went.
func unclaim(ctx context.Context, idb bun.IDB, key string) error {
	_, err := idb.NewRaw("UPDATE sign_in_attempt SET failed = failed - 1, locked_until = NULL WHERE key = ?", key).Exec(ctx)
	return db.Translate(err)
}

func forgive(ctx context.Context, tx bun.IDB, key string) error {
	_, err := tx.NewRaw("DELETE FROM sign_in_attempt WHERE key = ?", key).Exec(ctx)
	return db.Translate(err)
}

// locks reads until when keys are locked.
func locks(ctx context.Context, idb bun.IDB, keys []string, now time.Time) (map[string]time.Time, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var rows []struct {
		Key         string
		LockedUntil time.Time
	}
	err := idb.NewSelect().Table("sign_in_attempt").Column("key", "locked_until").
		Where("key IN (?)", bun.List(keys)).Where("locked_until > ?", now).Scan(ctx, &rows)
	out := map[string]time.Time{}
	for _, r := range rows {
		out[r.Key] = r.LockedUntil
	}
	return out, db.Translate(err)
}

func replaceRecoveryCodes(ctx context.Context, tx bun.IDB, id ident.AccountID, hashes []string) error {
	if _, err := tx.NewRaw("DELETE FROM recovery_code WHERE account = ?", id).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	for _, h := range hashes {
		if _, err := tx.NewRaw("INSERT INTO recovery_code (account, hash) VALUES (?, ?)", id, h).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

func useRecoveryCode(ctx context.Context, tx bun.IDB, id ident.AccountID, hash string, now time.Time) (bool, error) {
	res, err := tx.NewRaw("UPDATE recovery_code SET used_at = ? WHERE account = ? AND hash = ? AND used_at IS NULL", now, id, hash).Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

type sessionRow struct {
	bun.BaseModel `bun:"table:session,alias:session"`

	Token     string `bun:",pk"`
	ID        string
	Account   ident.AccountID `bun:",nullzero"`
	Data      []byte
	Idle      int64 // seconds without a request after which it ends; 0: never
	CreatedAt time.Time
	SeenAt    time.Time
	ExpiresAt time.Time
}

func findSession(ctx context.Context, idb bun.IDB, token string) (*sessionRow, error) {
	var r sessionRow
	err := idb.NewSelect().Model(&r).Where("token = ?", token).Scan(ctx)
	return &r, db.Translate(err)
}

func putSession(ctx context.Context, idb bun.IDB, r *sessionRow) error {
	_, err := idb.NewInsert().Model(r).On("CONFLICT (token) DO UPDATE").
		Set("account = EXCLUDED.account").Set("data = EXCLUDED.data").Set("idle = EXCLUDED.idle").
		Set("seen_at = EXCLUDED.seen_at").Set("expires_at = EXCLUDED.expires_at").Exec(ctx)
	return db.Translate(err)
}

func touchSession(ctx context.Context, idb bun.IDB, token string, now time.Time) error {
	_, err := idb.NewUpdate().Model((*sessionRow)(nil)).Set("seen_at = ?", now).Where("token = ?", token).Exec(ctx)
	return db.Translate(err)
}

func deleteSession(ctx context.Context, idb bun.IDB, token string) error {
	_, err := idb.NewDelete().Model((*sessionRow)(nil)).Where("token = ?", token).Exec(ctx)
	return db.Translate(err)
}

func deleteSessionsOf(ctx context.Context, tx bun.IDB, account ident.AccountID) error {
	_, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("account = ?", account).Exec(ctx)
	return db.Translate(err)
}

func deleteSessionByID(ctx context.Context, tx bun.IDB, account ident.AccountID, id string) error {
	res, err := tx.NewDelete().Model((*sessionRow)(nil)).Where("account = ? AND id = ?", account, id).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return db.Translate(sql.ErrNoRows)
}

func sessionsOf(ctx context.Context, idb bun.IDB, account ident.AccountID, now time.Time) ([]sessionRow, error) {
	var rows []sessionRow
	err := idb.NewSelect().Model(&rows).ExcludeColumn("data").Where("account = ? AND expires_at > ?", account, now).Order("seen_at DESC").Scan(ctx)
	return rows, db.Translate(err)
}

// sweep deletes what has run out.
func sweep(ctx context.Context, tx bun.IDB, now time.Time) error {
	for _, q := range []struct {
		sql    string
		before time.Time
	}{
		{"DELETE FROM session WHERE expires_at <= ?", now},
		{"DELETE FROM phone_code WHERE created_at <= ?", now.Add(-48 * time.Hour)},
		{"DELETE FROM sign_in_attempt WHERE at <= ?", now.Add(-48 * time.Hour)},
	} {
		if _, err := tx.NewRaw(q.sql, q.before).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

type codeRow struct {
	bun.BaseModel `bun:"table:phone_code"`

	ID        string `bun:",pk"`
	Phone     string
	Remote    string
	Hash      string
	Tries     int
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time `bun:",nullzero"`
}

func countCodes(ctx context.Context, idb bun.IDB, column, value string, since time.Time) (int, error) {
	var n int
	err := idb.NewSelect().Model((*codeRow)(nil)).ColumnExpr("COUNT(*)").
		Where("? = ? AND created_at > ?", bun.Ident(column), value, since).Scan(ctx, &n)
	return n, db.Translate(err)
}

func insertCode(ctx context.Context, tx bun.IDB, r *codeRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

// tryCode counts a try at the newest code of a number and reads it; nil when
// there is none left to try.
func tryCode(ctx context.Context, idb bun.IDB, phone string, now time.Time) (*codeRow, error) {
	var r codeRow
	err := idb.NewRaw(`UPDATE phone_code SET tries = tries + 1
		WHERE id = (SELECT c.id FROM phone_code AS c WHERE c.phone = ? ORDER BY c.created_at DESC, c.id DESC LIMIT 1)
			AND tries < ? AND used_at IS NULL AND expires_at > ? RETURNING id, hash`, phone, codeTries, now).Scan(ctx, &r)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &r, db.Translate(err)
}

func spendCode(ctx context.Context, tx bun.IDB, id string, now time.Time) error {
	res, err := tx.NewUpdate().Model((*codeRow)(nil)).Set("used_at = ?", now).Where("id = ? AND used_at IS NULL", id).Exec(ctx)
	return db.One(res, err)
}

type tokenRow struct {
	bun.BaseModel `bun:"table:api_token"`

	ID         ident.TokenID `bun:",pk"`
	Account    ident.AccountID
	Name       string
	Hash       string
	Scopes     []string `bun:"type:jsonb"`
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt time.Time `bun:",nullzero"`
	RevokedAt  time.Time `bun:",nullzero"`
}

func insertToken(ctx context.Context, tx bun.IDB, r *tokenRow) error {
	_, err := tx.NewInsert().Model(r).Exec(ctx)
	return db.Translate(err)
}

func tokensOf(ctx context.Context, idb bun.IDB, account ident.AccountID) ([]tokenRow, error) {
	var rows []tokenRow
	err := idb.NewSelect().Model(&rows).Where("account = ?", account).Order("id DESC").Scan(ctx)
	return rows, db.Translate(err)
}

func tokenByHash(ctx context.Context, idb bun.IDB, hash string, now time.Time) (*tokenRow, error) {
	var r tokenRow
	err := idb.NewSelect().Model(&r).Where("hash = ? AND revoked_at IS NULL AND expires_at > ?", hash, now).Scan(ctx)
	return &r, db.Translate(err)
}

func touchToken(ctx context.Context, idb bun.IDB, id ident.TokenID, now time.Time) error {
	_, err := idb.NewUpdate().Model((*tokenRow)(nil)).Set("last_used_at = ?", now).Where("id = ?", id).Exec(ctx)
	return db.Translate(err)
}

func revokeToken(ctx context.Context, tx bun.IDB, account ident.AccountID, id ident.TokenID, now time.Time) error {
	res, err := tx.NewUpdate().Model((*tokenRow)(nil)).Set("revoked_at = ?", now).
		Where("account = ? AND id = ? AND revoked_at IS NULL", account, id).Exec(ctx)
	if err != nil {
		return db.Translate(err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return db.Translate(sql.ErrNoRows)
}

func revokeTokensOf(ctx context.Context, tx bun.IDB, account ident.AccountID, now time.Time) error {
	_, err := tx.NewUpdate().Model((*tokenRow)(nil)).Set("revoked_at = ?", now).
		Where("account = ? AND revoked_at IS NULL", account).Exec(ctx)
	return db.Translate(err)
}
