package scheme

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// Edition is one version of a scheme on its way from draft to retirement.
type Edition struct {
	ID          ident.EditionID `json:"id" format:"uuid"`
	Code        string          `json:"code"`
	Edition     string          `json:"edition" doc:"Version of the scheme: year and number."`
	State       lifecycle.State `json:"state"`
	BasedOn     string          `json:"based_on,omitempty" doc:"Version from which it was drafted, or title and version."`
	Summary     string          `json:"summary,omitempty" doc:"What changes and why, in the drafter's words."`
	DraftedBy   string          `json:"drafted_by,omitempty"`
	PublishedBy string          `json:"published_by,omitempty"`
	PublishedAt *time.Time      `json:"published_at,omitempty"`
	Reason      string          `json:"reason,omitempty" doc:"Why it was retired."`
	Scheme      Scheme          `json:"scheme"`
	OpenCases   int             `json:"open_cases" doc:"Cases under way that follow this version."`
	Actions     []EditionAction `json:"actions"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
	Version     int64           `json:"version"`
}

// EditionAction is a step as its button needs it.
type EditionAction struct {
	Action lifecycle.Action `json:"action"`
	Open   bool             `json:"open"`
	Why    string           `json:"why,omitempty" doc:"Code of the fault with which it would be refused."`
	Detail string           `json:"detail,omitempty"`
}

// DraftCommand begins a version from an existing one.
type DraftCommand struct {
	Code string `json:"code" validate:"required,max=40" doc:"Title to begin from."`
	From string `json:"from" validate:"max=10" doc:"Its version; the newest when empty."`
	// As makes another title of the copy.
	As      string `json:"as" validate:"omitempty,max=40" doc:"Code of a new title; empty for a new version of the same."`
	Edition string `json:"edition" validate:"omitempty,max=10" doc:"Version of the draft, such as 2026.1; the next free one when empty."`
}

// SaveCommand replaces the content of a draft.
type SaveCommand struct {
	ID      ident.EditionID `json:"-" validate:"required,uuid7"`
	Summary string          `json:"summary" validate:"max=500,plain" doc:"What changes and why."`
	Scheme  Scheme          `json:"scheme"`
}

// EditionStep moves an edition.
type EditionStep struct {
	ID     ident.EditionID `json:"-" validate:"required,uuid7"`
	Reason string          `json:"reason,omitempty" validate:"max=500,plain" doc:"Needed to retire."`
}

func editionStep(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "edition." + string(a), Allow: lifecycle.Edition.Roles(a)})
}

var (
	drafters   = []access.Role{access.Administrator}
	draftDef   = usecase.Define(usecase.Def{Name: "edition.draft", Allow: drafters})
	saveDef    = usecase.Define(usecase.Def{Name: "edition.save", Allow: drafters})
	publishDef = editionStep(lifecycle.Publish)
	retireDef  = editionStep(lifecycle.Retire)
	discardDef = editionStep(lifecycle.Discard)
)

// provincial refuses those who may not set rules for the whole province.
func provincial(by access.Principal) error {
	if by.Has(access.System) || strings.Count(string(by.Scope), "/") == 2 {
		return nil
	}
	return fault.New(fault.Forbidden, "scheme_province")
}

// Draft begins a new version, or a new title, as a copy.
func (s *Service) Draft(ctx context.Context, cmd DraftCommand) (Edition, error) {
	return usecase.Do(ctx, s.rt, draftDef, cmd, func(ctx context.Context, c *usecase.Call) (Edition, error) {
		if err := provincial(c.By); err != nil {
			return Edition{}, err
		}
		base, err := inForceOrPast(ctx, c.Tx, cmd.Code, cmd.From)
		if fault.Is(err, fault.NotFound) {
			return Edition{}, fault.OnField("/code", "scheme_unknown", "")
		}
		if err != nil {
			return Edition{}, err
		}
		from := base.Version
		if cmd.As != "" && cmd.As != base.Code {
			from = base.Code + " " + base.Version
			base.Code = cmd.As
		}
		taken, err := editionNames(ctx, c.Tx, base.Code)
		if err != nil {
			return Edition{}, err
		}
		if cmd.As != "" && cmd.As != cmd.Code && len(taken) > 0 {
			return Edition{}, fault.OnField("/as", "scheme_code_taken", "")
		}
		if base.Version = cmd.Edition; base.Version == "" {
			base.Version = nextVersion(taken, c.Now.In(ident.Beijing).Year())
		}
		switch {
		case !codeForm.MatchString(base.Code):
			return Edition{}, fault.OnField("/as", "scheme_code", "")
		case !versionForm.MatchString(base.Version):
			return Edition{}, fault.OnField("/edition", "scheme_version", "")
		case slices.Contains(taken, base.Version):
			return Edition{}, fault.OnField("/edition", "scheme_version_taken", "")
		}
		base = base.settled()
		r := editionRow{
			ID: ident.New[ident.EditionID](), Code: base.Code, Edition: base.Version, State: lifecycle.Edition.Start, Version: 1,
			Body: string(base.Content()), Hash: base.Hash, BasedOn: from, Editors: []ident.AccountID{c.By.Account}, DraftedBy: c.By.Name,
			CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insertEdition(ctx, c.Tx, &r); err != nil {
			return Edition{}, err
		}
		if err := c.Begin(ctx, lifecycle.Edition, string(r.ID), string(c.By.Scope)); err != nil {
			return Edition{}, err
		}
		return s.edition(ctx, c.Tx, r, c.By)
	})
}

// Save replaces the content of a draft. What no title may say is refused with
// every place named.
func (s *Service) Save(ctx context.Context, cmd SaveCommand) (Edition, error) {
	return usecase.Do(ctx, s.rt, saveDef, cmd, func(ctx context.Context, c *usecase.Call) (Edition, error) {
		r, err := s.toChange(ctx, c, cmd.ID)
		if err != nil {
			return Edition{}, err
		}
		if r.State != lifecycle.Draft {
			return Edition{}, fault.New(fault.Conflict, "edition_fixed")
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return Edition{}, err
		}
		next := cmd.Scheme
		next.Code, next.Version = r.Code, r.Edition
		lib, err := s.Sheets(ctx, c.Tx)
		if err != nil {
			return Edition{}, err
		}
		if fields := next.ProblemsWith(lib); fields != nil {
			for i := range fields {
				fields[i].Pointer = "/scheme" + fields[i].Pointer
			}
			return Edition{}, fault.OnFields(fields)
		}
		rows, err := editionRows(ctx, c.Tx, "")
		if err != nil {
			return Edition{}, err
		}
		if fields := next.strangers(rows); fields != nil {
			return Edition{}, fault.OnFields(fields)
		}
		if owner, err := abbreviationOwner(rows, next.Abbreviation, r.Code); err != nil {
			return Edition{}, err
		} else if owner != "" {
			return Edition{}, fault.OnField("/scheme/abbreviation", "scheme_abbreviation_taken", owner)
		}
		next = next.settled()
		r.Body, r.Hash, r.Summary, r.UpdatedAt = string(next.Content()), next.Hash, strings.TrimSpace(cmd.Summary), c.Now
		if !slices.Contains(r.Editors, c.By.Account) {
			r.Editors = append(r.Editors, c.By.Account)
		}
		if err := saveEdition(ctx, c.Tx, &r); err != nil {
			return Edition{}, err
		}
		c.Note("hash", r.Hash)
		return s.edition(ctx, c.Tx, r, c.By)
	})
}

func (s *Service) toChange(ctx context.Context, c *usecase.Call, id ident.EditionID) (editionRow, error) {
	if err := provincial(c.By); err != nil {
		return editionRow{}, err
	}
	r, err := editionByID(ctx, c.Tx, id)
	if err == nil {
		c.About(string(r.ID), string(c.By.Scope))
	}
	return r, err
}

// Publish puts a draft in force, by somebody who had no hand in it, and
// retires the version before.
func (s *Service) Publish(ctx context.Context, cmd EditionStep) (Edition, error) {
	return usecase.Do(ctx, s.rt, publishDef, cmd, func(ctx context.Context, c *usecase.Call) (Edition, error) {
		r, err := s.toChange(ctx, c, cmd.ID)
		if err != nil {
			return Edition{}, err
		}
		if _, err := lifecycle.Edition.Check(c.By, lifecycle.Publish, r.State, ""); err != nil {
			return Edition{}, err
		}
		if err := c.Apart(ctx, lifecycle.Edition, lifecycle.Publish, r.matter()); err != nil {
			return Edition{}, err
		}
		sch, err := r.scheme()
		if err != nil {
			return Edition{}, err
		}
		lib, err := s.Sheets(ctx, c.Tx)
		if err != nil {
			return Edition{}, err
		}
		if fields := sch.ProblemsWith(lib); fields != nil { // a rule of this software, or a checklist, that is newer than the draft
			return Edition{}, fault.OnFields(fields)
		}
		before, err := publishedOf(ctx, c.Tx, r.Code)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Edition{}, err
		}
		if err == nil {
			if !older(before.Edition, r.Edition) {
				return Edition{}, fault.New(fault.Conflict, "edition_older", before.Edition)
			}
			if err := s.replace(ctx, c, before, r.Edition); err != nil {
				return Edition{}, err
			}
		}
		if err := s.step(ctx, c, &r, lifecycle.Publish, ""); err != nil {
			return Edition{}, err
		}
		at := c.Now
		r.PublishedBy, r.PublishedAt = c.By.Name, &at
		if err := markEdition(ctx, c.Tx, &r); err != nil {
			return Edition{}, err
		}
		if err := Pin(ctx, c.Tx, sch, c.Now); err != nil {
			return Edition{}, err
		}
		c.About(string(r.ID), string(c.By.Scope))
		c.Note("hash", r.Hash)
		c.AfterCommit(s.forget)
		v, err := s.edition(ctx, c.Tx, r, c.By)
		for _, hook := range s.OnPublished {
			if err == nil {
				err = hook(ctx, c, v)
			}
		}
		return v, err
	})
}

// replace retires the version that a newer one takes the place of.
func (s *Service) replace(ctx context.Context, c *usecase.Call, r editionRow, by string) error {
	inner := usecase.WithEdge(ctx, usecase.Edge{RequestID: usecase.RequestID(ctx)})
	r.Reason = "由 " + by + " 版替代"
	if err := s.step(inner, c.AsSystem(), &r, lifecycle.Retire, r.Reason); err != nil {
		return err
	}
	return markEdition(ctx, c.Tx, &r)
}

func (s *Service) step(ctx context.Context, c *usecase.Call, r *editionRow, a lifecycle.Action, reason string) error {
	to, err := c.Step(ctx, lifecycle.Edition, usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: string(c.By.Scope)}, a, "", reason)
	r.State, r.Version, r.UpdatedAt = to, r.Version+1, c.Now
	return err
}

// Retire takes a version out of force: nobody can apply under it any more, and
// its cases go on to their end.
func (s *Service) Retire(ctx context.Context, cmd EditionStep) (Edition, error) {
	return s.end(ctx, retireDef, cmd, lifecycle.Retire)
}

// Discard gives a draft up.
func (s *Service) Discard(ctx context.Context, cmd EditionStep) (Edition, error) {
	return s.end(ctx, discardDef, cmd, lifecycle.Discard)
}

func (s *Service) end(ctx context.Context, d *usecase.Def, cmd EditionStep, a lifecycle.Action) (Edition, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (Edition, error) {
		r, err := s.toChange(ctx, c, cmd.ID)
		if err != nil {
			return Edition{}, err
		}
		r.Reason = strings.TrimSpace(cmd.Reason)
		if err := s.step(ctx, c, &r, a, r.Reason); err != nil {
			return Edition{}, err
		}
		c.AfterCommit(s.forget)
		if err := markEdition(ctx, c.Tx, &r); err != nil {
			return Edition{}, err
		}
		return s.edition(ctx, c.Tx, r, c.By)
	})
}

// edition words a row for its reader.
func (s *Service) edition(ctx context.Context, idb usecase.Reader, r editionRow, by access.Principal) (Edition, error) {
	sch, err := r.scheme()
	if err != nil {
		return Edition{}, err
	}
	v := Edition{
		ID: r.ID, Code: r.Code, Edition: r.Edition, State: r.State, BasedOn: r.BasedOn, Summary: r.Summary, DraftedBy: r.DraftedBy,
		PublishedBy: r.PublishedBy, PublishedAt: r.PublishedAt, Reason: r.Reason, Scheme: sch, Actions: []EditionAction{},
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
	if lib, err := s.Sheets(ctx, idb); err == nil {
		v.Scheme.Pass = passOf(lib, sch.Sheet)
	} else {
		return Edition{}, err
	}
	if s.Cases != nil && r.State != lifecycle.Draft {
		if v.OpenCases, err = s.Cases(ctx, idb, r.Code, r.Edition); err != nil {
			return Edition{}, err
		}
	}
	if provincial(by) != nil {
		return v, nil
	}
	for _, st := range lifecycle.Edition.Open(by, r.State) {
		a := EditionAction{Action: st.Action, Open: true}
		if f, ok := fault.As(lifecycle.Barred(lifecycle.Edition.Noun, st.Action, by.Account, r.matter().Deeds)); ok {
			a.Open, a.Why, a.Detail = false, string(f.Code), f.Detail
		}
		v.Actions = append(v.Actions, a)
	}
	return v, nil
}

// nextVersion is the first number of the year that is free.
func nextVersion(taken []string, year int) string {
	for n := 1; ; n++ {
		if v := strconv.Itoa(year) + "." + strconv.Itoa(n); !slices.Contains(taken, v) {
			return v
		}
	}
}

// older reports that a version comes before another.
func older(a, b string) bool { return compare(a, b) < 0 }

// compare orders versions as numbers: 2025.9 comes before 2025.10.
func compare(a, b string) int {
	ay, an, _ := strings.Cut(a, ".")
	by, bn, _ := strings.Cut(b, ".")
	if ay != by {
		return strings.Compare(ay, by)
	}
	x, _ := strconv.Atoi(an)
	y, _ := strconv.Atoi(bn)
	return x - y
}

// matter is the version as the table of four eyes looks at it.
func (r editionRow) matter() usecase.Matter {
	return usecase.Matter{Deeds: usecase.Acts(lifecycle.Edition.Noun, lifecycle.Writing, r.Editors)}
}
