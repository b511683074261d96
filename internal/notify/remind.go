package notify

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/calendar"
	"fangxin/internal/deadline"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

var remindDef = usecase.Define(usecase.Def{
	Name: "message.remind", Allow: []access.Role{access.System}, NoAPI: "runs by itself", NoPage: "runs by itself",
})

// SweepKind is the kind of the periodic job that reminds, gives lost deliveries
// back to the queue and forgets what is old.
const SweepKind = "notify.sweep"

// warnWorkdays is how many working days before a deadline a reminder comes.
const warnWorkdays = 2

// escalateWorkdays is how many working days after a deadline the office above
// hears that the matter still lies with the one below.
const escalateWorkdays = 3

// above is whose officers hear of what officers leave undone.
var above = map[access.Role]access.Role{access.CountyOfficer: access.CityOfficer, access.CityOfficer: access.ProvinceOfficer}

// warnDays are how many days before its end the holder of a title hears of it.
var warnDays = []int{7, 30, 60}

// heardOf is for how long after its end a title's expiry is still told, to an
// installation that was switched off, for instance.
const heardOf = 30

// How long addresses of delivered copies and notices themselves are kept.
const (
	keepAddresses = 180 * 24 * time.Hour
	keepNotices   = 3 * 365 * 24 * time.Hour
)

// remindBatch bounds one transaction.
const remindBatch = 200

// Sweep does the periodic work.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.rt.Now()
	if err := s.recover(ctx); err != nil {
		return err
	}
	if err := forget(ctx, s.rt.DB.W, now.Add(-keepAddresses), now.Add(-keepNotices)); err != nil {
		return err
	}
	return s.Remind(ctx)
}

// open reports whether offices work at an instant: nobody is woken by a
// reminder, and nobody finds on Saturday what cannot be done before Monday.
func open(now time.Time) bool {
	return deadline.UsualOffice.Next(calendar.Shipped(), now).Equal(now)
}

// Remind tells of deadlines and ends of titles that are near or past. Each is
// told once, however often this runs.
func (s *Service) Remind(ctx context.Context) error {
	now := s.rt.Now()
	if !open(now) {
		return nil
	}
	ctx = usecase.System(ctx, SweepKind)
	today := calendar.DateOf(now)
	soon := calendar.Shipped().AddWorkdays(today, warnWorkdays).Date
	err := s.remindAll(ctx, func(after string) ([]Occurrence, string, error) {
		rows, err := s.src.Applications.Dated(ctx, s.rt.DB.R, soon.String(), ident.ApplicationID(after), remindBatch)
		var out []Occurrence
		for _, m := range rows {
			out = append(out, ofDeadline(m, now)...)
			after = string(m.Application)
		}
		return out, ifFull(after, len(rows)), err
	})
	if err != nil {
		return err
	}
	if err := s.remindOfEnds(ctx, today); err != nil {
		return err
	}
	return s.remindOfRechecks(ctx, today)
}

// ifFull is the cursor of the next page, "" after the last.
func ifFull(after string, n int) string {
	if n < remindBatch {
		return ""
	}
	return after
}

// remindAll tells what a source gives page by page, leaving out what was told.
func (s *Service) remindAll(ctx context.Context, page func(after string) ([]Occurrence, string, error)) error {
	for after := ""; ; {
		occurrences, next, err := page(after)
		if err != nil {
			return err
		}
		fresh, err := untold(ctx, s.rt.DB.R, occurrences)
		if err != nil {
			return err
		}
		if len(fresh) > 0 {
			_, err = usecase.Do(ctx, s.rt, remindDef, struct{}{}, func(ctx context.Context, c *usecase.Call) (struct{}, error) {
				c.Note("count", len(fresh))
				return struct{}{}, s.Tell(ctx, c, fresh...)
			})
			if err != nil {
				return err
			}
		}
		if next == "" {
			return nil
		}
		after = next
	}
}

// clockRules are when people hear of the deadline of a case, in working days.
var clockRules = []deadline.Rule{{Code: "due_soon", Before: warnWorkdays}, {Code: "overdue"}, {Code: "escalated", Before: -escalateWorkdays}}

// ofDeadline says what a case tells whose last day is near or past.
func ofDeadline(m application.Moved, now time.Time) []Occurrence {
	due, err := calendar.ParseDate(m.DueOn)
	if err != nil {
		return nil
	}
	o := Occurrence{
		Key: string(m.Application) + "/" + m.DueOn, Noun: "application", Subject: string(m.Application), Scope: m.Scope, Operator: m.Operator, Data: caseData(m),
	}
	role, waits := levelOf(m, m.To)
	if !waits {
		role = access.CountyOfficer // sees to visits and to applicants who do not answer
	}
	o.Role = role
	came := deadline.Reached(calendar.Shipped(), deadline.UsualOffice, due, clockRules, now)
	switch {
	case m.To == lifecycle.PublicNotice && came["overdue"]:
		o.Event = CaseNoticeEnded
	case m.To == lifecycle.PublicNotice:
		return nil
	case came["overdue"]:
		o.Event = CaseOverdue
		boss, ok := above[role]
		if !ok || m.To == lifecycle.Returned || !came["escalated"] {
			break
		}
		up := o
		up.Event, up.Role = CaseEscalated, boss
		return []Occurrence{o, up}
	case !came["due_soon"]:
		return nil
	case m.To == lifecycle.Returned:
		o.Event = CaseCorrection
		if m.Contact.Phone != "" {
			o.Extra = &Extra{Name: m.Contact.Name, Phone: ident.NormalPhone(m.Contact.Phone)}
		}
	default:
		o.Event = CaseDueSoon
	}
	return []Occurrence{o}
}
