package inspection

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// Past is an accepted inspection as it was answered.
type Past struct {
	View
	Sheet   *checklist.Sheet // shared between inspections of one sheet
	Answers []checklist.Answer
}

// Holding says which sheets are meant: those that hold a module, or those that
// were made by a composition. One of the two is set.
type Holding struct{ Module, Plan string }

// PastWith lists the newest accepted inspections with such sheets, wherever
// they were made: what a change would have meant is asked by those who are in
// charge of it. Corrections are left out of account.
func (s *Service) PastWith(ctx context.Context, idb usecase.Reader, h Holding, limit int) ([]Past, error) {
	sheets, err := sheetsWith(ctx, idb, h)
	if err != nil || len(sheets) == 0 {
		return nil, err
	}
	hashes := make([]string, 0, len(sheets))
	for h := range sheets {
		hashes = append(hashes, h)
	}
	var rows []record
	err = idb.NewSelect().Model(&rows).
		Where("i.state IN (?, ?, ?, ?)", lifecycle.Accepted, lifecycle.RectificationDue, lifecycle.Verified, lifecycle.Failed).
		Where("i.sheet IN (?)", bun.List(hashes)).Where("i.submitted_at IS NOT NULL").
		Order("i.submitted_at DESC", "i.id DESC").Limit(int64(limit)).Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	out := make([]Past, len(rows))
	at := map[ident.InspectionID]int{}
	for i, r := range rows {
		out[i] = Past{View: r.view(access.Anonymous()), Sheet: sheets[r.Sheet]}
		at[r.ID] = i
	}
	for begin := 0; begin < len(rows); begin += 100 {
		ids := make([]ident.InspectionID, 0, 100)
		for _, r := range rows[begin:min(begin+100, len(rows))] {
			ids = append(ids, r.ID)
		}
		answers, err := newestOf(ctx, idb, ids)
		if err != nil {
			return nil, err
		}
		for id, list := range answers {
			out[at[id]].Answers = list
		}
	}
	return out, nil
}

// sheetsWith reads stored sheets by their hash.
func sheetsWith(ctx context.Context, idb bun.IDB, h Holding) (map[string]*checklist.Sheet, error) {
	var rows []sheetRow
	mark := `%"module":"` + h.Module + `"%`
	if h.Plan != "" {
		mark = `%"scheme":"` + h.Plan + `"%`
	}
	err := idb.NewSelect().Model(&rows).Where("content LIKE ?", mark).Order("at DESC").Limit(200).Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	out := map[string]*checklist.Sheet{}
	for _, r := range rows {
		s, err := checklist.UnmarshalSheet([]byte(r.Content))
		if err != nil {
			continue // of a later format
		}
		out[r.Hash] = &s
	}
	return out, nil
}

// newestOf reads the answers that count of several inspections.
func newestOf(ctx context.Context, idb bun.IDB, ids []ident.InspectionID) (map[ident.InspectionID][]checklist.Answer, error) {
	var rows []answerRow
	err := idb.NewSelect().Model(&rows).Where("a.inspection IN (?)", bun.List(ids)).Order("a.inspection", "a.item", "a.n DESC").Scan(ctx)
	if err != nil {
		return nil, db.Translate(err)
	}
	out := map[ident.InspectionID][]checklist.Answer{}
	for i, r := range rows {
		if i > 0 && rows[i-1].Inspection == r.Inspection && rows[i-1].Item == r.Item {
			continue // an older one
		}
		var a checklist.Answer
		if err := json.Unmarshal([]byte(r.Answer), &a); err != nil {
			return nil, fmt.Errorf("answer %s: %w", r.ID, err)
		}
		if !rec.TakenBack(a) {
			out[r.Inspection] = append(out[r.Inspection], a)
		}
	}
	return out, nil
}
