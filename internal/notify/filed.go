package notify

// What comes in from merchants and organisers, and what they take back or give
// up, is told to the office that decides or is in charge.
const (
	AppealFiled  Code = "appeal.filed"
	AppealBack   Code = "appeal.retracted"
	TitleGivenUp Code = "title.given_up"
	PledgeFiled  Code = "pledge.filed"
	PledgeLeft   Code = "pledge.left"
)

const deskAppeal, deskTitle = "/desk/appeals/{subject}", "/desk/certificates/{subject}"

// filedEvents are part of the [Catalogue].
var filedEvents = []Event{
	{AppealFiled, "desk", Officers, mailOnly, false, true, true, deskAppeal},
	{AppealBack, "desk", Officers, nothingOn, false, false, false, deskAppeal},
	{TitleGivenUp, "desk", Officers, nothingOn, false, false, true, deskTitle},
	{PledgeFiled, "desk", Officers, nothingOn, false, false, false, deskPledge},
	{PledgeLeft, "desk", Officers, nothingOn, false, false, false, deskPledge},
}
