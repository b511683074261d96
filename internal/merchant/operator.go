package merchant

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// CheckUSCC looks at a code while it is typed: what is wrong with it, and
// whether the operator is known already.
func (s *Service) CheckUSCC(ctx context.Context, q CheckQuery) (Check, error) {
	return usecase.Read(ctx, s.rt, checkDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Check, error) {
		code := ident.NormalUSCC(q.USCC)
		problem := code.Problem()
		check := Check{USCC: string(code), Good: problem == ident.USCCGood, Problem: string(problem), Doubtful: code.InnerCodeDoubtful()}
		if problem == ident.USCCAlphabet {
			check.Position = strings.IndexFunc(string(code), func(r rune) bool {
				return !strings.ContainsRune("0123456789ABCDEFGHJKLMNPQRTUWXY", r)
			}) + 1
		}
		if !check.Good {
			return check, nil
		}
		r, err := operatorByUSCC(ctx, idb, code)
		if fault.Is(err, fault.NotFound) {
			return check, nil
		}
		if err != nil {
			return Check{}, err
		}
		taken, mine, err := hasMembers(ctx, idb, r.ID, by.Account)
		check.Registered, check.Mine, check.Claimable, check.Name = true, mine, !taken, r.Name
		return check, err
	})
}

// AddOperator registers an operator. A merchant becomes its owner; imports
// have none yet.
func (s *Service) AddOperator(ctx context.Context, cmd AddOperatorCommand) (OperatorView, error) {
	return usecase.Do(ctx, s.rt, addOperatorDef, cmd, func(ctx context.Context, c *usecase.Call) (OperatorView, error) {
		code := ident.NormalUSCC(cmd.USCC)
		_, err := operatorByUSCC(ctx, c.Tx, code)
		switch {
		case err == nil:
			return OperatorView{}, &fault.Fault{Code: fault.Duplicate, Detail: "operator_known", Fields: []fault.Field{{Pointer: "/uscc", Rule: "registered"}}}
		case !fault.Is(err, fault.NotFound):
			return OperatorView{}, err
		}
		r := operatorRecord{
			ID: ident.New[ident.OperatorID](), USCC: string(code), Name: strings.TrimSpace(cmd.Name), LegalForm: cmd.LegalForm,
			FoundedOn: cmd.FoundedOn, ContactName: strings.TrimSpace(cmd.Contact), ContactPhone: ident.NormalPhone(cmd.Phone),
			Scope: cmd.Scope, Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now,
		}
		if r.Scope == "" && c.By.Staff() {
			r.Scope = string(c.By.Scope)
		}
		c.About(string(r.ID), r.Scope)
		if err := insertOperator(ctx, c.Tx, &r); err != nil {
			return OperatorView{}, err
		}
		if err := search.Index(ctx, c.Tx, searchOperator, string(r.ID), r.Name); err != nil {
			return OperatorView{}, err
		}
		if c.By.Has(owners...) {
			if err := s.members.Grant(ctx, c, c.By.Account, r.ID); err != nil {
				return OperatorView{}, err
			}
		}
		return operatorView(r, nil), nil
	})
}

// UpdateOperator changes what an operator says of itself.
func (s *Service) UpdateOperator(ctx context.Context, cmd UpdateOperatorCommand) (OperatorView, error) {
	return usecase.Do(ctx, s.rt, updateOperatorDef, cmd, func(ctx context.Context, c *usecase.Call) (OperatorView, error) {
		r, err := operatorByID(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return OperatorView{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := c.Precondition(ctx, r.Version); err != nil {
			return OperatorView{}, err
		}
		r.Name, r.LegalForm, r.FoundedOn = strings.TrimSpace(cmd.Name), cmd.LegalForm, cmd.FoundedOn
		r.ContactName, r.ContactPhone, r.UpdatedAt = strings.TrimSpace(cmd.Contact), ident.NormalPhone(cmd.Phone), c.Now
		if err := updateOperator(ctx, c.Tx, &r); err != nil {
			return OperatorView{}, err
		}
		if err := search.Index(ctx, c.Tx, searchOperator, string(r.ID), r.Name); err != nil {
			return OperatorView{}, err
		}
		penalties, err := penaltiesOf(ctx, c.Tx, []ident.OperatorID{r.ID})
		return operatorView(r, penalties[r.ID]), err
	})
}

// Claim gives an imported operator to the merchant whose proven number is the
// one on record; in every other case the county is asked to confirm, and the
// answer does not tell whether the number was close.
func (s *Service) Claim(ctx context.Context, cmd ClaimCommand) (Claimed, error) {
	return usecase.Do(ctx, s.rt, claimDef, cmd, func(ctx context.Context, c *usecase.Call) (Claimed, error) {
		r, err := operatorByUSCC(ctx, c.Tx, ident.NormalUSCC(cmd.USCC))
		if fault.Is(err, fault.NotFound) {
			return Claimed{}, fault.New(fault.NotFound, "operator_unknown")
		}
		if err != nil {
			return Claimed{}, err
		}
		c.About(string(r.ID), r.Scope)
		taken, mine, err := hasMembers(ctx, c.Tx, r.ID, c.By.Account)
		if err != nil {
			return Claimed{}, err
		}
		if mine {
			return Claimed{Granted: true, Operator: r.ID}, nil
		}
		phone, err := s.members.Phone(ctx, c.Tx, c.By.Account)
		if err != nil {
			return Claimed{}, err
		}
		if !taken && phone != "" && phone == r.ContactPhone && search.Normal(cmd.Name) == search.Normal(r.Name) {
			return Claimed{Granted: true, Operator: r.ID}, s.members.Grant(ctx, c, c.By.Account, r.ID)
		}
		scope, err := scopeOfOperator(ctx, c.Tx, r)
		if err != nil {
			return Claimed{}, err
		}
		_, err = s.tasks.Open(ctx, c, task.Opening{
			Kind: task.ClaimOperator, Noun: "operator", Subject: string(r.ID), Scope: scope, Each: true,
			Data: map[string]any{"account": string(c.By.Account), "name": r.Name, "uscc": r.USCC},
		})
		return Claimed{}, err
	})
}

// ConfirmClaim grants a claim after the county has looked at the licence.
func (s *Service) ConfirmClaim(ctx context.Context, cmd ConfirmClaimCommand) (Claimed, error) {
	return usecase.Do(ctx, s.rt, confirmClaimDef, cmd, func(ctx context.Context, c *usecase.Call) (Claimed, error) {
		r, err := operatorByID(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return Claimed{}, err
		}
		c.About(string(r.ID), r.Scope)
		c.Note("account", cmd.Account)
		if err := s.members.Grant(ctx, c, cmd.Account, r.ID); err != nil {
			return Claimed{}, err
		}
		return Claimed{Granted: true, Operator: r.ID}, s.tasks.Settle(ctx, c, string(r.ID), task.ClaimOperator)
	})
}

// RecordFacts keeps what an authority states about an operator; a fact that is
// left out stays, an older one does not replace a newer.
func (s *Service) RecordFacts(ctx context.Context, cmd FactsCommand) (OperatorView, error) {
	return usecase.Do(ctx, s.rt, factsDef, cmd, func(ctx context.Context, c *usecase.Call) (OperatorView, error) {
		if err := checkFacts(cmd.Facts); err != nil {
			return OperatorView{}, err
		}
		r, err := operatorByID(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return OperatorView{}, err
		}
		c.About(string(r.ID), r.Scope)
		if err := c.Precondition(ctx, r.Version); err != nil {
			return OperatorView{}, err
		}
		r.Facts = r.Facts.Merge(cmd.Facts)
		r.UpdatedAt = c.Now
		rows := make([]penaltyRecord, len(cmd.Penalties))
		for i, p := range cmd.Penalties {
			rows[i] = penaltyRecord{Operator: r.ID, Document: p.Document, DecidedOn: p.DecidedOn, Intentional: p.Intentional, Summary: p.Summary, Source: p.Source, At: c.Now}
		}
		if err := upsertPenalties(ctx, c.Tx, rows); err != nil {
			return OperatorView{}, err
		}
		if err := updateOperator(ctx, c.Tx, &r); err != nil {
			return OperatorView{}, err
		}
		penalties, err := penaltiesOf(ctx, c.Tx, []ident.OperatorID{r.ID})
		return operatorView(r, penalties[r.ID]), err
	})
}

func newer(have, got *Fact) *Fact {
	if got == nil || have != nil && (got.On < have.On || *got == *have) {
		return have
	}
	return got
}

func checkFacts(f Facts) error {
	var fields []fault.Field
	for pointer, check := range map[string]struct {
		fact    *Fact
		allowed []string
	}{
		"/facts/credit_class/value": {f.CreditClass, []string{"A", "B", "C", "D"}},
		"/facts/abnormal/value":     {f.Abnormal, []string{"yes", "no"}},
		"/facts/serious/value":      {f.Serious, []string{"yes", "no"}},
		"/facts/penalties/value":    {f.Penalties, []string{"complete"}},
	} {
		if check.fact != nil && !slices.Contains(check.allowed, check.fact.Value) {
			fields = append(fields, fault.Field{Pointer: pointer, Rule: "oneof", Param: strings.Join(check.allowed, " ")})
		}
	}
	if f.Founded != nil {
		if _, err := calendar.ParseDate(f.Founded.Value); err != nil {
			fields = append(fields, fault.Field{Pointer: "/facts/founded/value", Rule: "date"})
		}
	}
	if fields != nil {
		return fault.OnFields(fields)
	}
	return nil
}

const (
	searchOperator = "operator"
	searchPremises = "premises"
)

func operatorView(r operatorRecord, penalties []Penalty) OperatorView {
	v := OperatorView{
		ID: r.ID, USCC: r.USCC, Name: r.Name, LegalForm: r.LegalForm, FoundedOn: r.FoundedOn, ContactName: r.ContactName,
		ContactPhone: r.ContactPhone, Facts: r.Facts, Penalties: penalties, Version: r.Version, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
	if v.Penalties == nil {
		v.Penalties = []Penalty{}
	}
	if ident.USCC(r.USCC).InnerCodeDoubtful() {
		v.Warnings = append(v.Warnings, "inner_code_doubtful")
	}
	return v
}
