package lifecycle

import (
	"slices"

	"fangxin/internal/access"
)

// The states of an application (申报).
const (
	Draft            State = "draft"
	Submitted        State = "submitted"
	CountyReview     State = "county_review"
	Association      State = "association_review"
	CityReview       State = "city_review"
	ToInspect        State = "inspection_ordered"
	Inspected        State = "inspected"
	CountyAssessment State = "county_assessment"
	CityAssessment   State = "city_assessment"
	Decision         State = "decision"
	PublicNotice     State = "public_notice"
	Certified        State = "certified"
	Returned         State = "returned"
	Refused          State = "refused"
	Withdrawn        State = "withdrawn"
	ObjectionUpheld  State = "objection_upheld"
)

// The actions on an application.
const (
	Submit          Action = "submit"
	Accept          Action = "accept"
	Recommend       Action = "recommend"
	Advise          Action = "advise"
	PassCity        Action = "pass_city"
	OrderInspection Action = "order_inspection"
	RecordInspected Action = "record_inspected"
	TakeAssessment  Action = "take_assessment"
	Endorse         Action = "endorse"
	EndorseCity     Action = "endorse_city"
	Announce        Action = "announce"
	ConcludeNotice  Action = "conclude_notice"
	Certify         Action = "certify"
	Return          Action = "return"
	Resubmit        Action = "resubmit"
	Refuse          Action = "refuse"
	Withdraw        Action = "withdraw"
	UpholdObjection Action = "uphold_objection"
	Reconsider      Action = "reconsider"
)

var reviews = []State{CountyReview, Association, CityReview, CountyAssessment, CityAssessment, Decision}

// Application is the lifecycle of an application: every step that any scheme
// may use. A scheme's route says which of the stops it has and in which order;
// scheme.Next picks the step. The longest way is that of the Jiangxi measures
// (赣市监规〔2023〕9号 art. 4): county and city look at the application, then
// again at the assessment, and the province decides.
var Application = &Machine{
	Noun: "application", Table: "application", Zh: "申报", En: "Application", Start: Draft,
	States: []StateInfo{
		{Draft, "草稿", "Draft", access.Merchant, false},
		{Submitted, "已提交", "Submitted", access.CountyOfficer, false},
		{CountyReview, "县级初审", "County review", access.CountyOfficer, false},
		// An association holds no office: the county asks it and records what it says.
		{Association, "行业协会意见", "Opinion of the association", access.CountyOfficer, false},
		{CityReview, "市级复审", "City review", access.CityOfficer, false},
		{ToInspect, "待现场核查", "Inspection ordered", access.Inspector, false},
		{Inspected, "已核查", "Inspected", access.CountyOfficer, false},
		{CountyAssessment, "县级评估初审", "County assessment", access.CountyOfficer, false},
		{CityAssessment, "市级评估复审", "City assessment", access.CityOfficer, false},
		{Decision, "省级认定", "Province decision", access.ProvinceOfficer, false},
		{PublicNotice, "公示中", "Public notice", access.ProvinceOfficer, false},
		{Certified, "已认定", "Certified", "", true},
		{Returned, "退回补正", "Returned for correction", access.Merchant, false},
		{Refused, "不予认定", "Refused", "", true},
		{Withdrawn, "已撤回", "Withdrawn", "", true},
		{ObjectionUpheld, "异议成立", "Objection upheld", "", true},
	},
	Steps: []Step{
		{Action: Submit, From: []State{Draft}, To: []State{Submitted}, Roles: []access.Role{access.Merchant, access.Organiser}, Zh: "提交申报", En: "Submit"},
		{Action: Accept, From: []State{Submitted}, To: []State{CountyReview, Association, CityReview, Decision}, Roles: []access.Role{access.CountyOfficer}, Zh: "开始初审", En: "Start review"},
		{Action: Recommend, From: []State{CountyReview}, To: []State{CityReview, Association, Decision}, Roles: []access.Role{access.CountyOfficer}, Zh: "初审通过，报下一环节", En: "Recommend"},
		{Action: Advise, From: []State{Association}, To: []State{CityReview, Decision}, Roles: []access.Role{access.CountyOfficer}, Reason: true, Zh: "记录协会意见，报下一环节", En: "Record the association’s opinion"},
		{Action: OrderInspection, From: []State{CityReview, CountyReview, Association}, To: []State{ToInspect}, Roles: []access.Role{access.CityOfficer, access.CountyOfficer}, Zh: "审查通过，安排核查", En: "Approve and order inspection"},
		{Action: PassCity, From: []State{CityReview}, To: []State{Decision}, Roles: []access.Role{access.CityOfficer}, Zh: "复审通过，报省级", En: "Approve for the province"},
		{Action: RecordInspected, From: []State{ToInspect}, To: []State{Inspected}, Roles: []access.Role{access.System}, Zh: "核查结果入案", En: "Record the inspection"},
		{Action: TakeAssessment, From: []State{Inspected}, To: []State{CountyAssessment, CityAssessment, Decision}, Roles: []access.Role{access.CountyOfficer}, Zh: "开始评估初审", En: "Start assessment"},
		{Action: Endorse, From: []State{CountyAssessment}, To: []State{CityAssessment, Decision}, Roles: []access.Role{access.CountyOfficer}, Zh: "评估初审通过", En: "Endorse"},
		{Action: EndorseCity, From: []State{CityAssessment}, To: []State{Decision}, Roles: []access.Role{access.CityOfficer}, Zh: "评估复审通过，报省级", En: "Endorse to the province"},
		{Action: Announce, From: []State{Decision, CityAssessment, CityReview, CountyAssessment, CountyReview, Association}, To: []State{PublicNotice}, Roles: []access.Role{access.ProvinceOfficer, access.CityOfficer, access.CountyOfficer}, Zh: "同意公示", En: "Announce publicly"},
		{Action: ConcludeNotice, From: []State{PublicNotice}, To: []State{Decision, CityReview, ToInspect}, Roles: []access.Role{access.ProvinceOfficer, access.CityOfficer}, Zh: "公示结束，转下一环节", En: "Go on after the notice"},
		{Action: Certify, From: []State{PublicNotice, Decision, CityAssessment, CityReview}, To: []State{Certified}, Roles: []access.Role{access.ProvinceOfficer, access.CityOfficer}, Grants: true, Danger: true, Zh: "认定", En: "Certify"},
		{Action: Return, From: reviews, To: []State{Returned}, Roles: access.Officers, Reason: true, Zh: "退回补正", En: "Return for correction"},
		{Action: Resubmit, From: []State{Returned}, To: reviews, Roles: []access.Role{access.Merchant, access.Organiser}, Zh: "补正后提交", En: "Send the correction"},
		{Action: Refuse, From: reviews, To: []State{Refused}, Roles: access.Officers, Reason: true, Danger: true, Zh: "不予认定", En: "Refuse"},
		{Action: Withdraw, From: []State{Draft, Submitted, CountyReview, Association, CityReview, ToInspect, Inspected, CountyAssessment, CityAssessment, Decision, PublicNotice, Returned}, To: []State{Withdrawn}, Roles: []access.Role{access.Merchant, access.Organiser}, Danger: true, Zh: "撤回申报", En: "Withdraw"},
		{Action: End, From: []State{Draft, Submitted, CountyReview, Association, CityReview, ToInspect, Inspected, CountyAssessment, CityAssessment, Decision, PublicNotice, Returned}, To: []State{Withdrawn}, Roles: []access.Role{access.System}, Reason: true, Zh: "随门店终止", En: "End with the shop"},
		{Action: UpholdObjection, From: []State{PublicNotice}, To: []State{ObjectionUpheld}, Roles: []access.Role{access.ProvinceOfficer, access.CityOfficer}, Reason: true, Danger: true, Zh: "异议成立，终止认定", En: "Uphold the objection"},
		// An appeal was upheld: the case goes on where it was refused.
		{Action: Reconsider, From: []State{Refused, ObjectionUpheld}, To: append(slices.Clone(reviews), PublicNotice), Roles: []access.Role{access.System}, Reason: true, Reopens: true, Zh: "复核成立，恢复办理", En: "Go on after an appeal"},
	},
}

// Forward lists the steps by which a case comes nearer to its title; the
// others leave the way or come back to it.
var Forward = []Action{Submit, Accept, Recommend, Advise, OrderInspection, PassCity, RecordInspected, TakeAssessment, Endorse, EndorseCity, Announce, ConcludeNotice, Certify}

// Between finds the forward step of an application from one stop to the next;
// ok is false where the table has none.
func Between(from, to State) (Action, bool) {
	for _, st := range Application.Steps {
		if slices.Contains(Forward, st.Action) && slices.Contains(st.From, from) && slices.Contains(st.To, to) {
			return st.Action, true
		}
	}
	return "", false
}

// ReviewLevel tells which officers decide in a state; ok is false where no
// officer does. Who decides during the notice is said by the scheme.
func ReviewLevel(s State) (role access.Role, ok bool) {
	role = Application.Info(s).Waits
	return role, role == access.CountyOfficer || role == access.CityOfficer || role == access.ProvinceOfficer
}
