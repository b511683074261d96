package application

import (
	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/usecase"
)

// StartCommand begins a draft.
type StartCommand struct {
	Premises ident.PremisesID `json:"premises" validate:"required,uuid7" doc:"The shop, or the office that stands for a street."`
	Scheme   string           `json:"scheme" validate:"required,max=40" doc:"Code of the title."`
}

// SaveCommand changes parts of a draft, or of a returned case: what is left
// out stays as it is. An answer with an empty verdict is taken back.
type SaveCommand struct {
	ID          ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Answers     map[string]Answer   `json:"answers,omitempty" validate:"max=200,dive" doc:"By checklist item id; only those that changed."`
	Commitments *[]string           `json:"commitments,omitempty" validate:"omitempty,max=40,dive,max=40"`
	Conditions  *[]string           `json:"conditions,omitempty" validate:"omitempty,max=40,dive,max=40"`
	Contact     *Contact            `json:"contact,omitempty"`
	Terms       *Terms              `json:"terms,omitempty"`
}

// AttachCommand adds an uploaded file to the case.
type AttachCommand struct {
	ID       ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Kind     string              `json:"kind" validate:"required,max=40" doc:"Id in the scheme's list of documents."`
	SHA256   string              `json:"sha256" validate:"required,len=64,hexadecimal,lowercase" doc:"Of the stored file, as POST /files answered."`
	Filename string              `json:"filename" validate:"required,max=120,oneline,plain"`
}

// DetachCommand takes a file out of the case.
type DetachCommand struct {
	ID     ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Kind   string              `json:"kind" validate:"required,max=40"`
	SHA256 string              `json:"sha256" validate:"required,len=64,hexadecimal,lowercase"`
}

// SubmitCommand signs the commitment and sends the case in.
type SubmitCommand struct {
	ID      ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Name    string              `json:"name" validate:"required,notblank,max=40,oneline,plain" doc:"Name of the person who signs, as typed."`
	Consent bool                `json:"consent" validate:"required" doc:"That the declaration was read and is agreed to."`
	Kept    []Kept              `json:"kept,omitempty" validate:"max=60,dive" doc:"Of a correction: why marked points were left as they are."`
}

// StepCommand takes a step that needs no reason; an opinion may go with it.
type StepCommand struct {
	ID      ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Opinion string              `json:"opinion,omitempty" validate:"max=500,plain" doc:"Kept with the step."`
}

// AdviseCommand records the opinion of an association.
type AdviseCommand struct {
	ID     ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Reason string              `json:"reason" validate:"required,notblank,max=500,plain" doc:"Association, day and what it said."`
}

// ReturnCommand gives a case back to be put right.
type ReturnCommand struct {
	ID     ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Reason string              `json:"reason" validate:"required,notblank,max=500,plain"`
	Items  []Correction        `json:"items" validate:"required,min=1,max=60,dive" doc:"Each thing to put right."`
}

// RefuseCommand ends a case with reasons.
type RefuseCommand struct {
	ID     ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Reason string              `json:"reason" validate:"required,notblank,max=1000,plain" doc:"Facts, rule and conclusion."`
}

// ObjectCommand objects to a title while its notice runs. Objections name
// their maker (实名); the name stays with the deciding officers.
type ObjectCommand struct {
	Notice  ident.NoticeID `json:"-" validate:"required,uuid7"`
	Party   string         `json:"party" validate:"required,oneof=person organisation"`
	Name    string         `json:"name" validate:"required,notblank,max=60,oneline,plain" doc:"Real name, or name of the organisation."`
	Contact string         `json:"contact" validate:"required,phone" doc:"Telephone on which questions can be asked."`
	Body    string         `json:"body" validate:"required,notblank,min=10,max=2000,plain" doc:"Facts and evidence."`
}

// ObjectionCommand decides an objection.
type ObjectionCommand struct {
	ID        ident.ApplicationID `json:"-" validate:"required,uuid7"`
	Objection ident.ObjectionID   `json:"objection" validate:"required,uuid7"`
	Reason    string              `json:"reason" validate:"required,notblank,max=1000,plain"`
}

// Tab is one tab of an officer's queue.
type Tab string

// The tabs.
const (
	Mine     Tab = "mine"     // waiting for officers of the reader's level
	Due      Tab = "overdue"  // of those, what is late
	InField  Tab = "field"    // inspections running
	AtOwner  Tab = "returned" // with the applicant
	OnNotice Tab = "notice"   // public notice running or ended
	Ended    Tab = "ended"
	All      Tab = "all"
)

// Values lists the codes for the API's enum.
func (Tab) Values() []string {
	return []string{string(Mine), string(Due), string(InField), string(AtOwner), string(OnNotice), string(Ended), string(All)}
}

// ListQuery filters cases; they come by due date, the most urgent first.
type ListQuery struct {
	Tab      Tab              `json:"tab" validate:"omitempty,oneof=mine overdue field returned notice ended all"`
	State    lifecycle.State  `json:"state" validate:"omitempty,max=40"`
	Scheme   string           `json:"scheme" validate:"max=40"`
	Division string           `json:"division" validate:"omitempty,division"`
	Name     string           `json:"name" validate:"max=60,plain" doc:"Part of the shop's name or the case number."`
	Premises ident.PremisesID `json:"premises" validate:"omitempty,uuid7"`
	Limit    int              `json:"limit" validate:"min=0,max=200"`
	After    string           `json:"after" validate:"max=400"`
}

// Page is one page of cases.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// Counts are the numbers on the tabs.
type Counts map[Tab]int

// NoticeQuery filters public notices.
type NoticeQuery struct {
	Open     bool   `json:"open" doc:"Only those on which objections are taken today."`
	Division string `json:"division" validate:"omitempty,division"`
	Limit    int    `json:"limit" validate:"min=0,max=200"`
	After    string `json:"after" validate:"max=400"`
}

// NoticePage is one page of notices.
type NoticePage struct {
	Items []NoticeView
	Next  string
}

// Inspected is what the inspection slice tells when its result is accepted.
type Inspected struct {
	Application ident.ApplicationID
	Result      Result
	Inspectors  []ident.AccountID
}

var (
	owners = []access.Role{access.Merchant, access.Organiser}
	seers  = append(append([]access.Role{access.System}, access.StaffRoles...), owners...)
)

// define makes the use-case of a lifecycle step.
func define(a lifecycle.Action) *usecase.Def {
	return usecase.Define(usecase.Def{Name: "application." + string(a), Allow: lifecycle.Application.Roles(a)})
}
