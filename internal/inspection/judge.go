package inspection

import (
	"context"
	"encoding/json"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// AcceptAmendment makes a correction count. It refuses its author and the two
// inspectors.
func (s *Service) AcceptAmendment(ctx context.Context, cmd AmendmentCommand) (AmendmentView, error) {
	return s.judge(ctx, adoptDef, cmd, lifecycle.Accept)
}

// DeclineAmendment leaves the result as it was, with a reason. The correction
// and its refusal stay in the record.
func (s *Service) DeclineAmendment(ctx context.Context, cmd AmendmentCommand) (AmendmentView, error) {
	return s.judge(ctx, declineDef, cmd, lifecycle.Decline)
}

func (s *Service) judge(ctx context.Context, d *usecase.Def, cmd AmendmentCommand, a lifecycle.Action) (AmendmentView, error) {
	return usecase.Do(ctx, s.rt, d, cmd, func(ctx context.Context, c *usecase.Call) (AmendmentView, error) {
		row, r, err := getAmendment(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return AmendmentView{}, err
		}
		c.About(string(row.ID), row.Scope)
		matter := r.matter()
		matter.Deeds = append(matter.Deeds, lifecycle.Deed{Noun: lifecycle.Amendment.Noun, Action: "create", By: row.ByAccount})
		if err := c.Apart(ctx, lifecycle.Amendment, a, matter); err != nil {
			return AmendmentView{}, err
		}
		to, err := c.Step(ctx, lifecycle.Amendment, row.subject(), a, "", cmd.Reason)
		if err != nil {
			return AmendmentView{}, err
		}
		row.State, row.Version = to, row.Version+1
		verdict := rec.Verdict{Amendment: row.ID, Seal: row.Seal, By: person(c.By, r), Accepted: to == lifecycle.Effective, Reason: cmd.Reason}
		if _, err := s.keep(ctx, c, r, rec.Record{Kind: rec.Decision, Verdict: &verdict}); err != nil {
			return AmendmentView{}, err
		}
		return s.amended(ctx, c, r, row)
	})
}

// amended stores what a correction in effect comes to and tells the hooks.
func (s *Service) amended(ctx context.Context, c *usecase.Call, r record, row amendmentRow) (AmendmentView, error) {
	if row.State == lifecycle.Effective {
		result := row.Result
		r.Amended = &result
		if err := setAmended(ctx, c.Tx, &r, c.Now); err != nil {
			return AmendmentView{}, err
		}
	}
	v := row.view(c.By, r)
	for _, hook := range s.OnAmended {
		if err := hook(withoutVersion(ctx), c, Amended{View: r.view(c.By), Amendment: v}); err != nil {
			return AmendmentView{}, err
		}
	}
	c.About(string(row.ID), row.Scope)
	return v, nil
}

// settled refuses a step while a correction waits to be judged: the office
// would decide on a result that is in doubt.
func settled(ctx context.Context, c *usecase.Call, r record) error {
	rows, err := amendmentRows(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(a amendmentRow) bool { return a.State == lifecycle.Proposed }) {
		return fault.New(fault.NotReady, "amendment_pending")
	}
	return nil
}

// InForce is the result that counts: with the corrections in effect, or as it
// was submitted.
func (v View) InForce() Outcome {
	if v.Amended != nil {
		return *v.Amended
	}
	return v.Result
}

// Amendable reports whether the reader may correct the sheet.
func (v View) Amendable(by access.Principal) bool {
	officer := by.Has(access.Officers...)
	return v.Seal != "" && slices.Contains(amendable, v.State) && (officer || v.Lead == by.Account || v.Second == by.Account)
}

// carry writes the corrections in effect into the answers of a sheet that goes
// back to the inspectors, so that they go on from what counts.
func (s *Service) carry(ctx context.Context, c *usecase.Call, r record) error {
	if r.Amended == nil {
		return nil
	}
	raw, docs, err := texts(ctx, c.Tx, r, c.By)
	if err != nil {
		return err
	}
	e, err := export(r, raw, docs, c.By)
	if err != nil {
		return err
	}
	n, err := lastAnswer(ctx, c.Tx, r.ID)
	if err != nil {
		return err
	}
	for _, ch := range e.Report.Now.Changes {
		after := checklist.Answer{Item: ch.Item}
		if ch.After != nil {
			after = *ch.After
		}
		body, err := json.Marshal(after)
		if err != nil {
			return err
		}
		n++
		row := answerRow{
			ID: string(ident.New[ident.EventID]()), Inspection: r.ID, Item: ch.Item, N: n, Answer: string(body), Digest: digest(body),
			Device: carried, Account: c.By.Account, ReceivedAt: c.Now,
		}
		if _, _, err := addAnswer(ctx, c.Tx, &row); err != nil {
			return err
		}
	}
	return nil
}

// carried is the device of answers that a correction made.
const carried = "补正"
