package street

import (
	"context"
	"slices"
	"strings"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/quorum"
	"fangxin/internal/usecase"
)

// Incident is a major consumer-safety or public-opinion event in a street.
type Incident struct {
	ID         ident.IncidentID `json:"id" format:"uuid"`
	HappenedOn string           `json:"happened_on" format:"date"`
	Summary    string           `json:"summary"`
	Source     string           `json:"source"`
	RecordedBy string           `json:"recorded_by,omitempty" doc:"Shown to colleagues only."`
	RecordedAt time.Time        `json:"recorded_at"`
	Struck     bool             `json:"struck" doc:"A second officer took it off."`
	StruckWhy  string           `json:"struck_why,omitempty"`
	Mine       bool             `json:"mine" doc:"The reader recorded it and cannot strike it."`
}

// IncidentCommand records a major incident. It is a veto: a title that stands
// lapses on the day of the record at the latest.
type IncidentCommand struct {
	Street     ident.StreetID `json:"-" validate:"required,uuid7"`
	HappenedOn string         `json:"happened_on" validate:"required,date"`
	Summary    string         `json:"summary" validate:"required,notblank,max=300,plain" doc:"Public words; name no person."`
	Source     string         `json:"source" validate:"required,notblank,max=120,oneline,plain" doc:"Document or publication it is known from."`
}

// StrikeCommand takes an incident off that was recorded in error.
type StrikeCommand struct {
	Street   ident.StreetID   `json:"-" validate:"required,uuid7"`
	Incident ident.IncidentID `json:"incident" validate:"required,uuid7"`
	Reason   string           `json:"reason" validate:"required,notblank,max=300,plain"`
}

var officers = keepers[:3]

var (
	incidentDef = usecase.Define(usecase.Def{Name: "street.record_incident", Allow: officers})
	strikeDef   = usecase.Define(usecase.Def{Name: "street.strike_incident", Allow: officers})
)

// RecordIncident protects shoppers, so one officer does it at once.
func (s *Service) RecordIncident(ctx context.Context, cmd IncidentCommand) (View, error) {
	return usecase.Do(ctx, s.rt, incidentDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		on, err := calendar.ParseDate(cmd.HappenedOn)
		if err != nil {
			return View{}, fault.OnField("/happened_on", "date", "")
		}
		if on.After(calendar.DateOf(c.Now)) {
			return View{}, fault.OnField("/happened_on", "not_future", "")
		}
		row := incidentRow{
			ID: ident.New[ident.IncidentID](), Street: r.ID, HappenedOn: on, Summary: strings.TrimSpace(cmd.Summary), Source: strings.TrimSpace(cmd.Source),
			Recorder: c.By.Account, RecordedBy: c.By.Name, At: c.Now,
		}
		if err := insertIncident(ctx, c.Tx, &row); err != nil {
			return View{}, err
		}
		return r.view(), s.judged(ctx, c, r, event{Kind: "incident", Note: row.Summary})
	})
}

// StrikeIncident takes off what was recorded in error, and with it a lapse
// that followed from nothing else. It gives a title back, so somebody else than
// the recorder does it.
func (s *Service) StrikeIncident(ctx context.Context, cmd StrikeCommand) (View, error) {
	return usecase.Do(ctx, s.rt, strikeDef, cmd, func(ctx context.Context, c *usecase.Call) (View, error) {
		r, err := s.managed(ctx, c, cmd.Street)
		if err != nil {
			return View{}, err
		}
		row, err := incident(ctx, c.Tx, r.ID, cmd.Incident)
		if err != nil {
			return View{}, err
		}
		if row.Recorder == c.By.Account {
			return View{}, fault.New(fault.FourEyes, "")
		}
		row.Striker, row.StruckBy, row.StruckWhy, row.StruckAt = c.By.Account, c.By.Name, strings.TrimSpace(cmd.Reason), c.Now
		if err := strike(ctx, c.Tx, row); err != nil {
			return View{}, err
		}
		recorded := calendar.DateOf(row.At)
		return r.view(), s.judged(ctx, c, r, event{Kind: "incident_struck", Note: row.StruckWhy, Undo: func(t quorum.Turn) bool {
			only := !slices.ContainsFunc(t.Points, func(p quorum.Point) bool { return p.Rule != quorum.Incident })
			return t.Standing == quorum.Lapsed && !t.From.Before(recorded) && only
		}})
	})
}
