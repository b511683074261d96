package inspection

import (
	"context"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// MaxHeld is how many open visits one inspector's tablet holds.
const MaxHeld = 400

// Held is the answer that counts for an item, as a device needs to go on from
// it. Photos are named as the device knows them.
type Held struct {
	Entry    string           `json:"entry" doc:"Id of the entry; the base of an answer given on it."`
	Base     string           `json:"base,omitempty"`
	Answer   checklist.Answer `json:"answer"`
	By       ident.AccountID  `json:"by"`
	Device   string           `json:"device,omitempty"`
	DeviceAt *time.Time       `json:"device_at,omitempty"`
	At       time.Time        `json:"at" doc:"Received, by the server's clock."`
}

// Contested is an open conflict with all its versions.
type Contested struct {
	Conflict
	Answers []Held `json:"answers"`
}

// HeldSignature is a signature with the hash of what was signed.
type HeldSignature struct {
	Signature
	Hash string `json:"hash,omitempty"`
}

// Previous is the last visit to the same shop.
type Previous struct {
	Inspection ident.InspectionID `json:"inspection" format:"uuid"`
	At         time.Time          `json:"at"`
	Passed     bool               `json:"passed"`
	Grade      string             `json:"grade,omitempty"`
	Score      checklist.Points   `json:"score" doc:"In hundredths of a point."`
	Vetoes     []string           `json:"vetoes,omitempty"`
	Failed     []Finding          `json:"failed"`
}

// Finding is an item that was not met, in the words of that time.
type Finding struct {
	Item string         `json:"item"`
	Text checklist.Text `json:"text"`
	Note string         `json:"note,omitempty"`
}

// Carried is everything of one visit that a tablet takes along.
type Carried struct {
	View
	Answers    []Held          `json:"answers"`
	Conflicts  []Contested     `json:"conflicts"`
	Signatures []HeldSignature `json:"signatures"`
	Photos     []Photo         `json:"photos"`
	Closing    *Closing        `json:"closing,omitempty"`
	Previous   *Previous       `json:"previous,omitempty"`
}

// Carry lists the open visits of an inspector with all that a tablet takes
// along, and the sheets that they are filled on.
func (s *Service) Carry(ctx context.Context, idb usecase.Reader, account ident.AccountID) ([]Carried, error) {
	rows, err := heldRows(ctx, idb, account, MaxHeld)
	if err != nil {
		return nil, err
	}
	out := make([]Carried, len(rows))
	for i, r := range rows {
		if out[i], err = s.carried(ctx, idb, r); err != nil {
			return nil, err
		}
		if out[i].Previous, err = s.previous(ctx, idb, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) carried(ctx context.Context, idb usecase.Reader, r record) (Carried, error) {
	v := Carried{View: r.view(inspectorOf(r)), Answers: []Held{}, Conflicts: []Contested{}, Signatures: []HeldSignature{}, Photos: []Photo{}}
	v.Actions = nil
	rows, err := newestRows(ctx, idb, r.ID)
	if err != nil {
		return v, err
	}
	for _, row := range rows {
		h, err := row.held()
		if err != nil {
			return v, err
		}
		v.Answers = append(v.Answers, h)
	}
	open, err := openConflicts(ctx, idb, r.ID)
	if err != nil {
		return v, err
	}
	for _, x := range open {
		c, err := s.contested(ctx, idb, x)
		if err != nil {
			return v, err
		}
		v.Conflicts = append(v.Conflicts, c)
	}
	signed, err := rawSignatures(ctx, idb, r.ID)
	if err != nil {
		return v, err
	}
	for _, row := range signed {
		v.Signatures = append(v.Signatures, HeldSignature{row.view(), row.Content})
	}
	photos, err := photoRows(ctx, idb, r.ID)
	if err != nil {
		return v, err
	}
	waiting := 0
	for _, p := range photos {
		one := p.view()
		if one.State == PhotoWaiting {
			waiting++
		}
		v.Photos = append(v.Photos, one)
	}
	closing, err := closingOf(ctx, idb, r.ID)
	if err == nil && closing != nil {
		v.Closing = &Closing{At: closing.At.UTC(), By: closing.Actor.Name, WaitsFor: waiting, Cause: closing.Cause}
	}
	return v, err
}

// Arrival tells the office how much of a visit has arrived.
type Arrival struct {
	Answers   int         `json:"answers" doc:"Entries received."`
	Photos    []Photo     `json:"photos"`
	Stored    int         `json:"stored" doc:"Photos that are here."`
	Closing   *Closing    `json:"closing,omitempty"`
	Conflicts []Contested `json:"conflicts"`
	LastAt    *time.Time  `json:"last_at,omitempty" doc:"When the last answer came in."`
}

// Arrived tells how much of a visit has arrived; the caller has checked that
// the reader may see it.
func (s *Service) Arrived(ctx context.Context, idb usecase.Reader, id ident.InspectionID) (Arrival, error) {
	out := Arrival{Photos: []Photo{}, Conflicts: []Contested{}}
	rows, err := answerRows(ctx, idb, id)
	if err != nil {
		return out, err
	}
	out.Answers = len(rows)
	if len(rows) > 0 {
		at := rows[len(rows)-1].ReceivedAt.UTC()
		out.LastAt = &at
	}
	photos, err := photoRows(ctx, idb, id)
	if err != nil {
		return out, err
	}
	waiting := 0
	for _, p := range photos {
		v := p.view()
		switch v.State {
		case PhotoStored:
			out.Stored++
		case PhotoWaiting:
			waiting++
		}
		out.Photos = append(out.Photos, v)
	}
	closing, err := closingOf(ctx, idb, id)
	if err != nil {
		return out, err
	}
	if closing != nil {
		out.Closing = &Closing{At: closing.At.UTC(), By: closing.Actor.Name, WaitsFor: waiting, Cause: closing.Cause}
	}
	all, err := conflictRows(ctx, idb, id)
	if err != nil {
		return out, err
	}
	for _, x := range all {
		c, err := s.contested(ctx, idb, x)
		if err != nil {
			return out, err
		}
		out.Conflicts = append(out.Conflicts, c)
	}
	return out, nil
}

func (s *Service) contested(ctx context.Context, idb usecase.Reader, x conflictRow) (Contested, error) {
	c := Contested{Conflict: x.view(), Answers: []Held{}}
	for _, id := range x.Versions {
		row, err := answerByID(ctx, idb, x.Inspection, id)
		if err != nil {
			return c, err
		}
		h, err := row.held()
		if err != nil {
			return c, err
		}
		c.Answers = append(c.Answers, h)
	}
	return c, nil
}

func (row answerRow) held() (Held, error) {
	h := Held{Entry: row.ID, Base: row.Base, By: row.Account, Device: row.Device, At: row.ReceivedAt.UTC()}
	if !row.DeviceAt.IsZero() {
		at := row.DeviceAt.UTC()
		h.DeviceAt = &at
	}
	var err error
	h.Answer, err = row.decode(nil)
	return h, err
}

// previous reads what was found at the last visit to the same shop.
func (s *Service) previous(ctx context.Context, idb usecase.Reader, r record) (*Previous, error) {
	last, err := previousRow(ctx, idb, r)
	if err != nil || last == nil {
		return nil, err
	}
	result := last.view(inspectorOf(*last)).InForce()
	p := &Previous{Inspection: last.ID, At: last.SubmittedAt.UTC(), Passed: result.Passed, Grade: result.Grade, Score: result.Score, Vetoes: result.Vetoes, Failed: []Finding{}}
	sheet, err := s.sheet(ctx, idb, last.Sheet)
	if err != nil {
		return nil, err
	}
	answers, err := newest(ctx, idb, last.ID)
	if err != nil {
		return nil, err
	}
	res := checklist.Score(sheet, answers)
	fails := slices.Concat(res.Vetoes, res.KeyFails, res.GenFails)
	for _, a := range answers {
		if item := sheet.Item(a.Item); item != nil && slices.Contains(fails, a.Item) {
			p.Failed = append(p.Failed, Finding{Item: a.Item, Text: item.Text, Note: strings.TrimSpace(a.Note)})
		}
	}
	return p, nil
}

// inspectorOf is the lead, in whose eyes a visit is described.
func inspectorOf(r record) access.Principal {
	return access.Principal{Account: r.Lead, Roles: []access.Role{access.Inspector}}
}

// SheetText gives a sheet by its hash as it was hashed.
func (s *Service) SheetText(ctx context.Context, idb usecase.Reader, hash string) ([]byte, error) {
	text, err := sheetText(ctx, idb, hash)
	return []byte(text), err
}
