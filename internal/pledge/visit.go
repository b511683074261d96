package pledge

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// OrderCommand orders a test purchase at one shop.
type OrderCommand struct {
	ID    ident.PledgeID `json:"-" validate:"required,uuid7"`
	DueOn string         `json:"due_on,omitempty" validate:"omitempty,date" doc:"Day until which it is made; the days of the rules when empty."`
}

// DrawCommand draws shops at random and orders a test purchase at each.
type DrawCommand struct {
	Number   int    `json:"number" validate:"min=1,max=50" doc:"How many shops."`
	Division string `json:"division" validate:"omitempty,division" doc:"Within the officer's area."`
	Goods    string `json:"goods" validate:"max=40,oneline,plain" doc:"Shops that cover the category."`
	DueOn    string `json:"due_on,omitempty" validate:"omitempty,date"`
}

// Draw is a draw that anybody who sees the frame can repeat: the shops of the
// frame in the order of SHA-256(seed ‖ id), the first ones picked.
type Draw struct {
	ID        ident.TestDrawID     `json:"id" format:"uuid"`
	Seed      string               `json:"seed" doc:"32 hexadecimal digits."`
	Frame     int                  `json:"frame" doc:"How many pledges could have been drawn."`
	FrameHash string               `json:"frame_hash" doc:"SHA-256 of their ids in order, one a line."`
	Picked    []ident.PledgeID     `json:"picked"`
	DueOn     string               `json:"due_on" format:"date"`
	DrawnBy   string               `json:"drawn_by"`
	At        time.Time            `json:"at"`
	Visits    []ident.InspectionID `json:"visits,omitempty"`
}

var (
	orderDef = usecase.Define(usecase.Def{Name: "pledge.order_test", Allow: access.Officers})
	drawDef  = usecase.Define(usecase.Def{Name: "pledge.draw_tests", Allow: access.Officers})
	drawsDef = usecase.Define(usecase.Def{Name: "pledge.list_draws", Allow: append([]access.Role{access.Supervisor}, access.Officers...)})
)

// OrderTest sends two inspectors who buy something and bring it back. The shop
// is told nothing beforehand.
func (s *Service) OrderTest(ctx context.Context, cmd OrderCommand) (inspection.View, error) {
	return usecase.Do(ctx, s.rt, orderDef, cmd, func(ctx context.Context, c *usecase.Call) (inspection.View, error) {
		r, err := get(ctx, c.Tx, cmd.ID, c.By)
		if err != nil {
			return inspection.View{}, err
		}
		c.About(string(r.ID), r.Scope)
		due, err := s.testDay(c.Now, cmd.DueOn)
		if err != nil {
			return inspection.View{}, err
		}
		v, err := s.test(ctx, c, r, due)
		c.About(string(r.ID), r.Scope)
		c.Note("inspection", v.ID)
		return v, err
	})
}

func (s *Service) testDay(now time.Time, asked string) (string, error) {
	today := calendar.DateOf(now)
	if asked == "" {
		return today.AddDays(CurrentRules().TestDays.Value).String(), nil
	}
	if asked < today.String() {
		return "", fault.OnField("/due_on", "past_day", "")
	}
	return asked, nil
}

// test plans the visit with the sheet of test purchases.
func (s *Service) test(ctx context.Context, c *usecase.Call, r record, dueOn string) (inspection.View, error) {
	if st := standingOf(r, calendar.DateOf(c.Now)); st != Standing(lifecycle.Active) && st != Standing(lifecycle.YellowCard) {
		return inspection.View{}, fault.New(fault.IllegalStep, "pledge_not_in_force")
	}
	var sheet checklist.Sheet
	var cause error = fault.New(fault.NotReady, "visit_no_sheet")
	for _, code := range r.Sectors {
		if sheet, cause = s.Sheet(ctx, c.Tx, checklist.ReturnTest, sector.Code(code)); cause == nil {
			break
		}
	}
	if cause != nil {
		return inspection.View{}, fault.Wrap(fault.NotReady, cause, "visit_no_sheet")
	}
	return s.Visits.Plan(ctx, c, inspection.PlanInput{
		Purpose: inspection.TestPurchase, Ref: inspection.Ref{Noun: lifecycle.Pledge.Noun, ID: string(r.ID)}, Premises: r.Premises,
		Operator: r.Operator, Holder: r.Holder, Address: r.Address, Division: r.Division, Scope: r.Scope, DueOn: dueOn, Sheet: sheet,
	})
}

// DrawTests draws shops in the officer's area and orders a test purchase at
// each. Shops where one is under way are not in the frame.
func (s *Service) DrawTests(ctx context.Context, cmd DrawCommand) (Draw, error) {
	return usecase.Do(ctx, s.rt, drawDef, cmd, func(ctx context.Context, c *usecase.Call) (Draw, error) {
		due, err := s.testDay(c.Now, cmd.DueOn)
		if err != nil {
			return Draw{}, err
		}
		frame, err := testFrame(ctx, c.Tx, c.By, cmd, calendar.DateOf(c.Now).String())
		if err != nil {
			return Draw{}, err
		}
		if len(frame) < cmd.Number {
			return Draw{}, fault.New(fault.NotReady, "draw_frame_small", len(frame))
		}
		seed := make([]byte, 16)
		if _, err := rand.Read(seed); err != nil {
			return Draw{}, err
		}
		byID, ids := map[ident.PledgeID]record{}, make([]ident.PledgeID, len(frame))
		for i, r := range frame {
			byID[r.ID], ids[i] = r, r.ID
		}
		row := drawRow{
			ID: ident.New[ident.TestDrawID](), Scope: string(c.By.Scope), Seed: hex.EncodeToString(seed), Frame: len(frame), FrameHash: FrameHash(ids),
			Picked: Pick(hex.EncodeToString(seed), ids, cmd.Number), DueOn: due, DrawnBy: c.By.Name, Account: c.By.Account, CreatedAt: c.Now,
		}
		d := row.view()
		for _, id := range row.Picked {
			v, err := s.test(ctx, c, byID[id], due)
			if err != nil {
				return Draw{}, err
			}
			d.Visits = append(d.Visits, v.ID)
		}
		c.About(string(row.ID), row.Scope)
		c.Note("seed", row.Seed)
		c.Note("frame", row.Frame)
		c.Note("picked", len(row.Picked))
		return d, insertDraw(ctx, c.Tx, &row)
	})
}

// FrameHash is the SHA-256 of the ids in order, one a line.
func FrameHash(ids []ident.PledgeID) string {
	sorted := slices.Sorted(slices.Values(ids))
	lines := make([]string, len(sorted))
	for i, id := range sorted {
		lines[i] = string(id)
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}

// Pick draws n of the ids: those whose SHA-256(seed ‖ id) comes first.
func Pick(seed string, ids []ident.PledgeID, n int) []ident.PledgeID {
	key := func(id ident.PledgeID) []byte { sum := sha256.Sum256([]byte(seed + string(id))); return sum[:] }
	out := slices.Clone(ids)
	slices.SortFunc(out, func(a, b ident.PledgeID) int { return bytes.Compare(key(a), key(b)) })
	return out[:min(n, len(out))]
}

// Draws lists the draws of the reader's area, newest first.
func (s *Service) Draws(ctx context.Context) ([]Draw, error) {
	return usecase.Read(ctx, s.rt, drawsDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Draw, error) {
		rows, err := draws(ctx, idb, by)
		out := make([]Draw, len(rows))
		for i, r := range rows {
			out[i] = r.view()
		}
		return out, err
	})
}

// Tested hears that a test purchase was accepted. A refused return fails the
// shop whatever its points: it gets the card that the rules name for it, in
// the transaction of the acceptance and in the name of who accepted.
func (s *Service) Tested(ctx context.Context, c *usecase.Call, v inspection.View) error {
	if v.Purpose != inspection.TestPurchase || v.Ref.Noun != lifecycle.Pledge.Noun || len(v.InForce().Vetoes) == 0 {
		return nil
	}
	id, scope := string(v.ID), v.Scope
	ctx = inner(ctx)
	r, err := get(ctx, c.Tx, ident.PledgeID(v.Ref.ID), access.Internal("pledge"))
	if err != nil {
		return err
	}
	if r.State == lifecycle.Superseded { // renewed between the order and the result
		if r, err = standing(ctx, c.Tx, r.Premises); err != nil {
			return err
		}
	}
	hand := *c
	hand.By.Roles = append(slices.Clone(c.By.Roles), access.System)
	if err := s.settle(ctx, &hand, &r); err != nil {
		return err
	}
	rules, today := CurrentRules(), calendar.DateOf(c.Now)
	before, err := cardsSince(ctx, c.Tx, r.Premises, today.AddMonths(-rules.Cards.WithinMonths.Value))
	if err != nil {
		return err
	}
	colour := rules.Cards.Refused
	if before > 0 || r.State == lifecycle.YellowCard {
		colour = rules.Cards.Again
	}
	if r.State == lifecycle.Active || r.State == lifecycle.YellowCard && colour == Red {
		_, err = s.give(ctx, &hand, &r, card{colour: colour, reason: say("zh", "test_refused_reason"), cause: testRefused, visit: v.ID})
	}
	c.About(id, scope)
	return err
}
