// Package badge owns the printed badge (标识) and the answer that whoever scans
// it gets: the stickers with their serials, the face that a scan shows, and
// the decision which of the eight answers is true at this moment.
//
// It does not know why a certificate is suspended or who may suspend it; the
// certificate slice hands it a new [Face] in the transaction of its decision.
//
// Invariants: an answer is never "valid" unless the code is genuine, the
// sticker active, the certificate active, today within its dates and the
// clock plausible. What cannot be confirmed is [Unavailable], never a guess.
package badge

import (
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
)

// Status is the answer to a scan: exactly one of eight.
type Status string

// The eight answers.
const (
	Valid       Status = "valid"       // 有效
	Rectifying  Status = "rectifying"  // 整改中
	Suspended   Status = "suspended"   // 暂停
	Revoked     Status = "revoked"     // 已摘牌
	Expired     Status = "expired"     // 已过期
	Withdrawn   Status = "withdrawn"   // 已退出
	Unknown     Status = "unknown"     // 查无此标识
	Unavailable Status = "unavailable" // 暂时无法确认
)

// Statuses lists the answers in the order in which they are documented.
var Statuses = []Status{Valid, Rectifying, Suspended, Revoked, Expired, Withdrawn, Unknown, Unavailable}

// Values lists the codes for the API's enum.
func (Status) Values() []string {
	out := make([]string, len(Statuses))
	for i, s := range Statuses {
		out[i] = string(s)
	}
	return out
}

// Cause says more about an answer that is not a plain state of the title.
type Cause string

// The causes.
const (
	NoCause      Cause = ""
	Forged       Cause = "forged"        // the code fails its keyed check or has no such form
	NeverIssued  Cause = "never_issued"  // genuine form, but no such sticker
	NotActivated Cause = "not_activated" // printed, not yet put up
	VoidPrint    Cause = "void_print"    // this print was lost, damaged or copied
	NoDatabase   Cause = "no_database"
	BadClock     Cause = "bad_clock"
	BadRecord    Cause = "bad_record" // stored facts contradict each other
)

// Face is everything about a title that a scan may show. It holds no personal
// data: shop name, address and business phone only.
type Face struct {
	Certificate ident.CertificateID `json:"certificate"`
	Number      string              `json:"number"`
	State       lifecycle.State     `json:"state"`   // of the certificate
	Sticker     lifecycle.State     `json:"sticker"` // of this print
	PrintNo     int64               `json:"print_no"`
	Scheme      string              `json:"scheme"`
	TitleZh     string              `json:"title_zh"`
	TitleEn     string              `json:"title_en"`
	LabelZh     string              `json:"label_zh"` // words of the scheme beside its title
	LabelEn     string              `json:"label_en"`
	Holder      string              `json:"holder"` // name on the sign
	Address     string              `json:"address"`
	Division    string              `json:"division"`
	Sectors     []string            `json:"sectors"`
	Photo       string              `json:"photo"` // SHA-256 of the storefront photo, "" without one
	Phone       string              `json:"phone"`
	Issuer      string              `json:"issuer"`
	Approval    string              `json:"approval"` // approval document of the scheme
	IssuedOn    calendar.Date       `json:"issued_on"`
	ExpiresOn   calendar.Date       `json:"expires_on"` // the last day on which the title holds
	InspectedOn string              `json:"inspected_on"`
	Grade       string              `json:"grade"`
	PromisesZh  []string            `json:"promises_zh"`
	PromisesEn  []string            `json:"promises_en"`
	Reason      string              `json:"reason"`       // public words for the present state
	Since       time.Time           `json:"since"`        // of the present state
	BarredUntil string              `json:"barred_until"` // of a revoked title: the last day on which its holder may not apply
	Street      bool                `json:"street"`
	Board       string              `json:"board,omitempty"` // id of the street whose members are listed
	Turns       []Turn              `json:"turns,omitempty"` // of a street
	Heir        string              `json:"heir,omitempty"`  // id of the shop by which another operator goes on
	Replies     []Reply             `json:"replies,omitempty"`
	// Plaque says that the plaque of an ended title was not given back: wanted or
	// missing, as the lifecycle of plaques has it.
	Plaque lifecycle.State `json:"plaque,omitempty"`
}

// About says what a holder's reply stands beside.
type About string

// What may be replied to.
const (
	AboutDecision   About = "decision"   // the decision that holds now
	AboutInspection About = "inspection" // the inspection that the badge names
)

// Values lists the codes for the API's enum.
func (About) Values() []string { return []string{string(AboutDecision), string(AboutInspection)} }

// Reply is what the holder says beside a result, in the holder's words.
type Reply struct {
	About About         `json:"about"`
	Text  string        `json:"text"`
	On    calendar.Date `json:"on" doc:"Day on which it was published."`
}

// Turn is a stretch of days on which a street's title is at risk or has
// lapsed, as its shops make it; Until is the first day after it, zero for ever.
type Turn struct {
	Status Status        `json:"status"`
	From   calendar.Date `json:"from"`
	Until  calendar.Date `json:"until"`
	Zh     string        `json:"zh"` // public words
	En     string        `json:"en"`
}

// Turn finds the stretch that covers a day.
func (f Face) Turn(today calendar.Date) (Turn, bool) {
	for _, t := range f.Turns {
		if !today.Before(t.From) && (t.Until.IsZero() || today.Before(t.Until)) {
			return t, true
		}
	}
	return Turn{}, false
}

// Skew is how far the clock may lie behind the newest fact it judges before
// it counts as broken.
const Skew = 5 * time.Minute

// earliest is before any badge was ever printed; a clock that reads less has
// lost its battery.
var earliest = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// Decide tells which answer the face gives at an instant. written is when the
// face was last changed.
func Decide(f Face, written, now time.Time) (Status, Cause) {
	if now.Before(earliest) || written.Sub(now) > Skew {
		return Unavailable, BadClock
	}
	today := calendar.DateOf(now)
	switch f.Sticker {
	case lifecycle.StickerActive:
	case lifecycle.Printed:
		return Unknown, NotActivated
	case lifecycle.StickerVoid:
		return Unknown, VoidPrint
	default:
		return Unavailable, BadRecord
	}
	switch f.State {
	case lifecycle.Revoked:
		return Revoked, NoCause
	case lifecycle.Withdrawn:
		return Withdrawn, NoCause
	case lifecycle.Suspended:
		return Suspended, NoCause
	case lifecycle.Active, lifecycle.Rectifying:
	default:
		return Unavailable, BadRecord
	}
	switch {
	case f.Number == "" || f.Holder == "" || f.ExpiresOn.Before(f.IssuedOn):
		return Unavailable, BadRecord
	case today.Before(f.IssuedOn):
		return Unavailable, BadRecord
	case f.ExpiresOn.Before(today):
		return Expired, NoCause
	}
	turn, turned := f.Turn(today)
	switch {
	case turned && turn.Status != Rectifying && turn.Status != Expired:
		return Unavailable, BadRecord
	case turned && turn.Status == Expired:
		return Expired, NoCause
	case turned, f.State == lifecycle.Rectifying:
		return Rectifying, NoCause
	}
	return Valid, NoCause
}
