package merchant

import (
	"net/http"
	"slices"
	"strings"

	"fangxin/internal/application"
	"fangxin/internal/checklist"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/lifecycle"
	"fangxin/internal/web/page"
)

// progress is how far a task is: the key of its word and the tone of its tag.
type progress struct{ Key, Tone string }

var (
	done     = progress{"done", "ok"}
	half     = progress{"half", "warn"}
	untouch  = progress{"open", "brand"}
	later    = progress{"later", "gone"}
	fix      = progress{"fix", "stop"}
	optional = progress{"optional", "gone"}
)

// line is one task of the list.
type line struct {
	Href, Label, Note string
	Progress          progress
}

// group is a titled run of tasks.
type group struct {
	Key   string
	Lines []line
}

// gap is one thing that is missing or to be put right, with the page for it.
type gap struct{ Href, Label, Message string }

// open reports whether the applicant may change a point of the case now; the
// application slice refuses what this leaves out.
func open(d application.Detail, pointer string) bool {
	switch d.State {
	case lifecycle.Draft:
		return true
	case lifecycle.Returned:
		return slices.ContainsFunc(d.Corrections, func(c application.Correction) bool {
			return c.Pointer == pointer || strings.HasPrefix(pointer, strings.TrimSuffix(c.Pointer, "/")+"/")
		})
	}
	return false
}

// editing reports a case that its applicant is working on.
func editing(d application.Detail) bool {
	return d.State == lifecycle.Draft || d.State == lifecycle.Returned
}

// lacking counts what is missing under a pointer.
func lacking(d application.Detail, prefix string) int {
	n := 0
	for _, m := range d.Missing {
		if m.Pointer == prefix || strings.HasPrefix(m.Pointer, prefix+"/") {
			n++
		}
	}
	return n
}

// judge turns counts into progress: begun tells whether anything is there.
func judge(missing int, begun bool) progress {
	switch {
	case missing == 0:
		return done
	case begun:
		return half
	}
	return untouch
}

// groups lists the tasks of a draft and how many of them are not done yet.
func (p *Pages) groups(r *http.Request, d application.Detail, sheet *checklist.Sheet) ([]group, int) {
	lang := page.Lang(r.Context())
	base := "/my/applications/" + string(d.ID)
	t := func(key string, args ...any) string { return p.E.T(r, "my."+key, args...) }

	shop := group{Key: "group_shop", Lines: []line{
		{"/my/operators/" + string(d.Operator), t("task_operator"), d.OperatorInfo.Name, done},
		{"/my/premises/" + string(d.Premises), t("task_premises"), d.PremisesInfo.Name, done},
	}}
	self := group{Key: "group_self", Lines: []line{{
		base + "/conditions", t("task_conditions"), t("task_conditions_note", len(d.Form.Conditions), len(d.SchemeInfo.Conditions)),
		judge(lacking(d, "/conditions"), len(d.Form.Conditions) > 0),
	}}}
	if sheet != nil && d.Assessment != nil {
		for i, s := range sheet.Sections {
			self.Lines = append(self.Lines, sectionLine(base, s, d.Assessment.Sections[i], d, lang, t))
		}
	}
	needed := 0
	for _, it := range d.SchemeInfo.Documents {
		if it.Required {
			needed++
		}
	}
	papers := group{Key: "group_papers", Lines: []line{
		{base + "/documents", t("task_documents"), t("task_documents_note", len(d.Documents), needed), judge(lacking(d, "/documents"), len(d.Documents) > 0)},
		{
			base + "/promises", t("task_promises"), t("task_promises_note", len(d.Form.Commitments)),
			judge(lacking(d, "/commitments")+lacking(d, "/terms"), len(d.Form.Commitments) > 0 || d.Form.Terms != nil),
		},
		{base + "/contact", t("task_contact"), d.Form.Contact.Name, judge(lacking(d, "/contact"), d.Form.Contact.Name+d.Form.Contact.Phone != "")},
	}}
	left := 0
	for _, g := range []group{self, papers} {
		for _, l := range g.Lines {
			if l.Progress != done && l.Progress != optional {
				left++
			}
		}
	}
	last := line{base + "/check", t("task_check"), "", untouch}
	if left > 0 {
		last.Progress = later
	}
	return []group{shop, self, papers, {Key: "group_sign", Lines: []line{last}}}, left
}

func sectionLine(base string, s checklist.Section, result checklist.SectionResult, d application.Detail, lang string, t func(string, ...any) string) line {
	l := line{Href: base + "/answers/" + s.ID, Label: s.Title.In(lang), Note: t("answered_of", result.Answered, result.Total)}
	missing, veto := 0, false
	for _, m := range d.Missing {
		id := strings.TrimPrefix(m.Pointer, "/answers/")
		if id != m.Pointer && slices.ContainsFunc(s.Items, func(it checklist.Item) bool { return it.ID == id }) {
			missing++
			veto = veto || m.Rule == "veto_not_met"
		}
	}
	switch {
	case veto:
		l.Progress = fix
	case s.Role == checklist.Extra && missing == 0:
		l.Progress, l.Note = optional, t("bonus_note")
	default:
		l.Progress = judge(missing, result.Answered > 0)
	}
	return l
}

// gaps words what a submission still needs, each with its page.
func (p *Pages) gaps(r *http.Request, d application.Detail, sheet *checklist.Sheet) []gap {
	out := make([]gap, 0, len(d.Missing))
	for _, m := range d.Missing {
		g := p.place(r, d, sheet, m.Pointer)
		g.Message = httpapi.FieldMessage(p.E.Texts(), page.Lang(r.Context()), fault.Field{Pointer: m.Pointer, Rule: m.Rule, Param: m.Param})
		out = append(out, g)
	}
	return out
}

// corrections words what was marked when the case came back.
func (p *Pages) corrections(r *http.Request, d application.Detail, sheet *checklist.Sheet) []gap {
	out := make([]gap, 0, len(d.Corrections))
	for _, c := range d.Corrections {
		g := p.place(r, d, sheet, c.Pointer)
		g.Message = c.Note
		out = append(out, g)
	}
	return out
}

// place names a point of the case and finds its page.
func (p *Pages) place(r *http.Request, d application.Detail, sheet *checklist.Sheet, pointer string) gap {
	lang := page.Lang(r.Context())
	base := "/my/applications/" + string(d.ID)
	part, id, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	switch part {
	case "operator":
		return gap{Href: "/my/operators/" + string(d.Operator), Label: p.E.T(r, "my.task_operator")}
	case "premises":
		return gap{Href: "/my/premises/" + string(d.Premises), Label: p.E.T(r, "my.task_premises")}
	case "answers":
		if sheet == nil {
			break
		}
		for _, s := range sheet.Sections {
			for _, it := range s.Items {
				if it.ID == id {
					return gap{Href: base + "/answers/" + s.ID + "#" + it.ID, Label: it.Text.In(lang)}
				}
			}
		}
	case "documents":
		if it, ok := d.SchemeInfo.Document(id); ok {
			return gap{Href: base + "/documents#" + it.ID, Label: it.Text.In(lang)}
		}
	case "commitments":
		g := gap{Href: base + "/promises", Label: p.E.T(r, "my.task_promises")}
		if it, ok := d.SchemeInfo.Commitment(id); ok {
			g.Label = it.Text.In(lang)
		}
		return g
	case "conditions":
		g := gap{Href: base + "/conditions", Label: p.E.T(r, "my.task_conditions")}
		for _, it := range d.SchemeInfo.Conditions {
			if it.ID == id {
				g.Label = it.Text.In(lang)
			}
		}
		return g
	case "terms":
		return gap{Href: base + "/promises#f-terms.days", Label: p.E.T(r, "my.terms")}
	case "contact":
		return gap{Href: base + "/contact", Label: p.E.T(r, "my.task_contact")}
	}
	return gap{Href: base, Label: pointer}
}
