// Package oversight owns the pages on which officers ask which titles something
// affects, act on all of them after a dry run, and halt the issuance of titles.
//
// It decides nothing; the oversight slice does.
package oversight

import (
	"context"
	"net/http"
	"strconv"

	"fangxin/internal/access"
	"fangxin/internal/account"
	"fangxin/internal/division"
	"fangxin/internal/fault"
	"fangxin/internal/httpapi"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/module"
	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

// Pages serves them.
type Pages struct {
	E         *page.Engine
	Oversight *oversight.Service
	Schemes   *scheme.Service
	Accounts  *account.Service
	Modules   *module.Service
}

const root = "/desk/oversight"

// Mount adds the routes and notes which use-cases they reach.
func (p *Pages) Mount(mux *http.ServeMux) {
	for _, route := range []struct {
		pattern  string
		handle   http.HandlerFunc
		usecases []string
	}{
		{"GET " + root, p.ask, []string{"certificate.affected"}},
		{"GET " + root + "/runs", p.runs, []string{"bulk.list"}},
		{"POST " + root + "/runs", p.prepare, []string{"bulk.prepare"}},
		{"GET " + root + "/runs/{id}", p.run, []string{"bulk.get", "bulk.items"}},
		{"POST " + root + "/runs/{id}/{action}", p.stepRun, []string{"bulk.start", "bulk.cancel"}},
		{"GET " + root + "/halts", p.halts, []string{"halt.list"}},
		{"POST " + root + "/halts", p.impose, []string{"halt.impose"}},
		{"POST " + root + "/halts/{id}/{action}", p.stepHalt, []string{"halt.propose_lift", "halt.confirm_lift", "halt.keep"}},
	} {
		mux.HandleFunc(route.pattern, p.E.Staff(route.handle))
		for _, name := range route.usecases {
			page.Mount(name, route.pattern)
		}
	}
}

// tabs lead between the three pages.
func (p *Pages) tabs(r *http.Request, current string) []page.Tab {
	var out []page.Tab
	for _, t := range []struct{ href, key string }{{root, "oversight.affected"}, {root + "/runs", "oversight.runs"}, {root + "/halts", "oversight.halts"}} {
		out = append(out, page.Tab{Href: t.href, Label: p.E.T(r, t.key), Current: t.href == current})
	}
	return out
}

// acts reports whether the reader may take measures.
func acts(r *http.Request) bool { return access.From(r.Context()).Has(access.Officers...) }

type askView struct {
	Tabs       []page.Tab
	Q          oversight.Question
	Asked      bool
	Answer     oversight.Answer
	After      string
	Schemes    []public.Option
	Divisions  []public.Option
	Modules    []page.Option
	Inspectors []page.Option
	Facts      []page.Option
	Measures   []page.Option
	Acts       bool
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request) { p.askPage(w, r, question(r), nil) }

func question(r *http.Request) oversight.Question {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		q = r.PostForm
	}
	return oversight.Question{
		Scheme: q.Get("scheme"), Version: q.Get("version"), Module: q.Get("module"), Sheet: q.Get("sheet"), Inspector: ident.AccountID(q.Get("inspector")),
		Area: q.Get("area"), From: q.Get("from"), To: q.Get("to"), Approval: q.Get("approval"), Fact: scheme.Fact(q.Get("fact")), Since: q.Get("since"),
		Ended: q.Get("ended") != "",
	}
}

// askPage shows the question, and the answer when something was asked; what is
// wrong with a question is shown beside its fields, which keep it.
func (p *Pages) askPage(w http.ResponseWriter, r *http.Request, q oversight.Question, refused error) {
	lang := page.Lang(r.Context())
	v := askView{
		Tabs: p.tabs(r, root), Q: q, Schemes: public.Schemes(r.Context(), p.Schemes, lang), Divisions: public.Divisions(), Acts: acts(r),
		Asked: r.Method == http.MethodPost || len(q.Values()) > 0 || r.URL.Query().Has("ask"), After: r.URL.Query().Get("after"),
	}
	// A page does without the list rather than without itself.
	if list, err := p.Modules.List(r.Context(), module.ListQuery{}); err == nil {
		for _, m := range list {
			if m.InForce {
				v.Modules = append(v.Modules, page.Option{Value: m.Code, Label: m.Code + " " + m.Title.In(lang)})
			}
		}
	}
	if people, err := p.Accounts.Colleagues(r.Context(), account.ColleaguesQuery{Role: access.Inspector}); err == nil {
		for _, c := range people {
			v.Inspectors = append(v.Inspectors, page.Option{Value: string(c.ID), Label: c.Name})
		}
	}
	for _, f := range scheme.FactKinds {
		if f != scheme.FactTrading {
			v.Facts = append(v.Facts, page.Option{Value: string(f), Label: p.E.T(r, "oversight.fact_"+string(f))})
		}
	}
	for i, m := range oversight.Measures {
		v.Measures = append(v.Measures, page.Option{Value: string(m), Label: p.E.T(r, "oversight.measure_"+string(m)), Hint: p.E.T(r, "oversight.measure_"+string(m)+"_hint"), Chosen: i == 0})
	}
	if refused == nil && v.Asked {
		v.Answer, refused = p.Oversight.Affected(r.Context(), oversight.AffectedQuery{Question: q, Limit: 50, After: v.After})
	}
	d := page.Data{Title: p.E.T(r, "oversight.affected"), Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/affected", d)
	} else if !p.E.Invalid(w, r, refused, "bureau/affected", d) {
		p.E.Fault(w, r, refused)
	}
}

func (p *Pages) prepare(w http.ResponseWriter, r *http.Request) {
	var cmd oversight.PrepareCommand
	err := page.Decode(w, r, &cmd)
	var run oversight.Run
	if err == nil {
		run, err = p.Oversight.Prepare(r.Context(), cmd)
	}
	if err != nil {
		p.askPage(w, r, question(r), err)
		return
	}
	http.Redirect(w, r, root+"/runs/"+string(run.ID), http.StatusSeeOther)
}

type runsView struct {
	Tabs  []page.Tab
	Page  oversight.RunPage
	After string
}

func (p *Pages) runs(w http.ResponseWriter, r *http.Request) {
	v := runsView{Tabs: p.tabs(r, root+"/runs"), After: r.URL.Query().Get("after")}
	var err error
	if v.Page, err = p.Oversight.Runs(r.Context(), oversight.RunQuery{Limit: 30, After: v.After}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/bulk-runs", page.Data{Title: p.E.T(r, "oversight.runs"), Data: v})
}

type runView struct {
	oversight.Run
	Says    []line // the question in words
	Items   oversight.ItemPage
	Outcome string
	After   string
	Dealt   int
	Acts    bool
	Link    string
}

type line struct{ Label, Value string }

func (p *Pages) run(w http.ResponseWriter, r *http.Request) { p.runPage(w, r, nil) }

func (p *Pages) runPage(w http.ResponseWriter, r *http.Request, refused error) {
	id := ident.BulkID(r.PathValue("id"))
	run, err := p.Oversight.Run(r.Context(), id)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	v := runView{Run: run, Says: p.says(r, run.Question), Outcome: r.URL.Query().Get("outcome"), After: r.URL.Query().Get("after"), Acts: acts(r)}
	v.Dealt, v.Link = run.Done+run.Refused, root+"?"+run.Question.Values().Encode()
	if v.Items, err = p.Oversight.Items(r.Context(), oversight.ItemQuery{ID: id, Outcome: v.Outcome, Limit: 50, After: v.After}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	d := page.Data{Title: p.E.T(r, "oversight.measure_"+string(run.Measure)), Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/bulk-run", d)
	} else if !p.E.Invalid(w, r, refused, "bureau/bulk-run", d) {
		p.E.Fault(w, r, refused)
	}
}

// says words a question, for those who did not ask it.
func (p *Pages) says(r *http.Request, q oversight.Question) []line {
	var out []line
	for _, name := range []string{"scheme", "version", "module", "sheet", "inspector", "area", "from", "to", "approval", "fact", "since"} {
		value := q.Values().Get(name)
		if value == "" {
			continue
		}
		switch name {
		case "scheme":
			if s, err := p.Schemes.Get(r.Context(), scheme.Query{Code: q.Scheme, Version: q.Version}); err == nil {
				value = s.Title.In(page.Lang(r.Context()))
			}
		case "inspector":
			if people, err := p.Accounts.Colleagues(r.Context(), account.ColleaguesQuery{Role: access.Inspector}); err == nil {
				for _, c := range people {
					if c.ID == q.Inspector {
						value = c.Name
					}
				}
			}
		case "area":
			value = division.Short(value)
		case "fact":
			value = p.E.T(r, "oversight.fact_"+value)
		}
		out = append(out, line{p.E.T(r, "oversight.by_"+name), value})
	}
	return out
}

func (p *Pages) stepRun(w http.ResponseWriter, r *http.Request) {
	cmd := oversight.RunStep{ID: ident.BulkID(r.PathValue("id"))}
	err := page.Decode(w, r, &cmd)
	flash := "flash.bulk_started"
	if err == nil {
		switch lifecycle.Action(r.PathValue("action")) {
		case lifecycle.StartRun:
			_, err = p.Oversight.Start(version(r), cmd)
		case lifecycle.CancelRun:
			_, err = p.Oversight.Cancel(version(r), cmd)
			flash = "flash.bulk_cancelled"
		default:
			err = fault.New(fault.NotFound, "page_not_found")
		}
	}
	if err != nil {
		p.runPage(w, r, err)
		return
	}
	p.E.Done(w, r, root+"/runs/"+string(cmd.ID), flash)
}

// version reads the hidden field of a form: the version its writer saw.
func version(r *http.Request) context.Context {
	n, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil || n < 1 {
		n = -1
	}
	return page.WithVersion(r.Context(), n)
}

// why words a refusal before it happens.
func (p *Pages) why(r *http.Request, code string) string {
	return httpapi.NewProblem(p.E.Texts(), page.Lang(r.Context()), "", fault.New(fault.Code(code), "")).Title
}
