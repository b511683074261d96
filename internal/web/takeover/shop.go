package takeover

import (
	"net/http"
	"slices"
	"time"

	"fangxin/internal/calendar"
	"fangxin/internal/fault"
	"fangxin/internal/ident"
	"fangxin/internal/takeover"
	"fangxin/internal/web/page"
)

// shopView is the public page of a shop.
type shopView struct {
	takeover.ShopView
	Asked ident.PremisesID // the id in the address
	Day   string           // as it was typed
	Today string
}

// shop shows a shop under its permanent id. One that was taken over says so
// and links to the present one; nobody is sent there unasked, because the badge
// in their hand speaks of this one.
func (p *Pages) shop(w http.ResponseWriter, r *http.Request) {
	id, day := ident.PremisesID(r.PathValue("id")), r.URL.Query().Get("on")
	v, err := p.Takeovers.Shop(r.Context(), takeover.ShopQuery{ID: id, On: day})
	data := func() page.Data {
		return page.Data{Title: v.Name, Data: shopView{v, id, day, calendar.DateOf(time.Now()).String()}}
	}
	if err == nil {
		p.E.Render(w, r, http.StatusOK, "public/shop", data())
		return
	}
	if day != "" { // the form of the day is wrong: show the shop of today with it
		if v2, err2 := p.Takeovers.Shop(r.Context(), takeover.ShopQuery{ID: id}); err2 == nil {
			v = v2
			if p.E.Invalid(w, r, atDay(err), "public/shop", data()) {
				return
			}
		}
	}
	p.E.Fault(w, r, err)
}

// atDay leads what is wrong with the day to its field on the page.
func atDay(err error) error {
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		return err
	}
	fields := slices.Clone(f.Fields)
	for i := range fields {
		fields[i].Pointer = "/on"
	}
	return fault.OnFields(fields)
}
