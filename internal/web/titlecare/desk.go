package titlecare

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/rectify"
	"fangxin/internal/web/page"
)

func (p *Pages) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	query := rectify.ListQuery{State: lifecycle.State(q.Get("state")), Overdue: q.Get("overdue") != "", After: q.Get("after"), Limit: 30}
	result, err := p.Rectifications.List(r.Context(), query)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	tabs := []page.Tab{
		{Href: "/desk/rectifications", Label: p.E.T(r, "rectify.open"), Current: query.State == "" && !query.Overdue},
		{Href: "/desk/rectifications?overdue=1", Label: p.E.T(r, "rectify.overdue"), Current: query.Overdue},
	}
	for _, s := range lifecycle.Rectifications.States {
		tabs = append(tabs, page.Tab{
			Href: "/desk/rectifications?state=" + string(s.State), Label: lifecycle.Rectifications.Label(s.State, page.Lang(r.Context())), Current: !query.Overdue && query.State == s.State,
		})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/rectifications", page.Data{Title: p.E.T(r, "rectify.nav"), Data: struct {
		Tabs  []page.Tab
		Query rectify.ListQuery
		Page  rectify.Page
	}{tabs, query, result}})
}

// deskView is an order on an officer's desk.
type deskView struct {
	rectify.View
	Tried                              string
	Return, Visit, Pass, Restore, Fail bool
	Review                             bool // the evidence is to be judged
	Chosen                             map[int]rectify.Judgement
	LabelReturn, LabelVisit, LabelPass string
	LabelRestore, LabelFail            string
}

func (p *Pages) deskData(r *http.Request, tried string, typed []rectify.Judgement) (page.Data, error) {
	v, err := p.Rectifications.Get(r.Context(), ident.RectificationID(r.PathValue("id")))
	if err != nil {
		return page.Data{}, err
	}
	d := deskView{View: v, Tried: tried, Chosen: map[int]rectify.Judgement{}}
	has := func(a lifecycle.Action) bool { return slices.Contains(v.Actions, a) }
	d.Return, d.Visit, d.Pass = has(lifecycle.Return), has(lifecycle.OrderInspection), has(lifecycle.Pass)
	d.Restore, d.Fail = has(lifecycle.Restore), has(lifecycle.Fail)
	d.Review = v.State == lifecycle.InEvidence && d.Return
	for _, f := range v.Findings {
		d.Chosen[f.N] = rectify.Judgement{N: f.N, Verdict: f.Verdict, Remark: f.Remark}
	}
	for _, j := range typed {
		d.Chosen[j.N] = j
	}
	label := func(a lifecycle.Action) string {
		st, _ := lifecycle.Rectifications.Step(a)
		return st.Label(page.Lang(r.Context()))
	}
	d.LabelReturn, d.LabelVisit, d.LabelPass = label(lifecycle.Return), label(lifecycle.OrderInspection), label(lifecycle.Pass)
	d.LabelRestore, d.LabelFail = label(lifecycle.Restore), label(lifecycle.Fail)
	return page.Data{Title: v.Holder, Data: d}, nil
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) {
	d, err := p.deskData(r, "", nil)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/rectification", d)
}

// judgements reads the verdicts of the form, in the order of the findings.
func judgements(r *http.Request) []rectify.Judgement {
	var out []rectify.Judgement
	for name, values := range r.PostForm {
		if rest, ok := strings.CutPrefix(name, "verdict-"); ok && values[0] != "" {
			n, _ := strconv.Atoi(rest) // an odd one is refused by the use-case
			out = append(out, rectify.Judgement{N: n, Verdict: rectify.Verdict(values[0]), Remark: strings.TrimSpace(r.PostForm.Get("remark-" + rest))})
		}
	}
	slices.SortFunc(out, func(a, b rectify.Judgement) int { return a.N - b.N })
	return out
}

func (p *Pages) step(w http.ResponseWriter, r *http.Request) {
	id := ident.RectificationID(r.PathValue("id"))
	action := r.PathValue("action")
	var in struct {
		Reason string `json:"reason"`
		DueOn  string `json:"due_on"`
	}
	err := page.Decode(w, r, &in)
	typed := judgements(r)
	if err == nil {
		review := rectify.ReviewCommand{ID: id, Findings: typed, Reason: strings.TrimSpace(in.Reason)}
		switch lifecycle.Action(action) {
		case lifecycle.Return:
			_, err = p.Rectifications.Return(version(r), review)
		case lifecycle.OrderInspection:
			_, err = p.Rectifications.OrderVisit(version(r), review)
		case lifecycle.Pass:
			_, err = p.Rectifications.Pass(version(r), review)
		case lifecycle.Restore:
			_, err = p.Rectifications.Restore(version(r), rectify.IDCommand{ID: id})
		case lifecycle.Fail:
			_, err = p.Rectifications.Fail(version(r), rectify.ReasonCommand{ID: id, Reason: in.Reason})
		case "extend":
			_, err = p.Rectifications.Extend(version(r), rectify.ExtendCommand{ID: id, DueOn: in.DueOn, Reason: in.Reason})
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err == nil {
		p.E.Done(w, r, "/desk/rectifications/"+string(id), "flash.rectification_moved")
		return
	}
	d, rerr := p.deskData(r, action, typed)
	if rerr != nil || !p.E.Invalid(w, r, byNumber(err, typed), "bureau/rectification", d) {
		p.E.Fault(w, r, err)
	}
}

// byNumber leads from the place in the command to the field of the finding.
func byNumber(err error, typed []rectify.Judgement) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		rest, ok := strings.CutPrefix(wrong.Pointer, "/findings/")
		at, name, _ := strings.Cut(rest, "/")
		if k, aerr := strconv.Atoi(at); ok && aerr == nil && k < len(typed) {
			fields[i].Pointer = "/" + name + "-" + strconv.Itoa(typed[k].N)
		}
	}
	return fault.OnFields(fields)
}

// orderData is the form of a new order.
type orderData struct {
	ID     ident.CertificateID
	Proofs []page.Option
}

func (p *Pages) orderPage(r *http.Request) page.Data {
	v := orderData{ID: ident.CertificateID(r.PathValue("id")), Proofs: []page.Option{{Value: "", Label: p.E.T(r, "rectify.proof_scheme"), Chosen: true}}}
	for _, k := range (rectify.Proof("")).Values() {
		v.Proofs = append(v.Proofs, page.Option{Value: k, Label: p.E.T(r, "rectify.proof_"+k)})
	}
	return page.Data{Title: p.E.T(r, "rectify.order"), Data: v}
}

func (p *Pages) orderForm(w http.ResponseWriter, r *http.Request) {
	p.E.Render(w, r, http.StatusOK, "bureau/rectify", p.orderPage(r))
}

// order reads one finding from each line.
func (p *Pages) order(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Reason   string        `json:"reason"`
		Findings string        `json:"findings"`
		DueOn    string        `json:"due_on"`
		Proof    rectify.Proof `json:"proof"`
	}
	err := page.Decode(w, r, &in)
	cmd := rectify.OrderCommand{Certificate: ident.CertificateID(r.PathValue("id")), Reason: in.Reason, DueOn: in.DueOn, Proof: in.Proof}
	for line := range strings.Lines(in.Findings) {
		if line = strings.TrimSpace(line); line != "" {
			cmd.Findings = append(cmd.Findings, rectify.Found{Text: line})
		}
	}
	if err == nil {
		var v rectify.View
		if v, err = p.Rectifications.Order(r.Context(), cmd); err == nil {
			p.E.Done(w, r, "/desk/rectifications/"+string(v.ID), "flash.rectification_ordered")
			return
		}
	}
	if f, ok := fault.As(err); ok && f.Code == fault.Invalid {
		fields := slices.Clone(f.Fields)
		for i, wrong := range fields {
			if strings.HasPrefix(wrong.Pointer, "/findings/") {
				fields[i].Pointer = "/findings" // one field holds them all
			}
		}
		err = fault.OnFields(fields)
	}
	if !p.E.Invalid(w, r, err, "bureau/rectify", p.orderPage(r)) {
		p.E.Fault(w, r, err)
	}
}
