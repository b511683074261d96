package merchant

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/search"
	"fangxin/internal/usecase"
)

// Succession is what the next shop at a place is.
type Succession struct {
	Old   ident.PremisesID
	Taker ident.OperatorID
	Sign  string // name on the sign from now on
	Phone string
}

// longestLine bounds how many takeovers of one place are followed.
const longestLine = 50

// Succeed closes a shop and opens the one by which another operator goes on at
// the place, inside the transaction that decides so. The old id stays with the
// old shop for ever and names the next one. Where the taker has registered the
// place as a shop of its own already, that one follows.
func (s *Service) Succeed(ctx context.Context, c *usecase.Call, in Succession) (old, next PremisesView, err error) {
	r, err := premisesByID(ctx, c.Tx, in.Old, c.By)
	if err != nil {
		return old, next, err
	}
	c.About(string(r.ID), r.Scope)
	if !r.Active {
		return old, next, fault.New(fault.Conflict, "premises_closed")
	}
	taker, err := operatorForPremises(ctx, c.Tx, in.Taker, c.By)
	if err != nil {
		return old, next, err
	}
	if taker.ID == r.Operator {
		return old, next, fault.New(fault.Conflict, "takeover_own")
	}
	n := premisesRecord{
		ID: ident.New[ident.PremisesID](), Operator: taker.ID, Division: r.Division, Scope: r.Scope, Active: true,
		Version: 1, CreatedAt: c.Now, UpdatedAt: c.Now, OperatorName: taker.Name, USCC: taker.USCC,
	}
	n.fill(in.Sign, r.Address, premisesView(r).Point, r.Sectors, in.Phone)
	switch known, err := premisesAtPlace(ctx, c.Tx, taker.ID, n.PlaceKey); {
	case err == nil:
		n = known
	case !fault.Is(err, fault.NotFound):
		return old, next, err
	default:
		if err := insertPremises(ctx, c.Tx, &n); err != nil {
			return old, next, err
		}
		if err := search.Index(ctx, c.Tx, searchPremises, string(n.ID), n.Name); err != nil {
			return old, next, err
		}
	}
	r.Successor = n.ID
	old, err = s.end(ctx, c, r, calendar.DateOf(c.Now).String())
	return old, premisesView(n), err
}

// Line lists the shops that one place has been, the first one first: those
// that a shop followed, itself, and those that followed it.
func (s *Service) Line(ctx context.Context, idb usecase.Reader, id ident.PremisesID) ([]PremisesView, error) {
	r, err := premisesByID(ctx, idb, id, access.Internal("merchant"))
	if err != nil {
		return nil, err
	}
	line := []PremisesView{premisesView(r)}
	for at := r; len(line) < longestLine; {
		if at, err = precededBy(ctx, idb, at.ID); fault.Is(err, fault.NotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		line = append([]PremisesView{premisesView(at)}, line...)
	}
	for at := r; at.Successor != "" && len(line) < 2*longestLine; {
		if at, err = premisesByID(ctx, idb, at.Successor, access.Internal("merchant")); err != nil {
			return nil, err
		}
		line = append(line, premisesView(at))
	}
	return line, nil
}

// Speaks lists the operators that an account speaks for.
func (s *Service) Speaks(ctx context.Context, idb usecase.Reader, account ident.AccountID) ([]ident.OperatorID, error) {
	return operatorsOf(ctx, idb, account)
}

// Claimed reports whether anybody speaks for an operator here.
func (s *Service) Claimed(ctx context.Context, idb usecase.Reader, operator ident.OperatorID) (bool, error) {
	some, _, err := hasMembers(ctx, idb, operator, "")
	return some, err
}
