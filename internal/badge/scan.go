package badge

import (
	"context"
	"errors"
	"time"

	"fangxin/internal/badgecode"
	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/lifecycle"
)

// Answer is what a scan says (扫码结果), as data.
type Answer struct {
	Status    Status         `json:"status" doc:"Which of the eight answers is true now."`
	Cause     Cause          `json:"cause,omitempty" doc:"More about unknown and unavailable."`
	CheckedAt time.Time      `json:"checked_at" doc:"When this was found out, by the server's clock."`
	Code      badgecode.Code `json:"code,omitempty" doc:"The code in canonical form; absent when it is no genuine code."`
	Shop      *Shop          `json:"shop,omitempty"`
	Title     *Title         `json:"title,omitempty"`
	Reason    string         `json:"reason,omitempty" doc:"Public reason of the present state."`
	ReasonEn  string         `json:"reason_en,omitempty" doc:"The same in English, where the registry worded it."`
	Since     *time.Time     `json:"since,omitempty" doc:"Since when this answer holds: of an expired title, since its last day ended."`
	Replies   []Reply        `json:"replies,omitempty" doc:"What the holder says beside what is shown here, in the holder's words."`
	Barred    string         `json:"barred_until,omitempty" format:"date" doc:"Of a revoked title: the last day on which its holder may not apply again."`
	// Plaque is what stays on the wall of a shop without a title.
	Plaque lifecycle.State `json:"plaque,omitempty" enum:"wanted,missing" doc:"Of an ended title whose plaque was not given back: wanted, or reported missing. Where it still hangs, it means nothing."`
}

// Shop is the place the badge belongs to: is it where you stand?
type Shop struct {
	Name     string   `json:"name"`
	Address  string   `json:"address"`
	Division string   `json:"division" doc:"GB/T 2260 code of the county."`
	Sectors  []string `json:"sectors"`
	Photo    string   `json:"photo,omitempty" doc:"Address of the storefront photo."`
	Phone    string   `json:"phone,omitempty"`
	Street   bool     `json:"street,omitempty" doc:"The holder is a street or business circle."`
	Board    string   `json:"board,omitempty" doc:"Page with the shops of the street today."`
	Heir     string   `json:"taken_over_by,omitempty" doc:"Page of the shop by which another operator goes on at the place; the title did not pass on."`
}

// Title is what was awarded, by whom and until when.
type Title struct {
	Number      string   `json:"number" doc:"Certificate number, with its check character."`
	Scheme      string   `json:"scheme"`
	NameZh      string   `json:"name_zh"`
	NameEn      string   `json:"name_en"`
	LabelZh     string   `json:"label_zh,omitempty" doc:"Words beside the title, where its scheme has some."`
	LabelEn     string   `json:"label_en,omitempty"`
	Issuer      string   `json:"issuer"`
	Approval    string   `json:"approval" doc:"Document under which the title is awarded."`
	IssuedOn    string   `json:"issued_on" format:"date"`
	ExpiresOn   string   `json:"expires_on" format:"date" doc:"Last day on which it holds."`
	InspectedOn string   `json:"inspected_on,omitempty" format:"date"`
	Grade       string   `json:"grade,omitempty"`
	PromisesZh  []string `json:"promises_zh"`
	PromisesEn  []string `json:"promises_en"`
}

// Scan answers for a code as scanned or typed. It never returns an error:
// whatever goes wrong is one of the eight answers.
func (s *Service) Scan(ctx context.Context, typed string) Answer {
	serial, code, err := s.ring.Resolve(typed)
	if err != nil {
		// The keyed check refuses inventions without a query.
		return Answer{Status: Unknown, Cause: Forged, CheckedAt: s.rt.Now()}
	}
	return s.ScanGenuine(ctx, serial, code)
}

// ScanGenuine answers like [Service.Scan] for a code that [Service.Resolve]
// has found genuine.
func (s *Service) ScanGenuine(ctx context.Context, serial badgecode.Serial, code badgecode.Code) Answer {
	now := s.rt.Now()
	if !s.plausible(now) {
		return Answer{Status: Unavailable, Cause: BadClock, CheckedAt: now, Code: code}
	}
	face, written, err := s.face(ctx, serial)
	switch {
	case fault.Is(err, fault.NotFound):
		return Answer{Status: Unknown, Cause: NeverIssued, CheckedAt: now, Code: code}
	case errors.Is(err, errBadFace):
		return Answer{Status: Unavailable, Cause: BadRecord, CheckedAt: now, Code: code}
	case err != nil:
		s.rt.Log.ErrorContext(ctx, "scan cannot read", "error", err)
		return Answer{Status: Unavailable, Cause: NoDatabase, CheckedAt: now, Code: code}
	}
	status, cause := Decide(face, written, now)
	a := Answer{Status: status, Cause: cause, CheckedAt: now, Code: code}
	if status == Unavailable || cause == VoidPrint || cause == NotActivated {
		return a
	}
	since := face.Since
	if status == Expired {
		since = face.ExpiresOn.End().UTC() // nothing was decided on that day
	}
	a.Since, a.Reason, a.Barred = &since, face.Reason, face.BarredUntil
	if status == Expired || status == Revoked || status == Withdrawn {
		a.Plaque = face.Plaque
	}
	today := calendar.DateOf(now)
	if turn, ok := face.Turn(today); ok && (status == Rectifying || status == Expired) && !face.ExpiresOn.Before(today) {
		since = turn.From.Start()
		a.Reason, a.ReasonEn = turn.Zh, turn.En
	}
	for _, r := range face.Replies {
		// One to a decision says nothing beside another answer.
		decided := a.ReasonEn == "" && (status == Rectifying || status == Suspended || status == Revoked)
		if r.About == AboutInspection || decided {
			a.Replies = append(a.Replies, r)
		}
	}
	a.Shop = &Shop{Name: face.Holder, Address: face.Address, Division: face.Division, Sectors: face.Sectors, Phone: face.Phone, Street: face.Street}
	if face.Board != "" {
		a.Shop.Board = "/s/" + face.Board
	}
	if face.Heir != "" {
		a.Shop.Heir = "/shops/" + face.Heir
	}
	if face.Photo != "" {
		a.Shop.Photo = "/files/" + face.Photo
	}
	a.Title = &Title{
		Number: face.Number, Scheme: face.Scheme, NameZh: face.TitleZh, NameEn: face.TitleEn, LabelZh: face.LabelZh, LabelEn: face.LabelEn, Issuer: face.Issuer,
		Approval: face.Approval, IssuedOn: face.IssuedOn.String(), ExpiresOn: face.ExpiresOn.String(),
		InspectedOn: face.InspectedOn, Grade: face.Grade, PromisesZh: face.PromisesZh, PromisesEn: face.PromisesEn,
	}
	return a
}

// plausible refuses a clock that went back since this process last read it:
// one of the two readings was wrong, and an expired title could pass as valid.
// A process that saw a time from the future has to be started again.
func (s *Service) plausible(now time.Time) bool {
	for {
		seen := s.latest.Load()
		if now.UnixMicro() < seen-Skew.Microseconds() {
			return false
		}
		if now.UnixMicro() <= seen || s.latest.CompareAndSwap(seen, now.UnixMicro()) {
			return true
		}
	}
}
