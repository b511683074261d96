package module

import (
	"context"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// DryRunLimit is how many past inspections a dry run looks at, the newest.
const DryRunLimit = 500

// DryRunQuery asks what a version would have meant.
type DryRunQuery struct {
	ID ident.ModuleID `json:"-" validate:"required,uuid7"`
}

// DryRun is what a version would have meant for accepted inspections. Items
// that they were not asked leave the denominator, so that only changes of
// points, flags, limits and removals show.
type DryRun struct {
	Inspections int      `json:"inspections" doc:"How many were looked at: the newest whose sheets hold the module."`
	Changed     int      `json:"changed" doc:"How many would have another grade, or pass instead of fail, or the reverse."`
	Scores      int      `json:"scores" doc:"How many more would only have another score."`
	Apart       int      `json:"apart" doc:"How many cannot be compared, because their sheet would not be made."`
	NewItems    []string `json:"new_items" doc:"Items that nobody was asked; they are left out of account."`
	Effects     []Effect `json:"effects" doc:"The changed ones, those whose outcome turns first."`
}

// Effect is one inspection that would have ended differently.
type Effect struct {
	Inspection ident.InspectionID `json:"inspection" format:"uuid"`
	Holder     string             `json:"holder"`
	At         time.Time          `json:"at"`
	Before     Result             `json:"before"`
	After      Result             `json:"after"`
}

// Result is what a dry run compares.
type Result struct {
	Score  checklist.Points `json:"score" doc:"In hundredths of a point."`
	Passed bool             `json:"passed"`
	Grade  string           `json:"grade,omitempty"`
	Vetoes []string         `json:"vetoes,omitempty"`
}

var dryRunDef = usecase.Define(usecase.Def{Name: "module.dry_run", Allow: authors})

// DryRun scores accepted inspections with this version in place of the one
// with which they were made.
func (s *Service) DryRun(ctx context.Context, q DryRunQuery) (DryRun, error) {
	return usecase.Read(ctx, s.rt, dryRunDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (DryRun, error) {
		if err := s.author(by); err != nil {
			return DryRun{}, err
		}
		r, err := getModule(ctx, idb, q.ID, by)
		if err != nil {
			return DryRun{}, err
		}
		m, err := r.module()
		if err != nil {
			return DryRun{}, err
		}
		past, err := s.Past(ctx, idb, r.Code, "", DryRunLimit)
		if err != nil {
			return DryRun{}, err
		}
		then := &former{s: s, ctx: ctx, idb: idb}
		out := run(past, func(sheet *checklist.Sheet) *checklist.Sheet {
			now, err := sheet.Replace(&m, then.plan(sheet))
			if err != nil {
				return nil
			}
			return &now
		})
		return out, then.err
	})
}

// run compares each inspection with what change makes of its sheet, nil where
// there would be none.
func run(past []Past, change func(*checklist.Sheet) *checklist.Sheet) DryRun {
	out := DryRun{Inspections: len(past), NewItems: []string{}, Effects: []Effect{}}
	sheets := map[*checklist.Sheet]*checklist.Sheet{}
	for _, p := range past {
		now, ok := sheets[p.Sheet]
		if !ok {
			if now = change(p.Sheet); now != nil {
				now = sparing(p.Sheet, now)
			}
			sheets[p.Sheet] = now
		}
		if now == nil {
			out.Apart++
			continue
		}
		answers := slices.DeleteFunc(slices.Clone(p.Answers), func(a checklist.Answer) bool { return now.Item(a.Item) == nil })
		for it := range now.Items() {
			if p.Sheet.Item(it.ID) != nil {
				continue
			}
			answers = append(answers, checklist.Answer{Item: it.ID, Verdict: checklist.NotApplicable, NAReason: "-"})
			if !slices.Contains(out.NewItems, it.ID) {
				out.NewItems = append(out.NewItems, it.ID)
			}
		}
		before, after := resultOf(checklist.Score(p.Sheet, p.Answers)), resultOf(checklist.Score(now, answers))
		switch {
		case before.Passed != after.Passed || before.Grade != after.Grade:
			out.Changed++
			out.Effects = append(out.Effects, Effect{p.ID, p.Holder, p.At, before, after})
		case before.Score != after.Score:
			out.Scores++
		}
	}
	slices.Sort(out.NewItems)
	slices.SortStableFunc(out.Effects, func(a, b Effect) int {
		turns := func(e Effect) int {
			if e.Before.Passed != e.After.Passed {
				return 0
			}
			return 1
		}
		return turns(a) - turns(b)
	})
	return out
}

func resultOf(r checklist.Result) Result {
	return Result{Score: r.Score, Passed: r.Passed, Grade: r.Grade, Vetoes: r.Vetoes}
}

// sparing lets items be left out that were not asked on the sheet of then.
func sparing(then, now *checklist.Sheet) *checklist.Sheet {
	out := *now
	out.Sections = slices.Clone(now.Sections)
	for i := range out.Sections {
		sec := &out.Sections[i]
		sec.Items = slices.Clone(sec.Items)
		for j := range sec.Items {
			if then.Item(sec.Items[j].ID) == nil {
				sec.Items[j].NA = checklist.NAAllowed
			}
		}
	}
	return &out
}
