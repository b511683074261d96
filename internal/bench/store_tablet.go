package bench

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// openVisit makes a planned visit one that its inspectors are on, without the
// notices that go out with the real steps.
func openVisit(ctx context.Context, c *usecase.Call, id ident.InspectionID, by [2]ident.AccountID) error {
	for _, state := range []string{"assigned", "on_device"} {
		if _, err := c.Tx.NewRaw("UPDATE inspection SET state = ?, lead = ?, second = ?, started_at = ? WHERE id = ?", state, by[0], by[1], c.Now, id).Exec(ctx); err != nil {
			return err
		}
	}
	return nil
}

// rawSync writes the rows of a visit's answers as a program would that knows
// nothing of the registry: five prepared statements and one transaction for a
// visit or some.
type rawSync struct {
	d                                     *sql.DB
	answers, items, batch, device, record *sql.Stmt
}

func newRaw(ctx context.Context, d *db.DB) (*rawSync, error) {
	r := &rawSync{d: d.W.DB}
	var err error
	marks := func(columns, rows int) string {
		var b strings.Builder
		n := 0
		for i := range rows {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('(')
			for k := range columns {
				if k > 0 {
					b.WriteByte(',')
				}
				n++
				if d.Dialect == db.Postgres {
					fmt.Fprintf(&b, "$%d", n)
				} else {
					b.WriteByte('?')
				}
			}
			b.WriteByte(')')
		}
		return b.String()
	}
	lean := ""
	if d.Dialect == db.SQLite {
		lean = " WITHOUT ROWID" // as the registry keeps it
	}
	for _, s := range []struct {
		into **sql.Stmt
		text string
	}{
		{&r.answers, "INSERT INTO bench_answer (id, inspection, item, n, answer, digest, device, device_at, account, received_at, age_ms, base) VALUES " + marks(12, answersEach)},
		{&r.items, "INSERT INTO bench_item (id, batch, seq, kind, inspection, outcome, hash, n, sig, device_at, boot, mono, skew, content) VALUES " + marks(14, answersEach)},
		{&r.batch, "INSERT INTO bench_batch (id, account, device, first, at, key, sig, leaves) VALUES " + marks(8, 1)},
		{&r.device, "INSERT INTO bench_device (id, at) VALUES " + marks(2, 1)},
		{&r.record, "INSERT INTO bench_audit (id, at, usecase, account, data) VALUES " + marks(5, 1)},
	} {
		if s.into == &r.answers {
			for _, create := range []string{
				"CREATE TABLE bench_answer (id TEXT PRIMARY KEY, inspection TEXT NOT NULL, item TEXT NOT NULL, n BIGINT NOT NULL, answer TEXT NOT NULL, digest TEXT NOT NULL, device TEXT, device_at TEXT, account TEXT NOT NULL, received_at TEXT NOT NULL, age_ms BIGINT, base TEXT NOT NULL, UNIQUE (inspection, n))",
				"CREATE INDEX bench_answer_item ON bench_answer (inspection, item, n)",
				"CREATE TABLE bench_item (id TEXT PRIMARY KEY, batch TEXT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, inspection TEXT NOT NULL, outcome TEXT NOT NULL, hash TEXT NOT NULL, n BIGINT NOT NULL, sig TEXT NOT NULL, device_at TEXT, boot TEXT NOT NULL, mono BIGINT NOT NULL, skew BIGINT NOT NULL, content TEXT NOT NULL)" + lean,
				"CREATE TABLE bench_batch (id TEXT PRIMARY KEY, account TEXT NOT NULL, device TEXT NOT NULL, first BIGINT NOT NULL, at TEXT NOT NULL, key TEXT NOT NULL, sig TEXT NOT NULL, leaves TEXT NOT NULL)",
				"CREATE TABLE bench_device (id TEXT PRIMARY KEY, at TEXT NOT NULL)",
				"CREATE TABLE bench_audit (id TEXT PRIMARY KEY, at TEXT NOT NULL, usecase TEXT NOT NULL, account TEXT NOT NULL, data TEXT NOT NULL)",
			} {
				if _, err := r.d.ExecContext(ctx, create); err != nil {
					return nil, err
				}
			}
		}
		if *s.into, err = r.d.PrepareContext(ctx, s.text); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r *rawSync) close() {
	for _, s := range []*sql.Stmt{r.answers, r.items, r.batch, r.device, r.record} {
		s.Close()
	}
}

// run writes n visits, each of them in a transaction of its own or together
// with others, one after the other.
func (r *rawSync) run(ctx context.Context, n, together int) (pass, error) {
	s := started()
	for done := 0; done < n; done += together {
		tx, err := r.d.BeginTx(ctx, nil)
		if err != nil {
			return pass{}, err
		}
		for range min(together, n-done) {
			if err := r.visit(ctx, tx); err != nil {
				tx.Rollback() //nolint:errcheck // the first error counts
				return pass{}, err
			}
		}
		if err := tx.Commit(); err != nil {
			return pass{}, err
		}
	}
	return s.ended(n), nil
}

func (r *rawSync) visit(ctx context.Context, tx *sql.Tx) error {
	hash, sig := strings.Repeat("a", 64), strings.Repeat("s", 86)
	answer := `{"item":"VET-01","verdict":"pass","note":"现场查看"}`
	now := time.Now().UTC().Format(time.RFC3339Nano)
	visit, account, device := string(ident.New[ident.EventID]()), string(ident.New[ident.EventID]()), string(ident.New[ident.EventID]())
	batch := string(ident.New[ident.EventID]())
	answers, items := make([]any, 0, 12*answersEach), make([]any, 0, 14*answersEach)
	for k := range answersEach {
		id := string(ident.New[ident.EventID]())
		answers = append(answers, id, visit, "VET-01", k+1, answer, hash, "平板", now, account, now, nil, "")
		items = append(items, id, batch, k, "answer", visit, "accepted", hash, k, "", now, "", 1000*k, 0, "")
	}
	for _, s := range []struct {
		stmt *sql.Stmt
		args []any
	}{
		{r.device, []any{device, now}}, {r.items, items},
		{r.batch, []any{batch, account, device, 1, now, "0123456789abcdef", sig, strings.Repeat("l", answersEach*43)}},
		{r.answers, answers}, {r.record, []any{string(ident.New[ident.EventID]()), now, "tablet.push", account, "{}"}},
	} {
		if _, err := tx.StmtContext(ctx, s.stmt).ExecContext(ctx, s.args...); err != nil {
			return err
		}
	}
	return nil
}
