package tablet

import (
	"context"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
)

// taking is the taking of items in one transaction.
type taking struct {
	placing
	mine    []item
	known   map[string]Result // see lookUp; nil when nothing is
	results []Result
	first   int64 // receipt number
	batch   string
	rows    []itemRow // of what is new
	at      []int     // where in mine each of them stands
	issued  issued
}

// all writes what is new, places it and gives the receipts. Nearly always
// everything is new, so that is assumed: the database says when it is not, and
// only then what is known is looked up.
func (t *taking) all(ctx context.Context) error {
	db := t.s.rt.DB
	if err := t.sort(); err != nil {
		return err
	}
	n, err := insertItems(ctx, db, t.c.Tx, t.rows)
	if err != nil {
		return err
	}
	if n < len(t.rows) {
		if err := dropItems(ctx, t.c.Tx, t.batch); err != nil {
			return err
		}
		if t.known, err = t.s.lookUp(ctx, t.c.Tx, t.c.By.Account, t.cmd.Receipts, t.mine); err != nil {
			return err
		}
		if err := t.sort(); err != nil {
			return err
		}
		if n, err = insertItems(ctx, db, t.c.Tx, t.rows); err != nil {
			return err
		}
		if n < len(t.rows) { // twice in one request
			return fault.New(fault.Duplicate, "")
		}
	}
	if len(t.rows) == 0 {
		return nil
	}
	err = insertBatch(ctx, db, t.c.Tx, batchRow{
		ID: t.batch, Account: t.c.By.Account, Device: t.cmd.Device, First: t.rows[0].N, At: t.c.Now, Key: t.issued.key, Sig: t.issued.by, Leaves: t.issued.packed(),
	})
	if err != nil {
		return err
	}
	return t.place(ctx)
}

// sort gives what is known its answer again, and what is new a row and a
// receipt.
func (t *taking) sort() error {
	t.batch, t.rows, t.at = string(ident.New[ident.EventID]()), make([]itemRow, 0, len(t.mine)), make([]int, 0, len(t.mine))
	for k := range t.mine {
		it := &t.mine[k]
		if r, ok := t.known[it.sent.ID+it.hash]; ok {
			t.results[k] = r
			continue
		}
		if _, ok := t.known[it.sent.ID]; ok {
			return fault.New(fault.Conflict, "tablet_other_content")
		}
		t.rows, t.at = append(t.rows, row(it, t.batch, t.first+int64(len(t.rows)))), append(t.at, k)
	}
	if len(t.rows) == 0 {
		return nil
	}
	keys := t.s.keys.Load()
	t.issued = keys.issue(t.rows, t.c.Now)
	for i := range t.rows {
		r := &t.rows[i]
		receipt := t.issued.receipt(r.ID, r.Hash, r.N)
		if t.cmd.Receipts < together {
			own := keys.receipt(r.ID, r.Hash, t.c.Now, r.N)
			receipt, r.Sig = &own, own.Sig
		}
		t.results[t.at[i]] = Result{ID: r.ID, Outcome: Accepted, Receipt: receipt}
	}
	return nil
}

// place places what is new, runs of answers of one inspection together.
func (t *taking) place(ctx context.Context) error {
	fresh := t.mine
	if len(t.at) < len(t.mine) {
		fresh = make([]item, len(t.at))
		for i, k := range t.at {
			fresh[i] = t.mine[k]
		}
	}
	var contested []string
	for i := 0; i < len(fresh); {
		run := 1
		for fresh[i].Kind == Answer && i+run < len(fresh) && fresh[i+run].Kind == Answer && fresh[i+run].Inspection == fresh[i].Inspection {
			run++
		}
		done, err := t.placing.place(ctx, fresh[i:i+run])
		if err != nil {
			return err
		}
		for j, what := range done {
			r := &t.results[t.at[i+j]]
			r.Conflict, r.WaitsFor = what.conflict, what.waits
			if what.conflict != nil {
				r.Outcome = Conflict
				contested = append(contested, r.ID)
			}
		}
		i += run
	}
	if len(contested) == 0 {
		return nil
	}
	return setOutcome(ctx, t.c.Tx, contested, Conflict)
}
