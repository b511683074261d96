package rectify

import (
	"context"
	"slices"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// AnswerCommand shows what was done about one finding. It replaces what was
// shown before; what an officer accepted stays.
type AnswerCommand struct {
	ID     ident.RectificationID `json:"-" validate:"required,uuid7"`
	N      int                   `json:"-" validate:"min=1,max=60"`
	Note   string                `json:"note" validate:"max=1000,plain" doc:"What was done."`
	Photos []string              `json:"photos" validate:"max=9,dive,sha256" doc:"SHA-256 of photos that were uploaded before."`
}

// IDCommand takes a step that says nothing besides.
type IDCommand struct {
	ID ident.RectificationID `json:"-" validate:"required,uuid7"`
}

var holders = []access.Role{access.Merchant, access.Organiser}

var (
	answerDef = usecase.Define(usecase.Def{Name: "rectification.answer", Allow: holders})
	submitDef = define(lifecycle.Submit)
)

// Answer keeps the evidence for one finding.
func (s *Service) Answer(ctx context.Context, cmd AnswerCommand) (View, error) {
	return usecase.Do(ctx, s.rt, answerDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, findings, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if r.State != lifecycle.Ordered {
			return View{}, fault.New(fault.IllegalStep, "rectification_sent")
		}
		if err := c.Precondition(ctx, r.Version); err != nil {
			return View{}, err
		}
		i := slices.IndexFunc(findings, func(f findingRow) bool { return f.N == cmd.N })
		if i < 0 {
			return View{}, fault.New(fault.NotFound, "")
		}
		f := &findings[i]
		if f.Verdict == Taken {
			return View{}, fault.New(fault.IllegalStep, "finding_accepted")
		}
		if cmd.Note == "" && len(cmd.Photos) == 0 {
			return View{}, fault.OnField("/note", "evidence_needed", "")
		}
		for k, sha := range cmd.Photos {
			err := s.files.Use(ctx, c, blob.Use{
				SHA256: sha, Noun: "certificate", ID: string(r.Certificate), Operator: r.Operator, Scope: r.Scope, Kind: blob.Image,
			})
			if fault.Is(err, fault.NotFound) || fault.Is(err, fault.UnsupportedMedia) {
				return View{}, fault.OnField("/photos/"+strconv.Itoa(k), "photo_unknown", "")
			}
			if err != nil {
				return View{}, err
			}
		}
		f.Note, f.Photos, f.AnsweredAt, f.Verdict = cmd.Note, cmd.Photos, c.Now, ""
		if f.Photos == nil {
			f.Photos = []string{}
		}
		if err := saveFinding(ctx, c.Tx, f); err != nil {
			return View{}, err
		}
		r.UpdatedAt = c.Now
		if err := bump(ctx, c.Tx, &r); err != nil {
			return View{}, err
		}
		return s.view(r, findings, c.By, c.Now), nil
	})
}

// Submit hands the evidence in once every finding has some. Late is allowed:
// what is overdue is the officer's to judge.
func (s *Service) Submit(ctx context.Context, cmd IDCommand) (View, error) {
	return usecase.Do(ctx, s.rt, submitDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, findings, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if _, err := lifecycle.Rectifications.Check(c.By, lifecycle.Submit, r.State, ""); err != nil {
			return View{}, err
		}
		var lacking []fault.Field
		for _, f := range findings {
			if !f.view().Shown() {
				lacking = append(lacking, fault.Field{Pointer: "/findings/" + strconv.Itoa(f.N), Rule: "evidence_needed"})
			}
		}
		if lacking != nil {
			return View{}, fault.OnFields(lacking)
		}
		v, err := s.step(ctx, c, &r, findings, lifecycle.Submit, "")
		if err != nil {
			return View{}, err
		}
		if err := s.tasks.Settle(ctx, c, string(r.ID), task.RectificationOverdue); err != nil {
			return View{}, err
		}
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.RectificationSent, Noun: lifecycle.Rectifications.Noun, Subject: string(r.ID), Scope: r.Scope,
			Data: map[string]any{"name": r.Holder}, DueOn: s.officeDue(c),
		})
		c.About(string(r.ID), r.Scope)
		return v, err
	})
}
