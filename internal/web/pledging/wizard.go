package pledging

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// steps are the pages of the wizard before the last one, one subject on each.
var steps = []string{"days", "goods", "exclusions", "refund", "gifts", "where"}

// stepFields are the terms that each page fills.
var stepFields = map[string][]string{
	"days": {"days", "pickup"}, "goods": {"goods"}, "exclusions": {"exclusions", "others"}, "refund": {"refund_days", "refund_way", "proof"},
	"gifts": {"gifts", "freight"}, "where": {"cross_store", "cross_city", "stores", "desk", "shown"},
}

// ownWords is how many exclusions of one's own the page offers.
const ownWords = 3

type stepLine struct {
	Href, Label string
	Done        bool
}

func (p *Pages) stepLines(r *http.Request, d pledge.Detail) []stepLine {
	out := make([]stepLine, len(steps))
	reached := slices.Index(steps, d.Step)
	for i, s := range steps {
		out[i] = stepLine{"/my/pledges/" + string(d.ID) + "/fill/" + s, p.E.T(r, "pledge.step_"+s), i <= reached && lacking(d, s) == nil}
	}
	return out
}

// goOn is the page after the one that was filled last.
func goOn(d pledge.Detail) string {
	i := slices.Index(steps, d.Step)
	if i+1 < len(steps) {
		return "/my/pledges/" + string(d.ID) + "/fill/" + steps[i+1]
	}
	return "/my/pledges/" + string(d.ID) + "/check"
}

// lacking lists what a page of the draft still needs.
func lacking(d pledge.Detail, step string) []fault.Field {
	var out []fault.Field
	for _, m := range d.Missing {
		name, _, _ := strings.Cut(strings.TrimPrefix(m.Pointer, "/terms/"), "/")
		if slices.Contains(stepFields[step], name) {
			out = append(out, m)
		}
	}
	return out
}

// fields are the choices of the terms, for the wizard and the page of changes.
type fields struct {
	Pickups, Goods, Exclusions, Proof       []page.Option
	RefundWays, Gifts, Freights, Shown, Own []page.Option
	Others                                  []pledge.Other
	DaysMin, RefundMax                      string
}

// fields offers what the scheme lets a shop promise and leave out.
func (p *Pages) fields(r *http.Request, sch scheme.Scheme, t pledge.Terms, sectors []string) fields {
	lang, rules := page.Lang(r.Context()), pledge.CurrentRules()
	f := fields{DaysMin: strconv.Itoa(pledge.LeastOf(sch)), RefundMax: strconv.Itoa(rules.RefundDaysMax), Others: append([]pledge.Other{}, t.Others...)}
	for len(f.Others) < ownWords {
		f.Others = append(f.Others, pledge.Other{})
	}
	own := func(list []string) bool {
		return len(sectors) == 0 || slices.ContainsFunc(sectors, func(s string) bool { return slices.Contains(list, s) })
	}
	// What is usual in the shop's sector stands first.
	for _, usual := range []bool{true, false} {
		for _, g := range rules.Goods {
			if own(g.Sectors) == usual {
				f.Goods = append(f.Goods, page.Option{Value: g.ID, Label: g.Text.In(lang), Hint: g.Intact.In(lang), Chosen: slices.Contains(t.Goods, g.ID)})
			}
		}
		for _, e := range rules.Exclusions {
			if own(e.Sectors) == usual && pledge.Excludable(sch, e.ID) {
				f.Exclusions = append(f.Exclusions, page.Option{Value: e.ID, Label: e.Text.In(lang), Hint: e.Why.In(lang), Chosen: slices.Contains(t.Exclusions, e.ID)})
			}
		}
	}
	list := func(words []pledge.Word, chosen []string) (out []page.Option) {
		for _, w := range words {
			out = append(out, page.Option{Value: w.ID, Label: w.Text.In(lang), Chosen: slices.Contains(chosen, w.ID)})
		}
		return out
	}
	f.Proof, f.Shown = list(rules.Proof, t.Proof), list(rules.Shown, t.Shown)
	some := func(key, chosen string, values ...string) (out []page.Option) {
		for _, v := range values {
			out = append(out, page.Option{Value: v, Label: p.E.T(r, "pledge.choose_"+key+"_"+v), Hint: p.hint(r, "pledge.choose_"+key+"_"+v+"_hint"), Chosen: v == chosen})
		}
		return out
	}
	f.Pickups = some("pickup", string(t.Pickup), "same_day", "next_day")
	f.RefundWays = some("way", t.RefundWay, "original", "cash", "choice")
	f.Gifts = some("gifts", t.Gifts, "return_or_pay", "keep")
	f.Freights = some("freight", t.Freight, "consumer", "shop")
	return f
}

func (p *Pages) hint(r *http.Request, key string) string {
	if p.E.Texts().Has(key) {
		return p.E.T(r, key)
	}
	return ""
}

type stepView struct {
	pledge.Detail
	fields
	Step, Here, Back string
	At, Of           int
}

func (p *Pages) stepView(r *http.Request) (*stepView, error) {
	step := r.PathValue("step")
	at := slices.Index(steps, step)
	if at < 0 {
		return nil, fault.New(fault.NotFound, "page_not_found")
	}
	d, err := p.Pledges.GetOwn(r.Context(), idOf(r))
	if err != nil {
		return nil, err
	}
	sch, err := p.Pledges.Scheme(r.Context(), d.SchemeVersion)
	if err != nil {
		return nil, err
	}
	base := "/my/pledges/" + string(d.ID)
	v := &stepView{Detail: d, fields: p.fields(r, sch, d.Terms, d.Sectors), Step: step, Here: base + "/fill/" + step, Back: base, At: at + 1, Of: len(steps) + 1}
	if at > 0 {
		v.Back = base + "/fill/" + steps[at-1]
	}
	return v, nil
}

func (p *Pages) fill(w http.ResponseWriter, r *http.Request) {
	v, err := p.stepView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if v.State != lifecycle.Draft {
		p.E.Done(w, r, "/my/pledges/"+string(v.ID), "flash.pledge_closed")
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge-step", page.Data{Title: p.E.T(r, "pledge.step_"+v.Step), Data: v})
}

// emptied takes a page's fields out of the terms: boxes that are not sent are
// not chosen.
func emptied(t pledge.Terms, step string) pledge.Terms {
	switch step {
	case "goods":
		t.Goods = nil
	case "exclusions":
		t.Exclusions, t.Others = nil, nil
	case "refund":
		t.Proof = nil
	case "where":
		t.CrossStore, t.CrossCity, t.Shown = false, false, nil
	case "": // the page that holds them all
		t.Goods, t.Exclusions, t.Others, t.Proof, t.Shown, t.CrossStore, t.CrossCity = nil, nil, nil, nil, nil, false, false
	}
	return t
}

// written drops the rows of one's own exclusions that were left empty; rows
// tells from which row of the form each of the others came.
func written(all []pledge.Other) (others []pledge.Other, rows []int) {
	for i, o := range all {
		if strings.TrimSpace(o.What) != "" || strings.TrimSpace(o.Why) != "" {
			others, rows = append(others, o), append(rows, i)
		}
	}
	return others, rows
}

// onRows moves what is wrong with an exclusion to the row of the form.
func onRows(err error, rows []int) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i, wrong := range fields {
		rest, ok := strings.CutPrefix(wrong.Pointer, "/terms/others/")
		number, rest, _ := strings.Cut(rest, "/")
		if n, nerr := strconv.Atoi(number); ok && nerr == nil && n < len(rows) {
			fields[i].Pointer = "/terms/others/" + strconv.Itoa(rows[n]) + "/" + rest
		}
	}
	return fault.OnFields(fields)
}

func (p *Pages) saveStep(w http.ResponseWriter, r *http.Request) {
	v, err := p.stepView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	cmd := pledge.SaveCommand{ID: v.ID, Step: v.Detail.Step, Terms: emptied(v.Detail.Terms, v.Step)}
	if slices.Index(steps, v.Step) > slices.Index(steps, cmd.Step) {
		cmd.Step = v.Step
	}
	auto := r.Header.Get("X-Autosave") != ""
	if auto {
		cmd.Step = v.Detail.Step // the page is not left yet
	}
	err = page.Decode(w, r, &cmd)
	var saved pledge.View
	if err == nil {
		if v.Step != "exclusions" { // a list of a form that is not on the page
			cmd.Terms.Others = v.Detail.Terms.Others
		}
		var rows []int
		cmd.Terms.Others, rows = written(cmd.Terms.Others)
		saved, err = p.Pledges.Save(version(r), cmd)
		err = onRows(err, rows)
	}
	if auto {
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			w.WriteHeader(httpapi.Status(fault.CodeOf(err)))
			return
		}
		w.Header().Set("X-Version", strconv.FormatInt(saved.Version, 10))
		return
	}
	if err == nil {
		if v, err = p.stepView(r); err != nil {
			p.E.Fault(w, r, err)
			return
		}
		if missing := lacking(v.Detail, v.Step); missing != nil {
			err = fault.OnFields(missing)
		}
	}
	if err != nil {
		p.refuse(w, r, err, "merchant/pledge-step", page.Data{Title: p.E.T(r, "pledge.step_"+v.Step), Data: v})
		return
	}
	next := "/my/pledges/" + string(cmd.ID) + "/check"
	if at := slices.Index(steps, v.Step); at+1 < len(steps) && r.PostFormValue("back") != "check" {
		next = "/my/pledges/" + string(cmd.ID) + "/fill/" + steps[at+1]
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

type checkView struct {
	pledge.Detail
	Words       words
	Gaps        []gap
	Declaration string
	Base        string
	Signer      string
}

// gap is something that is missing, with the page for it.
type gap struct{ Href, Label, Message string }

func (p *Pages) checkView(r *http.Request) (*checkView, error) {
	d, err := p.Pledges.GetOwn(r.Context(), idOf(r))
	if err != nil {
		return nil, err
	}
	lang := page.Lang(r.Context())
	v := &checkView{Detail: d, Words: wordsOf(r, d.Terms), Declaration: d.Declaration.In(lang), Base: "/my/pledges/" + string(d.ID)}
	for _, s := range steps {
		for _, m := range lacking(d, s) {
			v.Gaps = append(v.Gaps, gap{v.Base + "/fill/" + s, p.E.T(r, "pledge.step_"+s), httpapi.FieldMessage(p.E.Texts(), lang, m)})
		}
	}
	return v, nil
}

func (p *Pages) check(w http.ResponseWriter, r *http.Request) {
	v, err := p.checkView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if v.State != lifecycle.Draft {
		p.E.Done(w, r, v.Base, "flash.pledge_closed")
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge-check", page.Data{Title: p.E.T(r, "pledge.check_title"), Data: v})
}

func (p *Pages) publish(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.PublishCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Pledges.Publish(version(r), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/my/pledges/"+string(cmd.ID), "flash.pledge_published")
		return
	}
	v, verr := p.checkView(r)
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	p.refuse(w, r, err, "merchant/pledge-check", page.Data{Title: p.E.T(r, "pledge.check_title"), Data: v})
}
