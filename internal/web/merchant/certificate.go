package merchant

import (
	"net/http"
	"slices"

	"fangxin/internal/appeal"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/plaque"
	"fangxin/internal/rectify"
	"fangxin/internal/web/page"
)

// certificateView is a title as its holder sees it.
type certificateView struct {
	certificate.Detail
	Title   string
	Prints  []badge.View
	Code    string // of an active print
	Live    bool   // more prints may be ordered
	GiveUp  bool
	Kinds   []page.Option
	Reasons []page.Option // why a print is voided
	Appeal  appeal.Standing
	Orders  []rectify.View // to rectify, open ones and those before
	Plaques []plaque.View  // to be handed in, and those before
	// Answerable says that something is published beside which the holder may
	// be heard.
	Answerable bool
	// Recheckable says that another inspection makes sense: there is a result,
	// or the title does not stand as it should.
	Recheckable bool
}

// voidings are the usual reasons for voiding a print, as the key of the words
// that are stored.
var voidings = []string{"lost", "damaged", "copied", "replaced"}

func (p *Pages) certificateData(r *http.Request, id ident.CertificateID) (page.Data, error) {
	d, _, err := p.Certificates.Get(r.Context(), id)
	if err != nil {
		return page.Data{}, err
	}
	v := certificateView{Detail: d, Title: titleOf(r, d.View)}
	if v.Prints, err = p.Badges.List(r.Context(), badge.ListQuery{Certificate: id}); err != nil {
		return page.Data{}, err
	}
	if v.Appeal, err = p.Appeals.Standing(r.Context(), id); err != nil {
		return page.Data{}, err
	}
	orders, err := p.Rectifications.List(r.Context(), rectify.ListQuery{Certificate: id, Limit: 20})
	if err != nil {
		return page.Data{}, err
	}
	v.Orders = orders.Items
	plaques, err := p.Plaques.List(r.Context(), plaque.ListQuery{Certificate: id, Limit: 5})
	if err != nil {
		return page.Data{}, err
	}
	v.Plaques = plaques.Items
	v.Code = activeCode(v.Prints)
	v.Answerable = d.InspectedOn != "" || slices.ContainsFunc(d.History, func(m certificate.Moment) bool {
		return slices.Contains(certificate.Contestable, lifecycle.Action(m.Action))
	})
	v.Recheckable = d.Premises != "" && (d.State == lifecycle.Suspended || d.State == lifecycle.Rectifying || d.InspectedOn != "" && d.Standing == certificate.Standing(lifecycle.Active))
	v.Live = d.Standing == certificate.Standing(lifecycle.Active) || d.Standing == certificate.Standing(lifecycle.Rectifying)
	for _, a := range d.Actions {
		v.GiveUp = v.GiveUp || a == lifecycle.Withdraw
	}
	for _, k := range (badge.Kind("")).Values() {
		v.Kinds = append(v.Kinds, page.Option{Value: k, Label: p.E.T(r, "my.print_"+k)})
	}
	for _, key := range voidings {
		v.Reasons = append(v.Reasons, page.Option{Value: p.E.Texts().T("zh", "my.void_"+key), Label: p.E.T(r, "my.void_"+key)})
	}
	return page.Data{Title: d.Holder, Data: v}, nil
}

func (p *Pages) certificate(w http.ResponseWriter, r *http.Request) {
	d, err := p.certificateData(r, ident.CertificateID(r.PathValue("id")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.E.Render(w, r, http.StatusOK, "merchant/certificate", d)
}

// ended goes back to the title, or shows it with what is wrong.
func (p *Pages) ended(w http.ResponseWriter, r *http.Request, id ident.CertificateID, err error, flash string) {
	if err == nil {
		p.E.Done(w, r, "/my/certificates/"+string(id), flash)
		return
	}
	d, readErr := p.certificateData(r, id)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "merchant/certificate", d)
}

func (p *Pages) order(w http.ResponseWriter, r *http.Request) {
	var cmd badge.PrintCommand
	err := page.Decode(w, r, &cmd)
	cmd.Certificate = ident.CertificateID(r.PathValue("id"))
	if err == nil {
		_, err = p.Badges.Print(r.Context(), cmd)
	}
	p.ended(w, r, cmd.Certificate, err, "flash.prints_made")
}

func (p *Pages) giveUp(w http.ResponseWriter, r *http.Request) {
	in := struct {
		certificate.StepCommand
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	in.ID = ident.CertificateID(r.PathValue("id"))
	if err == nil {
		_, err = p.Certificates.Withdraw(page.WithVersion(r.Context(), in.Version), in.StepCommand)
	}
	p.ended(w, r, in.ID, err, "flash.title_given_up")
}

// printStep is a step of one print, as its form sends it.
type printStep struct {
	Reason  string `json:"void_reason"`
	Version int64  `json:"version"`
}

func (p *Pages) activate(w http.ResponseWriter, r *http.Request) {
	p.stepPrint(w, r, "flash.print_up", func(r *http.Request, in printStep, id ident.StickerID) error {
		_, err := p.Badges.Activate(page.WithVersion(r.Context(), in.Version), badge.StepCommand{ID: id})
		return err
	})
}

func (p *Pages) void(w http.ResponseWriter, r *http.Request) {
	p.stepPrint(w, r, "flash.print_void", func(r *http.Request, in printStep, id ident.StickerID) error {
		_, err := p.Badges.Void(page.WithVersion(r.Context(), in.Version), badge.StepCommand{ID: id, Reason: in.Reason})
		return err
	})
}

func (p *Pages) stepPrint(w http.ResponseWriter, r *http.Request, flash string, step func(*http.Request, printStep, ident.StickerID) error) {
	var in printStep
	err := page.Decode(w, r, &in)
	id := ident.StickerID(r.PathValue("id"))
	st, readErr := p.Badges.Get(r.Context(), id)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	if err == nil {
		err = step(r, in, id)
	}
	p.ended(w, r, st.Certificate, err, flash)
}

func (p *Pages) fileAppeal(w http.ResponseWriter, r *http.Request) {
	var cmd appeal.FileCommand
	err := page.Decode(w, r, &cmd)
	cmd.Certificate, cmd.Application = ident.CertificateID(r.PathValue("id")), ""
	if err == nil {
		_, err = p.Appeals.File(r.Context(), cmd)
	}
	p.ended(w, r, cmd.Certificate, err, "flash.appeal_filed")
}

func (p *Pages) retractAppeal(w http.ResponseWriter, r *http.Request) {
	in := struct {
		Version int64 `json:"version"`
	}{}
	err := page.Decode(w, r, &in)
	if err == nil {
		_, err = p.Appeals.Retract(page.WithVersion(r.Context(), in.Version), appeal.RetractCommand{ID: ident.AppealID(r.PathValue("appeal"))})
	}
	p.ended(w, r, ident.CertificateID(r.PathValue("id")), err, "flash.appeal_retracted")
}
