package pledge

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// OnQuery asks what a shop promised on the day of a purchase.
type OnQuery struct {
	ID        ident.PledgeID `json:"-" validate:"required,uuid7"`
	Date      string         `json:"date" validate:"required,date" doc:"Day of the purchase."`
	Delivered bool           `json:"delivered" doc:"The goods were sent instead of taken along."`
	Arrived   string         `json:"arrived" validate:"omitempty,date" doc:"Day on which delivered goods really arrived."`
}

// Outcome is what is known of a day.
type Outcome string

// The outcomes.
const (
	InForce Outcome = "in_force" // the terms below bind
	NotYet  Outcome = "not_yet"  // before the shop's first promise
	Between Outcome = "between"  // between two pledges of the shop
	Ended   Outcome = "ended"    // after its last promise
	Never   Outcome = "never"    // the shop never had a pledge in force
	ToCome  Outcome = "to_come"  // the day has not come: nobody can say
)

// Values lists the codes for the API's enum.
func (Outcome) Values() []string {
	return []string{string(InForce), string(NotYet), string(Between), string(Ended), string(Never), string(ToCome)}
}

// Answer is what held on a day.
type Answer struct {
	Date      string         `json:"date" format:"date"`
	Outcome   Outcome        `json:"outcome"`
	Pledge    ident.PledgeID `json:"pledge,omitempty" format:"uuid" doc:"The commitment that bound on the day."`
	Holder    string         `json:"holder" doc:"Name on the sign; on the day, where a commitment bound."`
	Version   *Version       `json:"version,omitempty" doc:"Terms by which the purchase is judged."`
	Window    *Window        `json:"window,omitempty" doc:"Absent for delivered goods whose day of arrival was not given."`
	DaysLeft  int            `json:"days_left" doc:"Until the last day, counted from today; negative when it is over."`
	Open      bool           `json:"open" doc:"Today the goods can still be returned."`
	First     calendar.Date  `json:"first,omitzero" doc:"First day of the shop's first promise."`
	Last      calendar.Date  `json:"last,omitzero" doc:"Last day of its last one before the day asked for."`
	Next      calendar.Date  `json:"next,omitzero" doc:"First day of its next one after the day asked for."`
	Delivered bool           `json:"delivered"`
	Arrived   string         `json:"arrived,omitempty" format:"date"`
}

var onDef = usecase.Define(usecase.Def{Name: "pledge.on", Allow: access.Roles})

// On tells by which terms a purchase of a day is judged, through every renewal
// and change of the shop's pledges. Cards, exits and new terms do not touch
// what was bought before them.
func (s *Service) On(ctx context.Context, q OnQuery) (Answer, error) {
	return usecase.Read(ctx, s.rt, onDef, q, func(ctx context.Context, idb usecase.Reader, _ access.Principal) (Answer, error) {
		r, err := getPublic(ctx, idb, q.ID)
		if err != nil {
			return Answer{}, err
		}
		rows, err := ofPremises(ctx, idb, r.Premises)
		if err != nil {
			return Answer{}, err
		}
		ids := make([]ident.PledgeID, len(rows))
		for i, p := range rows {
			ids[i] = p.ID
		}
		versions, err := termsOf(ctx, idb, ids...)
		if err != nil {
			return Answer{}, err
		}
		a, err := s.answer(r, rows, versions, q)
		if err != nil || a.Pledge == "" {
			return a, err
		}
		day, _ := calendar.ParseDate(q.Date) // checked by the answer
		for _, p := range rows {
			if p.ID == a.Pledge {
				former, err := formerOf(ctx, idb, p.ID)
				if err != nil {
					return a, err
				}
				a.Holder = calledOn(p, former, day)
			}
		}
		return a, nil
	})
}

func (s *Service) answer(r record, rows []record, versions map[ident.PledgeID][]Version, q OnQuery) (Answer, error) {
	day, err := calendar.ParseDate(q.Date)
	if err != nil {
		return Answer{}, fault.OnField("query/date", "date", "")
	}
	a := Answer{Date: q.Date, Holder: r.Holder, Delivered: q.Delivered, Arrived: q.Arrived, Outcome: Never}
	today := calendar.DateOf(s.rt.Now())
	if today.Before(day) {
		a.Outcome = ToCome
		return a, nil
	}
	for _, p := range rows {
		if !bound(p) || today.Before(p.EffectiveOn) || p.Operator != r.Operator {
			continue
		}
		sp := spanOf(p, versions[p.ID])
		if sp.to.Before(sp.from) {
			continue
		}
		if a.First.IsZero() || sp.from.Before(a.First) {
			a.First = sp.from
		}
		switch {
		case sp.to.Before(day):
			if a.Last.Before(sp.to) {
				a.Last = sp.to
			}
		case day.Before(sp.from):
			if a.Next.IsZero() || sp.from.Before(a.Next) {
				a.Next = sp.from
			}
		default:
			if v, ok := inForce([]span{sp}, day); ok {
				a.Pledge, a.Version, a.Outcome = p.ID, &v, InForce
			}
		}
	}
	switch {
	case a.Outcome == InForce:
		return a, s.count(&a, day, today)
	case a.First.IsZero():
	case a.Last.IsZero():
		a.Outcome = NotYet
	case a.Next.IsZero():
		a.Outcome = Ended
	default:
		a.Outcome = Between
	}
	return a, nil
}

// count adds the days in which the goods may be returned.
func (s *Service) count(a *Answer, day, today calendar.Date) error {
	arrived := day
	if a.Delivered {
		if a.Arrived == "" {
			return nil
		}
		var err error
		if arrived, err = calendar.ParseDate(a.Arrived); err != nil {
			return fault.OnField("query/arrived", "date", "")
		}
		if arrived.Before(day) {
			return fault.OnField("query/arrived", "not_before", day.String())
		}
	}
	w := WindowOf(s.calendar, a.Version.Terms, arrived, a.Delivered)
	a.Window, a.DaysLeft = &w, today.DaysUntil(w.Last)
	a.Open = a.DaysLeft >= 0
	return nil
}
