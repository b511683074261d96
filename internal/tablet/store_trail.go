package tablet

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"fangxin/internal/db"
	"fangxin/internal/ident"
)

// maxStretches is how many stretches of a visit are read: weeks of work.
const maxStretches = 5000

func stretchesOf(ctx context.Context, idb bun.IDB, id ident.InspectionID) ([]Stretch, error) {
	var rows []struct {
		Account ident.AccountID
		At      time.Time
		Boot    string
		Content string
	}
	err := idb.NewSelect().TableExpr("tablet_item AS t").Join("LEFT JOIN tablet_batch AS b ON b.id = t.batch").
		ColumnExpr("coalesce(b.account, t.account) AS account, coalesce(b.at, t.at) AS at, t.boot, t.content").
		Where("t.inspection = ? AND t.kind = ?", string(id), Steps).OrderExpr("2, t.n").Limit(maxStretches).Scan(ctx, &rows)
	if err != nil {
		return nil, db.Translate(err)
	}
	out := make([]Stretch, 0, len(rows))
	for _, r := range rows {
		var text struct {
			Device  string          `json:"device"`
			Payload json.RawMessage `json:"payload"`
		}
		var p trailPayload
		if err := json.Unmarshal([]byte(r.Content), &text); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text.Payload, &p); err != nil {
			return nil, err
		}
		out = append(out, Stretch{
			By: r.Account, Device: text.Device, ReceivedAt: r.At.UTC(), From: p.From, Steps: p.Steps,
			boot: r.Boot, prev: p.Prev, hash: hashOf(text.Payload),
		})
	}
	return out, nil
}

// wasTheirs reports whether a visit was taken from somebody.
func wasTheirs(ctx context.Context, idb bun.IDB, account ident.AccountID, id ident.InspectionID) (bool, error) {
	ok, err := idb.NewSelect().Model((*withdrawnRow)(nil)).Where("account = ? AND inspection = ?", account, id).Exists(ctx)
	return ok, db.Translate(err)
}
