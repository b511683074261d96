package pledging

import (
	"bytes"
	"errors"
	"net/http"
	"slices"

	"fangxin/internal/badge"
	"fangxin/internal/fault"
	"fangxin/internal/i18n"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/pledge"
	"fangxin/internal/poster"
	"fangxin/internal/web/page"
	"fangxin/internal/web/public"
)

func (p *Pages) deskRoutes() []route {
	return []route{
		{"GET /desk/pledges", p.desk, []string{"pledge.list_own"}},
		{"GET /desk/pledges/{id}", p.deskShow, []string{"pledge.get_own"}},
		{"POST /desk/pledges/{id}/{action}", p.deskStep, []string{
			"pledge.hold", "pledge.release", "pledge.refuse", "pledge.uphold_objection", "pledge.dismiss_objection", "pledge.yellow_card", "pledge.red_card",
			"pledge.clear", "pledge.restore", "pledge.remove", "pledge.order_test",
		}},
		{"GET /desk/pledge-tests", p.tests, []string{"pledge.list_draws"}},
		{"POST /desk/pledge-tests", p.drawTests, []string{"pledge.draw_tests"}},
		{"GET /desk/pledge-lookup", p.lookup, nil},
		{"GET /desk/pledge-lookup/file", p.lookupFile, []string{"pledge.lookup_csv"}},
	}
}

// tabs of the desk: what waits comes first.
var tabs = []struct{ work, standing string }{
	{"objections", ""}, {"", "published"}, {"", "held"}, {"cards", ""}, {"overdue", ""}, {"", "active"}, {"", "expired"}, {"", "removed"}, {"", ""},
}

type deskView struct {
	Tabs        []page.Tab
	Query       pledge.ListQuery
	Page        pledge.Page
	First, Next string
}

func (p *Pages) desk(w http.ResponseWriter, r *http.Request) {
	q := queryOf(r.URL.Query())
	q.Work = r.URL.Query().Get("work")
	if !r.URL.Query().Has("work") && !r.URL.Query().Has("standing") {
		q.Work = "objections"
	}
	v := deskView{Query: q}
	var err error
	if v.Page, err = p.Pledges.ListOwn(r.Context(), q); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	for _, t := range tabs {
		label := p.E.T(r, "pledge.tab_all")
		href := "/desk/pledges?work=" + t.work
		switch {
		case t.work != "":
			label = p.E.T(r, "pledge.tab_"+t.work)
		case t.standing != "":
			label, href = p.label(r, pledge.Standing(t.standing)), "/desk/pledges?standing="+t.standing
		}
		v.Tabs = append(v.Tabs, page.Tab{Href: href, Label: label, Current: q.Work == t.work && string(q.Standing) == t.standing})
	}
	v.First = addressOf("/desk/pledges", withoutAfter(q), "")
	if v.Page.Next != "" {
		v.Next = addressOf("/desk/pledges", q, v.Page.Next)
	}
	p.E.Render(w, r, http.StatusOK, "bureau/pledges", page.Data{Title: p.E.T(r, "pledge.nav"), Data: v})
}

// button is one step as its form shows it; the parts of the desk read it.
type button struct {
	Action, Label, Confirm, Why string
	Danger, Open, Tried         bool
	Max                         int
	Due, Years                  bool // fields beside the reason
}

type deskShow struct {
	pledge.Detail
	Words    words
	Later    []later
	Buttons  []button
	Tried    string
	Test     bool
	OpenCard *pledge.Card
	Today    string
}

func (p *Pages) deskShow(w http.ResponseWriter, r *http.Request) { p.deskPage(w, r, "", nil) }

func (p *Pages) deskPage(w http.ResponseWriter, r *http.Request, tried string, refused error) {
	d, err := p.Pledges.GetOwn(r.Context(), idOf(r))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	now := p.today()
	v := deskShow{Detail: d, Words: wordsOf(r, d.Terms), Tried: tried, Today: now}
	for _, ver := range d.Versions {
		v.Later = append(v.Later, later{ver, wordsOf(r, ver.Terms), ver.From.String() <= now && (ver.To.IsZero() || ver.To.String() >= now)})
	}
	for i := range d.Cards {
		if d.Cards[i].Outcome == "" {
			v.OpenCard = &d.Cards[i]
		}
	}
	for _, a := range d.Actions {
		if a == lifecycle.UpholdObjection {
			continue // beside each objection
		}
		st, _ := lifecycle.Pledge.Step(a)
		b := button{
			Action: string(a), Label: st.Label(page.Lang(r.Context())), Danger: st.Danger, Open: true, Max: 500, Tried: tried == string(a),
			Due: a == lifecycle.GiveYellow || a == lifecycle.GiveRed, Years: a == lifecycle.Remove,
		}
		if st.Danger {
			b.Confirm = p.E.T(r, "bureau.confirm", b.Label)
		}
		if (a == lifecycle.Clear || a == lifecycle.Restore) && v.OpenCard != nil && v.OpenCard.Mine {
			b.Open, b.Why = false, p.E.T(r, "pledge.not_your_card")
		}
		v.Buttons = append(v.Buttons, b)
	}
	v.Test = (d.Standing == "active" || d.Standing == "yellow_card") && len(d.Actions) > 0
	data := page.Data{Title: d.Holder, Data: v}
	if refused == nil {
		p.E.Render(w, r, http.StatusOK, "bureau/pledge", data)
		return
	}
	p.refuse(w, r, refused, "bureau/pledge", data)
}

func (p *Pages) deskStep(w http.ResponseWriter, r *http.Request) {
	action, id := r.PathValue("action"), idOf(r)
	form := struct {
		Reason    string            `json:"reason"`
		DueOn     string            `json:"due_on"`
		Years     int               `json:"exclusion_years"`
		Objection ident.ObjectionID `json:"objection"`
	}{}
	err := page.Decode(w, r, &form)
	if err == nil {
		err = p.step(r, id, action, pledge.StepCommand{ID: id, Reason: form.Reason}, form.DueOn, form.Years, form.Objection)
	}
	if err != nil {
		p.deskPage(w, r, action, err)
		return
	}
	flash := "flash.pledge_step"
	if action == "test" {
		flash = "flash.test_ordered"
	}
	p.E.Done(w, r, "/desk/pledges/"+string(id), flash)
}

func (p *Pages) step(r *http.Request, id ident.PledgeID, action string, cmd pledge.StepCommand, due string, years int, objection ident.ObjectionID) (err error) {
	ctx := version(r)
	given := pledge.CardCommand{ID: id, Reason: cmd.Reason, DueOn: due}
	about := pledge.ObjectionCommand{ID: id, Objection: objection, Reason: cmd.Reason}
	switch lifecycle.Action(action) {
	case lifecycle.Hold:
		_, err = p.Pledges.Hold(ctx, cmd)
	case lifecycle.Release:
		_, err = p.Pledges.Release(ctx, cmd)
	case lifecycle.Refuse:
		_, err = p.Pledges.Refuse(ctx, cmd)
	case lifecycle.UpholdObjection:
		_, err = p.Pledges.UpholdObjection(ctx, about)
	case "dismiss_objection":
		_, err = p.Pledges.DismissObjection(ctx, about)
	case lifecycle.GiveYellow:
		_, err = p.Pledges.YellowCard(ctx, given)
	case lifecycle.GiveRed:
		_, err = p.Pledges.RedCard(ctx, given)
	case lifecycle.Clear:
		_, err = p.Pledges.Clear(ctx, cmd)
	case lifecycle.Restore:
		_, err = p.Pledges.Restore(ctx, cmd)
	case lifecycle.Remove:
		_, err = p.Pledges.Remove(ctx, pledge.RemoveCommand{ID: id, Reason: cmd.Reason, Years: years})
	case "test":
		_, err = p.Pledges.OrderTest(r.Context(), pledge.OrderCommand{ID: id, DueOn: due})
	default:
		err = fault.New(fault.NotFound, "")
	}
	return err
}

type testsView struct {
	Draws     []pledge.Draw
	Divisions []public.Option
	Goods     []page.Option
	Days      int
}

func (p *Pages) testsView(r *http.Request) (*testsView, error) {
	list, err := p.Pledges.Draws(r.Context())
	return &testsView{Draws: list, Divisions: public.Divisions(), Goods: goods(page.Lang(r.Context())), Days: pledge.CurrentRules().TestDays.Value}, err
}

func (p *Pages) tests(w http.ResponseWriter, r *http.Request) {
	v, err := p.testsView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "bureau/pledge-tests", page.Data{Title: p.E.T(r, "pledge.tests_title"), Data: v})
}

func (p *Pages) drawTests(w http.ResponseWriter, r *http.Request) {
	var cmd pledge.DrawCommand
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Pledges.DrawTests(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/desk/pledge-tests", "flash.tests_drawn")
		return
	}
	v, verr := p.testsView(r)
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	p.refuse(w, r, err, "bureau/pledge-tests", page.Data{Title: p.E.T(r, "pledge.tests_title"), Data: v})
}

func (p *Pages) lookup(w http.ResponseWriter, r *http.Request) {
	p.E.Render(w, r, http.StatusOK, "bureau/pledge-lookup", page.Data{Title: p.E.T(r, "pledge.lookup_title"), Data: struct {
		Divisions []public.Option
		Columns   []string
	}{public.Divisions(), pledge.LookupColumns}})
}

func (p *Pages) lookupFile(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	b, err := p.Pledges.LookupCSV(r.Context(), pledge.LookupQuery{Division: q.Get("division"), NoBOM: q.Get("no_bom") == "true"})
	p.send(w, r, "text/csv; charset=utf-8", "pledges-"+p.today()+".csv", b, err)
}

// prints is the code of the first print of a title that is up, "" without one.
func (p *Pages) prints(r *http.Request, id ident.CertificateID) (string, error) {
	list, err := p.Badges.List(r.Context(), badge.ListQuery{Certificate: id})
	i := slices.IndexFunc(list, func(v badge.View) bool { return v.State == lifecycle.StickerActive })
	if err != nil || i < 0 {
		return "", err
	}
	return string(list[i].Code), nil
}

// paper draws the pledge for the wall.
func (p *Pages) paper(w http.ResponseWriter, r *http.Request) {
	d, err := p.Pledges.Paper(r.Context(), idOf(r))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	c, _, err := p.Certificates.Get(r.Context(), d.Certificate)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	list, err := p.Badges.List(r.Context(), badge.ListQuery{Certificate: d.Certificate})
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	i := slices.IndexFunc(list, func(v badge.View) bool { return v.State == lifecycle.StickerActive })
	if i < 0 {
		p.E.Fault(w, r, fault.New(fault.NotReady, "pledge_no_print"))
		return
	}
	st := list[i]
	doc := poster.Promise{
		Sheet: poster.Sheet{
			Title: c.TitleZh, TitleEn: c.TitleEn, ShopName: c.Holder, Address: c.Address, CertNo: c.Number, Code: st.Code, URL: st.URL,
			Issuer: c.Issuer, ApprovalDoc: c.Approval, IssuedOn: c.IssuedOn, ExpiresOn: c.ExpiresOn, Phone: c.Phone,
			PrintSerial: st.Serial(), PrintedAt: st.PrintedAt, DemoMark: p.Demo(),
		},
		Days: d.Terms.Days, From: i18n.Date(i18n.Zh, d.From.String()),
		Terms: terms(d.Terms.Points(i18n.Zh)), Covered: terms(d.Terms.Covered(i18n.Zh)), Excluded: terms(d.Terms.Excluded(i18n.Zh)),
	}
	doc.Terms[0].Head = p.E.Texts().T(i18n.Zh, "pledge.head_count")
	var b bytes.Buffer
	if err := poster.Pledge(&b, doc); err != nil {
		p.E.Fault(w, r, printFault(err))
		return
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+c.Number+`-pledge.pdf"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b.Bytes()) //nolint:errcheck // the client went away
}

func terms(points []pledge.Point) []poster.Term {
	out := make([]poster.Term, len(points))
	for i, pt := range points {
		out[i] = poster.Term(pt)
	}
	return out
}

// printFault words what keeps a pledge from being printed.
func printFault(err error) error {
	var glyph *poster.GlyphError
	if errors.As(err, &glyph) {
		return fault.Wrap(fault.NotReady, err, "print_glyph", string(glyph.Runes))
	}
	var field *poster.FieldError
	if errors.As(err, &field) {
		return fault.Wrap(fault.NotReady, err, "print_field", field.Field)
	}
	return err
}
