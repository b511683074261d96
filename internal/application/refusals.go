package application

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// RefusalQuery filters the attempts that a stated fact refused.
type RefusalQuery struct {
	Fact  scheme.Fact `json:"fact" validate:"omitempty,oneof=trading penalty intent abnormal serious credit" doc:"Only those that this condition refused."`
	Limit int         `json:"limit" validate:"min=0,max=200"`
	After string      `json:"after" validate:"max=400"`
}

// Refusal is one attempt to apply that a condition of the scheme refused. It
// shows what was on record at that moment, whatever is on record now.
type Refusal struct {
	ID           string                 `json:"id"`
	At           time.Time              `json:"at"`
	Attempt      string                 `json:"attempt" enum:"application.start,application.submit,pledge.start,pledge.publish" doc:"What was refused."`
	Subject      string                 `json:"subject" doc:"Id of the shop, or of the case that was to be sent in."`
	Operator     ident.OperatorID       `json:"operator" format:"uuid"`
	OperatorName string                 `json:"operator_name"`
	USCC         string                 `json:"uscc"`
	Scheme       string                 `json:"scheme"`
	Version      string                 `json:"scheme_version"`
	Title        scheme.Text            `json:"title"`
	Facts        []RefusedFact          `json:"facts"`
	Stands       map[scheme.Fact]string `json:"now" doc:"What each of these conditions gives today: met, not_met, unknown or stale."`
}

// RefusedFact is what an authority had stated, and from when its data are.
type RefusedFact struct {
	Fact   scheme.Fact `json:"fact"`
	Value  string      `json:"value,omitempty" doc:"A day, a class, yes or no, the number of a decision."`
	On     string      `json:"on,omitempty" format:"date" doc:"Day on which the source said so."`
	Source string      `json:"source,omitempty"`
}

// RefusalPage is one page of them, the newest first.
type RefusalPage struct {
	Items []Refusal
	Next  string // cursor; "" on the last page
}

var refusalsDef = usecase.Define(usecase.Def{
	Name: "application.refusals", Allow: []access.Role{access.Administrator, access.CountyOfficer, access.CityOfficer, access.ProvinceOfficer, access.Supervisor},
})

// Refusals lists the attempts in the reader's area that a stated fact refused,
// from the audit trail: a refused draft leaves nothing else behind.
func (s *Service) Refusals(ctx context.Context, q RefusalQuery) (RefusalPage, error) {
	return usecase.Read(ctx, s.rt, refusalsDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (RefusalPage, error) {
		rows, next, err := refusals(ctx, idb, q, by.Scope)
		if err != nil {
			return RefusalPage{}, err
		}
		p := RefusalPage{Items: make([]Refusal, 0, len(rows)), Next: next}
		for _, r := range rows {
			v := Refusal{
				ID: r.ID, At: r.At, Attempt: r.Usecase, Subject: r.Subject, Operator: r.Data.Operator, Scheme: r.Data.Scheme, Version: r.Data.Version,
				Facts: r.Data.Facts, Stands: map[scheme.Fact]string{},
			}
			op, err := s.shops.OperatorIn(ctx, idb, v.Operator, access.Internal("application"))
			if err != nil {
				return RefusalPage{}, err
			}
			v.OperatorName, v.USCC = op.Name, op.USCC
			sch, err := scheme.Newest(ctx, idb, v.Scheme)
			if err != nil {
				return RefusalPage{}, err
			}
			v.Title = sch.Title
			for _, f := range Findings(op, sch, s.rt.Now()) {
				for _, was := range v.Facts {
					if was.Fact == f.Rule.Fact {
						v.Stands[was.Fact] = string(f.Outcome)
					}
				}
			}
			p.Items = append(p.Items, v)
		}
		return p, nil
	})
}
