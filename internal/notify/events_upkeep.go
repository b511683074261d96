package notify

import (
	"context"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/calendar"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/renewal"
	"fangxin/internal/scheme"
	"fangxin/internal/usecase"
)

// The events around keeping a title: renewals, re-checks, the days of orders,
// and the rules under which cases go on.
const (
	RenewalOpen     Code = "renewal.open"
	RenewalDue      Code = "renewal.due"
	RenewalLast     Code = "renewal.last_day"
	RenewalGranted  Code = "renewal.granted"
	RenewalDeclined Code = "renewal.declined"
	RecheckSoon     Code = "recheck.soon"
	RecheckWaiting  Code = "recheck.waiting"
	RectifyDueSoon  Code = "rectification.due_soon"
	SchemeChanged   Code = "scheme.changed"
)

const myRenewal = "/my/certificates/{subject}/renew"

// upkeepEvents are part of the [Catalogue].
var upkeepEvents = []Event{
	{RenewalOpen, "title", Holder, softly, false, false, false, myRenewal},
	{RenewalDue, "title", Holder, allWays, false, true, false, myRenewal},
	{RenewalLast, "title", Holder, allWays, false, true, false, myRenewal},
	{RenewalGranted, "title", Holder, allWays, false, false, true, myTitle},
	{RenewalDeclined, "title", Holder, allWays, true, true, true, myTitle},
	{RecheckSoon, "title", Holder, softly, false, false, false, myTitle},
	{RectifyDueSoon, "title", Holder, allWays, false, true, false, myOrder},
	{RecheckWaiting, "desk", Officers, mailOnly, false, false, false, "/desk/rechecks"},
	{SchemeChanged, "desk", Officers, mailOnly, false, false, false, "/desk/schemes/{scheme}/diff?from={from}&to={to}"},
}

// ofRenewal says what a step of a request tells its holder.
func ofRenewal(v renewal.View, a lifecycle.Action) []Occurrence {
	o := Occurrence{
		Key: step(v.ID, v.Version), Noun: "certificate", Subject: string(v.Certificate), Scope: v.Scope, Operator: v.Operator,
		Data: map[string]string{"shop": v.Holder, "number": v.CertNumber},
	}
	switch a {
	case lifecycle.Grant, lifecycle.GrantNow:
		o.Event = RenewalGranted
		if v.Successor != "" {
			o.Subject = string(v.Successor)
		}
	case lifecycle.Decline:
		o.Event = RenewalDeclined
		if v.Reason != "" {
			o.Data["reason"] = v.Reason
		}
	default:
		return nil
	}
	return []Occurrence{o}
}

// renewable reports whether a title's holder renews it on the page of its
// renewal: streets apply anew and pledges have pages of their own.
// What is being mended cannot be renewed meanwhile.
func renewable(m certificate.Moved) bool {
	return m.Premises != "" && m.Scheme != scheme.ReturnPledge && m.State == lifecycle.Active
}

// ofEnd says what a title tells whose end is near or past.
func ofEnd(m certificate.Moved, today calendar.Date) []Occurrence {
	o := titleOccurrence(TitleExpired, m.View, m.Operator)
	o.Key = string(m.ID)
	renews := renewable(m)
	switch last := m.ExpiresOn; {
	case last.Before(today):
	case renews && !last.After(today.AddDays(1)):
		o.Event = RenewalLast
	case last.After(today.AddDays(warnDays[len(warnDays)-1])):
		if !renews {
			return nil
		}
		o.Event = RenewalOpen
	default:
		if o.Event = TitleExpiring; renews {
			o.Event = RenewalDue
		}
		for _, days := range warnDays {
			if !last.After(today.AddDays(days)) {
				o.Key += "/" + strconv.Itoa(days)
				break
			}
		}
	}
	return []Occurrence{o}
}

// remindOfEnds tells holders of the ends of their titles, those who asked for
// a renewal already excepted.
func (s *Service) remindOfEnds(ctx context.Context, today calendar.Date) error {
	return s.remindAll(ctx, func(after string) ([]Occurrence, string, error) {
		rows, err := s.src.Certificates.Ending(ctx, s.rt.DB.R, today.AddDays(-heardOf), today.AddDays(renewal.WindowDays), ident.CertificateID(after), remindBatch)
		if err != nil {
			return nil, "", err
		}
		ids := make([]ident.CertificateID, len(rows))
		for i, m := range rows {
			ids[i] = m.ID
		}
		asked := map[ident.CertificateID]bool{}
		if s.src.Renewals != nil {
			if asked, err = s.src.Renewals.UnderWay(ctx, s.rt.DB.R, ids); err != nil {
				return nil, "", err
			}
		}
		var out []Occurrence
		for _, m := range rows {
			after = string(m.ID)
			if !asked[m.ID] || m.ExpiresOn.Before(today) {
				out = append(out, ofEnd(m, today)...)
			}
		}
		return out, ifFull(after, len(rows)), nil
	})
}

// recheckDays is how many days before a periodic re-check its shop hears of it.
const recheckDays = 30

// remindOfRechecks tells shops that their periodic re-check is near, and each
// county once a month how many wait to be planned.
func (s *Service) remindOfRechecks(ctx context.Context, today calendar.Date) error {
	waiting := map[string]int{}
	err := s.remindAll(ctx, func(after string) ([]Occurrence, string, error) {
		rows, next, err := s.src.Certificates.RecheckBy(ctx, s.rt.DB.R, today.AddDays(recheckDays), after, remindBatch)
		var out []Occurrence
		for _, m := range rows {
			if !m.DueOn.After(today) {
				waiting[m.Scope]++
			}
			o := titleOccurrence(RecheckSoon, m.View, m.Operator)
			o.Key, o.Data["recheck_on"] = string(m.ID)+"/"+m.DueOn.String(), m.DueOn.String()
			out = append(out, o)
		}
		return out, next, err
	})
	if err != nil {
		return err
	}
	return s.remindAll(ctx, func(string) ([]Occurrence, string, error) {
		var out []Occurrence
		month := today.String()[:len("2006-01")]
		for scope, n := range waiting {
			out = append(out, Occurrence{
				Event: RecheckWaiting, Key: scope + month, Noun: "authority", Scope: scope, Role: levelRole(scope),
				Data: map[string]string{"count": strconv.Itoa(n)},
			})
		}
		return out, "", nil
	})
}

// ofEdition says whom a new version of a scheme concerns: the officers whose
// turn it is in open cases, which keep the version they were filed under.
func (s *Service) ofEdition(ctx context.Context, idb usecase.Reader, e scheme.Edition) ([]Occurrence, error) {
	rows, err := s.src.Applications.FollowersOf(ctx, idb, e.Code, e.Edition)
	if err != nil {
		return nil, err
	}
	type turn struct {
		scope, from string
		role        access.Role
	}
	cases, order := map[turn]int{}, []turn{}
	for _, r := range rows {
		role, waits := lifecycle.ReviewLevel(r.State)
		if !waits {
			role = access.CountyOfficer // sees to visits and to applicants who do not answer
		}
		t := turn{r.Scope, r.Version, role}
		if cases[t] == 0 {
			order = append(order, t)
		}
		cases[t] += r.N
	}
	out := make([]Occurrence, len(order))
	for i, t := range order {
		out[i] = Occurrence{
			Event: SchemeChanged, Key: string(e.ID) + "/" + t.from + "/" + string(t.role) + t.scope, Noun: "edition", Subject: string(e.ID), Scope: t.scope, Role: t.role,
			Data: map[string]string{
				"title": e.Scheme.Title.Zh, "title_en": e.Scheme.Title.En, "scheme": e.Code, "from": t.from, "to": e.Edition, "count": strconv.Itoa(cases[t]),
			},
		}
	}
	return out, nil
}
