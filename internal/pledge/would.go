package pledge

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// titleSteps are the steps of a title that follow from those of its pledge.
var titleSteps = map[lifecycle.Action]lifecycle.Action{
	lifecycle.GiveYellow: lifecycle.OrderRectification, lifecycle.GiveRed: lifecycle.Suspend, lifecycle.Clear: lifecycle.VerifyRectification,
	lifecycle.Restore: lifecycle.Restore, lifecycle.Remove: lifecycle.Revoke,
}

// WouldMove tells what other slices would hear if the reader took a step now,
// and which step its title would take; "" for none.
func (s *Service) WouldMove(ctx context.Context, idb usecase.Reader, by access.Principal, id ident.PledgeID, a lifecycle.Action) (Moved, lifecycle.Action, error) {
	r, err := get(ctx, idb, id, by)
	if err != nil {
		return Moved{}, "", err
	}
	m := Moved{View: s.view(r, by, s.rt.Now()), Operator: r.Operator, Action: a}
	if st, ok := lifecycle.Pledge.Step(a); ok {
		m.To = st.To[0]
	}
	return m, titleSteps[a], nil
}
