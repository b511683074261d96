package bureau

import (
	"net/http"

	"fangxin/internal/access"
	"fangxin/internal/application"
	"fangxin/internal/scheme"
	"fangxin/internal/web/page"
)

type refusalsView struct {
	Tabs  []page.Tab
	Fact  scheme.Fact
	Page  application.RefusalPage
	After string
}

// refusals shows which attempts to apply were refused by which stated fact.
func (p *Pages) refusals(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	v := refusalsView{Fact: scheme.Fact(q.Get("fact")), After: q.Get("after")}
	var err error
	if v.Page, err = p.Applications.Refusals(r.Context(), application.RefusalQuery{Fact: v.Fact, After: v.After, Limit: 40}); err != nil {
		p.E.Fault(w, r, err)
		return
	}
	for _, fact := range append([]scheme.Fact{""}, scheme.FactKinds...) {
		key := "refusals.all"
		if fact != "" {
			key = "refusals.fact_" + string(fact)
		}
		v.Tabs = append(v.Tabs, page.Tab{Href: "/desk/refusals?fact=" + string(fact), Label: p.E.T(r, key), Current: fact == v.Fact})
	}
	p.E.Render(w, r, http.StatusOK, "bureau/refusals", page.Data{Title: p.E.T(r, "refusals.title"), Data: &v})
}

// refusalsNav leads there whoever looks after imports and cases.
func (p *Pages) refusalsNav(by access.Principal) []page.NavItem {
	if !reviews(by) && !by.Has(access.Administrator) {
		return nil
	}
	return []page.NavItem{{Href: "/desk/refusals", Icon: "alert", Key: "refusals.nav"}}
}
