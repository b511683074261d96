package pledging

import (
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"

	"fangxin/internal/blob"
	"fangxin/internal/fault"
	"fangxin/internal/pledge"
	"fangxin/internal/web/page"
)

func readFile(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, blob.MaxPDFBytes+1))
}

type signView struct {
	ownView
	Declaration string
}

func (p *Pages) signView(r *http.Request) (*signView, error) {
	v, err := p.ownView(r)
	if err != nil {
		return nil, err
	}
	sch, err := p.Pledges.Scheme(r.Context(), "")
	return &signView{ownView: *v, Declaration: sch.Declaration.In(page.Lang(r.Context()))}, err
}

func (p *Pages) renewPage(w http.ResponseWriter, r *http.Request) {
	v, err := p.signView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge-renew", page.Data{Title: p.E.T(r, "pledge.renew_title"), Data: v})
}

func (p *Pages) renew(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.RenewCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	var x pledge.View
	if err == nil {
		x, err = p.Pledges.Renew(version(r), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/my/pledges/"+string(x.ID), "flash.pledge_renewed")
		return
	}
	v, verr := p.signView(r)
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	p.refuse(w, r, err, "merchant/pledge-renew", page.Data{Title: p.E.T(r, "pledge.renew_title"), Data: v})
}

type changeView struct {
	pledge.Detail
	fields
	Declaration string
	Earliest    string
	Narrowing   int
	ExpiresOn   string
}

func (p *Pages) changeView(r *http.Request) (*changeView, error) {
	d, err := p.Pledges.GetOwn(r.Context(), idOf(r))
	if err != nil {
		return nil, err
	}
	t := d.Terms
	if n := len(d.Versions); n > 0 {
		t = d.Versions[n-1].Terms
	}
	d.Terms = t // a change goes on from the newest version
	sch, err := p.Pledges.Scheme(r.Context(), "")
	if err != nil {
		return nil, err
	}
	return &changeView{
		Detail: d, fields: p.fields(r, sch, t, d.Sectors), Declaration: sch.Declaration.In(page.Lang(r.Context())),
		Narrowing: pledge.CurrentRules().NarrowingDays.Value,
		Earliest:  p.Pledges.Today().AddDays(1).String(), ExpiresOn: d.ExpiresOn.String(),
	}, nil
}

func (p *Pages) change(w http.ResponseWriter, r *http.Request) {
	v, err := p.changeView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge-change", page.Data{Title: p.E.T(r, "pledge.change_title"), Data: v})
}

func (p *Pages) revise(w http.ResponseWriter, r *http.Request) {
	v, err := p.changeView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	cmd := pledge.ReviseCommand{ID: v.ID, Terms: emptied(v.Terms, "")}
	if err = page.Decode(w, r, &cmd); err == nil {
		var rows []int
		cmd.Terms.Others, rows = written(cmd.Terms.Others)
		_, err = p.Pledges.Revise(version(r), cmd)
		err = onRows(err, rows)
	}
	if err != nil {
		p.refuse(w, r, err, "merchant/pledge-change", page.Data{Title: p.E.T(r, "pledge.change_title"), Data: v})
		return
	}
	p.E.Done(w, r, "/my/pledges/"+string(cmd.ID), "flash.pledge_changed")
}

type ledgerView struct {
	pledge.View
	Ledger   pledge.Ledger
	Query    pledge.LedgerQuery
	Goods    []page.Option
	Outcomes []page.Option
	Today    string
	names    map[string]string
}

// GoodsName words the category of a line.
func (v ledgerView) GoodsName(id string) string { return v.names[id] }

// Amount writes an amount in yuan.
func (v ledgerView) Amount(cents int64) string { return pledge.Yuan(cents) }

func (p *Pages) ledgerView(r *http.Request) (*ledgerView, error) {
	q := pledge.LedgerQuery{ID: idOf(r), From: r.URL.Query().Get("from"), To: r.URL.Query().Get("to")}
	l, err := p.Pledges.Ledger(r.Context(), q)
	if err != nil {
		return nil, err
	}
	d, err := p.Pledges.GetOwn(r.Context(), q.ID)
	if err != nil {
		return nil, err
	}
	lang := page.Lang(r.Context())
	v := &ledgerView{View: d.View, Ledger: l, Query: q, Goods: goods(lang), Today: p.today(), names: map[string]string{}}
	for _, g := range v.Goods {
		v.names[g.Value] = g.Label
	}
	for i, o := range []string{"refunded", "exchanged", "refused"} {
		v.Outcomes = append(v.Outcomes, page.Option{Value: o, Label: p.E.T(r, "pledge.outcome_"+o), Chosen: i == 0})
	}
	return v, nil
}

func (p *Pages) returns(w http.ResponseWriter, r *http.Request) {
	v, err := p.ledgerView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/pledge-returns", page.Data{Title: p.E.T(r, "pledge.returns_title"), Data: v})
}

// cents reads an amount of yuan as people type it.
func cents(s string) (int64, bool) {
	s = strings.TrimPrefix(strings.ReplaceAll(strings.TrimSpace(s), ",", ""), "¥")
	whole, part, _ := strings.Cut(s, ".")
	if len(part) > 2 || len(whole) > 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(whole, 10, 32)
	if err != nil {
		return 0, false
	}
	if part == "" {
		return int64(n) * 100, true
	}
	m, err := strconv.ParseUint((part + "0")[:2], 10, 8)
	return int64(n)*100 + int64(m), err == nil
}

func (p *Pages) recordReturn(w http.ResponseWriter, r *http.Request) {
	form := struct {
		pledge.RecordCommand
		Amount string `json:"amount"`
	}{}
	err := page.Decode(w, r, &form)
	form.ID = idOf(r)
	if err == nil {
		var ok bool
		if form.Cents, ok = cents(form.Amount); !ok {
			err = fault.OnField("/amount", "amount", "")
		} else {
			_, err = p.Pledges.RecordReturn(r.Context(), form.RecordCommand)
		}
	}
	p.ledgerDone(w, r, err, "flash.return_recorded")
}

func (p *Pages) ledgerDone(w http.ResponseWriter, r *http.Request, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, "/my/pledges/"+string(idOf(r))+"/returns", flash)
		return
	}
	v, verr := p.ledgerView(r)
	if verr != nil {
		p.E.Fault(w, r, verr)
		return
	}
	p.refuse(w, r, err, "merchant/pledge-returns", page.Data{Title: p.E.T(r, "pledge.returns_title"), Data: v})
}

func (p *Pages) strike(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.StrikeCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Pledges.StrikeReturn(r.Context(), cmd)
	}
	p.ledgerDone(w, r, err, "flash.return_struck")
}

func (p *Pages) showLedger(w http.ResponseWriter, r *http.Request) {
	cmd := pledge.ShowCommand{ID: idOf(r)}
	err := page.Decode(w, r, &cmd)
	if err == nil {
		_, err = p.Pledges.ShowLedger(version(r), cmd)
	}
	p.ledgerDone(w, r, err, "flash.ledger_shown")
}

func (p *Pages) returnsCSV(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	b, err := p.Pledges.LedgerCSV(r.Context(), pledge.LedgerQuery{ID: idOf(r), From: q.Get("from"), To: q.Get("to")})
	p.send(w, r, "text/csv; charset=utf-8", "returns.csv", b, err)
}

// send sends a file, or the page of a refusal.
func (p *Pages) send(w http.ResponseWriter, r *http.Request, kind, name string, b []byte, err error) {
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Cache-Control", "no-store")
	w.Write(b) //nolint:errcheck // the client went away
}
