package usecase

import (
	"context"
	"slices"

	"github.com/uptrace/bun"

	"fangxin/internal/access"
	"fangxin/internal/audit"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// A Matter is what the table of four eyes and conflicts of interest looks at:
// the operator that a record is about, and what people did in it so far.
type Matter struct {
	Operator ident.OperatorID // "" when the record is about none
	Deeds    []lifecycle.Deed
}

// Apart refuses a step that an earlier deed of the caller, or an interest in
// the operator, keeps them from. It is asked before anything is changed, and
// the only way in which a slice keeps people apart.
func (c *Call) Apart(ctx context.Context, m *lifecycle.Machine, step lifecycle.Action, of Matter) error {
	return c.rt.Apart(ctx, c.Tx, c.By, m, step, of)
}

// Apart is the same for a page that shows what may be done.
func (rt *Runtime) Apart(ctx context.Context, idb bun.IDB, by access.Principal, m *lifecycle.Machine, step lifecycle.Action, of Matter) error {
	deeds := of.Deeds
	if of.Operator != "" && by.Account != "" && rt.Interests != nil {
		interested, err := rt.Interests(ctx, idb, of.Operator)
		if err != nil {
			return err
		}
		deeds = slices.Concat(deeds, Acts("operator", lifecycle.Interest, interested))
	}
	return lifecycle.Barred(m.Noun, step, by.Account, deeds)
}

// Deeds reads the steps that people took on a record.
func Deeds(ctx context.Context, idb bun.IDB, noun, id string) ([]lifecycle.Deed, error) {
	events, err := audit.Timeline(ctx, idb, noun, id)
	out := make([]lifecycle.Deed, len(events))
	for i, e := range events {
		out[i] = lifecycle.Deed{Noun: noun, Action: lifecycle.Action(e.Action), By: e.Account}
	}
	return out, err
}

// Acts makes the same deed of several people.
func Acts(noun string, a lifecycle.Action, people []ident.AccountID) []lifecycle.Deed {
	out := make([]lifecycle.Deed, len(people))
	for i, p := range people {
		out[i] = lifecycle.Deed{Noun: noun, Action: a, By: p}
	}
	return out
}
