package inspection

import (
	"context"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// amenders are the inspectors of the visit and the officers of the area.
var amenders = append([]access.Role{access.Inspector}, access.Officers...)

var (
	amendDef   = usecase.Define(usecase.Def{Name: "amendment.create", Allow: amenders})
	adoptDef   = usecase.Define(usecase.Def{Name: "amendment.accept", Allow: lifecycle.Amendment.Roles(lifecycle.Accept)})
	declineDef = usecase.Define(usecase.Def{Name: "amendment.decline", Allow: lifecycle.Amendment.Roles(lifecycle.Decline)})
	amendsDef  = usecase.Define(usecase.Def{Name: "amendment.list", Allow: holders})
)

// amendable are the states in which a sheet is closed but its record counts.
var amendable = []lifecycle.State{
	lifecycle.SheetSubmitted, lifecycle.Accepted, lifecycle.RectificationDue, lifecycle.Verified, lifecycle.Failed,
}

// AmendmentView is a correction of a submitted sheet.
type AmendmentView struct {
	ID         ident.AmendmentID  `json:"id" format:"uuid"`
	Inspection ident.InspectionID `json:"inspection" format:"uuid"`
	State      lifecycle.State    `json:"state"`
	ByName     string             `json:"by_name" doc:"Who corrected."`
	Reason     string             `json:"reason"`
	Changes    []rec.Change       `json:"changes" doc:"What was recorded and what is recorded now, item by item and field by field."`
	Result     Outcome            `json:"result" doc:"Of the sheet with this correction; the original result stays beside it."`
	Seal       string             `json:"seal" doc:"Of the record of this correction."`
	Version    int64              `json:"version"`
	At         time.Time          `json:"at"`
	Actions    []lifecycle.Action `json:"actions,omitempty"`
}

// AmendCommand corrects answers of a submitted sheet.
type AmendCommand struct {
	ID      ident.InspectionID `json:"-" validate:"required,uuid7"`
	Reason  string             `json:"reason" validate:"required,notblank,max=500,plain"`
	Answers []checklist.Answer `json:"answers" validate:"required,min=1,max=200" doc:"The whole answer of each item as it should be; one that says nothing takes the answer back."`
	rec.Moment
}

// AmendmentCommand decides on a correction.
type AmendmentCommand struct {
	ID     ident.AmendmentID `json:"-" validate:"required,uuid7"`
	Reason string            `json:"reason" validate:"max=500,plain" doc:"Needed to decline."`
}

// Amended tells other slices about a correction.
type Amended struct {
	View
	Amendment AmendmentView
}

// WouldJudge tells what other slices would hear if the reader judged a
// correction now.
func (s *Service) WouldJudge(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.AmendmentID, a lifecycle.Action) (Amended, error) {
	row, r, err := getAmendment(ctx, idb, id, by)
	if err != nil {
		return Amended{}, err
	}
	if st, ok := lifecycle.Amendment.Step(a); ok {
		row.State = st.To[0]
	}
	return Amended{View: r.view(by), Amendment: row.view(by, r)}, nil
}

// Amend appends a correction (补正) to the record of a submitted sheet. The
// original is never changed: the result with the correction stands beside it.
// A correction that changes the grade or whether the sheet passes waits for an
// officer who is neither its author nor one of the inspectors.
func (s *Service) Amend(ctx context.Context, cmd AmendCommand) (AmendmentView, error) {
	return usecase.Do(ctx, s.rt, amendDef, cmd, func(ctx context.Context, c *usecase.Call) (AmendmentView, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return AmendmentView{}, err
		}
		c.About(string(r.ID), r.Scope)
		now, err := s.current(ctx, c, r)
		if err != nil {
			return AmendmentView{}, err
		}
		correction, err := s.correction(ctx, c, r, now, cmd)
		if err != nil {
			return AmendmentView{}, err
		}
		sealed, err := s.keep(ctx, c, r, rec.Record{Kind: rec.Amendment, Correction: &correction})
		if err != nil {
			return AmendmentView{}, err
		}
		row := amendmentRow{
			ID: correction.ID, Inspection: r.ID, Seal: sealed.Seal, State: lifecycle.Amendment.Start, Version: 1, Scope: r.Scope,
			ByAccount: c.By.Account, ByName: c.By.Name, Reason: cmd.Reason, Changes: correction.Changes, Result: outcome(correction.Result),
			CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if err := insertAmendment(ctx, c.Tx, &row); err != nil {
			return AmendmentView{}, err
		}
		if err := c.Begin(ctx, lifecycle.Amendment, string(row.ID), r.Scope); err != nil {
			return AmendmentView{}, err
		}
		c.Note("inspection", r.ID)
		c.Note("items", len(correction.Changes))
		if !correction.Decides {
			sys := c.AsSystem()
			if row.State, err = sys.Step(withoutVersion(ctx), lifecycle.Amendment, row.subject(), lifecycle.TakeEffect, "", ""); err != nil {
				return AmendmentView{}, err
			}
			row.Version++
		}
		return s.amended(ctx, c, r, row)
	})
}

// current reads where the chain stands, and refuses what cannot be corrected.
func (s *Service) current(ctx context.Context, c *usecase.Call, r record) (rec.Current, error) {
	if !slices.Contains(amendable, r.State) {
		return rec.Current{}, fault.New(fault.IllegalStep, "illegal_step", string(r.State), "amend")
	}
	if err := freeze(ctx, c, r); err != nil {
		return rec.Current{}, err
	}
	raw, docs, err := texts(ctx, c.Tx, r, c.By)
	if err != nil {
		return rec.Current{}, err
	}
	e, err := export(r, raw, docs, c.By)
	switch {
	case err != nil:
		return rec.Current{}, err
	case !e.Report.OK() || e.Report.Now.Sheet == nil:
		return rec.Current{}, fault.New(fault.NotReady, "record_broken")
	case e.Report.Now.Pending != nil:
		return rec.Current{}, fault.New(fault.NotReady, "amendment_pending")
	}
	return e.Report.Now, nil
}

// correction works out what a command changes and what the sheet comes to.
func (s *Service) correction(ctx context.Context, c *usecase.Call, r record, now rec.Current, cmd AmendCommand) (rec.Correction, error) {
	out := rec.Correction{
		Moment: cmd.Moment.UTC(), ID: ident.New[ident.AmendmentID](), By: person(c.By, r), Reason: cmd.Reason, Files: []rec.File{},
	}
	var fields []fault.Field
	var brought []checklist.Answer
	for i, a := range cmd.Answers {
		pointer := "/answers/" + itoa(i) + "/item"
		item := now.Sheet.Item(a.Item)
		twice := slices.ContainsFunc(out.Changes, func(ch rec.Change) bool { return ch.Item == a.Item })
		if item == nil || twice {
			fields = append(fields, fault.Field{Pointer: pointer, Rule: "unknown_item"})
			continue
		}
		ch := rec.Change{Item: a.Item, Label: item.Text}
		if j := slices.IndexFunc(now.Answers, func(b checklist.Answer) bool { return b.Item == a.Item }); j >= 0 {
			ch.Before = &now.Answers[j]
		}
		if !rec.TakenBack(a) {
			ch.After = &a
			brought = append(brought, a)
		}
		var err error
		if ch.Fields, err = rec.Diff(ch.Before, ch.After); err != nil {
			return out, err
		}
		if len(ch.Fields) == 0 {
			fields = append(fields, fault.Field{Pointer: pointer, Rule: "no_change"})
		}
		out.Changes = append(out.Changes, ch)
	}
	if fields != nil {
		return out, fault.OnFields(fields)
	}
	answers, err := rec.Apply(now.Answers, out.Changes)
	if err != nil {
		return out, err
	}
	out.Result = checklist.Score(now.Sheet, answers)
	for _, gap := range out.Result.Missing {
		fields = append(fields, fault.Field{Pointer: "/answers/" + gap.Item, Rule: "gap_" + string(gap.Code)})
	}
	if fields != nil {
		return out, fault.OnFields(fields)
	}
	out.Decides = rec.Decides(now.Result, out.Result)
	return out, s.attach(ctx, c, r, now, brought, &out)
}

// attach takes the files that a correction brings into the record.
func (s *Service) attach(ctx context.Context, c *usecase.Call, r record, now rec.Current, brought []checklist.Answer, out *rec.Correction) error {
	for _, sha := range rec.Hashes(brought, nil) {
		if _, known := now.Files[sha]; known {
			continue
		}
		if err := s.Attach(ctx, c, sha, string(r.ID), r.Scope); err != nil {
			return err
		}
		f, err := s.Describe(ctx, c.Tx, []string{sha})
		if err != nil {
			return err
		}
		if len(f) != 1 {
			return fault.New(fault.NotFound, "file_unknown")
		}
		out.Files = append(out.Files, f[0])
	}
	return nil
}

// person is who acts, in the role that lets them.
func person(by access.Principal, r record) rec.Person {
	p := rec.Person{Account: by.Account, Name: by.Name, Role: access.Inspector}
	if !r.made(by.Account) {
		for _, role := range access.Officers {
			if by.Has(role) {
				p.Role = role
			}
		}
	}
	return p
}

// Amendments lists the corrections of an inspection, the oldest first.
func (s *Service) Amendments(ctx context.Context, id ident.InspectionID) ([]AmendmentView, error) {
	return usecase.Read(ctx, s.rt, amendsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]AmendmentView, error) {
		r, err := getHeld(ctx, idb, id, by)
		if err != nil {
			return nil, err
		}
		rows, err := amendmentRows(ctx, idb, id)
		if err != nil {
			return nil, err
		}
		out := make([]AmendmentView, len(rows))
		for i, row := range rows {
			out[i] = row.view(by, r)
		}
		return out, nil
	})
}
