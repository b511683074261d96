package pledging

import (
	"net/http"
	"slices"

	"fangxin/internal/application"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/pledge"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

func (p *Pages) shopRoutes() []route {
	return []route{
		{"GET /my/pledges", p.mine, []string{"pledge.list_own"}},
		{"GET /my/pledges/new", p.begin, nil},
		{"POST /my/pledges", p.start, []string{"pledge.start"}},
		{"GET /my/pledges/{id}", p.own, []string{"pledge.get_own"}},
		{"GET /my/pledges/{id}/fill/{step}", p.fill, nil},
		{"POST /my/pledges/{id}/fill/{step}", p.saveStep, []string{"pledge.save"}},
		{"GET /my/pledges/{id}/check", p.check, nil},
		{"POST /my/pledges/{id}/check", p.publish, []string{"pledge.publish"}},
		{"POST /my/pledges/{id}/discard", p.discard, []string{"pledge.discard"}},
		{"GET /my/pledges/{id}/renew", p.renewPage, nil},
		{"POST /my/pledges/{id}/renew", p.renew, []string{"pledge.renew"}},
		{"GET /my/pledges/{id}/change", p.change, nil},
		{"POST /my/pledges/{id}/change", p.revise, []string{"pledge.revise"}},
		{"POST /my/pledges/{id}/withdraw", p.withdraw, []string{"pledge.withdraw"}},
		{"POST /my/pledges/{id}/fixed", p.fixed, []string{"pledge.report_fixed"}},
		{"GET /my/pledges/{id}/returns", p.returns, []string{"pledge.ledger"}},
		{"POST /my/pledges/{id}/returns", p.recordReturn, []string{"pledge.record_return"}},
		{"POST /my/pledges/{id}/returns/strike", p.strike, []string{"pledge.strike_return"}},
		{"POST /my/pledges/{id}/returns/show", p.showLedger, []string{"pledge.show_ledger"}},
		{"GET /my/pledges/{id}/returns.csv", p.returnsCSV, []string{"pledge.ledger_csv"}},
	}
}

const most = 200

func (p *Pages) today() string { return p.Pledges.Today().String() }

type mineView struct {
	Pledges []pledge.View
	Free    []merchant.PremisesView // shops that may begin one
	Shop    *merchant.PremisesView  // chosen
	Offer   offer
}

// offer is what the scheme asks, before anybody begins.
type offer struct {
	scheme.Scheme
	Stops    []scheme.Stop
	Days     int // working days of the notice
	Findings []application.Finding
}

// offer tells what is asked of a shop.
func (p *Pages) offer(r *http.Request, shop merchant.PremisesView) (offer, error) {
	sch, err := p.Pledges.Scheme(r.Context(), "")
	if err != nil {
		return offer{}, err
	}
	o := offer{Scheme: sch}
	o.Stops, o.Days = sch.Timed()
	if len(sch.Eligibility) > 0 {
		o.Findings, err = p.Applications.Eligibility(r.Context(), application.EligibilityQuery{Premises: shop.ID, Scheme: sch.Code})
	}
	return o, err
}

func (p *Pages) mineView(r *http.Request) (*mineView, error) {
	list, err := p.Pledges.ListOwn(r.Context(), pledge.ListQuery{Limit: most})
	if err != nil {
		return nil, err
	}
	v := &mineView{}
	busy := map[ident.PremisesID]bool{}
	for _, x := range list.Items {
		if x.State == lifecycle.Withdrawn && x.SignedOn.IsZero() {
			continue // a discarded draft
		}
		v.Pledges = append(v.Pledges, x)
		switch x.State {
		case lifecycle.Draft, lifecycle.Published, lifecycle.Held, lifecycle.Active, lifecycle.YellowCard, lifecycle.RedCard:
			busy[x.Premises] = true
		}
	}
	shops, err := p.Merchants.PremisesList(r.Context(), merchant.ListQuery{Limit: most})
	for _, s := range shops.Items {
		if s.Active && !busy[s.ID] {
			takes, err := p.Pledges.Takes(r.Context(), s.Sectors, s.Division)
			if err != nil {
				return nil, err
			}
			if takes {
				v.Free = append(v.Free, s)
			}
		}
		if s.ID == ident.PremisesID(r.FormValue("premises")) {
			v.Shop = &s
		}
	}
	return v, err
}

func (p *Pages) mine(w http.ResponseWriter, r *http.Request) {
	v, err := p.mineView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledges", page.Data{Title: p.E.T(r, "pledge.my_title"), Data: v})
}

func (p *Pages) begin(w http.ResponseWriter, r *http.Request) {
	v, err := p.mineView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	if v.Shop == nil && len(v.Free) == 1 {
		v.Shop = &v.Free[0]
	}
	if v.Shop != nil {
		if v.Offer, err = p.offer(r, *v.Shop); err != nil {
			p.E.Fault(w, r, err)
			return
		}
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge-new", page.Data{Title: p.E.T(r, "pledge.new_title"), Data: v})
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	var cmd pledge.StartCommand
	err := page.Decode(w, r, &cmd)
	var x pledge.View
	if err == nil {
		x, err = p.Pledges.Start(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/my/pledges/"+string(x.ID)+"/fill/"+steps[0], "flash.pledge_started")
		return
	}
	v, verr := p.mineView(r)
	if verr == nil && v.Shop != nil {
		v.Offer, verr = p.offer(r, *v.Shop)
	}
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	p.refuse(w, r, err, "merchant/pledge-new", page.Data{Title: p.E.T(r, "pledge.new_title"), Data: v})
}

// refuse shows a form again with what was typed, or the page of the refusal.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, err error, name string, d page.Data) {
	if !p.E.Invalid(w, r, err, name, d) {
		p.E.Fault(w, r, err)
	}
}

type ownView struct {
	pledge.Detail
	Words    words
	Later    []later
	Go       string // page of the draft to go on with
	Steps    []stepLine
	RenewsOn string
	Renewing bool
	OpenCard *pledge.Card
	Leaves   bool
	Next     *pledge.View // a pledge of the shop on its way
	Badge    string
}

func (p *Pages) ownView(r *http.Request) (*ownView, error) {
	d, err := p.Pledges.GetOwn(r.Context(), idOf(r))
	if err != nil {
		return nil, err
	}
	v := &ownView{Detail: d, Words: wordsOf(r, d.Terms), Leaves: slices.Contains(d.Actions, lifecycle.Withdraw)}
	now := p.today()
	for _, ver := range d.Versions {
		v.Later = append(v.Later, later{ver, wordsOf(r, ver.Terms), ver.From.String() <= now && (ver.To.IsZero() || ver.To.String() >= now)})
	}
	for i := range d.Cards {
		if d.Cards[i].Outcome == "" {
			v.OpenCard = &d.Cards[i]
		}
	}
	for i, e := range d.Earlier {
		if e.State == lifecycle.Published || e.State == lifecycle.Held {
			v.Next = &d.Earlier[i]
		}
	}
	if d.State == lifecycle.Active && v.Next == nil {
		opens := d.ExpiresOn.AddDays(-pledge.CurrentRules().Renewal.OpensDays.Value).String()
		v.RenewsOn, v.Renewing = opens, opens <= now
	}
	if d.State == lifecycle.Draft {
		v.Steps = p.stepLines(r, d)
		v.Go = goOn(d)
	}
	if d.Certificate != "" {
		prints, err := p.prints(r, d.Certificate)
		if err != nil {
			return nil, err
		}
		v.Badge = prints
	}
	return v, nil
}

func (p *Pages) own(w http.ResponseWriter, r *http.Request) {
	v, err := p.ownView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge", page.Data{Title: v.Holder, Data: v})
}

// again shows the page of a pledge with a form that was refused.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, err error) {
	v, verr := p.ownView(r)
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	p.refuse(w, r, err, "merchant/pledge", page.Data{Title: v.Holder, Data: v})
}

func (p *Pages) discard(w http.ResponseWriter, r *http.Request) {
	if _, err := p.Pledges.Discard(version(r), pledge.DiscardCommand{ID: idOf(r)}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Done(w, r, "/my/pledges", "flash.pledge_discarded")
}

func (p *Pages) withdraw(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.StepCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Pledges.Withdraw(version(r), cmd)
	}
	if err != nil {
		p.again(w, r, err)
		return
	}
	p.E.Done(w, r, "/my/pledges/"+string(cmd.ID), "flash.pledge_left")
}

func (p *Pages) fixed(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.FixedCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		cmd.Evidence, err = p.photos(r, "photos")
	}
	if err == nil {
		_, err = p.Pledges.ReportFixed(version(r), cmd)
	}
	if err != nil {
		p.again(w, r, err)
		return
	}
	p.E.Done(w, r, "/my/pledges/"+string(cmd.ID), "flash.pledge_fixed")
}

// photos stores the pictures that came with a form that was decoded before.
func (p *Pages) photos(r *http.Request, field string) ([]string, error) {
	out := []string{}
	if r.MultipartForm == nil {
		return out, nil
	}
	for _, h := range r.MultipartForm.File[field] {
		if h.Size == 0 {
			continue
		}
		data, err := readFile(h)
		if err != nil {
			return nil, fault.Wrap(fault.MalformedRequest, err, "")
		}
		v, err := p.Files.Put(r.Context(), data)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(out, v.SHA256) {
			out = append(out, v.SHA256)
		}
	}
	return out, nil
}
