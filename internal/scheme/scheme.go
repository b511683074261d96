// Package scheme owns the titles that may be awarded (称号项目): who awards
// them under which approval document, to what kind of subject, along which
// route, against which checklist modules, and all periods and thresholds. They
// are versioned data: an administrator drafts an edition, a second person
// publishes it, and from then on its content never changes. The files of
// assets/schemes are the editions that an installation begins with.
//
// It does not run a case (application) or award a title (certificate). It has
// no field for money: charging for a title is forbidden (创建示范活动管理办法
// (试行), 2022), and a data file that names a fee is refused.
package scheme

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/checklist"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/sector"
	"fangxin/internal/usecase"
)

// Text is one wording in both languages.
type Text struct {
	Zh string `json:"zh" yaml:"zh" doc:"Chinese, which prevails."`
	En string `json:"en" yaml:"en"`
}

// In picks the language: English for "en", Chinese otherwise.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Zh
}

// Number is a figure of the rules. Proposed figures are defaults of this
// software where the published rule does not state one.
type Number struct {
	Value    int  `json:"value" yaml:"value"`
	Proposed bool `json:"proposed" yaml:"proposed" doc:"A default for the authority to confirm, not a published rule."`
}

// Subject is what a title is awarded to.
type Subject string

// The kinds of subject.
const (
	Premises Subject = "premises" // 门店
	Street   Subject = "street"   // 街区、商圈
)

// Values lists the codes for the API's enum.
func (Subject) Values() []string { return []string{string(Premises), string(Street)} }

// Item is one numbered point of a list that an applicant reads.
type Item struct {
	ID   string `json:"id" yaml:"id"`
	Text Text   `json:"text" yaml:"text"`
	// Why tells the applicant what the point is for.
	Why Text `json:"why,omitzero" yaml:"why"`
	// Required points cannot be left out.
	Required bool `json:"required" yaml:"required"`
}

// Gate is one stop of the route with the time it may take.
type Gate struct {
	State    lifecycle.State `json:"state" yaml:"state" doc:"State of the case that waits here."`
	Workdays Number          `json:"workdays" yaml:"workdays" doc:"Working days from arrival to the next step."`
}

// Pass is what an inspection has to reach, in points.
type Pass struct {
	Total    string `json:"total,omitempty" doc:"All points with the bonus."`
	Sector   string `json:"sector,omitempty" doc:"Points of the sector's module; empty when there is no such rule."`
	BonusCap string `json:"bonus_cap,omitempty" doc:"Most bonus points that count."`
	Veto     bool   `json:"veto" doc:"One failed veto item fails the shop, whatever the points."`
}

// Terms are the return promise of a pledge scheme (无理由退货).
type Terms struct {
	Days       Number `json:"days" yaml:"days" doc:"Least days in which goods are taken back; the promise may be longer."`
	RefundDays Number `json:"refund_days" yaml:"refund_days" doc:"Days from the return to the refund; what a pledge begins with, and its shop may change."`
	Exclusions []Item `json:"exclusions" yaml:"exclusions" doc:"Goods that may be left out, when the shop says so beforehand."`
}

// What a scheme may say of rectifications and of renewals; the first holds
// where it says nothing.
var (
	Proofs   = []string{"visit", "paper"}
	Renewals = []string{"review", "instant"}
)

// Scheme is one version of one title.
type Scheme struct {
	Code         string   `json:"code" yaml:"code"`
	Version      string   `json:"version" yaml:"version"`
	Abbreviation string   `json:"abbreviation" yaml:"abbreviation" doc:"Two letters inside certificate numbers."`
	Title        Text     `json:"title" yaml:"title"`
	Summary      Text     `json:"summary" yaml:"summary"`
	Subject      Subject  `json:"subject" yaml:"subject"`
	Issuer       Text     `json:"issuer" yaml:"issuer"`
	Approval     string   `json:"approval" yaml:"approval" doc:"Document under which titles are awarded."`
	Basis        []Text   `json:"basis" yaml:"basis"`
	Sectors      []string `json:"sectors" yaml:"sectors" doc:"Sectors that may apply."`
	Divisions    []string `json:"divisions" yaml:"divisions" doc:"GB/T 2260 codes of the cities or counties whose shops may apply; empty for the whole province."`
	Sheet        string   `json:"sheet,omitempty" yaml:"sheet" doc:"Plan of the checklist; the sector's own module is part of it. Empty: no self-assessment."`
	Route        []Gate   `json:"route" yaml:"route" doc:"Empty for the pledge, which the shop signs: published for the days of the notice, then in force."`
	Pass         Pass     `json:"pass" yaml:"-" doc:"What the checklist asks for, from its scoring frame."`
	Conditions   []Item   `json:"conditions" yaml:"conditions" doc:"Who may apply."`
	Documents    []Item   `json:"documents" yaml:"documents" doc:"What to upload; nothing for a pledge."`
	Commitments  []Item   `json:"commitments" yaml:"commitments" doc:"What the applicant promises in public."`
	Declaration  Text     `json:"declaration" yaml:"declaration" doc:"What the applicant signs."`
	Terms        *Terms   `json:"terms,omitempty" yaml:"terms"`
	BadgeLabel   Text     `json:"badge_label,omitzero" yaml:"badge_label" doc:"A few words that stand beside the title on badge, certificate and scan page."`
	Eligibility  []Rule   `json:"eligibility" yaml:"eligibility" doc:"What is checked against facts that authorities stated."`
	Decides      Decider  `json:"decides" yaml:"decides" doc:"Whose officers decide during the notice and award the title."`

	NoticeWorkdays        Number `json:"notice_workdays" yaml:"notice_workdays" doc:"Working days of the public notice; 0 where it is counted in calendar days."`
	NoticeDays            Number `json:"notice_days,omitzero" yaml:"notice_days" doc:"Calendar days of the public notice; 0 where it is counted in working days."`
	CorrectionWorkdays    Number `json:"correction_workdays" yaml:"correction_workdays" doc:"Working days an applicant has to correct; 0 for a pledge, which nobody sends back."`
	AppealWorkdays        Number `json:"appeal_workdays" yaml:"appeal_workdays" doc:"Working days to appeal against a refused application; 0 for a pledge."`
	ValidityYears         Number `json:"validity_years" yaml:"validity_years"`
	RecheckMonths         Number `json:"recheck_months" yaml:"recheck_months"`
	ExclusionYears        Number `json:"exclusion_years" yaml:"exclusion_years" doc:"Years without a new application after the title was taken away."`
	DowngradeYears        Number `json:"downgrade_years,omitzero" yaml:"downgrade_years" doc:"Years after a lower grade in which none is raised again and no new application is taken; 0 for none."`
	RectificationWorkdays Number `json:"rectification_workdays" yaml:"rectification_workdays"`
	Reinspections         Number `json:"reinspections,omitzero" yaml:"reinspections" doc:"Re-inspections that a holder may ask for in twelve months; 0 means two."`
	// RectificationProof, one of Proofs, says how a rectification is proved. Empty means on site.
	RectificationProof string `json:"rectification_proof,omitempty" yaml:"rectification_proof,omitempty" enum:"paper,visit" doc:"visit: two inspectors look again; paper: the evidence is enough."`
	// Renewal, one of Renewals, says how a title is renewed before its end. Empty means by review.
	Renewal string `json:"renewal,omitempty" yaml:"renewal,omitempty" enum:"instant,review" doc:"instant: at once where nothing changed; review: an officer looks at it."`
	// Street is what the title of a street stands by; absent for shops.
	Street         *quorum.Rules `json:"street,omitempty" yaml:"street" doc:"Figures by which a street's title stands and falls; absent for shops."`
	MinutesToApply int           `json:"minutes_to_apply" yaml:"minutes_to_apply" doc:"What most applicants need, in minutes."`

	// Hash is the SHA-256 of [Scheme.Content], pinned by every case.
	Hash string `json:"hash" yaml:"-" doc:"SHA-256 of the content, in hexadecimal: see Scheme.Content."`
}

// defaultReinspections is proposed where a scheme names no number.
const defaultReinspections = 2

// ReinspectionsAYear is how often a holder may ask in twelve months to be
// inspected again.
func (s Scheme) ReinspectionsAYear() int {
	if s.Reinspections.Value > 0 {
		return s.Reinspections.Value
	}
	return defaultReinspections
}

// Period is how long the public notice runs.
func (s Scheme) Period() calendar.Period {
	if s.NoticeDays.Value > 0 {
		return calendar.Period{N: s.NoticeDays.Value, Unit: calendar.Days}
	}
	return calendar.Period{N: s.NoticeWorkdays.Value, Unit: calendar.Workdays}
}

// Workdays is the time of the gate for a state; 0 when there is none.
func (s Scheme) Workdays(state lifecycle.State) int {
	for _, g := range s.Route {
		if g.State == state {
			return g.Workdays.Value
		}
	}
	return 0
}

// In reports whether shops of a county may apply.
func (s Scheme) In(division string) bool {
	return len(s.Divisions) == 0 || slices.ContainsFunc(s.Divisions, func(code string) bool {
		return strings.HasPrefix(division, strings.TrimSuffix(code, "00"))
	})
}

// SectorFor picks the sector under which a shop is assessed: the first of its
// sectors that may apply.
func (s Scheme) SectorFor(sectors []string) (sector.Code, bool) {
	for _, code := range sectors {
		if slices.Contains(s.Sectors, code) {
			return sector.Code(code), true
		}
	}
	return "", false
}

// Document finds a required or optional document by its id.
func (s Scheme) Document(id string) (Item, bool) { return find(s.Documents, id) }

// Commitment finds a promise by its id.
func (s Scheme) Commitment(id string) (Item, bool) { return find(s.Commitments, id) }

func find(items []Item, id string) (Item, bool) {
	for _, it := range items {
		if it.ID == id {
			return it, true
		}
	}
	return Item{}, false
}

// ReturnPledge is the scheme of no-reason-return pledges. They are signed and
// published by the shop (the pledge slice), not applied for.
const ReturnPledge = "return-pledge"

// Pledged reports a title that is signed and published by its holder: nobody
// reviews, returns or awards it, so that its way is that of a pledge.
func (s Scheme) Pledged() bool { return s.Code == ReturnPledge }

// Machine is the lifecycle that the way goes through.
func (s Scheme) Machine() *lifecycle.Machine {
	if s.Pledged() {
		return lifecycle.Pledge
	}
	return lifecycle.Application
}

// Service runs the use-cases of schemes.
type Service struct {
	rt *usecase.Runtime

	// Cases counts the open cases that follow a version; the application slice
	// stands behind it.
	Cases func(ctx context.Context, idb usecase.Reader, code, version string) (int, error)
	// Sheets is what checklists are composed from; the module slice stands behind
	// it, and without it the shipped library.
	Sheets func(ctx context.Context, idb usecase.Reader) (*checklist.Library, error)
	// OnPublished hooks run in the transaction that puts a version in force.
	OnPublished []func(ctx context.Context, c *usecase.Call, e Edition) error

	mu      sync.Mutex
	inForce []Scheme // nil when it must be read
	readAt  time.Time
	fixed   map[string]Scheme // published versions by "code version"; they never change
}

// New makes the service.
func New(rt *usecase.Runtime) *Service {
	return &Service{rt: rt, fixed: map[string]Scheme{}, Sheets: func(context.Context, usecase.Reader) (*checklist.Library, error) { return checklist.Shipped(), nil }}
}
