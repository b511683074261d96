package module

import (
	"context"
	"regexp"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// PlanDetail is a version of a composition with its content.
type PlanDetail struct {
	View
	Body     checklist.Composition `json:"body"`
	Problems checklist.Problems    `json:"problems" doc:"What keeps it from being proposed; empty when nothing does."`
	Sheets   []PlanSheet           `json:"sheets" doc:"The sheets that it makes with the modules in force, by sector; those that do not compose are left out."`
	Choices  []Choice              `json:"choices" doc:"Modules in force, of which it can be made."`
}

// Choice is a module in force as a composition takes it.
type Choice struct {
	ID       ident.ModuleID   `json:"id" format:"uuid"`
	Code     string           `json:"code"`
	Label    string           `json:"label"`
	Kind     checklist.Kind   `json:"kind"`
	Title    checklist.Text   `json:"title"`
	Full     checklist.Points `json:"full" doc:"What its base sections are worth by themselves, in hundredths of a point."`
	Sections []ChoiceSection  `json:"sections"`
}

// ChoiceSection is a section that can be taken alone.
type ChoiceSection struct {
	ID    string         `json:"id"`
	Title checklist.Text `json:"title"`
	Items int            `json:"items"`
}

func choices(lib *checklist.Library, force map[string]ident.ModuleID) []Choice {
	out := make([]Choice, 0, len(lib.Modules))
	for i := range lib.Modules {
		m := lib.Modules[i].Settle()
		c := Choice{ID: force[m.ID], Code: m.ID, Label: m.Version, Kind: m.Kind, Title: m.Title, Full: m.Full, Sections: []ChoiceSection{}}
		for _, s := range m.Sections {
			c.Sections = append(c.Sections, ChoiceSection{ID: s.ID, Title: s.Title, Items: len(s.Items)})
		}
		out = append(out, c)
	}
	return out
}

// PlanSheet is how large the sheet of one sector is.
type PlanSheet struct {
	Sector sector.Code `json:"sector"`
	checklist.Extent
	Hash string `json:"hash" doc:"Of the sheet."`
}

// PlanDraftCommand begins a new version of a composition, or another sheet.
type PlanDraftCommand struct {
	Base  ident.ModuleID `json:"base" validate:"required,uuid7" doc:"Version to begin with."`
	Code  string         `json:"code" validate:"max=40" doc:"Id of a new sheet to be made like it; empty for a new version of the same."`
	Label string         `json:"label" validate:"max=40,plain" doc:"Version label; made from the base's when empty."`
}

// PlanSaveCommand replaces the content of a draft. It may still have problems;
// they are listed in the answer and must be gone before it is proposed.
type PlanSaveCommand struct {
	ID   ident.ModuleID        `json:"-" validate:"required,uuid7"`
	Body checklist.Composition `json:"body"`
}

var (
	planDraftDef = usecase.Define(usecase.Def{Name: "plan.draft", Allow: authors})
	planSaveDef  = usecase.Define(usecase.Def{Name: "plan.save", Allow: authors})
	planCode     = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
)

// MaxParts limits a composition: modules in it, rules of its frame.
const MaxParts = 100

func (s *Service) planDetail(ctx context.Context, idb usecase.Reader, r record, by access.Principal) (PlanDetail, error) {
	force, err := inForce(ctx, idb)
	if err != nil {
		return PlanDetail{}, err
	}
	body, err := r.plan()
	if err != nil {
		return PlanDetail{}, err
	}
	lib, err := s.Library(ctx, idb)
	if err != nil {
		return PlanDetail{}, err
	}
	d := PlanDetail{View: s.view(r, by, force[r.Code] == r.ID), Body: body, Sheets: []PlanSheet{}, Choices: choices(lib, force)}
	if d.Problems, err = s.planProblems(ctx, idb, lib, &body); err != nil {
		return PlanDetail{}, err
	}
	with := lib.WithPlans(&body)
	for _, code := range body.Sectors {
		if sheet, err := with.Sheet(body.ID, sector.Code(code)); err == nil {
			d.Sheets = append(d.Sheets, PlanSheet{Sector: sheet.Sector, Extent: sheet.Extent(), Hash: sheet.Hash()})
		}
	}
	return d, nil
}

// planProblems lists what keeps a composition from being used, also that a
// title in force needs it for a sector that it does not serve.
func (s *Service) planProblems(ctx context.Context, idb usecase.Reader, lib *checklist.Library, p *checklist.Composition) (checklist.Problems, error) {
	out := append(checklist.Problems{}, lib.LintPlan(p)...)
	if s.Wanted == nil {
		return out, nil
	}
	wanted, err := s.Wanted(ctx, idb, p.ID)
	for _, info := range sector.All() {
		if wanted[string(info.Code)] && !slices.Contains(p.Sectors, string(info.Code)) {
			out = append(out, checklist.Problem{Where: p.ID, Field: "sectors", Code: "sector_wanted", Args: []string{string(info.Code)}})
		}
	}
	return out, err
}

// DraftPlan begins a new version of a composition, or with a code another
// sheet that is made like it.
func (s *Service) DraftPlan(ctx context.Context, cmd PlanDraftCommand) (PlanDetail, error) {
	return usecase.Do(ctx, s.rt, planDraftDef, cmd, func(ctx context.Context, c *usecase.Call) (PlanDetail, error) {
		if err := s.author(c.By); err != nil {
			return PlanDetail{}, err
		}
		base, err := getPlan(ctx, c.Tx, cmd.Base, c.By)
		if err != nil {
			return PlanDetail{}, err
		}
		p, err := base.plan()
		if err != nil {
			return PlanDetail{}, err
		}
		if cmd.Code != "" && cmd.Code != p.ID {
			if !planCode.MatchString(cmd.Code) {
				return PlanDetail{}, fault.OnField("/code", "plan_code", "")
			}
			p.ID, p.Frame.ID = cmd.Code, cmd.Code
		}
		taken, err := labels(ctx, c.Tx, p.ID)
		if err != nil {
			return PlanDetail{}, err
		}
		if p.ID != base.Code && len(taken) > 0 {
			return PlanDetail{}, fault.OnField("/code", "plan_taken", "")
		}
		if p.Version = cmd.Label; p.Version == "" {
			p.Version = nextLabel(base.Label, taken)
		}
		r := s.fresh(c, base.ID)
		if err := r.holdPlan(&p); err != nil {
			return PlanDetail{}, err
		}
		if err := begin(ctx, c, &r); err != nil {
			return PlanDetail{}, err
		}
		return s.planDetail(ctx, c.Tx, r, c.By)
	})
}

// SavePlan stores a draft of a composition as it stands.
func (s *Service) SavePlan(ctx context.Context, cmd PlanSaveCommand) (PlanDetail, error) {
	return usecase.Do(ctx, s.rt, planSaveDef, cmd, func(ctx context.Context, c *usecase.Call) (PlanDetail, error) {
		r, err := getPlan(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return PlanDetail{}, err
		}
		if err := s.changing(ctx, c, &r); err != nil {
			return PlanDetail{}, err
		}
		p := cmd.Body
		if p.ID != r.Code {
			return PlanDetail{}, fault.OnField("/body/id", "plan_fixed", r.Code)
		}
		if len(p.Parts) > MaxParts || len(p.Frame.Pass) > MaxParts || len(p.Frame.Grades) > MaxParts || len(p.Sectors) > MaxParts {
			return PlanDetail{}, fault.OnField("/body/parts", "plan_many", "100")
		}
		if err := r.holdPlan(&p); err != nil {
			return PlanDetail{}, err
		}
		if err := keep(ctx, c, &r); err != nil {
			return PlanDetail{}, err
		}
		return s.planDetail(ctx, c.Tx, r, c.By)
	})
}
