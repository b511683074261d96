package merchant

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// checkView is everything that will be signed, on one page.
type checkView struct {
	partView
	Gaps        []gap
	Sections    []group // the sections of the self-assessment
	Commitments []scheme.Item
	Exclusions  []scheme.Item
	Signer      string
	Left        []left
}

// left is a marked point that nobody changed yet, with the field for why.
type left struct {
	gap
	Field, Why string
}

func (p *Pages) checkData(w http.ResponseWriter, r *http.Request) (page.Data, bool) {
	part, sheet, ok := p.part(w, r, "check")
	if !ok {
		return page.Data{}, false
	}
	v := checkView{partView: part, Gaps: p.gaps(r, part.Detail, sheet), Signer: part.Form.Contact.Name}
	if v.Signer == "" {
		v.Signer = access.From(r.Context()).Name
	}
	for i, pointer := range part.Detail.Untouched {
		l := left{gap: p.place(r, part.Detail, sheet, pointer), Field: "why-" + strconv.Itoa(i), Why: r.PostFormValue("why-" + strconv.Itoa(i))}
		for _, m := range part.Corrections {
			if m.Pointer == pointer {
				l.Message = m.Note
			}
		}
		v.Left = append(v.Left, l)
	}
	groups, _ := p.groups(r, part.Detail, sheet)
	for _, g := range groups {
		if g.Key == "group_self" {
			v.Sections = append(v.Sections, group{Key: g.Key, Lines: g.Lines[1:]}) // conditions stand apart
		}
	}
	for _, id := range v.Form.Commitments {
		if it, ok := v.SchemeInfo.Commitment(id); ok {
			v.Commitments = append(v.Commitments, it)
		}
	}
	if t := v.SchemeInfo.Terms; t != nil && v.Form.Terms != nil {
		v.Terms = *v.Form.Terms
		for _, it := range t.Exclusions {
			for _, id := range v.Terms.Exclusions {
				if id == it.ID {
					v.Exclusions = append(v.Exclusions, it)
				}
			}
		}
	}
	return page.Data{Title: p.E.T(r, "my.task_check"), Data: v}, true
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request) {
	if d, ok := p.checkData(w, r); ok {
		p.E.Render(w, r, http.StatusOK, "merchant/check", d)
	}
}

// submit signs: a draft goes in, a corrected case goes back to the desk that
// returned it.
func (p *Pages) submit(w http.ResponseWriter, r *http.Request) {
	in := struct {
		application.SubmitCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.ApplicationID(r.PathValue("id"))
	var d application.Detail
	if err == nil {
		d, err = p.Applications.Get(r.Context(), in.ID)
	}
	if err == nil {
		ctx := page.WithVersion(r.Context(), in.Version)
		if d.State == lifecycle.Returned {
			in.Kept = nil
			for i, pointer := range d.Untouched {
				if why := strings.TrimSpace(r.PostFormValue("why-" + strconv.Itoa(i))); why != "" {
					in.Kept = append(in.Kept, application.Kept{Pointer: pointer, Why: why})
				}
			}
			_, err = p.Applications.Resubmit(ctx, in.SubmitCommand)
		} else {
			_, err = p.Applications.Submit(ctx, in.SubmitCommand)
		}
	}
	if err == nil {
		p.E.Done(w, r, "/my/applications/"+string(in.ID)+"/receipt", "")
		return
	}
	if data, ok := p.checkData(w, r); ok {
		p.refuse(w, r, ownFields(atWhy(err, d.Untouched)), "merchant/check", data)
	}
}

// atWhy leads from a marked point that was left alone to the field that asks why.
func atWhy(err error, untouched []string) error {
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, field := range fields {
		if at := slices.Index(untouched, field.Pointer); at >= 0 && field.Rule == "not_corrected" {
			fields[i].Pointer = "/why-" + strconv.Itoa(at)
		}
	}
	if len(fields) == 0 {
		return err
	}
	return fault.OnFields(fields)
}

// ownFields keeps the errors of the fields that stand on the page of the
// signature; what is missing elsewhere is listed there with its links.
func ownFields(err error) error {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) == 0 {
		return err
	}
	var own []fault.Field
	for _, field := range f.Fields {
		if field.Pointer == "/name" || field.Pointer == "/consent" || strings.HasPrefix(field.Pointer, "/why-") {
			own = append(own, field)
		}
	}
	if own == nil {
		return fault.New(fault.NotReady, "case_incomplete", len(f.Fields))
	}
	return fault.OnFields(own)
}
