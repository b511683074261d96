package tablet

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/usecase"
)

var (
	lookers    = []access.Role{access.Inspector, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Supervisor}
	parkedDef  = usecase.Define(usecase.Def{Name: "tablet.quarantine", Allow: lookers})
	oneDef     = usecase.Define(usecase.Def{Name: "tablet.parked", Allow: lookers})
	settleDef  = usecase.Define(usecase.Def{Name: "tablet.settle", Allow: access.Officers})
	arrivalDef = usecase.Define(usecase.Def{Name: "tablet.arrival", Allow: lookers})
)

// ParkedQuery filters the quarantine.
type ParkedQuery struct {
	Inspection ident.InspectionID `json:"inspection" validate:"omitempty,uuid7"`
	Settled    bool               `json:"settled" doc:"Those that were looked at, instead of those that wait."`
	Limit      int                `json:"limit" validate:"min=0,max=200"`
	After      string             `json:"after" validate:"max=400"`
}

// ParkedPage is one page of the quarantine.
type ParkedPage struct {
	Items []ParkedView
	Next  string
}

// SettleCommand says that somebody looked at an item and what came of it.
type SettleCommand struct {
	ID   string `json:"-" validate:"required,uuid7"`
	Note string `json:"note" validate:"required,notblank,max=500,plain" doc:"What was done with it."`
}

// Quarantine lists what could not be placed: officers see their area,
// inspectors what they sent. The content is left out.
func (s *Service) Quarantine(ctx context.Context, q ParkedQuery) (ParkedPage, error) {
	return usecase.Read(ctx, s.rt, parkedDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (ParkedPage, error) {
		rows, next, err := parkedRows(ctx, idb, q, by)
		p := ParkedPage{Items: make([]ParkedView, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = r.view()
			p.Items[i].Content = ""
		}
		return p, err
	})
}

// Parked gives one item with its content, as it was sent.
func (s *Service) Parked(ctx context.Context, id string) (ParkedView, error) {
	return usecase.Read(ctx, s.rt, oneDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (ParkedView, error) {
		row, err := parkedByID(ctx, idb, id, by)
		return row.view(), err
	})
}

// Settle notes what came of an item. It stays in the quarantine's record.
func (s *Service) Settle(ctx context.Context, cmd SettleCommand) (ParkedView, error) {
	return usecase.Do(ctx, s.rt, settleDef, cmd, func(ctx context.Context, c *usecase.Call) (ParkedView, error) {
		row, err := parkedByID(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return ParkedView{}, err
		}
		c.About(row.ID, row.Scope)
		row.SettledAt, row.SettledBy, row.Note = c.Now, c.By.Name, cmd.Note
		return row.view(), settleParked(ctx, c.Tx, &row)
	})
}

// Arrival is how much of a visit has arrived from tablets.
type Arrival struct {
	inspection.Arrival
	Parked []ParkedView `json:"parked" doc:"What belongs to this visit and could not be placed; without content."`
	Notes  []NoteView   `json:"notes" doc:"Notes on the visit as a whole."`
	Trail  Trail        `json:"trail" doc:"Who was at which item, when and how long."`
	// Place and Doubts are facts, not findings.
	Place  *checklist.Place `json:"place,omitempty" doc:"Where the tablet said to be when the visit was begun."`
	Doubts []Doubt          `json:"doubts,omitempty" doc:"What is notable about that place. Browsers do not say whether a location was made up, so none is no proof."`
}

// Chosen counts the photos that were chosen from files.
func (a Arrival) Chosen() (n int) { return a.count(inspection.FromFile) }

// Shot counts the photos that were taken with the camera in the app.
func (a Arrival) Shot() (n int) { return a.count(inspection.FromCamera) }

func (a Arrival) count(source inspection.Source) (n int) {
	for _, p := range a.Photos {
		if p.Source == source {
			n++
		}
	}
	return n
}

// NoteView is a note that an inspector made on the visit.
type NoteView struct {
	By   ident.AccountID `json:"by"`
	At   string          `json:"at"`
	Text string          `json:"text"`
}

// Arrival tells the inspectors of a visit and its officers how much of it has
// arrived: answers come first, photos after them.
func (s *Service) Arrival(ctx context.Context, id ident.InspectionID) (Arrival, error) {
	if _, err := s.inspections.Get(ctx, id); err != nil { // who may see the visit
		return Arrival{}, err
	}
	return usecase.Read(ctx, s.rt, arrivalDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Arrival, error) {
		var out Arrival
		var err error
		if out.Arrival, err = s.inspections.Arrived(ctx, idb, id); err != nil {
			return out, err
		}
		if out.Notes, err = notesOf(ctx, idb, id); err != nil {
			return out, err
		}
		if out.Place, out.Doubts, err = s.placeOf(ctx, idb, by, id); err != nil {
			return out, err
		}
		steps, err := stretchesOf(ctx, idb, id)
		if err != nil {
			return out, err
		}
		out.Trail = trailOf(steps)
		rows, _, err := parkedRows(ctx, idb, ParkedQuery{Inspection: id, Limit: 100}, by)
		out.Parked = make([]ParkedView, len(rows))
		for i, r := range rows {
			out.Parked[i] = r.view()
			out.Parked[i].Content = ""
		}
		return out, err
	})
}
