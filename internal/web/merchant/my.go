package merchant

import (
	"net/http"
	"slices"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/badge"
	"fangxin/internal/certificate"
	"fangxin/internal/lifecycle"
	"fangxin/internal/merchant"
	"fangxin/internal/sector"
	"fangxin/internal/web/page"
)

// most is how many of each the first page shows.
const most = 200

// myView is the first page of a shopkeeper.
type myView struct {
	Operators []operatorRow
	Cases     []caseRow
	Titles    []titleRow
	Streets   bool // the visitor may manage streets
}

type operatorRow struct {
	merchant.OperatorView
	Shops []merchant.PremisesView
}

type caseRow struct {
	application.View
	Mine bool // it is the applicant's turn
}

type titleRow struct {
	certificate.View
	Title string
	Code  string // of an active print, "" without one
}

func (p *Pages) my(w http.ResponseWriter, r *http.Request) {
	v, err := p.myView(r)
	if err != nil {
		p.E.Fault(w, r, err)
		return
	}
	p.show(w, r, "merchant/my", p.E.T(r, "my.title"), v)
}

func (p *Pages) myView(r *http.Request) (myView, error) {
	ctx := r.Context()
	v := myView{Streets: access.From(ctx).Has(access.Organiser)}
	operators, err := p.Merchants.Operators(ctx, merchant.ListQuery{Limit: most})
	if err != nil {
		return v, err
	}
	shops, err := p.Merchants.PremisesList(ctx, merchant.ListQuery{Limit: most})
	if err != nil {
		return v, err
	}
	for _, o := range operators.Items {
		row := operatorRow{OperatorView: o}
		for _, s := range shops.Items {
			if s.Operator == o.ID && !office(s) {
				row.Shops = append(row.Shops, s)
			}
		}
		v.Operators = append(v.Operators, row)
	}
	cases, err := p.Applications.List(ctx, application.ListQuery{Tab: application.All, Limit: most})
	if err != nil {
		return v, err
	}
	for _, c := range cases.Items {
		v.Cases = append(v.Cases, caseRow{c, c.State == lifecycle.Draft || c.State == lifecycle.Returned})
	}
	// What waits for the merchant comes first.
	slices.SortStableFunc(v.Cases, func(a, b caseRow) int {
		switch {
		case a.Mine == b.Mine:
			return 0
		case a.Mine:
			return -1
		}
		return 1
	})
	titles, err := p.Certificates.List(ctx, certificate.RegisterQuery{Limit: most})
	if err != nil {
		return v, err
	}
	for _, c := range titles.Items {
		row := titleRow{View: c, Title: titleOf(r, c)}
		prints, err := p.Badges.List(ctx, badge.ListQuery{Certificate: c.ID})
		if err != nil {
			return v, err
		}
		row.Code = activeCode(prints)
		v.Titles = append(v.Titles, row)
	}
	return v, nil
}

// office reports the place that stands for a street; the pages of streets show it.
func office(s merchant.PremisesView) bool { return slices.Contains(s.Sectors, string(sector.Street)) }

// titleOf names a title in the visitor's language.
func titleOf(r *http.Request, c certificate.View) string {
	if page.Lang(r.Context()) == "en" {
		return c.TitleEn
	}
	return c.TitleZh
}

// activeCode is the code of the first print that is up.
func activeCode(prints []badge.View) string {
	for _, s := range prints {
		if s.State == lifecycle.StickerActive {
			return string(s.Code)
		}
	}
	return ""
}
