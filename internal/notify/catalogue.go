package notify

import (
	"slices"

	"fangxin/internal/access"
)

// Code names a kind of occurrence: "case.returned". Codes are part of the
// public contract, because webhooks carry them as their type.
type Code string

// Audience is who is told.
type Audience string

// The audiences.
const (
	Holder   Audience = "holder"   // 经营者: the accounts that speak for the operator, and the contact of the case
	Officers Audience = "officers" // 经办人: whoever holds the role whose turn it is, at the authority in charge
	Named    Audience = "named"    // the accounts that the occurrence names: inspectors, the owner of an account
	Admins   Audience = "admins"   // 管理员: the administrators of the authority and those above
	Nobody   Audience = "nobody"   // a test that goes to one webhook
)

// Event is one line of the catalogue.
type Event struct {
	Code     Code
	Group    string // heading on the page of settings: "notify.group_…"
	Audience Audience
	Channels []Channel // besides the inbox, unless the recipient says otherwise
	Fixed    bool      // the recipient cannot switch a channel off
	Urgent   bool      // something is lost, or to be done
	Hooks    bool      // told to webhooks that ask for it
	Link     string    // page it leads to; {subject} stands for the record
}

// The events.
const (
	CaseReceived    Code = "case.received"
	CaseWaiting     Code = "case.waiting"
	CaseReturned    Code = "case.returned"
	CaseForwarded   Code = "case.forwarded"
	CaseAnnounced   Code = "case.announced"
	CaseNoticeEnded Code = "case.notice_ended"
	CaseCertified   Code = "case.certified"
	CaseRefused     Code = "case.refused"
	CaseObjection   Code = "case.objection_upheld"
	CaseReopened    Code = "case.reopened"
	CaseStands      Code = "case.appeal_rejected"
	AppealRejected  Code = "appeal.rejected"
	CaseWithdrawn   Code = "case.withdrawn"
	CaseDueSoon     Code = "case.due_soon"
	CaseOverdue     Code = "case.overdue"
	CaseEscalated   Code = "case.escalated"
	CaseCorrection  Code = "case.correction_due"
	VisitPlanned    Code = "inspection.planned"
	VisitAssigned   Code = "inspection.assigned"
	VisitReleased   Code = "inspection.released"
	VisitVoided     Code = "inspection.voided"
	VisitSentBack   Code = "inspection.sent_back"
	VisitSubmitted  Code = "inspection.submitted"
	VisitAmending   Code = "inspection.amendment_waiting"
	VisitAmended    Code = "inspection.amended"
	TitleSuspended  Code = "title.suspended"
	TitleRestored   Code = "title.restored"
	TitleRectify    Code = "title.rectification"
	TitleRectified  Code = "title.rectified"
	TitleRevoked    Code = "title.revoked"
	RectifyReturned Code = "rectification.returned"
	RectifyExtended Code = "rectification.extended"
	RectifyOverdue  Code = "rectification.overdue"
	ReplyPublished  Code = "reply.published"
	ReplyRefused    Code = "reply.refused"
	AgainArranged   Code = "reinspection.arranged"
	AgainDeclined   Code = "reinspection.declined"
	AgainSeen       Code = "reinspection.seen"
	TitleNote       Code = "title.note"
	TitleExpiring   Code = "title.expiring"
	TitleExpired    Code = "title.expired"
	PledgePublished Code = "pledge.published"
	PledgeInForce   Code = "pledge.in_force"
	PledgeHeld      Code = "pledge.held"
	PledgeReleased  Code = "pledge.released"
	PledgeEnded     Code = "pledge.ended"
	PledgeFixed     Code = "pledge.fixed"
	TakeoverAsked   Code = "takeover.asked"
	TakeoverAnswer  Code = "takeover.answered"
	TakeoverToCheck Code = "takeover.to_check"
	TakeoverDone    Code = "takeover.done"
	TakeoverRefused Code = "takeover.declined"
	TakeoverBack    Code = "takeover.retracted"
	TaskOpened      Code = "task.opened"
	ImportFinished  Code = "import.finished"
	ExportFinished  Code = "export.finished"
	PasswordChanged Code = "account.password_changed"
	AccountReset    Code = "account.reset"
	PhoneChanged    Code = "account.phone_changed"
	SecondFactor    Code = "account.second_factor"
	WebhookDisabled Code = "webhook.disabled"
	WebhookTest     Code = "webhook.test"
)

const (
	myCase, deskCase   = "/my/applications/{subject}", "/desk/cases/{subject}"
	myTitle, deskVisit = "/my/certificates/{subject}", "/desk/inspections/{subject}"
	tabletVisit        = "/tablet/inspections/{subject}"
	myVisit            = "/my/inspections/{subject}"
	myOrder            = "/my/rectifications/{subject}"
	myAgain            = "/my/certificates/{subject}/reinspect"
	myReplies          = "/my/certificates/{subject}/replies"

	myTakeover, deskTakeover = "/my/takeovers/{subject}", "/desk/takeovers/{subject}"
	myPledge, deskPledge     = "/my/pledges/{subject}", "/desk/pledges/{subject}"
)

var (
	allWays   = []Channel{SMS, Email, WeChat}
	softly    = []Channel{Email, WeChat}
	mailOnly  = []Channel{Email}
	nothingOn = []Channel{}
)

// Catalogue is the whole list, in the order in which people read it. The page
// of settings, the enum of the API and the tests are made from it.
var Catalogue = append([]Event{
	{CaseReceived, "case", Holder, allWays, false, false, true, myCase},
	{CaseForwarded, "case", Holder, softly, false, false, true, myCase},
	{CaseReturned, "case", Holder, allWays, true, true, true, myCase},
	{CaseCorrection, "case", Holder, allWays, false, true, false, myCase},
	{CaseAnnounced, "case", Holder, allWays, false, false, true, myCase},
	{CaseCertified, "case", Holder, allWays, false, false, true, myCase},
	{CaseRefused, "case", Holder, allWays, true, true, true, myCase},
	{CaseObjection, "case", Holder, allWays, true, true, true, myCase},
	{CaseReopened, "case", Holder, allWays, false, true, true, myCase},
	{CaseStands, "case", Holder, allWays, true, true, true, myCase},
	{VisitAmended, "case", Holder, softly, false, false, true, myVisit},

	{TitleSuspended, "title", Holder, allWays, true, true, true, myTitle},
	{TitleRectify, "title", Holder, allWays, true, true, true, myTitle},
	{TitleRectified, "title", Holder, allWays, false, false, true, myTitle},
	{TitleRestored, "title", Holder, allWays, false, false, true, myTitle},
	{TitleRevoked, "title", Holder, allWays, true, true, true, myTitle},
	{AppealRejected, "title", Holder, allWays, true, true, true, myTitle},
	{RectifyReturned, "title", Holder, allWays, true, true, false, myOrder},
	{RectifyExtended, "title", Holder, softly, false, false, false, myOrder},
	{RectifyOverdue, "title", Holder, allWays, true, true, false, myOrder},
	{ReplyPublished, "title", Holder, softly, false, false, true, myReplies},
	{ReplyRefused, "title", Holder, allWays, false, true, false, myReplies},
	{AgainArranged, "title", Holder, allWays, false, false, true, myAgain},
	{AgainDeclined, "title", Holder, allWays, false, true, true, myAgain},
	{AgainSeen, "title", Holder, softly, false, false, true, myAgain},
	{TitleNote, "title", Holder, allWays, false, true, true, myTitle},
	{TitleExpiring, "title", Holder, allWays, false, true, false, myTitle},
	{TitleExpired, "title", Holder, allWays, false, true, true, myTitle},

	{PledgePublished, "title", Holder, softly, false, false, true, myPledge},
	{PledgeInForce, "title", Holder, allWays, false, false, true, myPledge},
	{PledgeHeld, "title", Holder, allWays, true, true, true, myPledge},
	{PledgeReleased, "title", Holder, softly, false, false, true, myPledge},
	{PledgeEnded, "title", Holder, allWays, true, true, true, myPledge},

	{TakeoverAsked, "title", Holder, allWays, true, true, false, myTakeover},
	{TakeoverAnswer, "title", Holder, allWays, false, false, false, myTakeover},
	{TakeoverDone, "title", Holder, allWays, true, true, true, myTakeover},
	{TakeoverRefused, "title", Holder, allWays, true, false, false, myTakeover},
	{TakeoverBack, "title", Holder, softly, false, false, false, myTakeover},

	{TakeoverToCheck, "desk", Officers, mailOnly, false, false, false, deskTakeover},
	{PledgeFixed, "desk", Officers, mailOnly, false, false, false, deskPledge},
	{CaseWaiting, "desk", Officers, mailOnly, false, false, false, deskCase},
	{CaseWithdrawn, "desk", Officers, nothingOn, false, false, true, deskCase},
	{CaseDueSoon, "desk", Officers, mailOnly, false, true, false, deskCase},
	{CaseOverdue, "desk", Officers, mailOnly, true, true, false, deskCase},
	{CaseEscalated, "desk", Officers, mailOnly, true, true, false, deskCase},
	{CaseNoticeEnded, "desk", Officers, mailOnly, false, false, true, deskCase},
	{VisitPlanned, "desk", Officers, mailOnly, false, false, false, deskVisit},
	{VisitSubmitted, "desk", Officers, mailOnly, false, false, false, deskVisit},
	{VisitAmending, "desk", Officers, mailOnly, false, false, false, deskVisit},
	{TaskOpened, "desk", Officers, mailOnly, false, false, false, "/desk/tasks"},
	{ImportFinished, "desk", Named, nothingOn, false, false, false, "/desk/import/{subject}"},
	{ExportFinished, "desk", Named, nothingOn, false, false, false, "/desk/exports"},

	{VisitAssigned, "visit", Named, allWays, false, true, false, tabletVisit},
	{VisitReleased, "visit", Named, allWays, false, false, false, ""},
	{VisitVoided, "visit", Named, allWays, false, false, false, ""},
	{VisitSentBack, "visit", Named, allWays, false, true, false, tabletVisit},

	{PasswordChanged, "safety", Named, allWays, true, true, false, "/account"},
	{AccountReset, "safety", Named, allWays, true, true, false, "/account"},
	{PhoneChanged, "safety", Named, allWays, true, true, false, "/account"},
	{SecondFactor, "safety", Named, allWays, true, true, false, "/account"},

	{WebhookDisabled, "admin", Admins, mailOnly, true, true, false, "/desk/webhooks/{subject}"},
	{WebhookTest, "test", Nobody, nothingOn, true, false, false, "/desk/webhooks/{subject}"},
}, slices.Concat(filedEvents, streetEvents, plaqueEvents, upkeepEvents)...)

// Lookup finds an event; ok is false for an unknown code.
func Lookup(c Code) (ev Event, ok bool) {
	i := slices.IndexFunc(Catalogue, func(e Event) bool { return e.Code == c })
	if i < 0 {
		return Event{}, false
	}
	return Catalogue[i], true
}

// Values lists the codes for the API's enum.
func (Code) Values() []string {
	out := make([]string, len(Catalogue))
	for i, e := range Catalogue {
		out[i] = string(e.Code)
	}
	return out
}

// meets reports whether somebody of the roles can ever be told the event, so
// that the page of settings shows nobody what does not concern them.
func (e Event) meets(roles []access.Role) bool {
	has := func(any ...access.Role) bool {
		return slices.ContainsFunc(any, func(r access.Role) bool { return slices.Contains(roles, r) })
	}
	switch e.Group {
	case "case", "title":
		return has(access.Merchant, access.Organiser)
	case "desk":
		return has(access.Officers...) || e.Audience == Named && has(access.StaffRoles...)
	case "visit":
		return has(access.Inspector)
	case "admin":
		return has(access.Administrator)
	case "test":
		return false
	}
	return true
}

// levelRole is the role that looks after what an authority of a path has to do.
func levelRole(path string) access.Role {
	switch len(access.Above(path)) {
	case 1:
		return access.ProvinceOfficer
	case 2:
		return access.CityOfficer
	}
	return access.CountyOfficer
}
