package notify

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// messageRow is what happened, said once.
type messageRow struct {
	bun.BaseModel `bun:"table:message,alias:m"`

	ID      ident.MessageID `bun:",pk"`
	Event   Code
	Key     string
	Noun    string
	Subject string
	Scope   string
	Data    map[string]string `bun:"type:jsonb"`
	At      time.Time
}

// copyRow is one recipient's copy on one channel.
type copyRow struct {
	bun.BaseModel `bun:"table:message_copy,alias:c"`

	ID        ident.CopyID `bun:",pk"`
	Message   ident.MessageID
	Channel   Channel
	Recipient string
	Account   ident.AccountID `bun:",nullzero"`
	Webhook   ident.WebhookID `bun:",nullzero"`
	Name      string
	Address   string
	Lang      string
	Scope     string
	State     State
	Attempts  int
	DueAt     time.Time
	Error     string
	SentAt    time.Time `bun:",nullzero"`
	ReadAt    time.Time `bun:",nullzero"`
	Version   int64
	At        time.Time
}

// inboxRow is a copy with what it says.
type inboxRow struct {
	ID      ident.CopyID
	ReadAt  time.Time `bun:",nullzero"`
	Event   Code
	Noun    string
	Subject string
	Data    map[string]string `bun:"type:jsonb"`
	At      time.Time
}

// insertMessage reports false when the same thing was told before.
func insertMessage(ctx context.Context, tx bun.IDB, m *messageRow) (bool, error) {
	res, err := tx.NewInsert().Model(m).On("CONFLICT (key) DO NOTHING").Exec(ctx)
	if err != nil {
		return false, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func insertCopies(ctx context.Context, tx bun.IDB, rows []copyRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (message, channel, recipient) DO NOTHING").Exec(ctx)
	return db.Translate(err)
}

func selectInbox(idb bun.IDB, account ident.AccountID) *bun.SelectQuery {
	return idb.NewSelect().TableExpr("message_copy AS c").Join("JOIN message AS m ON m.id = c.message").
		ColumnExpr("c.id, c.read_at, c.at, m.event, m.noun, m.subject, m.data").
		Where("c.channel = 'inbox' AND c.account = ?", account)
}

func inbox(ctx context.Context, idb bun.IDB, account ident.AccountID, q InboxQuery) ([]inboxRow, string, error) {
	sel := selectInbox(idb, account)
	if q.Unread {
		sel = sel.Where("c.read_at IS NULL")
	}
	if q.After != "" {
		var at time.Time
		var id string
		if err := db.ReadCursor(q.After, &at, &id); err != nil {
			return nil, "", err
		}
		sel = sel.Where("(c.at < ? OR (c.at = ? AND c.id < ?))", at, at, id)
	}
	size := db.Page{Limit: q.Limit}.Size()
	var rows []inboxRow
	if err := sel.OrderExpr("c.at DESC, c.id DESC").Limit(int64(size+1)).Scan(ctx, &rows); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	last := rows[size-1]
	return rows[:size], db.Cursor(last.At, last.ID), nil
}

func inboxOne(ctx context.Context, idb bun.IDB, account ident.AccountID, id ident.CopyID) (inboxRow, error) {
	var r inboxRow
	err := selectInbox(idb, account).Where("c.id = ?", id).Scan(ctx, &r)
	return r, db.Translate(err)
}

// mostUnread is where counting stops: nobody needs to know more than "many".
const mostUnread = 100

func countUnread(ctx context.Context, idb bun.IDB, account ident.AccountID) (int, error) {
	var n int
	err := idb.NewRaw("SELECT count(*) FROM (SELECT 1 FROM message_copy WHERE channel = 'inbox' AND read_at IS NULL AND account = ? LIMIT ?) AS few",
		account, mostUnread).Scan(ctx, &n)
	return n, db.Translate(err)
}

func markRead(ctx context.Context, tx bun.IDB, account ident.AccountID, id ident.CopyID, now time.Time) (int, error) {
	res, err := tx.NewUpdate().Model((*copyRow)(nil)).Set("read_at = ?", now).
		Where("id = ? AND account = ? AND channel = 'inbox' AND read_at IS NULL", id, account).Exec(ctx)
	if err != nil {
		return 0, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

func markAllRead(ctx context.Context, tx bun.IDB, account ident.AccountID, upTo ident.CopyID, now time.Time) (int, error) {
	q := tx.NewUpdate().Model((*copyRow)(nil)).Set("read_at = ?", now).
		Where("c.account = ? AND c.channel = 'inbox' AND c.read_at IS NULL", account)
	if upTo != "" {
		q = q.Where("EXISTS (SELECT 1 FROM message_copy AS u WHERE u.id = ? AND u.account = ? AND (c.at < u.at OR (c.at = u.at AND c.id <= u.id)))", upTo, account)
	}
	res, err := q.Exec(ctx)
	if err != nil {
		return 0, db.Translate(err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}
