package application

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

var (
	saveDef   = usecase.Define(usecase.Def{Name: "application.save", Allow: owners})
	attachDef = usecase.Define(usecase.Def{Name: "application.attach", Allow: owners})
	detachDef = usecase.Define(usecase.Def{Name: "application.detach", Allow: owners})
)

// filled replaces what is missing by empty values.
func (f Form) filled() Form {
	if f.Answers == nil {
		f.Answers = map[string]Answer{}
	}
	if f.Commitments == nil {
		f.Commitments = []string{}
	}
	if f.Conditions == nil {
		f.Conditions = []string{}
	}
	return f
}

// Save changes parts of a draft; each save names the version that it saw, so
// that two devices do not overwrite each other unnoticed. A returned case
// takes changes on the marked points only.
func (s *Service) Save(ctx context.Context, cmd SaveCommand) (View, error) {
	return usecase.Do(ctx, s.rt, saveDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.draft(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		sheet, err := pinnedSheet(ctx, c.Tx, r.Sheet)
		if err != nil {
			return View{}, err
		}
		if fields := cmd.wrong(r, sch, sheet); fields != nil {
			return View{}, fault.OnFields(fields)
		}
		f := r.Form.filled()
		for id, a := range cmd.Answers {
			if a.Verdict == "" && a.Score == nil && a.Number == nil && a.Choice == "" {
				delete(f.Answers, id)
				continue
			}
			if err := s.useEvidence(ctx, c, r, id, a.Photos); err != nil {
				return View{}, err
			}
			f.Answers[id] = a
		}
		if cmd.Commitments != nil {
			f.Commitments = *cmd.Commitments
		}
		if cmd.Conditions != nil {
			f.Conditions = *cmd.Conditions
		}
		if cmd.Contact != nil {
			f.Contact = Contact{Name: strings.TrimSpace(cmd.Contact.Name), Phone: ident.NormalPhone(cmd.Contact.Phone)}
		}
		if cmd.Terms != nil {
			f.Terms = cmd.Terms
		}
		r.Form, r.Score, r.UpdatedAt = f, score(sheet, f), c.Now
		return s.keep(ctx, c, &r, sch)
	})
}

// useEvidence makes the photos of an answer visible to who sees the case.
func (s *Service) useEvidence(ctx context.Context, c *usecase.Call, r record, item string, photos []string) error {
	for _, sha := range photos {
		err := s.files.Use(ctx, c, blob.Use{
			SHA256: sha, Noun: "application", ID: string(r.ID), Operator: r.Operator, Scope: r.Scope, Kind: blob.Image,
		})
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.UnsupportedMedia) {
			return fault.OnField("/answers/"+item+"/photos", "photo_unknown", "")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Attach adds an uploaded file.
func (s *Service) Attach(ctx context.Context, cmd AttachCommand) (View, error) {
	return usecase.Do(ctx, s.rt, attachDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.draft(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if _, ok := sch.Document(cmd.Kind); !ok {
			return View{}, fault.OnField("/kind", "document_unknown", "")
		}
		if !editable(r, "/documents/"+cmd.Kind) {
			return View{}, fault.OnField("/kind", "not_marked", "")
		}
		err = s.files.Use(ctx, c, blob.Use{SHA256: cmd.SHA256, Noun: "application", ID: string(r.ID), Operator: r.Operator, Scope: r.Scope})
		if fault.Is(err, fault.NotFound) {
			return View{}, fault.OnField("/sha256", "photo_unknown", "")
		}
		if err != nil {
			return View{}, err
		}
		row := &documentRow{Application: r.ID, Kind: cmd.Kind, SHA256: cmd.SHA256, Filename: cmd.Filename, At: c.Now}
		if err := attach(ctx, c.Tx, row); err != nil {
			return View{}, err
		}
		r.UpdatedAt = c.Now
		return s.keep(ctx, c, &r, sch)
	})
}

// Detach takes a file out of the case.
func (s *Service) Detach(ctx context.Context, cmd DetachCommand) (View, error) {
	return usecase.Do(ctx, s.rt, detachDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, sch, err := s.draft(ctx, c, cmd.ID)
		if err != nil {
			return View{}, err
		}
		if !editable(r, "/documents/"+cmd.Kind) {
			return View{}, fault.OnField("/kind", "not_marked", "")
		}
		if err := detach(ctx, c.Tx, &documentRow{Application: r.ID, Kind: cmd.Kind, SHA256: cmd.SHA256}); err != nil {
			return View{}, err
		}
		r.UpdatedAt = c.Now
		return s.keep(ctx, c, &r, sch)
	})
}

// draft reads a case that its owner may change now.
func (s *Service) draft(ctx context.Context, c *usecase.Call, id ident.ApplicationID) (record, scheme.Scheme, error) {
	r, err := get(ctx, c.Tx, id, c.By)
	if err != nil {
		return r, scheme.Scheme{}, err
	}
	c.About(string(r.ID), r.Scope)
	if r.State != lifecycle.Draft && r.State != lifecycle.Returned {
		return r, scheme.Scheme{}, fault.New(fault.Conflict, "case_handed_in")
	}
	if err := c.Precondition(ctx, r.Version); err != nil {
		return r, scheme.Scheme{}, err
	}
	sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
	return r, sch, err
}

func (s *Service) keep(ctx context.Context, c *usecase.Call, r *record, sch scheme.Scheme) (View, error) {
	if err := bump(ctx, c.Tx, r); err != nil {
		return View{}, err
	}
	return s.view(*r, sch, calendar.DateOf(c.Now)), save(ctx, c.Tx, r)
}

// editable reports whether the owner may change a point of the case now.
func editable(r record, pointer string) bool {
	if r.State == lifecycle.Draft {
		return true
	}
	for _, m := range r.Corrections {
		if m.Pointer == pointer || strings.HasPrefix(pointer, strings.TrimSuffix(m.Pointer, "/")+"/") {
			return true
		}
	}
	return false
}

// wrong lists the values that do not fit the scheme, the sheet or what was
// marked for correction.
func (cmd SaveCommand) wrong(r record, sch scheme.Scheme, sheet *checklist.Sheet) []fault.Field {
	var fields []fault.Field
	bad := func(pointer, rule, param string) {
		fields = append(fields, fault.Field{Pointer: pointer, Rule: rule, Param: param})
	}
	mark := func(pointer string) {
		if !editable(r, pointer) {
			bad(pointer, "not_marked", "")
		}
	}
	for id := range cmd.Answers {
		pointer := "/answers/" + id
		if sheet == nil || sheet.Item(id) == nil {
			bad(pointer, "item_unknown", "")
			continue
		}
		mark(pointer)
	}
	if cmd.Commitments != nil {
		mark("/commitments")
		for _, id := range *cmd.Commitments {
			if _, ok := sch.Commitment(id); !ok {
				bad("/commitments", "commitment_unknown", "")
			}
		}
	}
	if cmd.Conditions != nil {
		mark("/conditions")
		for _, id := range *cmd.Conditions {
			if !slices.ContainsFunc(sch.Conditions, func(it scheme.Item) bool { return it.ID == id }) {
				bad("/conditions", "condition_unknown", "")
			}
		}
	}
	if cmd.Contact != nil {
		mark("/contact")
	}
	if cmd.Terms != nil {
		mark("/terms")
		fields = append(fields, cmd.Terms.wrong(sch)...)
	}
	return fields
}

func (t Terms) wrong(sch scheme.Scheme) []fault.Field {
	if sch.Terms == nil {
		return []fault.Field{{Pointer: "/terms", Rule: "no_terms"}}
	}
	var fields []fault.Field
	for _, id := range t.Exclusions {
		if !slices.ContainsFunc(sch.Terms.Exclusions, func(it scheme.Item) bool { return it.ID == id }) {
			fields = append(fields, fault.Field{Pointer: "/terms/exclusions", Rule: "exclusion_unknown"})
		}
	}
	return fields
}
