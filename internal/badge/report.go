package badge

import (
	"context"
	"slices"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/badgecode"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/usecase"
)

// ReportKind is what a shopper says is wrong with a badge.
type ReportKind string

// The kinds.
const (
	NotThisShop ReportKind = "not_this_shop"
	Covered     ReportKind = "covered"
	Fake        ReportKind = "fake"
	StillShown  ReportKind = "still_shown"
	BrokenWord  ReportKind = "promise_broken" // 承诺未兑现
)

// ReportKinds lists the kinds in the order in which they are offered.
var ReportKinds = []ReportKind{NotThisShop, Covered, Fake, StillShown, BrokenWord}

// Values lists the codes for the API's enum.
func (ReportKind) Values() []string {
	out := make([]string, len(ReportKinds))
	for i, k := range ReportKinds {
		out[i] = string(k)
	}
	return out
}

// ReportCommand tells the county office that a badge is not where or what it
// should be, or that a promise beside it was not kept. It carries no name and
// no number of the person.
type ReportCommand struct {
	Code    string     `json:"-" validate:"required,max=200"`
	Kind    ReportKind `json:"kind" validate:"required,oneof=not_this_shop covered fake still_shown promise_broken"`
	Promise string     `json:"promise,omitempty" validate:"required_if=Kind promise_broken,max=200,plain" doc:"With promise_broken: the promise, in the words that the badge shows, Chinese or English."`
	Note    string     `json:"note" validate:"max=300,plain" doc:"Where it was seen or what happened; no personal data."`
}

// ReportReceipt confirms that a task was opened.
type ReportReceipt struct {
	Reference string `json:"reference" doc:"Number to quote."`
}

// OpenTask opens a work item at the office in charge of a scope; the task
// slice stands behind it. An empty scope means the province.
type OpenTask func(ctx context.Context, c *usecase.Call, kind, subject, scope string, data map[string]any) (ident.TaskID, error)

var reportDef = usecase.Define(usecase.Def{Name: "badge.report", Allow: access.Roles})

// ReportDef gives the declaration to the page that mounts it.
func ReportDef() *usecase.Def { return reportDef }

// Report opens a task at the county of the certificate, or at the province
// when the code is nobody's. It never changes a state by itself.
func (s *Service) Report(ctx context.Context, cmd ReportCommand) (ReportReceipt, error) {
	return usecase.Do(ctx, s.rt, reportDef, cmd, func(ctx context.Context, c *usecase.Call) (ReportReceipt, error) {
		subject, scope := "", s.Root
		data := map[string]any{"kind": string(cmd.Kind), "note": cmd.Note, "code": strings.ToUpper(cmd.Code)}
		serial, err := s.ring.Parse(cmd.Code)
		if err == nil {
			if r, err := bySerial(ctx, c.Tx, serial); err == nil {
				subject, scope = string(r.Certificate), r.Scope
			}
		}
		c.About(subject, scope)
		if cmd.Kind == BrokenWord {
			word, err := s.promised(ctx, serial, cmd.Promise)
			if err != nil {
				return ReportReceipt{}, err
			}
			data["promise"] = word
		}
		id, err := s.OpenTask(ctx, c, "badge_"+string(cmd.Kind), subject, scope, data)
		if err != nil {
			return ReportReceipt{}, err
		}
		return ReportReceipt{Reference: strings.ToUpper(string(id[len(id)-8:]))}, nil
	})
}

// promised finds a promise among those that the badge shows and gives its
// Chinese words. A promise that the shop never made is a mistake of the form.
func (s *Service) promised(ctx context.Context, serial badgecode.Serial, words string) (string, error) {
	f, _, err := s.face(ctx, serial)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	if err == nil {
		for _, list := range [][]string{f.PromisesZh, f.PromisesEn} {
			if i := slices.Index(list, strings.TrimSpace(words)); i >= 0 && i < len(f.PromisesZh) {
				return f.PromisesZh[i], nil
			}
		}
	}
	return "", fault.OnField("/promise", "promise_shown", "")
}
