package merchant

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// Operators lists the operators that the reader sees, newest first.
func (s *Service) Operators(ctx context.Context, q ListQuery) (OperatorPage, error) {
	return usecase.Read(ctx, s.rt, listOperatorsDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (OperatorPage, error) {
		ids, none, err := named(ctx, idb, searchOperator, q.Name)
		if err != nil || none {
			return OperatorPage{Items: []OperatorView{}}, err
		}
		rows, next, err := listOperators(ctx, idb, q, ids, by)
		if err != nil {
			return OperatorPage{}, err
		}
		keys := make([]ident.OperatorID, len(rows))
		for i, r := range rows {
			keys[i] = r.ID
		}
		penalties, err := penaltiesOf(ctx, idb, keys)
		if err != nil {
			return OperatorPage{}, err
		}
		p := OperatorPage{Items: make([]OperatorView, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = operatorView(r, penalties[r.ID])
		}
		return p, nil
	})
}

// Operator reads one operator.
func (s *Service) Operator(ctx context.Context, id ident.OperatorID) (OperatorView, error) {
	return usecase.Read(ctx, s.rt, getOperatorDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (OperatorView, error) {
		return s.OperatorIn(ctx, idb, id, by)
	})
}

// PremisesList lists the shops that the reader sees, newest first.
func (s *Service) PremisesList(ctx context.Context, q ListQuery) (PremisesPage, error) {
	return usecase.Read(ctx, s.rt, listPremisesDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (PremisesPage, error) {
		ids, none, err := named(ctx, idb, searchPremises, q.Name)
		if err != nil || none {
			return PremisesPage{Items: []PremisesView{}}, err
		}
		rows, next, err := listPremises(ctx, idb, q, ids, by)
		if err != nil {
			return PremisesPage{}, err
		}
		p := PremisesPage{Items: make([]PremisesView, len(rows)), Next: next}
		for i, r := range rows {
			p.Items[i] = premisesView(r)
		}
		return p, nil
	})
}

// Premises reads one shop.
func (s *Service) Premises(ctx context.Context, id ident.PremisesID) (PremisesView, error) {
	return usecase.Read(ctx, s.rt, getPremisesDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) (PremisesView, error) {
		return s.PremisesIn(ctx, idb, id, by)
	})
}

// OperatorIn reads an operator inside another use-case, for its reader.
func (s *Service) OperatorIn(ctx context.Context, idb usecase.Reader, id ident.OperatorID, by access.Principal) (OperatorView, error) {
	r, err := operatorByID(ctx, idb, id, by)
	if err != nil {
		return OperatorView{}, err
	}
	penalties, err := penaltiesOf(ctx, idb, []ident.OperatorID{id})
	return operatorView(r, penalties[id]), err
}

// PremisesIn reads a shop inside another use-case, for its reader.
func (s *Service) PremisesIn(ctx context.Context, idb usecase.Reader, id ident.PremisesID, by access.Principal) (PremisesView, error) {
	r, err := premisesByID(ctx, idb, id, by)
	if err != nil {
		return PremisesView{}, err
	}
	return premisesView(r), nil
}

// named finds the ids for a part of a name; none means that nothing fits.
func named(ctx context.Context, idb usecase.Reader, kind, name string) (ids []string, none bool, err error) {
	if name == "" {
		return nil, false, nil
	}
	ids, err = search.Find(ctx, idb, kind, name, search.Most)
	return ids, len(ids) == 0, err
}

// scopeOfOperator is where an operator's affairs are looked at: the authority
// that imported it, or the county of its first shop.
func scopeOfOperator(ctx context.Context, idb usecase.Reader, r operatorRecord) (string, error) {
	if r.Scope != "" {
		return r.Scope, nil
	}
	rows, _, err := listPremises(ctx, idb, ListQuery{Operator: r.ID, Limit: 1}, nil, access.Internal("merchant"))
	if err != nil || len(rows) == 0 {
		return string(access.Everything), err
	}
	return rows[0].Scope, nil
}
