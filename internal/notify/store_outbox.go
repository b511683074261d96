package notify

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

// claim takes a copy in hand, so that two workers never send it at once: one
// that waits, or one whose worker was lost.
func claim(ctx context.Context, idb bun.IDB, id ident.CopyID, now time.Time) (copyRow, bool, error) {
	var c copyRow
	err := idb.NewRaw(`UPDATE message_copy SET state = 'sending', attempts = attempts + 1, due_at = ?, version = version + 1
		WHERE id = ? AND (state = 'waiting' OR (state = 'sending' AND due_at <= ?)) RETURNING *`, now.Add(lease), id, now).Scan(ctx, &c)
	if errors.Is(err, sql.ErrNoRows) {
		return c, false, nil
	}
	return c, err == nil, db.Translate(err)
}

// settleCopy ends a try of a copy that was claimed. A copy that somebody else
// has claimed meanwhile is theirs. at is when it was sent, given up, or is due.
func settleCopy(ctx context.Context, tx bun.IDB, c copyRow, to State, reason string, at time.Time) error {
	q := tx.NewUpdate().Model((*copyRow)(nil)).Set("state = ?", to).Set("error = ?", reason).Set("attempts = ?", c.Attempts).Set("due_at = ?", at).Set("version = version + 1").
		Where("id = ? AND state = 'sending' AND version = ?", c.ID, c.Version)
	if to == Sent {
		q = q.Set("sent_at = ?", at)
	}
	return db.One(q.Exec(ctx))
}

// postpone puts a failed copy back with the job that tries it again, both or
// neither.
func (s *Service) postpone(ctx context.Context, c copyRow, reason string, next time.Time) error {
	return s.rt.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := settleCopy(ctx, tx, c, Waiting, reason, next); err != nil {
			return err
		}
		return s.rt.Queue.Enqueue(ctx, tx.Tx, deliverJob{Copy: c.ID}, next)
	})
}

// recover gives copies that a stopped process left behind back to the queue.
func (s *Service) recover(ctx context.Context) error {
	return s.rt.DB.Tx(ctx, func(ctx context.Context, tx bun.Tx) error {
		ids, err := stranded(ctx, tx, s.rt.Now(), 500)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := s.rt.Queue.Enqueue(ctx, tx.Tx, deliverJob{Copy: id}, time.Time{}); err != nil {
				return err
			}
		}
		return nil
	})
}

// stranded lists copies whose worker or whose job was lost, and moves their
// time so that they are not found again at once.
func stranded(ctx context.Context, tx bun.IDB, now time.Time, most int) ([]ident.CopyID, error) {
	var ids []ident.CopyID
	err := tx.NewRaw(`UPDATE message_copy SET due_at = ? WHERE id IN (
		SELECT c.id FROM message_copy AS c WHERE (c.state = 'sending' AND c.due_at <= ?) OR (c.state = 'waiting' AND c.due_at <= ?) ORDER BY c.due_at LIMIT ?)
		RETURNING id`, now, now, now.Add(-15*time.Minute), most).Scan(ctx, &ids)
	return ids, db.Translate(err)
}

func messageOf(ctx context.Context, idb bun.IDB, id ident.MessageID) (messageRow, error) {
	var m messageRow
	err := idb.NewSelect().Model(&m).Where("m.id = ?", id).Scan(ctx)
	return m, db.Translate(err)
}

func copyOf(ctx context.Context, idb bun.IDB, id ident.CopyID, scope access.Scope) (copyRow, error) {
	var c copyRow
	err := idb.NewSelect().Model(&c).Where("c.id = ? AND c.channel <> 'inbox'", id).Apply(db.InScope("c.scope", scope)).Scan(ctx)
	return c, db.Translate(err)
}

// outboxRow is a copy with what it is about.
type outboxRow struct {
	copyRow `bun:",extend"`

	Event   Code
	Noun    string
	Subject string
	Data    map[string]string `bun:"type:jsonb"`
}

func selectOutbox(idb bun.IDB, rows *[]outboxRow) *bun.SelectQuery {
	return idb.NewSelect().Model(rows).ColumnExpr("c.*").ColumnExpr("m.event AS event, m.noun AS noun, m.subject AS subject, m.data AS data").
		Join("JOIN message AS m ON m.id = c.message")
}

// outbox lists copies that leave the house, newest first.
func outbox(ctx context.Context, idb bun.IDB, q OutboxQuery, scope access.Scope) ([]outboxRow, string, error) {
	var rows []outboxRow
	sel := selectOutbox(idb, &rows).Where("c.channel <> 'inbox'").Apply(db.InScope("c.scope", scope))
	switch q.State {
	case "":
	case Waiting:
		sel = sel.Where("c.state IN ('waiting', 'sending')")
	default:
		sel = sel.Where("c.state = ?", q.State)
	}
	if q.Failed {
		sel = sel.Where("c.error <> ''")
	}
	if q.Channel != "" {
		sel = sel.Where("c.channel = ?", q.Channel)
	}
	if q.Webhook != "" {
		sel = sel.Where("c.webhook = ?", q.Webhook)
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
	if err := sel.OrderExpr("c.at DESC, c.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	last := rows[size-1]
	return rows[:size], db.Cursor(last.At, last.ID), nil
}

// counts tells how many copies of each state leave the house.
func counts(ctx context.Context, idb bun.IDB, scope access.Scope) (map[State]int, error) {
	var rows []struct {
		State State
		N     int
	}
	err := idb.NewSelect().TableExpr("message_copy AS c").ColumnExpr("c.state AS state, count(*) AS n").
		Where("c.channel <> 'inbox'").Apply(db.InScope("c.scope", scope)).Group("c.state").Scan(ctx, &rows)
	out := map[State]int{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, db.Translate(err)
}

// again puts a copy that was given up back into the queue.
func again(ctx context.Context, tx bun.IDB, c copyRow, now time.Time) error {
	return db.One(tx.NewUpdate().Model((*copyRow)(nil)).Set("state = 'waiting'").Set("attempts = 0").Set("due_at = ?", now).Set("version = version + 1").
		Where("id = ? AND state = 'dead' AND version = ?", c.ID, c.Version).Exec(ctx))
}

// told lists every copy of what was told about a record, oldest first. Staff
// see all of them inside their area, everybody else their own.
func told(ctx context.Context, idb bun.IDB, noun, subject string, by access.Principal, most int) ([]outboxRow, error) {
	var rows []outboxRow
	sel := selectOutbox(idb, &rows).Where("m.noun = ? AND m.subject = ?", noun, subject)
	if by.Staff() || by.Has(access.System) {
		sel = sel.Apply(db.InScope("m.scope", by.Scope))
	} else {
		sel = sel.Where("c.account = ?", by.Account)
	}
	err := sel.OrderExpr("c.message, c.id").Limit(int64(most)).Scan(ctx)
	return rows, db.Translate(err)
}

// forget blanks the addresses of copies that left long ago, and deletes what
// is older than a notice is kept.
func forget(ctx context.Context, idb bun.IDB, addresses, all time.Time) error {
	for _, q := range []struct {
		sql    string
		before time.Time
	}{
		{"UPDATE message_copy SET address = '' WHERE address <> '' AND state IN ('sent', 'dead') AND at < ?", addresses},
		{"DELETE FROM webhook_attempt WHERE at < ?", addresses},
		{"DELETE FROM message_copy WHERE at < ?", all},
		{"DELETE FROM message WHERE at < ? AND NOT EXISTS (SELECT 1 FROM message_copy AS c WHERE c.message = message.id)", all},
	} {
		if _, err := idb.NewRaw(q.sql, q.before).Exec(ctx); err != nil {
			return db.Translate(err)
		}
	}
	return nil
}

// untold leaves out what was told before.
func untold(ctx context.Context, idb bun.IDB, list []Occurrence) ([]Occurrence, error) {
	if len(list) == 0 {
		return nil, nil
	}
	keys := make([]string, len(list))
	for i, o := range list {
		keys[i] = o.key()
	}
	var known []string
	if err := idb.NewSelect().TableExpr("message AS m").Column("m.key").Where("m.key IN (?)", bun.List(keys)).Scan(ctx, &known); err != nil {
		return nil, db.Translate(err)
	}
	told := make(map[string]bool, len(known))
	for _, k := range known {
		told[k] = true
	}
	var out []Occurrence
	for i, o := range list {
		if !told[keys[i]] {
			out = append(out, o)
		}
	}
	return out, nil
}
