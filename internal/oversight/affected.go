package oversight

import (
	"context"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// Question asks which titles something affects. Everything that is filled in
// must hold; at least one thing must be, besides the standing.
type Question struct {
	Scheme    string          `json:"scheme,omitempty" validate:"max=40" doc:"Code of the title."`
	Version   string          `json:"version,omitempty" validate:"max=10" doc:"Version of its rules; needs the scheme."`
	Module    string          `json:"module,omitempty" validate:"max=20" doc:"Checklist module with which the shop was inspected, such as COM."`
	Sheet     string          `json:"sheet,omitempty" validate:"omitempty,len=64,hexadecimal,lowercase" doc:"Hash of the sheet with which it was inspected."`
	Inspector ident.AccountID `json:"inspector,omitempty" validate:"omitempty,uuid7" doc:"One of the inspectors."`
	Area      string          `json:"area,omitempty" validate:"omitempty,division" doc:"GB/T 2260 code of a city or county."`
	From      string          `json:"from,omitempty" validate:"omitempty,date" doc:"Issued on or after this day."`
	To        string          `json:"to,omitempty" validate:"omitempty,date" doc:"Issued on or before this day."`
	Approval  string          `json:"approval,omitempty" validate:"max=60,plain" doc:"Approval document that the title names."`
	Fact      scheme.Fact     `json:"fact,omitempty" validate:"omitempty,oneof=penalty intent abnormal serious credit" doc:"What an authority states about the operator: a penalty, a list, a class of credit risk below A."`
	Since     string          `json:"since,omitempty" validate:"omitempty,date" doc:"With a fact: stated or decided on or after this day."`
	// Ended asks for titles that no longer stand too.
	Ended bool `json:"ended,omitempty" doc:"Titles that are over as well: expired, revoked, given up."`
}

func (q Question) empty() bool {
	q.Ended = false
	return q == Question{}
}

// Hit is one title that is affected.
type Hit struct {
	certificate.View
	Operator ident.OperatorID `json:"operator,omitempty" format:"uuid"`
}

// Answer is one page of affected titles.
type Answer struct {
	Items []Hit
	Total int
	Next  string // cursor; "" on the last page
}

// AffectedQuery pages through the answer to a question.
type AffectedQuery struct {
	Question
	Limit int    `json:"limit" validate:"min=0,max=200"`
	After string `json:"after" validate:"max=400"`
}

var affectedDef = usecase.Define(usecase.Def{Name: "certificate.affected", Allow: watchers})

// Affected lists the titles of the reader's area that something affects.
func (s *Service) Affected(ctx context.Context, q AffectedQuery) (Answer, error) {
	return usecase.Read(ctx, s.rt, affectedDef, q, func(ctx context.Context, idb usecase.Reader, by access.Principal) (Answer, error) {
		if err := q.Question.check(); err != nil {
			return Answer{}, err
		}
		a := Answer{Items: []Hit{}}
		rows, next, err := affected(ctx, idb, q, by, calendar.DateOf(s.rt.Now()).String())
		if err != nil {
			return a, err
		}
		if a.Total, err = countAffected(ctx, idb, q.Question, by, calendar.DateOf(s.rt.Now()).String()); err != nil {
			return a, err
		}
		a.Next = next
		for _, r := range rows {
			v, operator, err := s.titles.Look(ctx, idb, r.ID, by)
			if err != nil {
				return a, err
			}
			a.Items = append(a.Items, Hit{v, operator})
		}
		return a, nil
	})
}

func (q Question) check() error {
	switch {
	case q.empty():
		return fault.OnField("/scheme", "question_empty", "")
	case q.Version != "" && q.Scheme == "":
		return fault.OnField("/scheme", "version_of_what", "")
	case q.Since != "" && q.Fact == "":
		return fault.OnField("/fact", "since_of_what", "")
	}
	return nil
}
