package notify

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
)

// contactRow is where somebody is reached besides their telephone.
type contactRow struct {
	bun.BaseModel `bun:"table:message_contact,alias:k"`

	Account      ident.AccountID `bun:",pk"`
	Lang         string
	Email        string
	PendingEmail string
	CodeHash     string
	CodeTries    int
	CodeUntil    time.Time `bun:",nullzero"`
	CodeSentAt   time.Time `bun:",nullzero"`
	Wechat       string
	Version      int64
	UpdatedAt    time.Time
}

// lang is the language in which somebody is written to.
func (k contactRow) lang() string {
	if k.Lang == i18n.En {
		return i18n.En
	}
	return i18n.Zh
}

type settingRow struct {
	bun.BaseModel `bun:"table:message_setting,alias:x"`

	Account ident.AccountID `bun:",pk"`
	Event   Code            `bun:",pk"`
	Channel Channel         `bun:",pk"`
	Enabled bool
}

func contactsOf(ctx context.Context, idb bun.IDB, ids []ident.AccountID) (map[ident.AccountID]contactRow, error) {
	out := map[ident.AccountID]contactRow{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []contactRow
	err := idb.NewSelect().Model(&rows).Where("k.account IN (?)", bun.List(ids)).Scan(ctx)
	for _, r := range rows {
		out[r.Account] = r
	}
	return out, db.Translate(err)
}

// contactOf reads somebody's contact; who has set nothing has an empty one with
// version 0.
func contactOf(ctx context.Context, idb bun.IDB, id ident.AccountID) (contactRow, error) {
	var r contactRow
	err := db.Translate(idb.NewSelect().Model(&r).Where("k.account = ?", id).Scan(ctx))
	if fault.Is(err, fault.NotFound) {
		return contactRow{Account: id, Lang: i18n.Zh}, nil
	}
	return r, err
}

// saveContact stores a contact at the version that was read.
func saveContact(ctx context.Context, tx bun.IDB, r *contactRow, now time.Time) error {
	was := r.Version
	r.Version, r.UpdatedAt = was+1, now
	if was == 0 {
		_, err := tx.NewInsert().Model(r).Exec(ctx)
		if db.IsUnique(err) {
			return fault.New(fault.StaleVersion, "")
		}
		return db.Translate(err)
	}
	return db.One(tx.NewUpdate().Model(r).WherePK().Where("version = ?", was).Exec(ctx))
}

// tryCode counts a try at the code of a pending address before it is judged, so
// that many at once cannot pass the limit.
func tryCode(ctx context.Context, idb bun.IDB, id ident.AccountID, now time.Time) (bool, error) {
	res, err := idb.NewUpdate().Model((*contactRow)(nil)).Set("code_tries = code_tries + 1").
		Where("account = ? AND code_hash <> '' AND code_tries < ? AND code_until > ?", id, codeTries, now).Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// choicesOf reads what people switched for one event.
func choicesOf(ctx context.Context, idb bun.IDB, ids []ident.AccountID, event Code) (map[ident.AccountID]map[Channel]bool, error) {
	out := map[ident.AccountID]map[Channel]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []settingRow
	err := idb.NewSelect().Model(&rows).Where("x.account IN (?) AND x.event = ?", bun.List(ids), event).Scan(ctx)
	for _, r := range rows {
		if out[r.Account] == nil {
			out[r.Account] = map[Channel]bool{}
		}
		out[r.Account][r.Channel] = r.Enabled
	}
	return out, db.Translate(err)
}

func settingsOf(ctx context.Context, idb bun.IDB, id ident.AccountID) (map[Code]map[Channel]bool, error) {
	var rows []settingRow
	err := idb.NewSelect().Model(&rows).Where("x.account = ?", id).Scan(ctx)
	out := map[Code]map[Channel]bool{}
	for _, r := range rows {
		if out[r.Event] == nil {
			out[r.Event] = map[Channel]bool{}
		}
		out[r.Event][r.Channel] = r.Enabled
	}
	return out, db.Translate(err)
}

// replaceSettings stores what somebody switched on the channels shown; what was
// switched on others stays.
func replaceSettings(ctx context.Context, tx bun.IDB, id ident.AccountID, shown []Channel, rows []settingRow) error {
	if len(shown) == 0 {
		return nil
	}
	if _, err := tx.NewDelete().Model((*settingRow)(nil)).Where("account = ? AND channel IN (?)", id, bun.List(shown)).Exec(ctx); err != nil {
		return db.Translate(err)
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).Exec(ctx)
	return db.Translate(err)
}
