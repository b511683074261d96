package module

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// MaxItems limits one module.
const MaxItems = 400

// DraftCommand begins a new version from an earlier one.
type DraftCommand struct {
	Base  ident.ModuleID `json:"base" validate:"required,uuid7" doc:"Version to begin with."`
	Label string         `json:"label" validate:"max=40,plain" doc:"Version label; made from the base's when empty."`
}

// SaveCommand replaces the content of a draft. It may still have problems;
// they are listed in the answer and must be gone before it is proposed.
type SaveCommand struct {
	ID   ident.ModuleID   `json:"-" validate:"required,uuid7"`
	Body checklist.Module `json:"body"`
}

var (
	authors  = lifecycle.Module.Roles(lifecycle.ProposeModule)
	draftDef = usecase.Define(usecase.Def{Name: "module.draft", Allow: authors})
	saveDef  = usecase.Define(usecase.Def{Name: "module.save", Allow: authors})
)

// Authors reports whether somebody writes checklists.
func (s *Service) Authors(by access.Principal) bool {
	return by.Has(authors...) && by.Scope.Contains(s.root)
}

// author refuses those who work below the authority that owns checklists.
func (s *Service) author(by access.Principal) error {
	if !by.Scope.Contains(s.root) {
		return fault.New(fault.Forbidden, "module_level")
	}
	return nil
}

// Draft begins a new version.
func (s *Service) Draft(ctx context.Context, cmd DraftCommand) (Detail, error) {
	return usecase.Do(ctx, s.rt, draftDef, cmd, func(ctx context.Context, c *usecase.Call) (Detail, error) {
		if err := s.author(c.By); err != nil {
			return Detail{}, err
		}
		base, err := getModule(ctx, c.Tx, cmd.Base, c.By)
		if err != nil {
			return Detail{}, err
		}
		m, err := base.module()
		if err != nil {
			return Detail{}, err
		}
		taken, err := labels(ctx, c.Tx, base.Code)
		if err != nil {
			return Detail{}, err
		}
		if m.Version = cmd.Label; m.Version == "" {
			m.Version = nextLabel(base.Label, taken)
		}
		m.Status = "published" // the row says what state it is in
		r := s.fresh(c, base.ID)
		if err := r.hold(&m); err != nil {
			return Detail{}, err
		}
		if err := begin(ctx, c, &r); err != nil {
			return Detail{}, err
		}
		return s.detail(ctx, c.Tx, r, c.By)
	})
}

// fresh is the row of a draft without its content.
func (s *Service) fresh(c *usecase.Call, base ident.ModuleID) record {
	return record{
		ID: ident.New[ident.ModuleID](), State: lifecycle.Module.Start, Version: 1, Scope: s.root, Base: base,
		Editors: []ident.AccountID{c.By.Account}, CreatedBy: c.By.Account, CreatedAt: c.Now, UpdatedAt: c.Now,
	}
}

func begin(ctx context.Context, c *usecase.Call, r *record) error {
	err := insert(ctx, c.Tx, r)
	if fault.Is(err, fault.Duplicate) {
		return fault.OnField("/label", "taken", "")
	}
	if err != nil {
		return err
	}
	return c.Begin(ctx, lifecycle.Module, string(r.ID), r.Scope)
}

var trailing = regexp.MustCompile(`\d+$`)

// nextLabel counts the last number of a label up until it is free: 2026.1,
// 2026.2.
func nextLabel(label string, taken []string) string {
	for range 1000 {
		at := trailing.FindStringIndex(label)
		if at == nil {
			label += ".1"
		} else {
			n, err := strconv.Atoi(label[at[0]:])
			if err != nil {
				label += ".1"
			} else {
				label = label[:at[0]] + strconv.Itoa(n+1)
			}
		}
		if !slices.Contains(taken, label) {
			break
		}
	}
	return label
}

// Save stores a draft as it stands. Sums are computed, not believed.
func (s *Service) Save(ctx context.Context, cmd SaveCommand) (Detail, error) {
	return usecase.Do(ctx, s.rt, saveDef, cmd, func(ctx context.Context, c *usecase.Call) (Detail, error) {
		r, err := s.change(ctx, c, cmd.ID)
		if err != nil {
			return Detail{}, err
		}
		return s.store(ctx, c, r, cmd.Body)
	})
}

// fits refuses the content of another module, and one that is too large.
func fits(m *checklist.Module, code string) error {
	if m.ID != code {
		return fault.OnField("/body/id", "fixed", code)
	}
	items := 0
	for _, sec := range m.Sections {
		items += len(sec.Items)
	}
	if items > MaxItems {
		return fault.OnField("/body/sections", "max", fmt.Sprint(MaxItems))
	}
	return nil
}

// edit notes who changed a draft, and when.
func (r *record) edit(c *usecase.Call) {
	if !slices.Contains(r.Editors, c.By.Account) {
		r.Editors = append(r.Editors, c.By.Account)
	}
	r.UpdatedAt = c.Now
}
