package notify

import (
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/inspection"
	"fangxin/internal/lifecycle"
	"fangxin/internal/task"
)

// step is the key of something that happens once for each version of a record.
func step[I ~string](id I, version int64) string {
	return string(id) + "/" + strconv.FormatInt(version, 10)
}

// holderEvents are what the applicant hears of a step; of any other step the
// applicant hears that the case has moved on.
var holderEvents = map[lifecycle.Action]Code{
	lifecycle.Submit: CaseReceived, lifecycle.Resubmit: CaseReceived, lifecycle.Return: CaseReturned, lifecycle.Announce: CaseAnnounced,
	lifecycle.Certify: CaseCertified, lifecycle.Refuse: CaseRefused, lifecycle.UpholdObjection: CaseObjection,
	lifecycle.Reconsider: CaseReopened,
}

// ofCase says what a step of a case tells, and is asked beforehand too.
func ofCase(m application.Moved) []Occurrence {
	about := Occurrence{
		Key: step(m.Application, m.Version), Noun: "application", Subject: string(m.Application), Scope: m.Scope, Operator: m.Operator,
		Data: caseData(m),
	}
	if m.Contact.Phone != "" {
		about.Extra = &Extra{Name: m.Contact.Name, Phone: ident.NormalPhone(m.Contact.Phone)}
	}
	var out []Occurrence
	add := func(c Code, role access.Role) {
		o := about
		o.Event, o.Role = c, role
		out = append(out, o)
	}
	was, waited := levelOf(m, m.From)
	if m.Action == lifecycle.Withdraw || m.Action == lifecycle.End { // what ends with a shop is told as its takeover
		if waited {
			add(CaseWithdrawn, was)
		}
		return out
	}
	if c, ok := holderEvents[m.Action]; ok {
		add(c, "")
	} else {
		add(CaseForwarded, "")
	}
	// Officers hear of a case when it comes to them from somebody else.
	if now, waits := levelOf(m, m.To); waits && now != was {
		add(CaseWaiting, now)
	}
	return out
}

// levelOf tells whose officers decide in a state of a case.
func levelOf(m application.Moved, s lifecycle.State) (access.Role, bool) {
	role, waits := lifecycle.ReviewLevel(s)
	if s == lifecycle.PublicNotice && m.Decides != "" {
		role = m.Decides
	}
	return role, waits
}

func caseData(m application.Moved) map[string]string {
	d := map[string]string{"case_no": m.CaseNo, "shop": m.Shop, "title": m.Title.Zh, "title_en": m.Title.En, "state": string(m.To)}
	set := func(k, v string) {
		if v != "" {
			d[k] = v
		}
	}
	set("due_on", m.DueOn)
	switch m.Action {
	case lifecycle.Return, lifecycle.Refuse, lifecycle.UpholdObjection, lifecycle.Reconsider:
		set("reason", m.Reason)
		set("appeal_on", m.AppealUntil)
	}
	if m.Action == lifecycle.Announce { // the last day of the notice is the due date of the state
		delete(d, "due_on")
		set("closes_on", m.DueOn)
	}
	if m.Action == lifecycle.Return {
		notes := make([]string, len(m.Corrections))
		for i, c := range m.Corrections {
			notes[i] = strconv.Itoa(i+1) + ". " + c.Note
		}
		set("items", strings.Join(notes, "\n"))
	}
	return d
}

// ofVisit says what a step of an inspection tells.
func ofVisit(ch inspection.Change) []Occurrence {
	about := Occurrence{
		Key: step(ch.ID, ch.Version), Noun: "inspection", Subject: string(ch.ID), Scope: ch.Scope,
		Data: map[string]string{"shop": ch.Holder, "address": ch.Address},
	}
	if ch.DueOn != "" {
		about.Data["due_on"] = ch.DueOn
	}
	if ch.Reason != "" && ch.Action != lifecycle.Submit {
		about.Data["reason"] = ch.Reason
	}
	to := func(c Code, who []ident.AccountID) Occurrence {
		o := about
		o.Event, o.Accounts = c, who
		return o
	}
	officers := func(c Code) []Occurrence {
		o := about
		o.Event, o.Role = c, access.CountyOfficer
		return []Occurrence{o}
	}
	present := []ident.AccountID{ch.Lead, ch.Second}
	switch ch.Action {
	case "create":
		return officers(VisitPlanned)
	case lifecycle.Submit:
		return officers(VisitSubmitted)
	case lifecycle.Assign, lifecycle.Reassign:
		about.Data["lead"], about.Data["second"] = ch.LeadName, ch.SecondName
		out := []Occurrence{to(VisitAssigned, present)}
		gone := slices.DeleteFunc(slices.Clone(ch.Before), func(a ident.AccountID) bool { return slices.Contains(present, a) })
		if len(gone) > 0 {
			out = append(out, to(VisitReleased, gone))
		}
		return out
	case lifecycle.SendBack:
		return []Occurrence{to(VisitSentBack, present)}
	case lifecycle.Void:
		if len(ch.Before) > 0 {
			return []Occurrence{to(VisitVoided, ch.Before)}
		}
	}
	return nil
}

// ofAmendment says what a correction of a submitted sheet tells: officers when
// one has to be judged, the shop when one counts.
func ofAmendment(am inspection.Amended) []Occurrence {
	o := Occurrence{
		Key: step(am.Amendment.ID, am.Amendment.Version), Noun: "inspection", Subject: string(am.ID), Scope: am.Scope, Operator: am.Operator,
		Data: map[string]string{"shop": am.Holder, "address": am.Address, "reason": am.Amendment.Reason, "score": am.Amendment.Result.Score.String()},
	}
	switch am.Amendment.State {
	case lifecycle.Proposed:
		o.Event = VisitAmending
	case lifecycle.Effective:
		o.Event = VisitAmended
	default:
		return nil
	}
	return []Occurrence{o}
}

// titleEvents are the steps of a title that its holder hears of. Giving it up
// is the holder's own act.
var titleEvents = map[lifecycle.Action]Code{
	lifecycle.Suspend: TitleSuspended, lifecycle.OrderRectification: TitleRectify, lifecycle.VerifyRectification: TitleRectified,
	lifecycle.Restore: TitleRestored, lifecycle.Reinstate: TitleRestored, lifecycle.Revoke: TitleRevoked,
}

// ofTitle says what a step of a title tells.
func ofTitle(m certificate.Moved) []Occurrence {
	if m.Action == lifecycle.Withdraw { // the holder's own act, of which the office in charge hears
		o := titleOccurrence(TitleGivenUp, m.View, "")
		o.Key, o.Role = step(m.ID, m.Version), access.CountyOfficer
		return []Occurrence{o}
	}
	code, ok := titleEvents[m.Action]
	if !ok {
		return nil
	}
	o := titleOccurrence(code, m.View, m.Operator)
	o.Key = step(m.ID, m.Version)
	if m.Reason != "" {
		o.Data["reason"] = m.Reason
	}
	if m.ExcludedUntil != "" {
		o.Data["excluded_on"] = m.ExcludedUntil
	}
	return []Occurrence{o}
}

func titleOccurrence(code Code, v certificate.View, operator ident.OperatorID) Occurrence {
	return Occurrence{
		Event: code, Noun: "certificate", Subject: string(v.ID), Scope: v.Scope, Operator: operator,
		Data: map[string]string{"shop": v.Holder, "number": v.Number, "title": v.TitleZh, "title_en": v.TitleEn, "expires_on": v.ExpiresOn.String()},
	}
}

// ownTold are the kinds of tasks whose occasion is told as an event of a case.
var ownTold = []string{task.CaseOverdue, task.CorrectionOverdue, task.NoticeEnded}

// ofTask says what the opening of a task tells.
func ofTask(v task.View) []Occurrence {
	if slices.Contains(ownTold, v.Kind) {
		return nil
	}
	o := Occurrence{
		Event: TaskOpened, Key: string(v.ID), Noun: "task", Subject: string(v.ID), Scope: v.Scope,
		Data: map[string]string{"task": v.Kind},
	}
	if v.DueOn != "" {
		o.Data["due_on"] = v.DueOn
	}
	return []Occurrence{o}
}
