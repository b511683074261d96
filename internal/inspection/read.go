package inspection

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// ListQuery filters inspections.
type ListQuery struct {
	State       lifecycle.State     `json:"state" validate:"omitempty,oneof=planned assigned on_device submitted sent_back accepted rectification_due verified failed voided"`
	Application ident.ApplicationID `json:"application" validate:"omitempty,uuid7"`
	Purpose     Purpose             `json:"purpose" validate:"omitempty,oneof=application recheck rectification reinspection sample test_purchase"`
	Reference   string              `json:"reference" validate:"max=40" doc:"Id of the record that waits for the result."`
	Mine        bool                `json:"mine" doc:"Only those on which the reader is an inspector."`
	Limit       int                 `json:"limit" validate:"min=0,max=200"`
	After       string              `json:"after" validate:"max=400"`
}

// Page is one page of inspections.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

var readers = []access.Role{access.Inspector, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Supervisor, access.System}

var (
	listDef = usecase.Define(usecase.Def{Name: "inspection.list", Allow: readers})
	getDef  = usecase.Define(usecase.Def{Name: "inspection.get", Allow: readers})
)

// List lists the inspections that the reader makes or oversees, by due date.
func (s *Service) List(ctx context.Context, q ListQuery) (Page, error) {
	return usecase.Read(ctx, s.rt, listDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Page, error) {
		rows, next, err := list(ctx, idb, q, by)
		if err != nil {
			return Page{}, err
		}
		p := Page{Items: make([]View, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = r.view(by)
		}
		return p, nil
	})
}

// Get reads one inspection with its sheet, answers and signatures.
func (s *Service) Get(ctx context.Context, id ident.InspectionID) (Detail, error) {
	return usecase.Read(ctx, s.rt, getDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Detail, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return Detail{}, err
		}
		return load(ctx, idb, r, by)
	})
}

func load(ctx context.Context, idb usecase.Reader, r record, by access.Principal) (Detail, error) {
	sheet, err := sheetOf(ctx, idb, r.Sheet)
	if err != nil {
		return Detail{}, err
	}
	answers, err := newest(ctx, idb, r.ID)
	if err != nil {
		return Detail{}, err
	}
	signatures, err := signaturesOf(ctx, idb, r.ID)
	if err != nil {
		return Detail{}, err
	}
	photos, err := photoRows(ctx, idb, r.ID)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{View: r.view(by), Sheet: sheet, Answers: answers, Signatures: signatures, Live: checklist.Score(&sheet, answers)}
	for _, p := range photos {
		if p.Stored == "" {
			d.Awaited = append(d.Awaited, p.SHA256)
		}
	}
	return d, nil
}
