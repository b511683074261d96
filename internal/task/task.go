// Package task owns work items (待办): things somebody at an authority should
// look at because a date passed or somebody outside said something.
//
// It never changes the record that a task is about, and nothing waits for a
// task to be closed.
package task

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// State of a task.
type State string

// The states.
const (
	Open State = "open"
	Done State = "done"
)

// Values lists the codes for the API's enum.
func (State) Values() []string { return []string{string(Open), string(Done)} }

// The kinds that this version opens. Others may be opened by other slices;
// their words are in the catalogue under "task.<kind>".
const (
	CaseOverdue          = "case_overdue"          // an application waits longer than its gate allows
	CorrectionOverdue    = "correction_overdue"    // a returned application was not sent again
	NoticeEnded          = "notice_ended"          // a public notice ended: certify or decide objections
	ObjectionFiled       = "objection_filed"       // somebody objected
	InspectionAmended    = "inspection_amended"    // a correction changed the result on which a title was awarded
	RectificationSent    = "rectification_sent"    // evidence of a rectification waits to be looked at
	RectificationOverdue = "rectification_overdue" // a rectification is not done in time
	RenewalFiled         = "renewal_filed"         // a holder asks for a renewal or a re-issue
	TakeoverFiled        = "takeover_filed"        // somebody goes on with the shop of another operator
	ReplyFiled           = "reply_filed"           // a holder replies to a published result
	ReinspectionFiled    = "reinspection_filed"    // a holder asks to be inspected again
	ReinspectionPassed   = "reinspection_passed"   // a title that does not stand passed a re-inspection
	CheckFailed          = "check_failed"          // a title that does not stand failed an inspection
	ClaimOperator        = "claim_operator"        // a merchant says an imported operator is theirs
	PlaqueWanted         = "plaque_wanted"         // the plaque of a title that ended has to be taken in
	PlaqueReturn         = "plaque_return"         // a title came back whose plaque was taken in
	Reinspect            = "reinspect_title"       // a measure asks for a visit to the holder of a title
)

// View is one task.
type View struct {
	ID        ident.TaskID   `json:"id" format:"uuid"`
	Kind      string         `json:"kind"`
	Noun      string         `json:"noun" doc:"What kind of record it is about."`
	Subject   string         `json:"subject" doc:"Id of that record."`
	State     State          `json:"state"`
	DueOn     string         `json:"due_on,omitempty"`
	Data      map[string]any `json:"data"`
	Note      string         `json:"note,omitempty"`
	ClosedAt  *time.Time     `json:"closed_at,omitempty"`
	Version   int64          `json:"version"`
	CreatedAt time.Time      `json:"created_at"`
	Scope     string         `json:"-"`
}

// ListQuery filters tasks.
type ListQuery struct {
	State State  `json:"state" validate:"omitempty,oneof=open done"`
	Kind  string `json:"kind" validate:"max=40"`
	Limit int    `json:"limit" validate:"min=0,max=200"`
	After string `json:"after" validate:"max=400"`
}

// Page is one page of tasks.
type Page struct {
	Items []View
	Next  string // cursor; "" on the last page
}

// CloseCommand says what was done about a task.
type CloseCommand struct {
	ID   ident.TaskID `json:"-" validate:"required,uuid7"`
	Note string       `json:"note" validate:"required,notblank,max=500,plain" doc:"What was done."`
}

// Service runs the use-cases of tasks.
type Service struct {
	rt *usecase.Runtime

	// OnOpened hooks run in the transaction that opens a task.
	OnOpened []func(ctx context.Context, c *usecase.Call, v View) error
}

// New makes the service.
func New(rt *usecase.Runtime) *Service { return &Service{rt: rt} }

var staff = append([]access.Role{access.System}, access.StaffRoles...)
