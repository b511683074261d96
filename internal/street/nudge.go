package street

import (
	"context"
	"strconv"
	"strings"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// NudgeCommand reminds members of what keeps the street's title standing.
type NudgeCommand struct {
	Street   ident.StreetID     `json:"-" validate:"required,uuid7"`
	Premises []ident.PremisesID `json:"premises" validate:"required,min=1,max=200,unique,dive,uuid7"`
	Words    string             `json:"words" validate:"required,notblank,max=300,plain" doc:"What the organiser asks of them."`
}

// NudgeQuery asks who would get it.
type NudgeQuery struct {
	Street   ident.StreetID     `json:"-" validate:"required,uuid7"`
	Premises []ident.PremisesID `json:"premises" validate:"required,min=1,max=200,unique,dive,uuid7"`
	Words    string             `json:"words" validate:"max=300,plain"`
	Lang     string             `json:"-"`
}

// Nudge is a reminder to one member.
type Nudge struct {
	ID       ident.NudgeID
	Street   View
	Premises ident.PremisesID
	Operator ident.OperatorID
	Shop     string
	Words    string
	Lang     string // of a preview
}

// Reached is one copy of a reminder.
type Reached struct {
	Channel string `json:"channel"`
	Name    string `json:"name"`
	Address string `json:"address,omitempty" doc:"Masked."`
}

// Preview tells about one member who would be told.
type Preview struct {
	Premises ident.PremisesID `json:"premises" format:"uuid"`
	Shop     string           `json:"shop"`
	Copies   []Reached        `json:"copies" doc:"Empty when nobody has an account for the shop: go and see them."`
	WaitFor  string           `json:"wait_for,omitempty" format:"date" doc:"It was reminded lately and is left out until this day."`
}

// Nudged is what was sent.
type Nudged struct {
	ID    ident.NudgeID `json:"id" format:"uuid"`
	At    time.Time     `json:"at"`
	By    string        `json:"by"`
	Words string        `json:"words"`
	Shops []string      `json:"shops"`
}

var (
	nudgeDef   = usecase.Define(usecase.Def{Name: "street.nudge", Allow: []access.Role{access.Organiser}})
	previewDef = usecase.Define(usecase.Def{Name: "street.preview_nudge", Allow: []access.Role{access.Organiser}})
	nudgesDef  = usecase.Define(usecase.Def{Name: "street.nudges", Allow: deskers})
)

// Nudge sends the reminder through the inbox and the channels that each shop
// chose. Who was reminded within the days of the rules is refused by its place
// in the list: organisers must not pester.
func (s *Service) Nudge(ctx context.Context, cmd NudgeCommand) (Nudged, error) {
	return usecase.Do(ctx, s.rt, nudgeDef, cmd, func(ctx context.Context, c *usecase.Call) (Nudged, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return Nudged{}, err
		}
		words := strings.TrimSpace(cmd.Words)
		list, err := s.nudges(ctx, c.Tx, r, cmd.Premises, words, c.Now)
		if err != nil {
			return Nudged{}, err
		}
		var fields []fault.Field
		for i, n := range list {
			if n.wait != "" {
				fields = append(fields, fault.Field{Pointer: "/premises/" + strconv.Itoa(i), Rule: "nudged_lately", Param: n.wait})
			}
		}
		if fields != nil {
			return Nudged{}, fault.OnFields(fields)
		}
		out := Nudged{ID: ident.New[ident.NudgeID](), At: c.Now, By: c.By.Name, Words: words, Shops: []string{}}
		row := nudgeRow{ID: out.ID, Street: r.ID, Words: words, Account: c.By.Account, Actor: c.By.Name, At: c.Now}
		if err := insertNudge(ctx, c.Tx, &row, cmd.Premises); err != nil {
			return Nudged{}, err
		}
		for _, n := range list {
			n.ID = out.ID
			out.Shops = append(out.Shops, n.Shop)
			for _, hook := range s.OnNudged {
				if err := hook(ctx, c, n.Nudge); err != nil {
					return Nudged{}, err
				}
			}
		}
		c.Note("shops", len(list))
		return out, nil
	})
}

// PreviewNudge tells who would be told, by which channel, before anything is sent.
func (s *Service) PreviewNudge(ctx context.Context, q NudgeQuery) ([]Preview, error) {
	// It is sent like a change, so that a refusal leaves an entry in the trail.
	return usecase.Do(ctx, s.rt, previewDef, q, func(ctx context.Context, c *usecase.Call) ([]Preview, error) {
		idb, by := c.Tx, c.By
		r, err := get(ctx, idb, q.Street, by)
		if err != nil {
			return nil, err
		}
		list, err := s.nudges(ctx, idb, r, q.Premises, q.Words, s.rt.Now())
		out := []Preview{}
		for _, n := range list {
			p := Preview{Premises: n.Premises, Shop: n.Shop, Copies: []Reached{}, WaitFor: n.wait}
			n.Lang = q.Lang
			if n.wait == "" {
				if p.Copies, err = s.Reach(ctx, idb, by, n.Nudge); err != nil {
					return nil, err
				}
			}
			out = append(out, p)
		}
		return out, err
	})
}

// Nudges lists what was sent to members, newest first.
func (s *Service) Nudges(ctx context.Context, id ident.StreetID) ([]Nudged, error) {
	return usecase.Read(ctx, s.rt, nudgesDef, struct{}{}, func(ctx context.Context, idb usecase.Reader, by access.Principal) ([]Nudged, error) {
		r, err := get(ctx, idb, id, by)
		if err != nil {
			return nil, err
		}
		return nudgesOf(ctx, idb, r.ID, 20)
	})
}

type nudged struct {
	Nudge
	wait string // first day on which it may be reminded again
}

func (s *Service) nudges(ctx context.Context, idb usecase.Reader, r record, chosen []ident.PremisesID, words string, now time.Time) ([]nudged, error) {
	members, err := membersNow(ctx, idb, r.ID)
	if err != nil {
		return nil, err
	}
	by := map[ident.PremisesID]shop{}
	for _, m := range members {
		by[m.Premises] = m
	}
	last, err := lastNudges(ctx, idb, r.ID, chosen)
	if err != nil {
		return nil, err
	}
	titles, err := s.src.Certificates.StreetTitles(ctx, idb, r.ID)
	if err != nil {
		return nil, err
	}
	under, err := rulesFor(ctx, idb, titles)
	if err != nil {
		return nil, err
	}
	days := under.Street.NudgeDays.Value
	var out []nudged
	for i, id := range chosen {
		m, ok := by[id]
		if !ok {
			return nil, fault.OnField("/premises/"+strconv.Itoa(i), "not_member", "")
		}
		n := nudged{Nudge: Nudge{Street: r.view(), Premises: id, Operator: m.Operator, Shop: m.Name, Words: words}}
		if at, ok := last[id]; ok {
			if until := at.AddDate(0, 0, days); now.Before(until) {
				n.wait = calendar.DateOf(until).String()
			}
		}
		out = append(out, n)
	}
	return out, nil
}
