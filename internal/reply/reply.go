// Package reply owns the right of reply (答复): what the holder of a title says
// beside a result that the registry publishes about it – a decision, or the
// inspection that the badge names.
//
// It judges no result and changes none. Officers look at a reply for unlawful
// content only; whether its writer is right is not theirs to say.
//
// Invariants: one reply for a result waits and one is published; a newer one
// takes the place of the older when it is published, not before; it holds no
// number or address that leads to a person; whoever took the decision does not
// refuse the answer to it; scans show or hide it in the transaction of the step.
package reply

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/badge"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// MaxLength is how many characters a reply has at the most: with two of them
// the page of a scan stays within its 30 KB.
const MaxLength = 300

// CheckWithin is how long officers have to look at a reply. The programme's
// published rules name no time; this one is proposed.
var CheckWithin = calendar.Period{N: 5, Unit: calendar.Workdays}

// View is one reply.
type View struct {
	ID          ident.ReplyID       `json:"id" format:"uuid"`
	Certificate ident.CertificateID `json:"certificate" format:"uuid"`
	CertNumber  string              `json:"certificate_number"`
	Holder      string              `json:"holder"`
	Operator    ident.OperatorID    `json:"-"`
	Division    string              `json:"division"`
	About       badge.About         `json:"about"`
	Result      string              `json:"result" doc:"Id of the step on the title, or the day of the inspection."`
	Action      lifecycle.Action    `json:"action,omitempty" doc:"The step on the title that it answers."`
	Words       string              `json:"words,omitempty" doc:"What was published: the reason of the step, or the grade."`
	ResultOn    string              `json:"result_on" format:"date"`
	Body        string              `json:"body" doc:"What the holder says."`
	State       lifecycle.State     `json:"state"`
	DueOn       string              `json:"due_on,omitempty" format:"date" doc:"Until when officers look at it."`
	DaysLeft    *int                `json:"days_left,omitempty" doc:"Working days left while it waits; negative when overdue."`
	FiledAt     time.Time           `json:"filed_at"`
	PublishedOn string              `json:"published_on,omitempty" format:"date"`
	Reason      string              `json:"reason,omitempty" doc:"Why it is not published."`
	Version     int64               `json:"version"`
	Scope       string              `json:"-"`
	Actions     []lifecycle.Action  `json:"actions,omitempty"`
}

// Standing is what a holder may reply to, and what became of earlier replies.
type Standing struct {
	Certificate certificate.View `json:"certificate"`
	Results     []Open           `json:"results"`
	Past        []View           `json:"past" doc:"Replies, the latest first."`
}

// Open is a published result with the replies to it that count.
type Open struct {
	certificate.Result
	Waiting   *View `json:"waiting,omitempty"`
	Published *View `json:"published,omitempty"`
}

// Service runs the use-cases of replies.
type Service struct {
	rt       *usecase.Runtime
	titles   *certificate.Service
	tasks    *task.Service
	calendar *calendar.Calendar

	// Deeds lists what people did in what a title rests on, inspectors of its
	// visits included.
	Deeds func(ctx context.Context, idb usecase.Reader, id ident.CertificateID, application ident.ApplicationID) ([]lifecycle.Deed, error)
	// OnMoved hooks run in the transaction of each step.
	OnMoved []func(ctx context.Context, c *usecase.Call, v View, a lifecycle.Action) error
}

// New makes the service and has titles show what it published.
func New(rt *usecase.Runtime, titles *certificate.Service, tasks *task.Service, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, titles: titles, tasks: tasks, calendar: cal}
	titles.Heard = heard
	return s
}

// heard lists the replies that are published about a title.
func heard(ctx context.Context, idb usecase.Reader, id ident.CertificateID) ([]certificate.Heard, error) {
	rows, err := published(ctx, idb, id)
	out := make([]certificate.Heard, 0, len(rows))
	for _, r := range rows {
		on, err := calendar.ParseDate(r.PublishedOn)
		if err != nil {
			return nil, err
		}
		out = append(out, certificate.Heard{Reply: badge.Reply{About: r.About, Text: r.Body, On: on}, Ref: r.Result})
	}
	return out, err
}

func (s *Service) view(r record, by access.Principal, now time.Time) View {
	v := View{
		ID: r.ID, Certificate: r.Certificate, CertNumber: r.CertNumber, Holder: r.Holder, Operator: r.Operator, Division: r.Division,
		About: r.About, Result: r.Result, Action: r.Action, Words: r.Words, ResultOn: r.ResultOn, Body: r.Body, State: r.State,
		FiledAt: r.FiledAt, PublishedOn: r.PublishedOn, Reason: r.Reason, Version: r.Version, Scope: r.Scope, DueOn: r.DueOn,
	}
	if due, err := calendar.ParseDate(r.DueOn); err == nil && r.State == lifecycle.Filed {
		left := s.calendar.WorkdaysBetween(calendar.DateOf(now), due)
		v.DaysLeft = &left
	}
	for _, st := range lifecycle.Reply.Open(by, r.State) {
		v.Actions = append(v.Actions, st.Action)
	}
	return v
}
