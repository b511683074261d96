package merchant

import (
	"net/http"

	"fangxin/internal/application"
	"fangxin/internal/certificate"
	"fangxin/internal/ident"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/oversight"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

// applyView shows what each title asks before anybody starts.
type applyView struct {
	Shops  []merchant.PremisesView
	Shop   *merchant.PremisesView
	Offers []offer
}

// offer is one title that a shop may apply for.
type offer struct {
	scheme.Scheme
	Stops []scheme.Stop
	Days  int // working days of all stops together
	// Findings are the conditions that facts answer, as of now.
	Findings []application.Finding
	// Opening says whether the shop may apply, and if not why and from when.
	Opening application.Opening
	Case    string // address of the case that is open already
	Held    string // address of the title that is held already
	Pledge  bool   // a promise that is signed on pages of its own
	Halts   []oversight.Halt
}

func (p *Pages) apply(w http.ResponseWriter, r *http.Request) {
	v, err := p.applyView(r, ident.PremisesID(r.URL.Query().Get("premises")))
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "merchant/apply", p.E.T(r, "my.apply_title"), v)
}

func (p *Pages) applyView(r *http.Request, id ident.PremisesID) (applyView, error) {
	ctx := r.Context()
	var v applyView
	if id == "" {
		shops, err := p.Merchants.PremisesList(ctx, merchant.ListQuery{Limit: most})
		if err != nil {
			return v, err
		}
		for _, s := range shops.Items {
			if s.Active && !office(s) {
				v.Shops = append(v.Shops, s)
			}
		}
		if len(v.Shops) != 1 {
			return v, nil
		}
		id = v.Shops[0].ID
	}
	shop, err := p.Merchants.Premises(ctx, id)
	if err != nil {
		return v, err
	}
	v.Shop = &shop
	schemes, err := p.Schemes.List(ctx)
	if err != nil {
		return v, err
	}
	cases, err := p.Applications.List(ctx, application.ListQuery{Tab: application.All, Premises: id, Limit: most})
	if err != nil {
		return v, err
	}
	titles, err := p.Certificates.List(ctx, certificate.RegisterQuery{Limit: most})
	if err != nil {
		return v, err
	}
	for _, s := range schemes {
		if !s.In(shop.Division) {
			continue
		}
		// A street's title is for the office that stands for it, the others are for shops.
		if _, ok := s.SectorFor(shop.Sectors); !ok {
			continue
		}
		o := offer{Scheme: s, Pledge: s.Code == scheme.ReturnPledge, Halts: p.halted(r, s.Code, shop.Division)}
		if o.Opening, err = p.Applications.Opening(ctx, application.EligibilityQuery{Premises: id, Scheme: s.Code}); err != nil {
			return v, err
		}
		o.Findings = o.Opening.Findings
		o.Stops, o.Days = s.Timed()
		for _, c := range cases.Items {
			if c.Scheme == s.Code && !lifecycle.Application.Info(c.State).Final {
				o.Case = "/my/applications/" + string(c.ID)
			}
		}
		for _, c := range titles.Items {
			live := c.Standing == certificate.Standing(lifecycle.Active) || c.Standing == certificate.Standing(lifecycle.Rectifying) ||
				c.Standing == certificate.Standing(lifecycle.Suspended)
			if (c.Premises == id || c.Street != "" && s.Subject == scheme.Street && c.Holder == shop.Name) && c.Scheme == s.Code && live {
				o.Held = "/my/certificates/" + string(c.ID)
			}
		}
		v.Offers = append(v.Offers, o)
	}
	return v, nil
}

func (p *Pages) start(w http.ResponseWriter, r *http.Request) {
	var cmd application.StartCommand
	err := page.Decode(w, r, &cmd)
	var c application.View
	if err == nil {
		c, err = p.Applications.Start(r.Context(), cmd)
	}
	if err == nil {
		p.E.Done(w, r, "/my/applications/"+string(c.ID), "flash.case_started")
		return
	}
	v, readErr := p.applyView(r, cmd.Premises)
	if readErr != nil {
		p.E.Fault(w, r, readErr)
		return
	}
	p.refuse(w, r, err, "merchant/apply", page.Data{Title: p.E.T(r, "my.apply_title"), Data: v})
}
