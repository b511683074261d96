package tablet

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Bundle is everything that a tablet takes along for its user.
type Bundle struct {
	Time      time.Time   `json:"time" doc:"The server's clock; the device notes how far its own is off."`
	Account   Who         `json:"account"`
	Visits    []Visit     `json:"visits"`
	Withdrawn []Withdrawn `json:"withdrawn" doc:"Visits that are no longer this inspector's; work on them is kept and set aside."`
	Sheets    []string    `json:"sheets" doc:"Hashes; read each once from /tablet/sheets."`
	Divisions string      `json:"divisions_etag"`
	Status    StatusInfo  `json:"status"`
	// Cursor is given with the next question.
	Cursor string               `json:"cursor,omitempty" doc:"Give it back as since, once all of this is kept."`
	Delta  bool                 `json:"delta,omitempty" doc:"True when visits and withdrawn hold only what has changed since the cursor; everything else stays as the device has it."`
	Closed []ident.InspectionID `json:"closed,omitempty" doc:"Of a delta: visits of the cursor that were submitted or judged meanwhile and are no longer to be made."`
}

// Who is the user.
type Who struct {
	ID   ident.AccountID `json:"id" format:"uuid"`
	Name string          `json:"name"`
}

// Visit is one open visit.
type Visit struct {
	inspection.Carried
	Inspection ident.InspectionID `json:"inspection" format:"uuid"`
	Position   *Position          `json:"position,omitempty"`
}

// Withdrawn is a visit that was taken from the inspector.
type Withdrawn struct {
	Inspection ident.InspectionID `json:"inspection" format:"uuid"`
	Cause      string             `json:"cause" doc:"voided or reassigned."`
	Reason     string             `json:"reason"`
	At         time.Time          `json:"at"`
}

// withdrawnFor is how long a device is told of a visit that was withdrawn.
const withdrawnFor = 120 * 24 * time.Hour

var (
	bundleDef = usecase.Define(usecase.Def{Name: "tablet.bundle", Allow: inspectors, NoPage: "read by the tablet's program"})
	sheetDef  = usecase.Define(usecase.Def{Name: "tablet.sheet", Allow: inspectors, NoPage: "read by the tablet's program"})
)

// Bundle gives what the caller's tablet takes along: all of it, or, to a cursor
// of an earlier answer, what has changed since. The tag is that of the whole.
func (s *Service) Bundle(ctx context.Context, since string) (Bundle, string, error) {
	tag := ""
	b, err := usecase.Read(ctx, s.rt, bundleDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Bundle, error) {
		b := Bundle{Account: Who{by.Account, by.Name}, Visits: []Visit{}, Withdrawn: []Withdrawn{}, Sheets: []string{}, Divisions: tagOf(mapOf(provinceOf(by)))}
		visits, err := s.inspections.Carry(ctx, idb, by.Account)
		if err != nil {
			return b, err
		}
		seen := map[string]bool{}
		for _, v := range visits {
			one := Visit{Carried: v, Inspection: v.ID}
			if one.Position, err = s.hooks.Position(ctx, idb, v.Premises); err != nil {
				return b, err
			}
			one.Position = one.Position.wgs84() // tablets measure from where their receiver says to be
			if !seen[v.SheetHash] {
				seen[v.SheetHash] = true
				b.Sheets = append(b.Sheets, v.SheetHash)
			}
			b.Visits = append(b.Visits, one)
		}
		gone, err := withdrawnOf(ctx, idb, by.Account, s.rt.Now().Add(-withdrawnFor))
		if err != nil {
			return b, err
		}
		for _, w := range gone {
			b.Withdrawn = append(b.Withdrawn, Withdrawn{w.Inspection, w.Cause, w.Reason, w.At.UTC()})
		}
		list, err := s.statusList(ctx)
		if err != nil {
			return b, err
		}
		b.Status = list.info()
		b.Status.At = time.Time{} // the same list made again, and the time of the answer, change nothing
		tag = tagOf(b)
		b.Status.At, b.Time = list.Head.At, s.rt.Now()
		var now cursor
		b.Cursor, now = cursorOf(by.Account, b.Visits)
		if had := readCursor(by.Account, since); had != nil {
			b.since(had, now)
		}
		return b, nil
	})
	return b, tag, err
}

// Sheet gives a sheet by its hash, in the very bytes that were hashed.
func (s *Service) Sheet(ctx context.Context, hash string) ([]byte, error) {
	return usecase.Read(ctx, s.rt, sheetDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) ([]byte, error) {
		return s.inspections.SheetText(ctx, idb, hash)
	})
}

// withdraw notes for whom a visit is no longer.
func (s *Service) withdraw(ctx context.Context, c *usecase.Call, ch inspection.Change) error {
	var cause string
	switch ch.Action {
	case lifecycle.Void:
		cause = "voided"
	case lifecycle.Assign, lifecycle.Reassign:
		cause = "reassigned"
		for _, a := range []ident.AccountID{ch.Lead, ch.Second} {
			if err := dropWithdrawn(ctx, c.Tx, a, ch.ID); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	for _, a := range ch.Before {
		if a == "" || cause == "reassigned" && (a == ch.Lead || a == ch.Second) {
			continue
		}
		if err := putWithdrawn(ctx, c.Tx, &withdrawnRow{Account: a, Inspection: ch.ID, Cause: cause, Reason: ch.Reason, At: c.Now}); err != nil {
			return err
		}
	}
	return nil
}
