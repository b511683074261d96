// Package module owns the modules of checklists (检查表模块) and the compositions
// that make sheets of them (检查表组成) as versioned data: drafts that officers
// write, the second person who publishes them, and what is in force now. Both
// are rows of one table and go one way; the shipped files are the first versions.
//
// It does not score or compose: the checklist package does. It does not know
// inspections; what a change would have meant for past ones it asks for.
//
// Invariants: only a draft changes; what was published keeps its text and its
// hash for ever; whoever worked on a version does not publish it; every
// composition in force composes from the modules in force.
package module

import (
	"context"
	"sync"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// View is one version of a module or of a composition.
type View struct {
	ID          ident.ModuleID     `json:"id" format:"uuid"`
	Code        string             `json:"code" doc:"Id of the module, with which its items begin, or of the composition."`
	Label       string             `json:"label" doc:"Version label, for people."`
	Kind        checklist.Kind     `json:"kind" doc:"What the module is for; plan for a composition."`
	Title       checklist.Text     `json:"title"`
	State       lifecycle.State    `json:"state"`
	InForce     bool               `json:"in_force" doc:"New sheets are made with this version."`
	Hash        string             `json:"hash" doc:"SHA-256 of the content's canonical JSON."`
	Base        ident.ModuleID     `json:"base,omitempty" doc:"Version from which it was drawn."`
	Seeded      bool               `json:"seeded" doc:"Came with the program."`
	Note        string             `json:"note,omitempty" doc:"Why it was proposed, published, returned or retired."`
	CreatedAt   time.Time          `json:"created_at"`
	PublishedAt *time.Time         `json:"published_at,omitempty"`
	UpdatedAt   time.Time          `json:"updated_at"`
	Version     int64              `json:"version"`
	Actions     []lifecycle.Action `json:"actions,omitempty"`
}

// Detail is a version with its content.
type Detail struct {
	View
	Body     checklist.Module   `json:"body"`
	Problems checklist.Problems `json:"problems" doc:"What keeps it from being proposed; empty when nothing does."`
	Plans    []string           `json:"plans" doc:"Compositions in force that use the module."`
	Uses     []Use              `json:"uses" doc:"The same with their titles, and the sectors for which the module is in the sheet."`
}

// Use is one composition in force that takes a module.
type Use struct {
	Plan    string         `json:"plan"`
	Title   checklist.Text `json:"title"`
	Sectors []string       `json:"sectors"`
}

// Past is an accepted inspection, for the dry run.
type Past struct {
	ID      ident.InspectionID
	Holder  string
	At      time.Time
	Sheet   *checklist.Sheet // as it was pinned; not to be changed
	Answers []checklist.Answer
}

// Service runs the use-cases of modules.
type Service struct {
	rt   *usecase.Runtime
	root string   // authority path of those who author
	read sync.Map // ident.ModuleID → *checklist.Module or *checklist.Composition, of published versions

	// Past lists the newest accepted inspections whose sheets hold a module, or
	// were made by a composition when one is named instead; the inspection slice
	// stands behind it.
	Past func(ctx context.Context, idb usecase.Reader, module, plan string, limit int) ([]Past, error)
	// Wanted tells for which sectors titles in force need the sheets of a
	// composition; the scheme slice stands behind it. Optional.
	Wanted func(ctx context.Context, idb usecase.Reader, plan string) (map[string]bool, error)
}

// New makes the service; the composition root sets Past. root is the path of
// the authority whose people author checklists.
func New(rt *usecase.Runtime, root string) *Service { return &Service{rt: rt, root: root} }

func (s *Service) view(r record, by access.Principal, inForce bool) View {
	v := View{
		ID: r.ID, Code: r.Code, Label: r.Label, Kind: r.Kind, Title: checklist.Text{Zh: r.TitleZh, En: r.TitleEn}, State: r.State,
		InForce: inForce, Hash: r.Hash, Base: r.Base, Seeded: r.Seeded, Note: r.Note, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Version: r.Version,
	}
	if !r.PublishedAt.IsZero() {
		at := r.PublishedAt
		v.PublishedAt = &at
	}
	if by.Scope.Contains(r.Scope) {
		for _, st := range lifecycle.Module.Open(by, r.State) {
			v.Actions = append(v.Actions, st.Action)
		}
	}
	return v
}

func (s *Service) detail(ctx context.Context, idb usecase.Reader, r record, by access.Principal) (Detail, error) {
	force, err := inForce(ctx, idb)
	if err != nil {
		return Detail{}, err
	}
	body, err := r.module()
	if err != nil {
		return Detail{}, err
	}
	lib, err := s.Library(ctx, idb)
	if err != nil {
		return Detail{}, err
	}
	d := Detail{View: s.view(r, by, force[r.Code] == r.ID), Body: body, Problems: checklist.Lint(&body, checklist.Shipped().Sources), Plans: []string{}, Uses: usesOf(lib, &body)}
	for _, u := range d.Uses {
		d.Plans = append(d.Plans, u.Plan)
	}
	if len(d.Problems) == 0 && (r.State == lifecycle.ModuleDraft || r.State == lifecycle.ModuleProposed) {
		d.Problems = lib.With(&body).Composes()
	}
	if d.Problems == nil {
		d.Problems = checklist.Problems{}
	}
	return d, nil
}

// usesOf lists the compositions in force that use a module.
func usesOf(lib *checklist.Library, m *checklist.Module) []Use {
	out := []Use{}
	for i := range lib.Plans {
		p := &lib.Plans[i]
		u := Use{Plan: p.ID, Title: p.Title, Sectors: []string{}}
		for _, code := range p.Sectors {
			if p.Part(sector.Code(code), m.ID) != nil {
				u.Sectors = append(u.Sectors, code)
			}
		}
		if len(u.Sectors) > 0 {
			out = append(out, u)
		}
	}
	return out
}
