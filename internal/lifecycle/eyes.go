package lifecycle

import (
	"slices"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
)

// Deed is something that somebody did in a matter: a step of one of the
// machines, or one of the ties below. A matter is a record with all that it
// rests on: a title with its case and the inspections of the case.
type Deed struct {
	Noun   string
	Action Action
	By     ident.AccountID // empty for the registry itself, which bars nobody
}

// The ties of people to a matter that are no steps of a machine.
const (
	Owning   Action = "own"       // application: the case is the account's own
	Visiting Action = "visit"     // inspection: was one of the two inspectors
	Before   Action = "before"    // inspection: saw the shop before in the same matter
	Interest Action = "interest"  // operator: declared an interest, or acts for it
	Propose  Action = "propose"   // certificate: proposed what needs a second person
	GiveCard Action = "give_card" // pledge: gave the card that is open
	Writing  Action = "edit"      // edition, module: wrote the version that is to be published
)

// Tie is a kind of deed; without actions it means every one of the noun.
type Tie struct {
	Noun    string
	Actions []Action
}

// Bar says who must not take a step: whoever did one of the deeds before.
type Bar struct {
	Noun   string
	Steps  []Action
	After  []Tie
	Code   fault.Code // four_eyes or conflict_of_interest
	Detail string     // key of the words, "" for those of the code
	Why    string     // for the documentation
}

var (
	reviewing = []Action{
		Accept, Recommend, OrderInspection, TakeAssessment, Endorse, EndorseCity, Announce, Certify, Return, Refuse,
		UpholdObjection, Advise, PassCity, ConcludeNotice,
	}
	judging   = []Action{Accept, SendBack, OrderRectification, Verify, Fail, Void}
	overTitle = []Action{OrderRectification, VerifyRectification, Suspend, Restore, Revoke}
	interest  = Tie{"operator", []Action{Interest}}
	visit     = Tie{"inspection", []Action{Visiting}}
)

// Bars is the one table of who must not do what after having done what. Every
// slice asks it through [Barred]; none has a rule of its own. The order is the
// order in which a refusal names its ground.
var Bars = []Bar{
	{"application", reviewing, []Tie{{"application", []Action{Owning}}}, fault.ConflictOfInterest, "own_case", "nobody decides on their own case"},
	{"application", reviewing, []Tie{visit}, fault.ConflictOfInterest, "own_inspection", "nobody decides a case on the inspection they made"},
	{"application", []Action{Refuse, UpholdObjection}, []Tie{{"application", []Action{Refuse, UpholdObjection}}}, fault.FourEyes, "refused_before", "whoever refused a case does not refuse it once more after an appeal"},
	{"application", reviewing, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its case"},
	{"application", []Action{Certify}, []Tie{{"application", []Action{Recommend, Advise, OrderInspection, PassCity, Endorse, EndorseCity, Announce, ConcludeNotice}}}, fault.FourEyes, "", "whoever prepared the award does not make it"},

	{"inspection", []Action{Assign, Reassign}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its inspections, those who send included"},
	{"inspection", []Action{Start}, []Tie{{"inspection", []Action{Before}}}, fault.ConflictOfInterest, "inspector_before", "whoever saw the shop before does not make the re-inspection that its holder asked for"},
	{"inspection", judging, []Tie{visit}, fault.ConflictOfInterest, "own_inspection", "nobody judges an inspection that they made"},
	{"inspection", judging, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its inspections"},
	{"amendment", []Action{Accept, Decline}, []Tie{visit}, fault.ConflictOfInterest, "own_inspection", "nobody judges a correction of their own sheet"},
	{"amendment", []Action{Accept, Decline}, []Tie{{"amendment", []Action{"create"}}}, fault.FourEyes, "own_amendment", "whoever proposed a correction does not judge it"},

	{"certificate", overTitle, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of the supervision of its titles"},
	{"certificate", []Action{VerifyRectification, Restore}, []Tie{{"certificate", []Action{Propose}}}, fault.FourEyes, "", "whoever proposed to give a title back does not decide it"},

	{"rectification", []Action{Return, OrderInspection, Pass, Restore, Fail}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its orders to rectify"},
	{"plaque", []Action{Recover, Destroy, ReportGone}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of the recovery of its plaques"},
	{"renewal", []Action{Check, Grant, Decline}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its renewals"},
	{"renewal", []Action{Grant}, []Tie{{"renewal", []Action{Check}}}, fault.FourEyes, "", "whoever checked a renewal does not grant it"},
	{"rectification", []Action{Pass, Restore}, []Tie{visit}, fault.ConflictOfInterest, "own_inspection", "whoever saw the shop does not judge what they saw"},
	{"rectification", []Action{Restore}, []Tie{{"rectification", []Action{Pass}}}, fault.FourEyes, "", "whoever took the evidence does not give the title back"},

	{"pledge", []Action{Release}, []Tie{{"pledge", []Action{Hold}}}, fault.FourEyes, "", "whoever held a pledge back does not let it go on"},
	{"pledge", []Action{Clear, Restore}, []Tie{{"pledge", []Action{GiveCard}}}, fault.FourEyes, "", "whoever gave a card does not take it back"},
	{"pledge", []Action{Release, Clear, Restore}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its pledges"},

	{"takeover", []Action{Check, Confirm, Decline}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in either operator keeps out of a takeover"},
	{"takeover", []Action{Confirm}, []Tie{{"takeover", []Action{Check}}}, fault.FourEyes, "", "whoever checked a takeover does not confirm it"},

	{"appeal", []Action{Uphold, Reject}, []Tie{{"certificate", nil}, {"application", nil}, {"rectification", nil}, visit}, fault.ConflictOfInterest, "appeal_involved", "an appeal is judged by somebody who had no part in the title or the case behind it"},
	{"appeal", []Action{Uphold, Reject}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its appeals"},

	{"reply", []Action{Refuse, TakeDown}, []Tie{{"certificate", Contested}, visit}, fault.ConflictOfInterest, "reply_own_result", "whoever took the decision, or saw the shop, does not keep the answer to it from the public"},
	{"reply", []Action{Publish, Refuse, TakeDown}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its replies"},

	{"reinspection", []Action{Decline}, []Tie{{"certificate", Contested}, visit}, fault.ConflictOfInterest, "reinspection_own", "whoever took the decision, or saw the shop, does not decline that others look again"},
	{"reinspection", []Action{Arrange, Decline}, []Tie{interest}, fault.ConflictOfInterest, "own_interest", "an interest in the operator keeps out of its requests"},

	{"edition", []Action{Publish}, []Tie{{"edition", []Action{Writing}}}, fault.FourEyes, "edition_own", "whoever wrote a version of a scheme does not publish it"},
	{"module", []Action{PublishModule}, []Tie{{"module", []Action{Writing}}}, fault.FourEyes, "", "whoever wrote or proposed a version of a checklist does not publish it"},
	{"halt", []Action{ConfirmLift}, []Tie{{"halt", []Action{ProposeLift}}}, fault.FourEyes, "", "whoever proposed to lift a halt does not lift it"},
}

func (t Tie) covers(d Deed) bool {
	return t.Noun == d.Noun && (t.Actions == nil || slices.Contains(t.Actions, d.Action))
}

// Barred refuses a step to somebody whom an earlier deed in the matter keeps
// from it: the predicate of four eyes and of conflicts of interest.
func Barred(noun string, step Action, by ident.AccountID, deeds []Deed) error {
	if by == "" {
		return nil // the registry itself carries out what people decided
	}
	for _, bar := range Bars {
		if bar.Noun != noun || !slices.Contains(bar.Steps, step) {
			continue
		}
		for _, d := range deeds {
			if d.By == by && slices.ContainsFunc(bar.After, func(t Tie) bool { return t.covers(d) }) {
				return fault.New(bar.Code, bar.Detail)
			}
		}
	}
	return nil
}
