package street

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Sample is the draw of shops that are inspected for a street's application.
// Anybody can draw again from its frame and seed and find the same shops.
type Sample struct {
	ID          ident.SampleID      `json:"id" format:"uuid"`
	Application ident.ApplicationID `json:"application" format:"uuid"`
	Frame       []ident.PremisesID  `json:"frame" doc:"Every eligible shop of the register in the street on that day, in the order of ids."`
	FrameHash   string              `json:"frame_hash" doc:"SHA-256 of the ids, one on a line."`
	Seed        string              `json:"seed" doc:"Made when the frame was fixed. Shops come in the order of the SHA-256 of seed, line feed and id."`
	Size        int                 `json:"size" doc:"As the version of the title says: so many times the square root of the frame, at least a number, at most all."`
	Shops       []Sampled           `json:"shops"`
	SheetDone   bool                `json:"sheet_done" doc:"The street's own sheet has been accepted."`
	SheetPassed bool                `json:"sheet_passed"`
	Passed      int                 `json:"passed"`
	Done        int                 `json:"done"`
	Need        int                 `json:"need" doc:"Percent of the shops that have to pass."`
	Met         bool                `json:"met" doc:"Enough shops passed; false while visits are open."`
	At          time.Time           `json:"at"`
}

// Sampled is one drawn shop.
type Sampled struct {
	Premises   ident.PremisesID   `json:"premises" format:"uuid"`
	Name       string             `json:"name"`
	Place      int                `json:"place" doc:"In the order of the draw, from 1."`
	Inspection ident.InspectionID `json:"inspection,omitempty" format:"uuid"`
	Outcome    string             `json:"outcome" doc:"passed, failed, or void when another was drawn instead; empty while open."`
}

// FrameHash is the hash of a frame in the order of its ids.
func FrameHash(frame []ident.PremisesID) string {
	lines := make([]string, len(frame))
	for i, id := range frame {
		lines[i] = string(id)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// Order puts a frame into the order of a draw: each shop by the hash of the
// seed and its id. The first are visited; the next replaces one that cannot be.
func Order(frame []ident.PremisesID, seed string) []ident.PremisesID {
	key := func(id ident.PremisesID) string {
		sum := sha256.Sum256([]byte(seed + "\n" + string(id)))
		return string(sum[:])
	}
	out := slices.Clone(frame)
	slices.SortFunc(out, func(a, b ident.PremisesID) int { return strings.Compare(key(a), key(b)) })
	return out
}

// sampleNoun names a draw as the record that waits for inspections.
const sampleNoun = "street_sample"

// Ordered is what a draw is made for.
type Ordered struct {
	Application ident.ApplicationID
	Office      ident.PremisesID
	DueOn       string
}

// DrawSample draws the shops of a street's application and orders their
// visits, in the transaction that orders the visit of the street itself.
func (s *Service) DrawSample(ctx context.Context, c *usecase.Call, o Ordered) error {
	r, err := byOffice(ctx, c.Tx, o.Office)
	if err != nil {
		return err
	}
	shops, err := membersNow(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	row := sampleRow{ID: ident.New[ident.SampleID](), Street: r.ID, Application: o.Application, Frame: []ident.PremisesID{}, At: c.Now}
	by := map[ident.PremisesID]shop{}
	for _, m := range shops {
		if m.Eligible {
			row.Frame = append(row.Frame, m.Premises)
			by[m.Premises] = m
		}
	}
	slices.Sort(row.Frame)
	seed := make([]byte, 16)
	if _, err := rand.Read(seed); err != nil {
		return err
	}
	rules, err := s.rulesOf(ctx, c.Tx, o.Application)
	if err != nil {
		return err
	}
	row.FrameHash, row.Seed, row.Size = FrameHash(row.Frame), hex.EncodeToString(seed), rules.Sample(len(row.Frame))
	if err := insertSample(ctx, c.Tx, &row); err != nil {
		return err
	}
	for i, id := range Order(row.Frame, row.Seed)[:row.Size] {
		if err := s.visit(ctx, c, r, row, by[id], i+1, o.DueOn, rules.SampleSheet); err != nil {
			return err
		}
	}
	return s.judged(ctx, c, r, event{Kind: "sampled", Note: row.FrameHash[:12]})
}

func (s *Service) visit(ctx context.Context, c *usecase.Call, r record, row sampleRow, m shop, place int, due, plan string) error {
	sec := sector.Store
	if len(m.Sectors) > 0 {
		sec = sector.Code(m.Sectors[0])
	}
	sheet, err := s.Sheet(ctx, c.Tx, plan, sec)
	if err != nil {
		return err
	}
	v, err := s.src.Inspections.Plan(ctx, c, inspection.PlanInput{
		Purpose: inspection.Sample, Ref: inspection.Ref{Noun: sampleNoun, ID: string(row.ID)},
		Premises: m.Premises, Operator: m.Operator, Holder: m.Name, Address: m.Address, Division: r.Division, Scope: r.Scope, DueOn: due, Sheet: sheet,
	})
	if err != nil {
		return err
	}
	return insertSampled(ctx, c.Tx, &sampledRow{Sample: row.ID, Premises: m.Premises, Place: int64(place), Inspection: v.ID})
}

// CallOff ends the visits of an application that is no longer pursued.
func (s *Service) CallOff(ctx context.Context, c *usecase.Call, application ident.ApplicationID, reason string) error {
	row, err := sampleFor(ctx, c.Tx, application)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := closeSample(ctx, c.Tx, row.ID); err != nil { // nobody is drawn instead
		return err
	}
	return s.src.Inspections.VoidFor(ctx, c, inspection.Ref{Noun: sampleNoun, ID: string(row.ID)}, inspection.Sample, reason)
}

// Complete tells that everything an application waits for has been found.
type Complete struct {
	Application ident.ApplicationID
	Ref         inspection.Ref     // of the visits of shops
	Sheet       ident.InspectionID // the visit of the street itself
	SheetPassed bool
	Met         bool // enough shops passed theirs
	Passed, Of  int
}

// Inspected takes over an accepted inspection of a street or of a sampled
// shop; when it was the last, the OnComplete hook hears of it. ok is false when
// the visit belongs to no draw.
func (s *Service) Inspected(ctx context.Context, c *usecase.Call, v inspection.View) (ok bool, err error) {
	var row sampleRow
	if v.Ref.Noun == sampleNoun {
		row, err = sampleByID(ctx, c.Tx, ident.SampleID(v.Ref.ID))
	} else {
		row, err = sampleFor(ctx, c.Tx, v.Application)
	}
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r, err := byID(ctx, c.Tx, row.Street)
	if err != nil {
		return true, err
	}
	if v.Ref.Noun == sampleNoun {
		outcome := "failed"
		if v.InForce().Passed {
			outcome = "passed"
		}
		if err := setOutcome(ctx, c.Tx, row.ID, v.ID, outcome); err != nil {
			return true, err
		}
		if err := s.judged(ctx, c, r, event{Kind: "sample_" + outcome, Premises: v.Premises, Name: v.Holder}); err != nil {
			return true, err
		}
	} else {
		row.SheetDone, row.SheetPass = v.ID, v.InForce().Passed
		if err := setSheet(ctx, c.Tx, row); err != nil {
			return true, err
		}
		if err := s.found(ctx, c, r, v); err != nil {
			return true, err
		}
	}
	return true, s.complete(ctx, c, row)
}

// Found takes over an accepted inspection of a street's title that belongs to
// no application: its re-check, say.
func (s *Service) Found(ctx context.Context, c *usecase.Call, v inspection.View) error {
	r, err := byOffice(ctx, c.Tx, v.Premises)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.found(ctx, c, r, v)
}

func (s *Service) found(ctx context.Context, c *usecase.Call, r record, v inspection.View) error {
	in := v.InForce()
	r.Findings = Findings{Inspection: v.ID, On: calendar.DateOf(c.Now).String(), Failed: slices.Concat(in.Vetoes, in.Failed)}
	slices.Sort(r.Findings.Failed)
	r.Findings.Failed = slices.Compact(r.Findings.Failed)
	if err := setFindings(ctx, c.Tx, r.ID, r.Findings); err != nil {
		return err
	}
	return s.judged(ctx, c, r, event{Kind: "inspected"})
}

func (s *Service) complete(ctx context.Context, c *usecase.Call, row sampleRow) error {
	shops, err := sampled(ctx, c.Tx, row.ID)
	if err != nil {
		return err
	}
	done := Complete{Application: row.Application, Ref: inspection.Ref{Noun: sampleNoun, ID: string(row.ID)}, Sheet: row.SheetDone, SheetPassed: row.SheetPass}
	for _, x := range shops {
		switch x.Outcome {
		case "":
			return nil
		case "passed":
			done.Passed++
			done.Of++
		case "failed":
			done.Of++
		}
	}
	if row.SheetDone == "" {
		return nil
	}
	rules, err := s.rulesOf(ctx, c.Tx, row.Application)
	if err != nil {
		return err
	}
	done.Met = rules.Enough(done.Passed, done.Of)
	return s.OnComplete(ctx, c, done)
}

// rulesOf are the rules of the title that a case is about.
func (s *Service) rulesOf(ctx context.Context, idb usecase.Reader, id ident.ApplicationID) (quorum.Rules, error) {
	var code, version string
	if s.SchemeOf != nil {
		var err error
		if code, version, err = s.SchemeOf(ctx, idb, id); err != nil {
			return quorum.Rules{}, err
		}
	}
	under, err := scheme.StreetRules(ctx, idb, code, version)
	if err != nil {
		return quorum.Rules{}, err
	}
	return *under.Street, nil
}

// voided replaces a sampled shop that cannot be visited by the next of the
// draw, so that nobody chooses.
func (s *Service) voided(ctx context.Context, c *usecase.Call, v inspection.View) error {
	row, err := sampleByID(ctx, c.Tx, ident.SampleID(v.Ref.ID))
	if err != nil {
		return err
	}
	if err := setOutcome(ctx, c.Tx, row.ID, v.ID, "void"); err != nil {
		return err
	}
	if row.Closed {
		return nil
	}
	shops, err := sampled(ctx, c.Tx, row.ID)
	if err != nil {
		return err
	}
	r, err := byID(ctx, c.Tx, row.Street)
	if err != nil {
		return err
	}
	members, err := membersNow(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	rules, err := s.rulesOf(ctx, c.Tx, row.Application)
	if err != nil {
		return err
	}
	order := Order(row.Frame, row.Seed)
	for place := len(shops); place < len(order); place++ {
		i := slices.IndexFunc(members, func(m shop) bool { return m.Premises == order[place] })
		if i >= 0 {
			return s.visit(ctx, c, r, row, members[i], place+1, v.DueOn, rules.SampleSheet)
		}
		// It left the street since the draw and keeps its place in the list.
		if err := insertSampled(ctx, c.Tx, &sampledRow{Sample: row.ID, Premises: order[place], Place: int64(place + 1), Outcome: "void"}); err != nil {
			return err
		}
	}
	return s.complete(ctx, c, row) // nobody is left to draw
}

func (s *Service) watchVisits() {
	s.src.Inspections.OnChanged = append(s.src.Inspections.OnChanged, func(ctx context.Context, c *usecase.Call, ch inspection.Change) error {
		if ch.Action == lifecycle.Void && ch.Ref.Noun == sampleNoun {
			return s.voided(ctx, c, ch.View)
		}
		return nil
	})
}

func (s *Service) sampleOf(ctx context.Context, idb usecase.Reader, r record) (*Sample, error) {
	row, err := lastSample(ctx, idb, r.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rules, err := s.rulesOf(ctx, idb, row.Application)
	if err != nil {
		return nil, err
	}
	shops, err := sampled(ctx, idb, row.ID)
	v := Sample{
		ID: row.ID, Application: row.Application, Frame: row.Frame, FrameHash: row.FrameHash, Seed: row.Seed, Size: row.Size, Shops: []Sampled{},
		SheetDone: row.SheetDone != "", SheetPassed: row.SheetPass, Need: rules.SamplePercent.Value, At: row.At.UTC(),
	}
	open, of := false, 0
	for _, x := range shops {
		v.Shops = append(v.Shops, Sampled{Premises: x.Premises, Name: x.Name, Place: int(x.Place), Inspection: x.Inspection, Outcome: x.Outcome})
		switch x.Outcome {
		case "":
			open = true
		case "passed":
			v.Passed++
			of++
		case "failed":
			of++
		}
	}
	v.Done = of
	v.Met = !open && rules.Enough(v.Passed, of)
	return &v, err
}

// SampleMet tells whether enough of the shops drawn for an application passed;
// true when none was drawn.
func (s *Service) SampleMet(ctx context.Context, idb usecase.Reader, application ident.ApplicationID) (bool, error) {
	row, err := sampleFor(ctx, idb, application)
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	rules, err := s.rulesOf(ctx, idb, application)
	if err != nil {
		return false, err
	}
	shops, err := sampled(ctx, idb, row.ID)
	passed, of := 0, 0
	for _, x := range shops {
		switch x.Outcome {
		case "passed":
			passed++
			of++
		case "failed":
			of++
		}
	}
	return rules.Enough(passed, of), err
}

var sampleDef = usecase.Define(usecase.Def{Name: "street.sample", Allow: access.Roles})

// Sample reads the newest draw of a street, so that anybody can repeat it.
func (s *Service) Sample(ctx context.Context, id ident.StreetID) (Sample, error) {
	return usecase.Read(ctx, s.rt, sampleDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Sample, error) {
		r, err := byID(ctx, idb, id)
		if err != nil {
			return Sample{}, err
		}
		v, err := s.sampleOf(ctx, idb, r)
		if err != nil || v == nil {
			return Sample{}, fault.Wrap(fault.NotFound, err, "no_sample")
		}
		return *v, nil
	})
}
