package app

import (
	"context"

	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/record"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// describeFiles tells the inspection slice what its records hold.
func (s *Services) describeFiles(ctx context.Context, idb usecase.Reader, shas []string) ([]record.File, error) {
	views, err := s.Files.Describe(ctx, idb, shas)
	out := make([]record.File, len(views))
	for i, v := range views {
		out[i] = record.File{
			SHA256: v.SHA256, Kind: string(v.Kind), Bytes: v.Bytes, Width: v.Width, Height: v.Height, Original: v.Original, At: v.CreatedAt.UTC(),
		}
	}
	return out, err
}

// inspected is an inspection's result, with its corrections, as a case keeps it.
func inspected(v inspection.View, day calendar.Date) application.Inspected {
	if v.SubmittedAt != nil {
		day = calendar.DateOf(*v.SubmittedAt)
	}
	result := v.InForce()
	return application.Inspected{
		Application: v.Application, Inspectors: []ident.AccountID{v.Lead, v.Second},
		Result: application.Result{
			Inspection: v.ID, InspectedOn: day.String(), Total: result.Score.String(),
			Vetoes: len(result.Vetoes), Passed: result.Passed, Grade: result.Grade,
		},
	}
}

// recordInspected moves the case on when its inspection is accepted.
func (s *Services) recordInspected(ctx context.Context, c *usecase.Call, v inspection.View) error {
	if ok, err := s.Streets.Inspected(ctx, c, v); ok || err != nil {
		return err // a street's case waits for its shops, too
	}
	if v.Purpose != inspection.ForApplication || v.Application == "" {
		return s.Streets.Found(ctx, c, v)
	}
	return s.Applications.RecordInspected(ctx, c, inspected(v, calendar.DateOf(c.Now)))
}

// recordAmended hands a correction in effect to the case. When the title was
// awarded on the result that it changes, the county gets a task.
func (s *Services) recordAmended(ctx context.Context, c *usecase.Call, am inspection.Amended) error {
	v := am.View
	if v.Application == "" || am.Amendment.State != lifecycle.Effective {
		return nil
	}
	in := inspected(v, calendar.DateOf(c.Now))
	met, err := s.Streets.SampleMet(ctx, c.Tx, v.Application)
	if err != nil {
		return err
	}
	in.Result.Passed = in.Result.Passed && met
	decided, err := s.Applications.RecordAmended(ctx, c, in)
	if err != nil || !decided {
		return err
	}
	due := calendar.Shipped().AddWorkdays(calendar.DateOf(c.Now), 5).Date.String()
	_, err = s.Tasks.Open(ctx, c, task.Opening{
		Kind: task.InspectionAmended, Noun: "inspection", Subject: string(v.ID), Scope: v.Scope, DueOn: due, Each: true,
		Data: map[string]any{"shop": v.Holder},
	})
	return err
}
