package tablet

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// itemRow is an item as it is written: what it shares with the others of its
// request stands in the batch.
type itemRow struct {
	bun.BaseModel `bun:"table:tablet_item,alias:t"`

	ID         string `bun:",pk"`
	Batch      string
	Seq        int64
	Kind       Kind
	Inspection string
	Outcome    Outcome
	Hash       string
	N          int64
	Sig        string    // of a receipt of its own, for devices that know no other
	DeviceAt   time.Time `bun:",nullzero"`
	Boot       string
	Mono       int64
	Skew       int64
	Content    string
}

// knownRow is what is needed of an item to answer for it again. Items from
// before there were batches hold it themselves.
type knownRow struct {
	ID      string
	Account ident.AccountID
	Outcome Outcome
	Hash    string
	N       int64
	At      time.Time
	Own     string // signature of a receipt of its own
	OwnKey  string
	Key     string // of the batch
	Sig     string
	First   int64
	Leaves  string
}

// receipt gives the receipt that the item got, in a format that the asking
// device knows.
func (r knownRow) receipt(k *Keys, format int) (*Receipt, error) {
	at := r.At.UTC().Format(receiptTime)
	switch {
	case r.Own != "" && (format < together || r.Leaves == ""):
		key := r.OwnKey
		if key == "" {
			key = r.Key
		}
		return &Receipt{ID: r.ID, Hash: r.Hash, At: at, N: r.N, Key: key, Sig: r.Own}, nil
	case format < together: // it came by a newer program, and is asked for by an older one
		own := k.receipt(r.ID, r.Hash, r.At, r.N)
		return &own, nil
	}
	t, ok := unpacked(r.Leaves)
	if i := r.N - r.First; !ok || i < 0 || i >= int64(len(t[0])) {
		return nil, fmt.Errorf("tablet: the batch of item %s is damaged", r.ID)
	}
	return issued{tree: t, first: r.First, at: at, key: r.Key, by: r.Sig}.receipt(r.ID, r.Hash, r.N), nil
}

type parkedRow struct {
	bun.BaseModel `bun:"table:tablet_quarantine,alias:q"`

	ID         string `bun:",pk"`
	Item       string
	Hash       string
	Account    ident.AccountID
	Name       string // of the author
	Device     string
	Scope      string
	Inspection string
	Kind       Kind
	Cause      string
	Content    string // plain text; the sealed form when it cannot be opened
	N          int64
	Key        string
	Sig        string
	At         time.Time
	SettledAt  time.Time `bun:",nullzero"`
	SettledBy  string
	Note       string
}

func (r parkedRow) receipt() *Receipt {
	return &Receipt{ID: r.Item, Hash: r.Hash, At: r.At.UTC().Format(receiptTime), N: r.N, Key: r.Key, Sig: r.Sig}
}

func insertParked(ctx context.Context, tx bun.IDB, row *parkedRow) error {
	_, err := tx.NewInsert().Model(row).Exec(ctx)
	return db.Translate(err)
}

// lookUp finds what is known of items: under id and hash together the answer to
// give again, under the id alone that the id is taken by another content.
func (s *Service) lookUp(ctx context.Context, idb bun.IDB, account ident.AccountID, format int, items []item) (map[string]Result, error) {
	out, err := parkedBefore(ctx, idb, account, items)
	if err != nil {
		return nil, err
	}
	var rows []knownRow
	err = idb.NewSelect().TableExpr("tablet_item AS t").Join("LEFT JOIN tablet_batch AS b ON b.id = t.batch").
		ColumnExpr("t.id, t.outcome, t.hash, t.n, t.sig AS own, t.key AS own_key, coalesce(b.account, t.account) AS account, coalesce(b.at, t.at) AS at").
		ColumnExpr("coalesce(b.key, '') AS key, coalesce(b.sig, '') AS sig, coalesce(b.first, 0) AS first, coalesce(b.leaves, '') AS leaves").
		Where("t.id IN (?)", bun.List(idsOf(items))).Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	for _, r := range rows {
		out[r.ID] = Result{ID: r.ID, Outcome: r.Outcome}
		if r.Account == account {
			receipt, err := r.receipt(s.keys.Load(), format)
			if err != nil {
				return nil, err
			}
			out[r.ID+r.Hash] = Result{ID: r.ID, Outcome: Duplicate, Receipt: receipt}
		}
	}
	return out, nil
}

func idsOf(items []item) []string {
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = items[i].sent.ID
	}
	return ids
}

// parkedBefore is what lookUp finds in the quarantine.
func parkedBefore(ctx context.Context, idb bun.IDB, account ident.AccountID, items []item) (map[string]Result, error) {
	out := map[string]Result{}
	var parked []parkedRow
	if err := idb.NewSelect().Model(&parked).Where("q.item IN (?) AND q.account = ?", bun.List(idsOf(items)), account).Scan(ctx); err != nil {
		return nil, db.Translate(err)
	}
	for _, r := range parked {
		out[r.Item+r.Hash] = Result{ID: r.Item, Outcome: Duplicate, Receipt: r.receipt(), Cause: r.Cause}
	}
	return out, nil
}

func parkedOf(ctx context.Context, idb bun.IDB, device string, account ident.AccountID) (int, error) {
	n, err := idb.NewSelect().Model((*parkedRow)(nil)).Where("q.device = ? AND q.account = ? AND q.settled_at IS NULL", device, account).Count(ctx)
	return int(n), db.Translate(err)
}

// parkedSeen lets officers see their area and inspectors what they sent.
func parkedSeen(q *bun.SelectQuery, by access.Principal) *bun.SelectQuery {
	if by.Has(access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Supervisor) {
		return q.Apply(db.InScope("q.scope", by.Scope))
	}
	return q.Where("q.account = ?", by.Account)
}

func parkedRows(ctx context.Context, idb bun.IDB, q ParkedQuery, by access.Principal) ([]parkedRow, string, error) {
	var rows []parkedRow
	sel := parkedSeen(idb.NewSelect().Model(&rows), by)
	if q.Inspection != "" {
		sel = sel.Where("q.inspection = ?", string(q.Inspection))
	}
	if q.Settled {
		sel = sel.Where("q.settled_at IS NOT NULL")
	} else {
		sel = sel.Where("q.settled_at IS NULL")
	}
	if q.After != "" {
		var after string
		if err := db.ReadCursor(q.After, &after); err != nil {
			return nil, "", err
		}
		sel = sel.Where("q.id < ?", after)
	}
	size := db.Page{Limit: q.Limit}.Size()
	if err := sel.Order("q.id DESC").Limit(int64(size + 1)).Scan(ctx); err != nil {
		return nil, "", db.Translate(err)
	}
	if len(rows) <= size {
		return rows, "", nil
	}
	return rows[:size], db.Cursor(rows[size-1].ID), nil
}

func parkedByID(ctx context.Context, idb bun.IDB, id string, by access.Principal) (parkedRow, error) {
	var row parkedRow
	err := parkedSeen(idb.NewSelect().Model(&row).Where("q.id = ?", id), by).Scan(ctx)
	return row, db.Translate(err)
}

func settleParked(ctx context.Context, tx bun.IDB, row *parkedRow) error {
	res, err := tx.NewUpdate().Model(row).Column("settled_at", "settled_by", "note").Where("id = ?", row.ID).Exec(ctx)
	return db.One(res, err)
}

func notesOf(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]NoteView, error) {
	var rows []struct {
		Account ident.AccountID
		At      time.Time
		Content string
	}
	err := idb.NewSelect().TableExpr("tablet_item AS t").Join("LEFT JOIN tablet_batch AS b ON b.id = t.batch").
		ColumnExpr("coalesce(b.account, t.account) AS account, coalesce(b.at, t.at) AS at, t.content").
		Where("t.inspection = ? AND t.kind = 'note'", string(id)).OrderExpr("2, t.id").Limit(200).Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	out := make([]NoteView, 0, len(rows))
	for _, r := range rows {
		var text struct {
			Payload notePayload `json:"payload"`
		}
		if err := json.Unmarshal([]byte(r.Content), &text); err != nil {
			return nil, err
		}
		out = append(out, NoteView{By: r.Account, At: r.At.UTC().Format(receiptTime), Text: text.Payload.Text})
	}
	return out, nil
}
