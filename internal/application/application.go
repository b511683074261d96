// Package application owns applications (申报): drafts, documents, the
// self-assessment and the signed commitment; the route of reviews; returns and
// refusals; public notices and objections; and the decision to certify.
//
// It does not inspect (inspection tells it the result) and does not make the
// title (certificate does, in the same transaction).
//
// Invariants: one open case for a premises and a scheme; a case keeps its
// number and the scheme version it began with; officers act at the level on
// which the case waits, inside their scope; nobody decides on a case that they
// inspected, and who announced a case does not certify it. Time moves nothing:
// what is overdue is computed from the events.
package application

import (
	"context"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/blob"
	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/task"
	"fangxin/internal/usecase"
)

// Verdict is an answer of the self-assessment.
type Verdict string

// The verdicts.
const (
	Met           Verdict = "pass" // 符合
	NotMet        Verdict = "fail" // 不符合
	NotApplicable Verdict = "na"   // 不适用
)

// Values lists the codes for the API's enum.
func (Verdict) Values() []string { return []string{string(Met), string(NotMet), string(NotApplicable)} }

// Answer is the applicant's own verdict on one checklist item.
type Answer struct {
	Verdict Verdict `json:"verdict" validate:"omitempty,oneof=pass fail na"`
	Reason  string  `json:"reason,omitempty" validate:"max=200,plain" doc:"Why the item does not apply; needed with na."`
	Note    string  `json:"note,omitempty" validate:"max=500,plain"`
	// Score, Number and Choice answer items that are not yes or no.
	Score  *checklist.Points `json:"score,omitempty" doc:"In hundredths of a point."`
	Number *checklist.Points `json:"number,omitempty" doc:"In hundredths of the item's unit."`
	Choice string            `json:"choice,omitempty" validate:"max=40"`
	// Photos are evidence, which bonus items ask for.
	Photos []string `json:"photos,omitempty" validate:"max=9,dive,len=64,hexadecimal,lowercase" doc:"SHA-256 of stored photos, as POST /files answered."`
}

// Contact is who answers for the case.
type Contact struct {
	Name  string `json:"name" validate:"max=40,oneline,plain"`
	Phone string `json:"phone" validate:"omitempty,mobile" doc:"Mobile number."`
}

// Terms are what a pledge scheme's applicant promises.
type Terms struct {
	Days       int      `json:"days" validate:"min=0,max=365" doc:"Days in which goods are taken back; the scheme states the least."`
	Exclusions []string `json:"exclusions" validate:"max=40,dive,max=40" doc:"Ids of the scheme's exclusions."`
	Other      string   `json:"other,omitempty" validate:"max=300,plain" doc:"Further conditions, in public words."`
}

// Form is what the applicant fills in.
type Form struct {
	Answers     map[string]Answer `json:"answers" doc:"By checklist item id."`
	Commitments []string          `json:"commitments" doc:"Ids of the promises chosen."`
	Conditions  []string          `json:"conditions" doc:"Ids of the conditions confirmed."`
	Contact     Contact           `json:"contact"`
	Terms       *Terms            `json:"terms,omitempty"`
}

// Document is one uploaded file of a case.
type Document struct {
	Kind     string    `json:"kind" doc:"Id in the scheme's list of documents."`
	SHA256   string    `json:"sha256"`
	Filename string    `json:"filename"`
	At       time.Time `json:"at"`
}

// SheetRef names the exact questions of a case.
type SheetRef struct {
	Plan   string      `json:"plan,omitempty" doc:"Checklist plan."`
	Sector sector.Code `json:"sector,omitempty"`
	Hash   string      `json:"hash,omitempty" doc:"Hash of the self-assessment's content."`
}

// Score is what the self-assessment adds up to.
type Score struct {
	Answered int    `json:"answered" doc:"Items with an answer."`
	Items    int    `json:"items"`
	Total    string `json:"total" doc:"Points, provisional while answers are missing."`
	Vetoes   int    `json:"vetoes" doc:"Veto items that are not met."`
	Passed   bool   `json:"passed"`
}

// Correction marks one thing to put right.
type Correction struct {
	Pointer string `json:"pointer" validate:"required,max=120,plain" doc:"What: /answers/ITEM, /documents/KIND, /premises, /operator, /contact, /commitments."`
	Note    string `json:"note" validate:"required,notblank,max=500,plain" doc:"What is wrong and what would be right."`
	// Was tells whether the point was touched since.
	Was string `json:"was,omitempty" validate:"max=64" readOnly:"true" doc:"Hash of what the point held when the case went back; the registry notes it."`
}

// Signature is the commitment as it was signed (承诺书).
type Signature struct {
	Name    string    `json:"name" doc:"As typed."`
	At      time.Time `json:"at"`
	Account string    `json:"account"`
	// Hash binds scheme version, declaration, commitments, answers and documents.
	Hash string `json:"hash"`
}

// Result is the inspection as it entered the case.
type Result struct {
	Inspection  ident.InspectionID `json:"inspection"`
	InspectedOn string             `json:"inspected_on"`
	Total       string             `json:"total" doc:"Points."`
	Vetoes      int                `json:"vetoes"`
	Passed      bool               `json:"passed"`
	Grade       string             `json:"grade,omitempty"`
}

// View is one case in a list.
type View struct {
	ID           ident.ApplicationID `json:"id" format:"uuid"`
	CaseNo       string              `json:"case_no,omitempty" doc:"Given at submission; kept through every return."`
	Scheme       string              `json:"scheme"`
	SchemeVer    string              `json:"scheme_version"`
	Title        scheme.Text         `json:"title"`
	Premises     ident.PremisesID    `json:"premises" format:"uuid"`
	PremisesName string              `json:"premises_name"`
	Address      string              `json:"address"`
	Division     string              `json:"division"`
	Sectors      []string            `json:"sectors"`
	Operator     ident.OperatorID    `json:"operator" format:"uuid"`
	OperatorName string              `json:"operator_name"`
	State        lifecycle.State     `json:"state"`
	Waits        access.Role         `json:"waits,omitempty" doc:"Whose turn it is."`
	ReturnedFrom lifecycle.State     `json:"returned_from,omitempty"`
	DueOn        string              `json:"due_on,omitempty" doc:"Last day for whoever's turn it is."`
	DaysLeft     *int                `json:"days_left,omitempty" doc:"Working days left; negative when overdue."`
	Overdue      bool                `json:"overdue"`
	SubmittedAt  *time.Time          `json:"submitted_at,omitempty"`
	Since        time.Time           `json:"since" doc:"When the present state began."`
	Reason       string              `json:"reason,omitempty" doc:"Of the return, refusal or upheld objection."`
	AppealUntil  string              `json:"appeal_until,omitempty"`
	Certificate  ident.CertificateID `json:"certificate,omitempty"`
	Score        Score               `json:"score" doc:"Of the self-assessment."`
	Result       *Result             `json:"result,omitempty" doc:"Of the inspection."`
	Version      int64               `json:"version"`
	UpdatedAt    time.Time           `json:"updated_at"`
	Scope        string              `json:"-"`
}

// Missing is one thing without which a case cannot be submitted.
type Missing struct {
	Pointer string `json:"pointer"`
	Rule    string `json:"code"`
	Param   string `json:"param,omitempty"`
}

// AllowedAction is a step of the lifecycle as its button needs it.
type AllowedAction struct {
	Action lifecycle.Action `json:"action"`
	Label  scheme.Text      `json:"label"`
	Reason bool             `json:"reason" doc:"Must be explained in writing."`
	Danger bool             `json:"danger" doc:"Ask to confirm."`
	Open   bool             `json:"open"`
	// Why is the fault code and detail key when the step is not open to this
	// reader now: four-eyes, conflict-of-interest, too-soon, not-ready.
	Why    string `json:"why,omitempty"`
	Detail string `json:"detail,omitempty"`
	Until  string `json:"until,omitempty" doc:"Day before which it is too soon."`
}

// Moment is one line of the timeline.
type Moment struct {
	At     time.Time        `json:"at"`
	Action lifecycle.Action `json:"action"`
	From   lifecycle.State  `json:"from,omitempty"`
	To     lifecycle.State  `json:"to"`
	Role   access.Role      `json:"role"`
	Actor  string           `json:"actor,omitempty" doc:"Shown to colleagues only."`
	Reason string           `json:"reason,omitempty"`
	DueOn  string           `json:"due_on,omitempty" doc:"Last day of the state that began here."`
}

// Next is one stop still ahead.
type Next struct {
	State lifecycle.State `json:"state"`
	Label scheme.Text     `json:"label"`
	Waits access.Role     `json:"waits"`
	By    string          `json:"by,omitempty" doc:"Latest day if everybody takes all the time allowed."`
}

// Detail is the whole case on one page.
type Detail struct {
	View
	SchemeInfo   scheme.Scheme         `json:"scheme_info"`
	OperatorInfo merchant.OperatorView `json:"operator_info"`
	PremisesInfo merchant.PremisesView `json:"premises_info"`
	Form         Form                  `json:"form"`
	Sheet        SheetRef              `json:"sheet"`
	Documents    []Document            `json:"documents"`
	Corrections  []Correction          `json:"corrections"`
	Untouched    []string              `json:"untouched,omitempty" doc:"Of a returned case: marked points that nobody changed yet."`
	Signature    *Signature            `json:"signature,omitempty"`
	Assessment   *checklist.Result     `json:"assessment,omitempty" doc:"The self-assessment in full."`
	Timeline     []Moment              `json:"timeline"`
	Ahead        []Next                `json:"ahead"`
	Eligibility  []Finding             `json:"eligibility" doc:"The scheme's conditions, checked now against what authorities stated."`
	Newer        string                `json:"newer_version,omitempty" doc:"Version of the scheme now in force, when it is not the one this case follows."`
	Missing      []Missing             `json:"missing,omitempty" doc:"What a submission still needs."`
	Notice       *NoticeView           `json:"notice,omitempty"`
	Objections   []ObjectionView       `json:"objections,omitempty"`
	Actions      []AllowedAction       `json:"actions"`
}

// NoticeView is a public notice.
type NoticeView struct {
	ID          ident.NoticeID      `json:"id" format:"uuid"`
	Number      string              `json:"number"`
	Application ident.ApplicationID `json:"application" format:"uuid"`
	Scheme      string              `json:"scheme"`
	Title       scheme.Text         `json:"title"`
	Holder      string              `json:"holder"`
	Operator    string              `json:"operator" doc:"Name on the business licence."`
	Address     string              `json:"address"`
	Division    string              `json:"division"`
	Sectors     []string            `json:"sectors"`
	OpensOn     string              `json:"opens_on"`
	ClosesOn    string              `json:"closes_on"`
	Open        bool                `json:"open" doc:"Objections are taken today."`
	Outcome     string              `json:"outcome,omitempty" doc:"certified, objection_upheld or withdrawn; empty while undecided."`
	Issuer      scheme.Text         `json:"issuer"`
	Approval    string              `json:"approval"`
}

// ObjectionView is an objection as the deciding officers see it; for others
// name and contact are empty.
type ObjectionView struct {
	ID        ident.ObjectionID `json:"id" format:"uuid"`
	Number    string            `json:"number"`
	Notice    ident.NoticeID    `json:"notice" format:"uuid"`
	Body      string            `json:"body,omitempty"`
	Party     string            `json:"party"`
	Name      string            `json:"name,omitempty"`
	Contact   string            `json:"contact,omitempty"`
	State     string            `json:"state"`
	Reason    string            `json:"reason,omitempty"`
	CreatedAt time.Time         `json:"created_at"`
	Version   int64             `json:"version"`
}

// CertifyInput is what a title is made of.
type CertifyInput struct {
	Application            ident.ApplicationID
	Scheme                 scheme.Scheme
	Premises               merchant.PremisesView
	Operator               ident.OperatorID
	Street                 ident.StreetID
	Scope                  string
	IssuedOn, ExpiresOn    calendar.Date
	InspectedOn, Grade     string
	PromisesZh, PromisesEn []string
}

// Titles is what the certificate slice does for this one.
type Titles struct {
	// Issue makes the title inside the caller's transaction.
	Issue func(ctx context.Context, c *usecase.Call, in CertifyInput) (ident.CertificateID, error)
	// Excluded refuses while the operator may not apply.
	Excluded func(ctx context.Context, idb usecase.Reader, operator ident.OperatorID, scheme string) error
	// Downgraded refuses premises whose grade fell, for the time that the scheme
	// sets; nil where no title has grades.
	Downgraded func(ctx context.Context, idb usecase.Reader, premises ident.PremisesID, scheme string) error
	// Halted refuses while no titles are issued; nil where nothing halts them.
	Halted func(ctx context.Context, idb usecase.Reader, scheme, scope string) error
	// Live reports a title of the scheme that the premises still hold.
	Live func(ctx context.Context, idb usecase.Reader, premises ident.PremisesID, scheme string) (bool, error)
	// Street finds the street that the premises stand for; "" for a shop.
	Street func(ctx context.Context, idb usecase.Reader, premises ident.PremisesID) (ident.StreetID, error)
}

// Moved tells other slices about a step, inside its transaction.
type Moved struct {
	Application ident.ApplicationID
	Premises    ident.PremisesID
	Operator    ident.OperatorID
	Scheme      string
	SchemeVer   string
	Sheet       SheetRef
	Sectors     []string
	Scope       string
	Action      lifecycle.Action
	From, To    lifecycle.State
	Decides     access.Role // whose officers decide during the notice
	DueOn       string
	// What people who are told of the step need besides.
	CaseNo      string
	Shop        string
	Title       scheme.Text
	Contact     Contact
	Reason      string
	Corrections []Correction
	AppealUntil string
	Certificate ident.CertificateID
	Version     int64
}

// Service runs the use-cases of applications.
type Service struct {
	rt       *usecase.Runtime
	shops    *merchant.Service
	files    *blob.Service
	tasks    *task.Service
	titles   Titles
	calendar *calendar.Calendar

	// OnMoved hooks run in the transaction of each step; the composition root
	// sets them before the first request. The inspection slice plans a visit
	// when a case reaches inspection_ordered and voids it on a withdrawal.
	OnMoved []func(ctx context.Context, c *usecase.Call, m Moved) error
	// Sheets composes the sheet of a plan for a sector from what is in force;
	// the module slice stands behind it, and without it the shipped modules.
	Sheets func(ctx context.Context, idb usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error)
}

// New makes the service. A shop with an open case cannot be closed.
func New(rt *usecase.Runtime, shops *merchant.Service, files *blob.Service, tasks *task.Service, titles Titles, cal *calendar.Calendar) *Service {
	s := &Service{rt: rt, shops: shops, files: files, tasks: tasks, titles: titles, calendar: cal}
	s.Sheets = func(_ context.Context, _ usecase.Reader, plan string, code sector.Code) (checklist.Sheet, error) {
		return checklist.Shipped().Sheet(plan, code)
	}
	shops.OnClosed = append(shops.OnClosed, func(ctx context.Context, c *usecase.Call, p merchant.PremisesView) error {
		n, err := openCases(ctx, c.Tx, p.ID)
		if err == nil && n > 0 {
			return fault.New(fault.Conflict, "premises_in_case")
		}
		return err
	})
	return s
}
