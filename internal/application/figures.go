package application

import (
	"context"
	"errors"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/deadline"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// FiguresQuery asks how punctual offices were.
type FiguresQuery struct {
	Days int `json:"days" validate:"omitempty,oneof=30 90 365" doc:"How many days back; 90 when left out."`
}

// Figures tells how many stages of cases were dealt with on time (按时办结率).
type Figures struct {
	Since  string         `json:"since" format:"date"`
	Until  string         `json:"until" format:"date"`
	Stages []StageFigures `json:"stages"`
}

// StageFigures is one stage of the route.
type StageFigures struct {
	State lifecycle.State `json:"state"`
	Label scheme.Text     `json:"label"`
	Role  access.Role     `json:"role" doc:"Whose turn it is there."`
	deadline.Tally
	Judged int  `json:"judged" doc:"on_time + late + overdue"`
	Rate   *int `json:"rate,omitempty" doc:"Share dealt with on time in tenths of a percent; what is open and overdue counts against it. Left out while there is nothing to judge."`
}

var figuresDef = usecase.Define(usecase.Def{Name: "application.figures", Allow: append([]access.Role{access.Supervisor, access.System}, access.Officers...)})

// usualDays is how far back figures look when nothing is said.
const usualDays = 90

// Figures computes from the events of the cases in the reader's area how many
// stages ended in time, too late, or are open beyond their time.
func (s *Service) Figures(ctx context.Context, q FiguresQuery) (Figures, error) {
	return usecase.Read(ctx, s.rt, figuresDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Figures, error) {
		if q.Days == 0 {
			q.Days = usualDays
		}
		now := s.rt.Now()
		since := calendar.DateOf(now).AddDays(-q.Days)
		events, err := stageEvents(ctx, idb, by, since.Start())
		if err != nil {
			return Figures{}, err
		}
		tallies := map[lifecycle.State]*deadline.Tally{}
		judge := func(state lifecycle.State, clock []deadline.Event) error {
			if clock == nil || lifecycle.Application.Info(state).Waits == access.Merchant {
				return nil
			}
			at, err := deadline.Evaluate(s.calendar, clock, now)
			if err != nil || at.Phase == deadline.Stopped && at.Stopped.Before(since.Start()) {
				return err
			}
			if tallies[state] == nil {
				tallies[state] = &deadline.Tally{}
			}
			tallies[state].Add(at)
			return nil
		}
		judgeAll := func(clocks map[lifecycle.State][]deadline.Event) (err error) {
			for state, clock := range clocks {
				err = errors.Join(err, judge(state, clock))
			}
			return err
		}
		var c clocks
		book := scheme.Open(idb)
		for i, e := range events {
			if i == 0 || events[i-1].Subject != e.Subject {
				sch, err := book.Pinned(ctx, e.Scheme, e.SchemeVersion)
				if err != nil {
					return Figures{}, err
				}
				c = clocks{scheme: sch}
			}
			err := judgeAll(c.take(step{From: e.FromState, To: e.ToState, At: e.At}))
			if i+1 == len(events) || events[i+1].Subject != e.Subject {
				err = errors.Join(err, judge(e.ToState, c.now), judgeAll(c.held))
			}
			if err != nil {
				return Figures{}, err
			}
		}
		f := Figures{Since: since.String(), Until: calendar.DateOf(now).String(), Stages: []StageFigures{}}
		for _, info := range lifecycle.Application.States {
			t := tallies[info.State]
			if t == nil {
				continue
			}
			row := StageFigures{State: info.State, Label: scheme.Text{Zh: info.Zh, En: info.En}, Role: info.Waits, Tally: *t, Judged: t.Judged()}
			if rate, ok := t.Rate(); ok {
				row.Rate = &rate
			}
			f.Stages = append(f.Stages, row)
		}
		return f, nil
	})
}
