// Package inspection owns inspections (核查): the visit of two inspectors, the
// sheet they fill with the exact wording they saw, every answer they ever
// gave, the signatures, and what the office made of it.
//
// It does not know what an application does with the result; whoever needs it
// registers a hook. It does not score: the checklist package does.
//
// Invariants: two different inspectors without an interest in the operator;
// an answer once received is never changed or deleted, a later one counts
// instead; nobody accepts an inspection that they made; a submitted sheet is
// sealed by one hash over everything it consists of.
package inspection

import (
	"context"
	"io"
	"slices"
	"time"

	"fangxin/internal/access"
	"fangxin/internal/checklist"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	rec "fangxin/internal/record"
	"fangxin/internal/usecase"
)

// Party is who signs a sheet.
type Party string

// The parties.
const (
	Lead     Party = "lead"     // 主检
	Second   Party = "second"   // 协检
	Merchant Party = "merchant" // 被检查人
)

// Parties lists who has to sign, in order.
var Parties = []Party{Lead, Second, Merchant}

// Values lists the codes for the API's enum.
func (Party) Values() []string { return []string{string(Lead), string(Second), string(Merchant)} }

// Mark is a reviewer's note on one item that has to be looked at again.
type Mark struct {
	Item string `json:"item" validate:"required,max=40" doc:"Id of the item."`
	Note string `json:"note" validate:"required,notblank,max=300,plain" doc:"What is missing or doubtful."`
}

// Person is somebody who can be sent.
type Person struct {
	ID       ident.AccountID `json:"id" format:"uuid"`
	Name     string          `json:"name"`
	Conflict bool            `json:"conflict" doc:"Has an interest in the operator and cannot be sent."`
	Before   bool            `json:"seen_before,omitempty" doc:"Saw the shop before and does not make the re-inspection that its holder asked for."`
}

// View is an inspection in a list.
type View struct {
	ID          ident.InspectionID  `json:"id" format:"uuid"`
	Purpose     Purpose             `json:"purpose"`
	Ref         Ref                 `json:"reference" doc:"The record that waits for the result."`
	Application ident.ApplicationID `json:"application,omitempty" format:"uuid" doc:"The reference, when that is an application."`
	Premises    ident.PremisesID    `json:"premises" format:"uuid"`
	Operator    ident.OperatorID    `json:"operator" format:"uuid"`
	Holder      string              `json:"holder"`
	Address     string              `json:"address"`
	Division    string              `json:"division"`
	SheetHash   string              `json:"sheet_hash" doc:"SHA-256 of the sheet's canonical JSON."`
	Lead        ident.AccountID     `json:"lead,omitempty"`
	Second      ident.AccountID     `json:"second,omitempty"`
	LeadName    string              `json:"lead_name,omitempty"`
	SecondName  string              `json:"second_name,omitempty"`
	State       lifecycle.State     `json:"state"`
	DueOn       string              `json:"due_on,omitempty"`
	StartedAt   *time.Time          `json:"started_at,omitempty"`
	SubmittedAt *time.Time          `json:"submitted_at,omitempty"`
	Reason      string              `json:"reason,omitempty" doc:"Of the last send-back, voiding or rectification."`
	Marks       []Mark              `json:"marks,omitempty" doc:"Items to look at again."`
	Result      Outcome             `json:"result"`
	Amended     *Outcome            `json:"amended,omitempty" doc:"Result with the corrections in effect; the original stays in result."`
	Seal        string              `json:"seal,omitempty" doc:"SHA-256 that binds sheet, answers, photos, signatures, places and times; see the record."`
	Version     int64               `json:"version"`
	Scope       string              `json:"-"`
	Actions     []lifecycle.Action  `json:"actions,omitempty"`
}

// Outcome is the result of a submitted sheet.
type Outcome struct {
	Score    checklist.Points `json:"score" doc:"In hundredths of a point."`
	Sector   checklist.Points `json:"sector"`
	Vetoes   []string         `json:"vetoes,omitempty"`
	Failed   []string         `json:"failed,omitempty" doc:"Other items that were not met."`
	Passed   bool             `json:"passed"`
	Grade    string           `json:"grade,omitempty"`
	Answered int              `json:"answered"`
	Total    int              `json:"total"`
}

// Detail is one inspection with its sheet and everything recorded on it.
type Detail struct {
	View
	Sheet      checklist.Sheet    `json:"sheet"`
	Answers    []checklist.Answer `json:"answers" doc:"The newest of each item."`
	Signatures []Signature        `json:"signatures"`
	Live       checklist.Result   `json:"live" doc:"Provisional result of the answers so far."`
	Awaited    []string           `json:"awaited,omitempty" doc:"Photos that answers name and whose bytes have not arrived, by SHA-256."`
}

// Proof is a photo beside an answer.
type Proof struct {
	SHA256 string
	Here   bool // its bytes have arrived and can be opened
}

// Proofs are the photos of an answer, with whether each can be opened yet.
func (d Detail) Proofs(a checklist.Answer) []Proof {
	out := make([]Proof, len(a.Photos))
	for i, sha := range a.Photos {
		out[i] = Proof{sha, !slices.Contains(d.Awaited, sha)}
	}
	return out
}

// Signature is one party's mark under the sheet.
type Signature struct {
	Party   Party     `json:"party"`
	Name    string    `json:"name"`
	Drawing string    `json:"drawing,omitempty" doc:"SHA-256 of the drawn signature."`
	Refused string    `json:"refused,omitempty" doc:"Why there is none."`
	Witness string    `json:"witness,omitempty" doc:"Who saw the refusal (见证人)."`
	At      time.Time `json:"at"`
}

// Change tells other slices about a step of an inspection.
type Change struct {
	View
	Action lifecycle.Action // "create" when it was ordered
	// Before are the inspectors who were assigned until now.
	Before []ident.AccountID
}

// Service runs the use-cases of inspections.
type Service struct {
	rt     *usecase.Runtime
	sheets sheetCache

	// Inspectors lists the active inspectors in a scope; the account slice
	// stands behind it.
	Inspectors func(ctx context.Context, idb usecase.Reader, scope access.Scope) ([]Person, error)
	// OnAccepted hooks run in the transaction of the acceptance. Each looks at
	// the purpose and leaves the others alone.
	OnAccepted []func(ctx context.Context, c *usecase.Call, v View) error
	// OnChanged hooks run in the transaction of each step, the ordering of the
	// visit included.
	OnChanged []func(ctx context.Context, c *usecase.Call, ch Change) error
	// OnAmended hooks run in the transaction of a correction and of each
	// judgement of one.
	OnAmended []func(ctx context.Context, c *usecase.Call, am Amended) error
	// OfTitle tells what an inspection of a title's holder is made of: shop,
	// area and sheet. The title has to be in the caller's scope and to stand.
	OfTitle func(ctx context.Context, c *usecase.Call, id ident.CertificateID) (PlanInput, error)
	// Seen lists who saw the shop in a matter before: none of them makes a
	// re-inspection. Nil where nobody is kept from it.
	Seen func(ctx context.Context, idb usecase.Reader, ref Ref) ([]ident.AccountID, error)
	// Attach notes that an inspection holds a file, so that it may be seen by
	// whoever sees the inspection.
	Attach func(ctx context.Context, c *usecase.Call, sha, subject, scope string) error
	// Describe tells what is kept of files, in the order asked for; unknown
	// ones are left out.
	Describe func(ctx context.Context, idb usecase.Reader, shas []string) ([]rec.File, error)
	// OpenFile gives the bytes of a file that a record holds; whoever may read
	// the record may read them.
	OpenFile func(ctx context.Context, sha string) (io.ReadCloser, error)
	// BaseURL is the address that the code on a printed record opens.
	BaseURL string
}

// New makes the service; the composition root sets its hooks.
// Whoever has an interest in an operator keeps out of all its matters.
func New(rt *usecase.Runtime) *Service {
	rt.Interests = interests
	return &Service{rt: rt}
}

// changed runs the hooks of a step that r has taken; before are the inspectors
// until then.
func (s *Service) changed(ctx context.Context, c *usecase.Call, r record, a lifecycle.Action, before ...ident.AccountID) error {
	for _, hook := range s.OnChanged {
		if err := hook(withoutVersion(ctx), c, Change{View: r.view(c.By), Action: a, Before: before}); err != nil {
			return err
		}
	}
	c.About(string(r.ID), r.Scope) // a hook may have spoken of its own record
	return nil
}

// inspectors are the two who were sent; nil before that.
func (r record) inspectors() []ident.AccountID {
	if r.Lead == "" {
		return nil
	}
	return []ident.AccountID{r.Lead, r.Second}
}

func (r record) view(by access.Principal) View {
	v := View{
		ID: r.ID, Purpose: r.Purpose, Ref: Ref{r.RefNoun, r.RefID}, Application: r.Application, Premises: r.Premises, Operator: r.Operator, Holder: r.Holder,
		Address: r.Address, Division: r.Division, SheetHash: r.Sheet, Lead: r.Lead, Second: r.Second,
		LeadName: r.LeadName, SecondName: r.SecondName, State: r.State, DueOn: r.DueOn, Reason: r.Reason,
		Marks: r.Marks, Result: r.Result, Amended: r.Amended, Seal: r.Seal, Version: r.Version, Scope: r.Scope,
	}
	if !r.StartedAt.IsZero() {
		at := r.StartedAt
		v.StartedAt = &at
	}
	if !r.SubmittedAt.IsZero() {
		at := r.SubmittedAt
		v.SubmittedAt = &at
	}
	for _, st := range lifecycle.Inspection.Open(by, r.State) {
		if r.made(by.Account) == (len(st.Roles) == 1 && st.Roles[0] == access.Inspector) {
			v.Actions = append(v.Actions, st.Action)
		}
	}
	return v
}

// made reports whether the account is one of the two inspectors.
func (r record) made(a ident.AccountID) bool { return a != "" && (a == r.Lead || a == r.Second) }

// matter is the inspection as the table of four eyes looks at it.
func (r record) matter() usecase.Matter {
	return usecase.Matter{Operator: r.Operator, Deeds: usecase.Acts(lifecycle.Inspection.Noun, lifecycle.Visiting, r.inspectors())}
}

func (r record) subject() usecase.Subject {
	return usecase.Subject{ID: string(r.ID), State: r.State, Version: r.Version, Scope: r.Scope}
}
