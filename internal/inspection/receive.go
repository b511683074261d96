package inspection

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// What follows is done in the transaction of whoever receives a device's
// items; it refuses what cannot be placed and destroys nothing.

// Taken is an answer as a device recorded it without a network.
type Taken struct {
	Entry
	Base    string  // id of the entry that its author saw; "" for none
	Written Written // the answer, see [Write]
}

// Written is an answer in the form in which it is kept.
type Written struct{ body, digest string }

// Write makes that form, before the transaction that keeps it.
func Write(a checklist.Answer) (Written, error) {
	body, err := json.Marshal(a)
	return Written{string(body), digest(body)}, err
}

// Conflict is an item that was answered differently by two who did not know of
// each other.
type Conflict struct {
	ID       string     `json:"id" format:"uuid"`
	Item     string     `json:"item"`
	Versions []string   `json:"versions" doc:"Ids of the entries; all are kept."`
	OpenedAt time.Time  `json:"opened_at"`
	ClosedAt *time.Time `json:"closed_at,omitempty"`
	Kept     string     `json:"kept,omitempty" doc:"The version that the lead chose."`
}

func (x conflictRow) view() Conflict {
	v := Conflict{ID: x.ID, Item: x.Item, Versions: x.Versions, OpenedAt: x.OpenedAt.UTC(), Kept: x.Kept}
	if !x.ClosedAt.IsZero() {
		at := x.ClosedAt.UTC()
		v.ClosedAt = &at
	}
	return v
}

var shaForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// unplaced refuses an item with a cause, which is a key of the fault texts.
func unplaced(cause string) error { return fault.New(fault.Conflict, "tablet_"+cause) }

// working reads an inspection for an item of one of its two inspectors and
// holds it; it opens the sheet when the visit has not begun yet, since an item
// that speaks of the visit shows that it has.
func (s *Service) working(ctx context.Context, c *usecase.Call, id ident.InspectionID, m rec.Moment) (record, error) {
	r, err := s.theirs(ctx, c, id)
	if err != nil {
		return r, err
	}
	switch r.State {
	case lifecycle.OnDevice:
		return r, nil
	case lifecycle.Assigned:
		return s.open(ctx, c, r, lifecycle.Start, m)
	case lifecycle.SentBack:
		return s.open(ctx, c, r, lifecycle.Reopen, m)
	case lifecycle.Voided:
		return r, unplaced("voided")
	}
	return r, unplaced("closed")
}

// theirs reads an inspection for one of its two inspectors and holds it.
func (s *Service) theirs(ctx context.Context, c *usecase.Call, id ident.InspectionID) (record, error) {
	r, err := locked(ctx, c.Tx, id)
	if fault.Is(err, fault.NotFound) {
		return r, unplaced("unknown_inspection")
	}
	if err != nil {
		return r, err
	}
	c.About(string(r.ID), r.Scope)
	if !r.made(c.By.Account) {
		return r, unplaced("not_yours")
	}
	return r, nil
}

// ScopeOf names the authority in charge of an inspection, "" when there is no
// such inspection.
func (s *Service) ScopeOf(ctx context.Context, idb usecase.Reader, id ident.InspectionID) (string, error) {
	scope, err := scopeOf(ctx, idb, id)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return scope, err
}

// open takes the step by which the sheet can be filled.
func (s *Service) open(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action, m rec.Moment) (record, error) {
	if a == lifecycle.Reopen {
		if err := freeze(ctx, c, r); err != nil {
			return r, err
		}
	}
	to, err := c.Step(ctx, lifecycle.Inspection, r.subject(), a, "", "")
	if err != nil {
		return r, err
	}
	if err := dropClosing(ctx, c.Tx, r.ID); err != nil { // of those who were sent before
		return r, err
	}
	r.State, r.Version = to, r.Version+1
	if r.StartedAt.IsZero() {
		r.StartedAt, r.Started = c.Now, stamp(m, c)
	}
	return r, update(ctx, c.Tx, &r, "started_at", "started")
}

// TakeStart opens the visit. When it is open already, a place that nobody has
// noted yet is added to what is known of its start.
func (s *Service) TakeStart(ctx context.Context, c *usecase.Call, id ident.InspectionID, m rec.Moment) error {
	r, err := s.working(ctx, c, id, m)
	if err != nil || m.Place == nil || r.Started.Place != nil {
		return err
	}
	at, by := r.Started.Server, r.Started.By
	r.Started = stamp(m, c)
	r.Started.Server, r.Started.By = at, by
	return update(ctx, c.Tx, &r, "started")
}

// Take places answers of one inspection and gives for each the conflict it
// is part of, or nil. It places all or refuses all.
func (s *Service) Take(ctx context.Context, c *usecase.Call, id ident.InspectionID, taken []Taken) ([]*Conflict, error) {
	r, err := s.workingLight(ctx, c, id, rec.Moment{Device: taken[0].Device, At: taken[0].DeviceAt, AgeMS: taken[0].AgeMS}.UTC())
	if err != nil {
		return nil, err
	}
	sheet, err := s.sheet(ctx, c.Tx, r.Sheet)
	if err != nil {
		return nil, err
	}
	all, err := hotLinks(ctx, s.rt.DB, c.Tx, r.ID)
	if err != nil {
		return nil, err
	}
	o, out := newOrder(all), make([]*Conflict, len(taken))
	o.links = slices.Grow(o.links, len(taken))
	open := map[string]*conflictRow{}
	if len(all) > 0 {
		if open, err = o.contested(ctx, c.Tx, r.ID); err != nil {
			return nil, err
		}
	}
	rows := make([]answerRow, 0, len(taken))
	for i, t := range taken {
		row, err := r.row(c, sheet, t)
		if err != nil {
			return nil, err
		}
		if _, there := o.of(t.ID); there {
			return nil, unplaced("other_content")
		}
		l := link{ID: row.ID, Item: row.Item, Digest: row.Digest, Base: row.Base, Account: row.Account, Device: row.Device}
		n, differs, ok := o.place(l)
		if !ok {
			return nil, unplaced("no_room")
		}
		x := open[row.Item]
		if differs || x != nil && n > o.last() {
			if x == nil {
				x = &conflictRow{ID: string(ident.New[ident.EventID]()), Inspection: r.ID, Item: row.Item, OpenedAt: c.Now}
				open[row.Item] = x
			}
			x.Versions = o.versions(l)
			if len(x.Versions) == 1 { // its author came round to what the other had found
				x.ClosedAt, x.ClosedBy, x.Kept = c.Now, c.By.Account, x.Versions[0]
				delete(open, row.Item)
			} else {
				v := x.view()
				out[i] = &v
			}
			if err := putConflict(ctx, c.Tx, x); err != nil {
				return nil, err
			}
		}
		row.N, l.N = n, n
		o.add(l)
		rows = append(rows, row)
	}
	c.Note("entries", len(rows))
	return out, hotAnswers(ctx, s.rt.DB, c.Tx, rows)
}

// workingLight is working for answers, which need little of the inspection. A
// visit that is not under way is read whole.
func (s *Service) workingLight(ctx context.Context, c *usecase.Call, id ident.InspectionID, m rec.Moment) (record, error) {
	r, err := lockedLight(ctx, s.rt.DB, c.Tx, id)
	if err != nil || r.State != lifecycle.OnDevice || !r.made(c.By.Account) {
		if err != nil && !fault.Is(err, fault.NotFound) {
			return r, err
		}
		return s.working(ctx, c, id, m)
	}
	c.About(string(r.ID), r.Scope)
	return r, nil
}

// row is what is kept of an answer.
func (r record) row(c *usecase.Call, sheet *checklist.Sheet, t Taken) (answerRow, error) {
	if sheet.Item(t.Answer.Item) == nil {
		return answerRow{}, unplaced("unknown_item")
	}
	for _, list := range [][]string{t.Answer.Photos, t.Answer.Audio} {
		for _, sha := range list {
			if !shaForm.MatchString(sha) {
				return answerRow{}, unplaced("malformed")
			}
		}
	}
	row := answerRow{
		ID: t.ID, Inspection: r.ID, Item: t.Answer.Item, Answer: t.Written.body, Digest: t.Written.digest, Device: t.Device, AgeMS: t.AgeMS,
		Account: c.By.Account, ReceivedAt: c.Now, Base: t.Base,
	}
	if t.DeviceAt != nil {
		row.DeviceAt = t.DeviceAt.UTC()
	}
	return row, nil
}

// Resolve settles a conflict: the lead keeps one of its versions, which is
// written anew as the answer that counts.
func (s *Service) Resolve(ctx context.Context, c *usecase.Call, id ident.InspectionID, item, keep string, e Entry) error {
	r, err := s.working(ctx, c, id, rec.Moment{Device: e.Device, At: e.DeviceAt, AgeMS: e.AgeMS}.UTC())
	if err != nil {
		return err
	}
	if r.Lead != c.By.Account {
		return unplaced("not_lead")
	}
	open, err := newOrder(nil).contested(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	x := open[item]
	if x == nil {
		return unplaced("no_conflict")
	}
	kept, err := answerByID(ctx, c.Tx, r.ID, keep)
	if fault.Is(err, fault.NotFound) || err == nil && kept.Item != item {
		return unplaced("unknown_entry")
	}
	if err != nil {
		return err
	}
	last, err := lastAnswer(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	row := answerRow{
		ID: e.ID, Inspection: r.ID, Item: item, N: last + 1, Answer: kept.Answer, Digest: kept.Digest, Device: e.Device, AgeMS: e.AgeMS,
		Account: c.By.Account, ReceivedAt: c.Now, Base: keep,
	}
	if e.DeviceAt != nil {
		row.DeviceAt = e.DeviceAt.UTC()
	}
	x.ClosedAt, x.ClosedBy, x.Kept, x.Answer = c.Now, c.By.Account, keep, e.ID
	if err := putConflict(ctx, c.Tx, x); err != nil {
		return err
	}
	return insertAnswers(ctx, c.Tx, []answerRow{row})
}

// contested gives the open conflicts by item and notes which answers settled
// earlier ones.
func (o *order) contested(ctx context.Context, idb usecase.Reader, id ident.InspectionID) (map[string]*conflictRow, error) {
	rows, err := conflictRows(ctx, idb, id)
	open := map[string]*conflictRow{}
	for i := range rows {
		if rows[i].ClosedAt.IsZero() {
			open[rows[i].Item] = &rows[i]
		} else if rows[i].Answer != "" {
			o.settled[rows[i].Answer] = true
		}
	}
	return open, err
}

// TakeSignature puts a party's mark under the sheet; hash is that of the
// content which was signed. The drawing may still be on its way.
func (s *Service) TakeSignature(ctx context.Context, c *usecase.Call, cmd SignCommand, hash string) error {
	r, err := s.working(ctx, c, cmd.ID, cmd.Moment)
	if err != nil {
		return err
	}
	switch {
	case cmd.Drawing == "" && cmd.Refused == "", cmd.Refused != "" && cmd.Party != Merchant, !shaForm.MatchString(hash):
		return unplaced("malformed")
	}
	row := signatureRow{
		Inspection: r.ID, Party: cmd.Party, Name: cmd.Name, Drawing: cmd.Drawing, Refused: cmd.Refused, Moment: cmd.Moment.UTC(),
		Account: c.By.Account, At: c.Now, Content: hash,
	}
	if cmd.Refused != "" {
		row.Witness = cmd.Witness
	}
	return putSignature(ctx, c.Tx, &row)
}

// TakeNote checks that a note on a visit can be kept with it.
func (s *Service) TakeNote(ctx context.Context, c *usecase.Call, id ident.InspectionID) error {
	r, err := s.theirs(ctx, c, id)
	if err == nil && r.State == lifecycle.Voided {
		err = unplaced("voided")
	}
	return err
}
