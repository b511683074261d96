package schemes

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/checklist"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/lifecycle"
	"fangxin/internal/quorum"
	"fangxin/internal/scheme"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// spare is how many empty rows a list offers.
const spare = 3

// editView is one version, as a form while it is a draft.
type editView struct {
	scheme.Edition
	S        scheme.Scheme // what the fields show
	Editable bool
	Before   *scheme.Edition
	Lines    []line // what it changes in the version in force
	Buttons  []button
	Lists    []list
	Route    []scheme.Gate
	Rules    []scheme.Rule
	Basis    []scheme.Text
	States   []page.Option
	Facts    []page.Option
	Effects  []page.Option
	Sectors  []page.Option
	Places   []page.Option
	Plans    []page.Option
	Subjects []page.Option
	Deciders []page.Option
	Proofs   []page.Option
	Renewals []page.Option
	Numbers  []figure
	Street   *streetView // nil for a title of shops
}

type list struct {
	Name string
	Rows []scheme.Item
}

type figure struct {
	Name  string
	Value scheme.Number
}

type button struct {
	Action, Label, Why string
	Reason, Danger     bool
	Open, Tried        bool
	Max                int
	Confirm            string
}

func (p *Pages) edition(w http.ResponseWriter, r *http.Request) { p.editionPage(w, r, nil, "", nil) }

// editionPage shows a version; typed is what a refused form held.
func (p *Pages) editionPage(w http.ResponseWriter, r *http.Request, typed *scheme.Scheme, tried string, refused error) {
	e, all, err := p.named(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := editView{Edition: e, S: e.Scheme, Editable: e.State == lifecycle.Draft && drafts(r), Before: before(e, all)}
	if typed != nil {
		v.S = *typed
	}
	if v.Before != nil && e.State == lifecycle.Draft {
		v.Lines = p.lines(r, scheme.Changes(v.Before.Scheme, e.Scheme))
	}
	lib, err := p.Schemes.Checklists(r.Context())
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.fill(r, &v, lib, tried)
	if v.Street, err = p.street(r, v.S, map[bool]int{true: spare}[v.Editable]); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	d := page.Data{Title: e.Scheme.Title.In(page.Lang(r.Context())) + " " + e.Edition, Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/scheme-edit", d)
		return
	}
	if !p.E.InvalidAt(w, r, refused, "bureau/scheme-edit", d, func(field string) string { return p.place(r, field) }) {
		p.E.Fault(w, r, refused)
	}
}

// place names the field of an error: the form is long.
func (p *Pages) place(r *http.Request, name string) string {
	parts := strings.Split(strings.TrimPrefix(name, "scheme."), ".")
	if parts[0] == "street" && len(parts) > 1 { // each figure has a name of its own
		parts = append([]string{"street_" + parts[1]}, parts[2:]...)
	}
	key := "scheme.f." + parts[0]
	if !p.E.Texts().Has(key) {
		return ""
	}
	out := p.E.T(r, key)
	for _, part := range parts[1:] {
		if n, err := strconv.Atoi(part); err == nil {
			out += " " + strconv.Itoa(n+1)
		} else if word := p.part(r, part); word != "" {
			out += " " + word
		}
	}
	return p.E.T(r, "scheme.at", out)
}

func (p *Pages) fill(r *http.Request, v *editView, lib *checklist.Library, tried string) {
	lang := page.Lang(r.Context())
	for _, a := range v.Actions {
		st, _ := lifecycle.Edition.Step(a.Action)
		b := button{Action: string(a.Action), Label: st.Label(lang), Reason: st.Reason, Danger: st.Danger, Open: a.Open, Tried: tried == string(a.Action), Max: 500}
		if st.Danger {
			b.Confirm = p.E.T(r, "bureau.confirm", b.Label)
		}
		if !a.Open {
			b.Why = httpapi.NewProblem(p.E.Texts(), lang, "", fault.New(fault.Code(a.Why), a.Detail)).Detail
		}
		v.Buttons = append(v.Buttons, b)
	}
	s := v.S
	more := 0
	if v.Editable {
		more = spare
	}
	v.Lists = []list{{"conditions", s.Conditions}, {"documents", s.Documents}, {"commitments", s.Commitments}}
	if s.Pledged() {
		v.Lists = slices.Delete(v.Lists, 1, 2)
	}
	if s.Terms != nil {
		v.Lists = append(v.Lists, list{"terms.exclusions", s.Terms.Exclusions})
	}
	for i := range v.Lists {
		v.Lists[i].Rows = append(slices.Clone(v.Lists[i].Rows), make([]scheme.Item, more)...)
	}
	v.Route = append(slices.Clone(s.Route), make([]scheme.Gate, more)...)
	v.Rules = append(slices.Clone(s.Eligibility), make([]scheme.Rule, more)...)
	v.Basis = append(slices.Clone(s.Basis), make([]scheme.Text, more)...)
	for _, st := range lifecycle.Application.States {
		if st.Waits.Staff() {
			v.States = append(v.States, page.Option{Value: string(st.State), Label: lifecycle.Application.Label(st.State, lang)})
		}
	}
	for _, f := range scheme.FactKinds {
		v.Facts = append(v.Facts, page.Option{Value: string(f), Label: p.E.T(r, "scheme.kind."+string(f))})
	}
	for _, e := range scheme.Effects {
		v.Effects = append(v.Effects, page.Option{Value: string(e), Label: p.E.T(r, "scheme.effect."+string(e))})
	}
	for _, c := range sector.All() {
		v.Sectors = append(v.Sectors, page.Option{Value: string(c.Code), Label: c.Name(lang), Chosen: slices.Contains(s.Sectors, string(c.Code))})
	}
	for _, d := range division.Children("360000") {
		v.Places = append(v.Places, page.Option{Value: d.Code, Label: d.Label(lang), Chosen: slices.Contains(s.Divisions, d.Code)})
	}
	for _, code := range s.Divisions {
		if !slices.ContainsFunc(v.Places, func(o page.Option) bool { return o.Value == code }) {
			v.Places = append(v.Places, page.Option{Value: code, Label: divisionName(code), Chosen: true})
		}
	}
	for _, plan := range lib.Plans {
		v.Plans = append(v.Plans, page.Option{Value: plan.ID, Label: plan.Title.In(lang)})
	}
	for _, code := range scheme.Subject("").Values() {
		v.Subjects = append(v.Subjects, page.Option{Value: code, Label: p.E.T(r, "scheme.subject."+code), Chosen: string(s.Subject) == code})
	}
	for _, code := range scheme.Decider("").Values() {
		v.Deciders = append(v.Deciders, page.Option{Value: code, Label: p.E.T(r, "scheme.decides."+code), Chosen: string(s.Decides) == code})
	}
	v.Proofs = choices(scheme.Proofs, s.RectificationProof, func(v string) string { return p.E.T(r, "scheme.rectification_proof."+v) })
	v.Renewals = choices(scheme.Renewals, s.Renewal, func(v string) string { return p.E.T(r, "scheme.renewal."+v) })
	v.Numbers = []figure{
		{"notice_workdays", s.NoticeWorkdays}, {"notice_days", s.NoticeDays}, {"correction_workdays", s.CorrectionWorkdays},
		{"appeal_workdays", s.AppealWorkdays}, {"validity_years", s.ValidityYears}, {"recheck_months", s.RecheckMonths},
		{"exclusion_years", s.ExclusionYears}, {"downgrade_years", s.DowngradeYears}, {"rectification_workdays", s.RectificationWorkdays}, {"reinspections", s.Reinspections},
	}
	if s.Pledged() { // nobody sends a pledge back or refuses it at a desk
		v.Numbers = slices.DeleteFunc(v.Numbers, func(f figure) bool { return f.Name == "correction_workdays" || f.Name == "appeal_workdays" })
	}
}

func (p *Pages) save(w http.ResponseWriter, r *http.Request) {
	e, _, err := p.named(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	cmd := scheme.SaveCommand{ID: e.ID}
	err = page.Decode(w, r, &cmd)
	typed := cmd.Scheme
	if err == nil {
		rows := compact(&cmd.Scheme)
		cmd.Scheme.Pass, cmd.Scheme.Hash = scheme.Pass{}, ""
		_, err = p.Schemes.Save(version(r), cmd)
		err = readdress(err, rows)
	}
	if err != nil {
		typed.Title = cmd.Scheme.Title
		if typed.Subject == scheme.Street && typed.Street == nil {
			typed.Street = scheme.StreetDefault(e.Code)
			offered(r.PostForm, "scheme.street", *typed.Street)
		}
		p.editionPage(w, r, &typed, "", err)
		return
	}
	p.E.Done(w, r, at(e), "flash.scheme_saved")
}

// compact takes the empty rows out of every list and tells, for each list,
// from which row of the form its points came.
func compact(s *scheme.Scheme) map[string][]int {
	rows := map[string][]int{}
	s.Conditions, rows["conditions"] = keep(s.Conditions, blankItem)
	s.Documents, rows["documents"] = keep(s.Documents, blankItem)
	s.Commitments, rows["commitments"] = keep(s.Commitments, blankItem)
	s.Basis, rows["basis"] = keep(s.Basis, func(t scheme.Text) bool { return strings.TrimSpace(t.Zh+t.En) == "" })
	s.Route, rows["route"] = keep(s.Route, func(g scheme.Gate) bool { return g.State == "" })
	s.Eligibility, rows["eligibility"] = keep(s.Eligibility, func(r scheme.Rule) bool { return r.Fact == "" })
	if s.Subject != scheme.Street {
		s.Street = nil
	}
	if s.Street != nil {
		street := *s.Street
		street.Hundred, rows["street/hundred"] = keep(street.Hundred, func(h quorum.Hundred) bool { return h.Item == "" })
		s.Street = &street
	}
	if s.Terms != nil {
		terms := *s.Terms
		terms.Exclusions, rows["terms/exclusions"] = keep(terms.Exclusions, blankItem)
		s.Terms = &terms
	}
	return rows
}

func blankItem(it scheme.Item) bool {
	return strings.TrimSpace(it.ID+it.Text.Zh+it.Text.En+it.Why.Zh+it.Why.En) == ""
}

func keep[T any](list []T, blank func(T) bool) (kept []T, rows []int) {
	for i, x := range list {
		if !blank(x) {
			kept, rows = append(kept, x), append(rows, i)
		}
	}
	return kept, rows
}

// readdress moves errors from the points that were sent to the rows of the
// form from which they came.
func readdress(err error, rows map[string][]int) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		for name, from := range rows {
			rest, ok := strings.CutPrefix(wrong.Pointer, "/scheme/"+name+"/")
			number, tail, _ := strings.Cut(rest, "/")
			if n, nerr := strconv.Atoi(number); ok && nerr == nil && n < len(from) {
				fields[i].Pointer = strings.TrimSuffix("/scheme/"+name+"/"+strconv.Itoa(from[n])+"/"+tail, "/")
			}
		}
	}
	return fault.OnFields(fields)
}

func sectorName(code, lang string) string {
	if s, ok := sector.Lookup(sector.Code(code)); ok {
		return s.Name(lang)
	}
	return code
}

func divisionName(code string) string { return division.Short(code) }

// choices offers values with their words. The first holds where nothing is
// said, and is sent as nothing, so that an old version stays word for word.
func choices(values []string, chosen string, word func(string) string) []page.Option {
	out := make([]page.Option, len(values))
	for i, v := range values {
		out[i] = page.Option{Value: v, Label: word(v), Chosen: v == chosen || chosen == "" && i == 0}
		if i == 0 {
			out[i].Value = ""
		}
	}
	return out
}
