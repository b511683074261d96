package inspection

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Given is one answer as it was given (作答记录), whether or not it still
// counts, with the item as its author saw it.
type Given struct {
	ID          string
	Inspection  ident.InspectionID
	Holder      string
	Address     string
	Division    string
	State       lifecycle.State
	SubmittedAt time.Time // zero before it was submitted

	Plan, PlanVersion     string // of the composition; the version is "" on sheets older than those
	SheetHash             string // of the very sheet
	Sector                sector.Code
	Module, ModuleVersion string
	Section               checklist.Text
	Item                  checklist.Item // only its id where the sheet has no such item

	Answer     checklist.Answer
	N          int64  // counts the answers of the inspection
	Counts     bool   // nobody has answered the item later
	By         string // name of the inspector
	Device     string
	DeviceAt   time.Time // by the device's clock; zero for answers given online
	ReceivedAt time.Time
}

// GivenQuery narrows the inspections whose answers are read.
type GivenQuery struct {
	Division string
	Sector   string
	After    ident.InspectionID // the last one of the portion before
}

// givenAtOnce is how many inspections one portion reads.
const givenAtOnce = 50

// CountGiven tells how many answers a principal may read.
func (s *Service) CountGiven(ctx context.Context, idb usecase.Reader, q GivenQuery, by access.Principal) (int, error) {
	return countGiven(ctx, idb, q, by)
}

// GivenPortion reads every answer that was ever given in some inspections, for
// a slice that writes them out. next is where to go on; "" after the last.
func (s *Service) GivenPortion(ctx context.Context, idb usecase.Reader, q GivenQuery, by access.Principal) (out []Given, next ident.InspectionID, err error) {
	visits, err := givenVisits(ctx, idb, q, by, givenAtOnce)
	if err != nil || len(visits) == 0 {
		return nil, "", err
	}
	answers, err := givenAnswers(ctx, idb, visits)
	if err != nil {
		return nil, "", err
	}
	sheets := map[string]*seen{}
	for _, r := range visits {
		sheet := sheets[r.Sheet]
		if sheet == nil {
			content, err := sheetOf(ctx, idb, r.Sheet)
			if err != nil {
				return nil, "", err
			}
			sheet = readSheet(&content)
			sheets[r.Sheet] = sheet
		}
		for _, row := range answers[r.ID] {
			g, err := sheet.given(r, row)
			if err != nil {
				return nil, "", err
			}
			out = append(out, g)
		}
	}
	if len(visits) == givenAtOnce {
		next = visits[len(visits)-1].ID
	}
	return out, next, nil
}

// seen is a sheet by its items.
type seen struct {
	*checklist.Sheet
	items map[string]place
}

type place struct {
	section *checklist.Section
	item    *checklist.Item
}

func readSheet(sheet *checklist.Sheet) *seen {
	out := &seen{sheet, map[string]place{}}
	for i := range sheet.Sections {
		sec := &sheet.Sections[i]
		for k := range sec.Items {
			out.items[sec.Items[k].ID] = place{sec, &sec.Items[k]}
		}
	}
	return out
}

func (s *seen) given(r record, row givenRow) (Given, error) {
	g := Given{
		ID: row.ID, Inspection: r.ID, Holder: r.Holder, Address: r.Address, Division: r.Division, State: r.State, SubmittedAt: r.SubmittedAt,
		Plan: s.Scheme, PlanVersion: s.Version, SheetHash: r.Sheet, Sector: s.Sector, Item: checklist.Item{ID: row.Item},
		N: row.N, Counts: row.Counts, Device: row.Device, DeviceAt: row.DeviceAt, ReceivedAt: row.ReceivedAt,
	}
	switch row.Account {
	case r.Lead:
		g.By = r.LeadName
	case r.Second:
		g.By = r.SecondName
	}
	if at, ok := s.items[row.Item]; ok {
		g.Module, g.ModuleVersion, g.Section, g.Item = at.section.Module, at.section.Version, at.section.Title, *at.item
	}
	var err error
	g.Answer, err = row.decode(nil)
	return g, err
}
