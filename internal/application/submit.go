package application

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/db"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

var (
	submitDef   = define(lifecycle.Submit)
	resubmitDef = define(lifecycle.Resubmit)
	withdrawDef = define(lifecycle.Withdraw)
)

// Submit signs the commitment and sends the case in: it lists every missing
// point at once, or gives the case its number and first due date.
func (s *Service) Submit(ctx context.Context, cmd SubmitCommand) (View, error) {
	return usecase.Do(ctx, s.rt, submitDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		if _, err := lifecycle.Application.Check(c.By, lifecycle.Submit, r.State, ""); err != nil {
			c.About(string(r.ID), r.Scope)
			return View{}, err
		}
		if err := s.titles.Excluded(ctx, c.Tx, r.Operator, r.Scheme); err != nil {
			return View{}, err
		}
		sch, err := s.sign(ctx, c, &r, cmd.Name)
		if err != nil {
			return View{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := s.Eligible(ctx, c, r.Operator, sch); err != nil {
			return View{}, err
		}
		year := calendar.DateOf(c.Now).Year()
		n, err := db.Next(ctx, c.Tx, "application/"+strconv.Itoa(year))
		if err != nil {
			return View{}, err
		}
		r.CaseNo = fmt.Sprintf("赣放心申〔%d〕%06d号", year, n)
		r.SubmittedAt = c.Now
		c.Note("case_no", r.CaseNo)
		return s.move(ctx, c, &r, sch, lifecycle.Submit, "", "")
	})
}

// Resubmit sends a corrected case back to the desk that returned it. Each point
// that was marked has to be changed, or answered for.
func (s *Service) Resubmit(ctx context.Context, cmd SubmitCommand) (View, error) {
	return usecase.Do(ctx, s.rt, resubmitDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		if _, err := lifecycle.Application.Check(c.By, lifecycle.Resubmit, r.State, r.ReturnedFrom); err != nil {
			c.About(string(r.ID), r.Scope)
			return View{}, err
		}
		sch, err := s.sign(ctx, c, &r, cmd.Name)
		if err != nil {
			return View{}, err
		}
		said, err := s.corrected(ctx, c, r, cmd.Kept)
		if err != nil {
			return View{}, err
		}
		back := r.ReturnedFrom
		r.ReturnedFrom, r.Corrections, r.Reason = "", []Correction{}, ""
		return s.move(ctx, c, &r, sch, lifecycle.Resubmit, back, said)
	})
}

// Withdraw ends a case at its owner's wish, at any time before the decision.
func (s *Service) Withdraw(ctx context.Context, cmd StepCommand) (View, error) {
	return usecase.Do(ctx, s.rt, withdrawDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return View{}, err
		}
		sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
		if err != nil {
			return View{}, err
		}
		if r.State == lifecycle.PublicNotice {
			if err := closeNotice(ctx, c.Tx, r.ID, "withdrawn"); err != nil {
				return View{}, err
			}
		}
		return s.move(ctx, c, &r, sch, lifecycle.Withdraw, "", cmd.Opinion)
	})
}

// sign checks that nothing is missing and binds the signature to everything
// that was declared.
func (s *Service) sign(ctx context.Context, c *usecase.Call, r *record, name string) (scheme.Scheme, error) {
	sch, err := scheme.Pinned(ctx, c.Tx, r.Scheme, r.SchemeVersion)
	if err != nil {
		return sch, err
	}
	sheet, err := pinnedSheet(ctx, c.Tx, r.Sheet)
	if err != nil {
		return sch, err
	}
	docs, err := documents(ctx, c.Tx, r.ID)
	if err != nil {
		return sch, err
	}
	if missing := missing(sch, sheet, r.Form, docs); missing != nil {
		fields := make([]fault.Field, len(missing))
		for i, m := range missing {
			fields[i] = fault.Field{Pointer: m.Pointer, Rule: m.Rule, Param: m.Param}
		}
		return sch, fault.OnFields(fields)
	}
	bound, err := json.Marshal(map[string]any{
		"application": r.ID, "scheme": sch.Code, "version": sch.Version, "scheme_hash": sch.Hash, "declaration": sch.Declaration,
		"sheet": r.Sheet, "form": r.Form, "documents": docs, "name": name, "at": c.Now, "account": c.By.Account,
	})
	if err != nil {
		return sch, err
	}
	sum := sha256.Sum256(bound)
	r.Signed = &Signature{Name: strings.TrimSpace(name), At: c.Now, Account: string(c.By.Account), Hash: hex.EncodeToString(sum[:])}
	return sch, nil
}

// missing lists every point without which a case cannot be sent in.
func missing(sch scheme.Scheme, sheet *checklist.Sheet, f Form, docs []Document) []Missing {
	var out []Missing
	add := func(pointer, rule, param string) { out = append(out, Missing{pointer, rule, param}) }
	for _, it := range sch.Conditions {
		if it.Required && !slices.Contains(f.Conditions, it.ID) {
			add("/conditions/"+it.ID, "condition_required", "")
		}
	}
	if sheet != nil {
		result := checklist.Score(sheet, f.answers())
		for _, gap := range result.Missing {
			add("/answers/"+gap.Item, "answer_"+string(gap.Code), "")
		}
		for _, item := range result.Vetoes {
			add("/answers/"+item, "veto_not_met", "")
		}
	}
	for _, it := range sch.Documents {
		if it.Required && !slices.ContainsFunc(docs, func(d Document) bool { return d.Kind == it.ID }) {
			add("/documents/"+it.ID, "document_required", "")
		}
	}
	for _, it := range sch.Commitments {
		if it.Required && !slices.Contains(f.Commitments, it.ID) {
			add("/commitments/"+it.ID, "commitment_required", "")
		}
	}
	if sch.Terms != nil {
		least := sch.Terms.Days.Value
		if f.Terms == nil || f.Terms.Days < least {
			add("/terms/days", "min_value", strconv.Itoa(least))
		}
	}
	if strings.TrimSpace(f.Contact.Name) == "" {
		add("/contact/name", "required", "")
	}
	if f.Contact.Phone == "" {
		add("/contact/phone", "required", "")
	}
	return out
}
