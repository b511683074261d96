// Package module owns the modules of checklists (检查表模块) as versioned data:
// drafts that officers write, the second person who publishes them, and what
// is in force now. The shipped files are the first versions.
//
// It does not score or compose: the checklist package does. It does not know
// inspections; what a change would have meant for past ones it asks for.
//
// Invariants: only a draft changes; what was published keeps its text and its
// hash for ever; whoever worked on a version does not publish it; every plan
// of sheets composes from the versions in force.
package module

import (
	"context"
	"sync"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// View is one version of a module.
type View struct {
	ID          ident.ModuleID     `json:"id" format:"uuid"`
	Code        string             `json:"code" doc:"Id of the module, with which its items begin."`
	Label       string             `json:"label" doc:"Version label, for people."`
	Kind        checklist.Kind     `json:"kind"`
	Title       checklist.Text     `json:"title"`
	State       lifecycle.State    `json:"state"`
	InForce     bool               `json:"in_force" doc:"New sheets are made with this version."`
	Hash        string             `json:"hash" doc:"SHA-256 of the module's canonical JSON."`
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
	Plans    []string           `json:"plans" doc:"Plans of sheets that use the module."`
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
	read sync.Map // ident.ModuleID → *checklist.Module, of published versions

	// Past lists the newest accepted inspections whose sheets hold the module;
	// the inspection slice stands behind it.
	Past func(ctx context.Context, idb usecase.Reader, module string, limit int) ([]Past, error)
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
	d := Detail{View: s.view(r, by, force[r.Code] == r.ID), Body: body, Problems: checklist.Lint(&body, checklist.Shipped().Sources), Plans: plansOf(r.Code, body)}
	if d.Problems == nil {
		d.Problems = checklist.Problems{}
	}
	return d, nil
}

// plansOf names the shipped plans that use a module.
func plansOf(code string, m checklist.Module) []string {
	out := []string{}
	for _, p := range checklist.Shipped().Plans {
		if p.Uses(code, m.Kind) {
			out = append(out, p.ID)
		}
	}
	return out
}
