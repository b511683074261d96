package pledging

import (
	"net/http"
	"net/url"

	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

type listView struct {
	Query              pledge.ListQuery
	Page               pledge.Page
	Divisions, Sectors []public.Option
	Goods, Standings   []page.Option
	DaysChoices        []page.Option
	First, Next        string
}

// shownStandings are those by which the public filters.
var shownStandings = []pledge.Standing{
	"active", "published", "yellow_card", "red_card", "removed", "withdrawn", pledge.Expired,
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request) {
	q := queryOf(r.URL.Query())
	lang := page.Lang(r.Context())
	v := listView{Query: q, Divisions: public.Divisions(), Sectors: public.Sectors(lang), Goods: goods(lang), First: addressOf("/pledges", withoutAfter(q), "")}
	for _, s := range shownStandings {
		v.Standings = append(v.Standings, page.Option{Value: string(s), Label: p.label(r, s)})
	}
	for _, d := range []string{"7", "15", "30"} {
		v.DaysChoices = append(v.DaysChoices, page.Option{Value: d, Label: p.E.T(r, "pledge.at_least_days", d)})
	}
	d := page.Data{Title: p.E.T(r, "pledge.list_title"), Data: &v}
	var err error
	v.Page, err = p.Pledges.List(r.Context(), q)
	if err != nil {
		if !p.E.Invalid(w, r, err, "public/pledges", d) {
			p.E.Fault(w, r, err)
		}
		return
	}
	if v.Page.Next != "" {
		v.Next = addressOf("/pledges", q, v.Page.Next)
	}
	p.E.Render(w, r, http.StatusOK, "public/pledges", d)
}

func withoutAfter(q pledge.ListQuery) pledge.ListQuery { q.After = ""; return q }

func (p *Pages) label(r *http.Request, s pledge.Standing) string {
	if s == pledge.Expired {
		return p.E.T(r, "scan.expired")
	}
	return lifecycle.Pledge.Label(lifecycle.State(s), page.Lang(r.Context()))
}

type showView struct {
	pledge.Detail
	Words    words
	Line     string
	Title    string // number of the title in the register
	Later    []later
	Receipt  string
	Objects  bool // objections are taken
	Today    string
	OpenCard *pledge.Card
}

// later is a version of the terms in words.
type later struct {
	pledge.Version
	Words words
	Now   bool
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request) {
	v, err := p.showView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "public/pledge", page.Data{Title: v.Holder, Data: v})
}

func (p *Pages) showView(r *http.Request) (*showView, error) {
	d, err := p.Pledges.Get(r.Context(), idOf(r))
	if err != nil {
		return nil, err
	}
	v := &showView{Detail: d, Words: wordsOf(r, d.Terms), Line: d.Terms.Line(page.Lang(r.Context())), Receipt: r.URL.Query().Get("receipt"), Today: p.today()}
	v.Objects = (d.State == lifecycle.Published || d.State == lifecycle.Held) && d.ObjectionUntil.String() >= v.Today && d.Standing != "active"
	for _, ver := range d.Versions {
		now := ver.From.String() <= v.Today && (ver.To.IsZero() || ver.To.String() >= v.Today)
		v.Later = append(v.Later, later{ver, wordsOf(r, ver.Terms), now})
	}
	for i := range d.Cards {
		if d.Cards[i].Outcome == "" {
			v.OpenCard = &d.Cards[i]
		}
	}
	return v, nil
}

func (p *Pages) object(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.ObjectCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	var rc pledge.Receipt
	if err == nil {
		rc, err = p.Pledges.Object(r.Context(), cmd)
	}
	if err == nil {
		http.Redirect(w, r, "/pledges/"+string(cmd.ID)+"?receipt="+url.QueryEscape(rc.Number), http.StatusSeeOther)
		return
	}
	v, verr := p.showView(r)
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	if !p.E.Invalid(w, r, err, "public/pledge", page.Data{Title: v.Holder, Data: v}) {
		p.E.Fault(w, r, err)
	}
}

type onView struct {
	ID     ident.PledgeID
	Query  pledge.OnQuery
	Answer *pledge.Answer
	Words  words
	Today  string
	Ways   []page.Option
}

func (p *Pages) on(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := &onView{ID: idOf(r), Query: pledge.OnQuery{ID: idOf(r), Date: q.Get("date"), Delivered: q.Get("delivered") == "true", Arrived: q.Get("arrived")}, Today: p.today()}
	v.Ways = []page.Option{
		{Value: "false", Label: p.E.T(r, "pledge.way_taken"), Chosen: !v.Query.Delivered},
		{Value: "true", Label: p.E.T(r, "pledge.way_sent"), Chosen: v.Query.Delivered},
	}
	d := page.Data{Title: p.E.T(r, "pledge.on_title"), Data: v}
	if !q.Has("date") {
		if _, err := p.Pledges.Get(r.Context(), v.ID); err != nil {
			p.E.Fault(w, r, err)
			return
		}
		p.E.Render(w, r, http.StatusOK, "public/pledge-on", d)
		return
	}
	a, err := p.Pledges.On(r.Context(), v.Query)
	if err == nil {
		v.Answer = &a
		if a.Version != nil {
			v.Words = wordsOf(r, a.Version.Terms)
		}
		p.E.Render(w, r, http.StatusOK, "public/pledge-on", d)
		return
	}
	if f, ok := fault.As(err); ok && f.Code == fault.Invalid {
		err = onForm(f)
	}
	if !p.E.Invalid(w, r, err, "public/pledge-on", d) {
		p.E.Fault(w, r, err)
	}
}

// onForm moves what is wrong with the address to the fields of its form.
func onForm(f *fault.Fault) error {
	fields := make([]fault.Field, len(f.Fields))
	for i, field := range f.Fields {
		fields[i] = field
		if len(field.Pointer) > 6 && field.Pointer[:6] == "query/" {
			fields[i].Pointer = "/" + field.Pointer[6:]
		}
	}
	return fault.OnFields(fields)
}

// ofTitle leads from a title, as a scan names it, to its pledge.
func (p *Pages) ofTitle(w http.ResponseWriter, r *http.Request) {
	title, err := p.Certificates.Detail(r.Context(), r.PathValue("number"))
	var v pledge.View
	if err == nil {
		v, err = p.Pledges.OfTitle(r.Context(), title.ID)
	}
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	area := "/pledges/"
	if r.URL.Query().Has("desk") {
		area = "/desk/pledges/"
	}
	http.Redirect(w, r, area+string(v.ID), http.StatusSeeOther)
}
